import type { Argument, Call } from '../code.js';
import type { NativeEdit } from '../migration.js';

/** Words of a statement that calls say by an argument. */
export type Flag = 'concurrently' | 'not-valid' | 'if-not-exists' | 'if-exists';

const words: Readonly<Record<Flag, RegExp>> = {
  concurrently: /\bCONCURRENTLY\b/i,
  'not-valid': /\bNOT VALID\b/i,
  'if-not-exists': /\bIF NOT EXISTS\b/i,
  'if-exists': /\bIF EXISTS\b/i,
};

/**
 * Says the flags that the wanted SQL has and the built one has not by edits of the call; undefined where there is none
 * or one has no words. Whether the call then says the wanted SQL is looked at by who asks.
 */
export function rewordFlags(
  sql: string,
  edits: Partial<Record<Flag, () => readonly NativeEdit[] | undefined>>,
): (wanted: string) => readonly NativeEdit[] | undefined {
  return (wanted) => {
    const all: NativeEdit[] = [];
    for (const flag of ['concurrently', 'not-valid', 'if-not-exists', 'if-exists'] as const) {
      if (words[flag].test(sql) || !words[flag].test(wanted)) continue;
      const found = edits[flag]?.();
      if (!found) return undefined;
      all.push(...found);
    }
    return all.length > 0 ? all : undefined;
  };
}

/** Puts an argument behind the last one, or gives one that is there another value. `write`: the argument as it is written. */
export function setArgument(
  call: Call,
  name: string,
  value: string,
  write: (name: string, value: string) => string,
): NativeEdit[] {
  const there = call.args.find((each) => each.name === name);
  if (there) return [{ span: there.value.span, text: value }];
  const last: Argument | undefined = call.args.at(-1);
  const at = last?.span.end ?? call.argumentsSpan.start + 1;
  return [{ span: { start: at, end: at }, text: `${last ? ', ' : ''}${write(name, value)}` }];
}
