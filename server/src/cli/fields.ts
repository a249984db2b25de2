import type { PatternField, PatternValues } from '../rewrite/patterns/pattern.js';
import { UsageError } from './arguments.js';

/** Reads FIELD=VALUE words. In: who has the fields, for messages. Throws UsageError for what is unknown or missing. */
export function fieldsOf(owner: string, fields: readonly PatternField[], words: readonly string[]): PatternValues {
  const values: Record<string, string> = {};
  for (const word of words) {
    const at = word.indexOf('=');
    const name = word.slice(0, at);
    if (at < 1 || !fields.some((field) => field.name === name))
      throw new UsageError(`"${word}" is no field of ${owner}. Fields: ${fields.map((each) => each.name).join(', ')}.`);
    values[name] = word.slice(at + 1);
  }
  const missing = fields.filter(({ name, optional }) => !optional && (values[name] ?? '').trim() === '');
  if (missing.length > 0)
    throw new UsageError(
      `${owner} needs ${missing.map(({ name, title }) => `${name}=… (${lower(title)})`).join(', ')}.`,
    );
  return values;
}

/** Runs what reads the values, and makes a wrong value one of the call. */
export function refusingWrongValues<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof Error && error.name === 'PatternError') throw new UsageError(error.message);
    throw error;
  }
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
