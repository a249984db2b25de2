import * as v from 'valibot';
import { visibleLine } from '../sql/visible.js';
import type { Desk } from './desk.js';

/** Why a call has no answer: one sentence, which the agent reads. */
export class ToolError extends Error {
  override readonly name = 'ToolError';
}

/** What an agent may call. It only reads. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  /** What it answers, for people, in a few words. */
  readonly summary: string;
  /** What it is for, as the agent reads it. */
  readonly description: string;
  readonly input: v.GenericSchema;
  readonly output: v.GenericSchema;
  /** Throws ToolError when there is no answer. */
  call(given: unknown, desk: Desk): Promise<object>;
}

/** A tool whose input is checked before it runs, and whose answer has the form that it declares. */
export function defineTool<I extends v.GenericSchema, O extends v.GenericSchema<object>>(tool: {
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  readonly description: string;
  readonly input: I;
  readonly output: O;
  run(input: v.InferOutput<I>, desk: Desk): Promise<v.InferInput<O>>;
}): Tool {
  const { name, title, summary, description, input, output } = tool;
  return {
    name,
    title,
    summary,
    description,
    input,
    output,
    async call(given, desk) {
      const read = v.safeParse(input, given);
      if (!read.success) throw new ToolError(`The call cannot be read. ${read.issues.map(sentence).join(' ')}`);
      return tool.run(read.output, desk);
    },
  };
}

function sentence(issue: v.BaseIssue<unknown>): string {
  const at = visibleLine(v.getDotPath(issue) ?? '');
  if (issue.expected === 'never') return `There is no "${at}".`;
  if (issue.received === 'undefined') return `"${at}" is missing.`;
  return `${at === '' ? '' : `"${at}": `}${visibleLine(issue.message.replace(/\.$/, ''))}.`;
}

/** A schema with the words by which an agent knows what to put there. */
export function described<T extends v.GenericSchema>(schema: T, description: string) {
  return v.pipe(schema, v.description(description));
}
