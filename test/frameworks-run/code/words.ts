import type { Files } from '../contract.js';

/** A migration in the words of its tool: the body of each direction. */
export interface CodeChange {
  readonly version: string;
  readonly name: string;
  /** The migration before it, where there is one. */
  readonly before: { readonly version: string; readonly name: string };
  readonly up: string;
  /** "" for a way back that does nothing; undefined where the tool derives it, or the file has none. */
  readonly down: string | undefined;
  readonly outside: boolean;
}

/** What is asked for in a tool's own words. */
export const changes = [
  'index',
  'index beside',
  'index in one call',
  'not null',
  'foreign key',
  'check',
  'column',
] as const;
export type ChangeName = (typeof changes)[number];

/** Up and down of each change; what the tool has no words for is absent. */
export type Words = Readonly<Partial<Record<ChangeName, { readonly up: string; readonly down: string | undefined }>>>;

/** How a tool's migrations are written by people, with its builder. */
export interface CodeTool {
  /** The id of the tool. */
  readonly id: string;
  /** The name of these words, where a tool has several: "change". */
  readonly style?: string;
  readonly words: Words;
  /** A call that sends this SQL; `back` where the tool keeps what takes it back beside it. */
  raw(sql: string, back: string): string;
  /** True where no file has a way back of its own. */
  readonly isDerived?: boolean;
  /** A file of its own. */
  file(change: CodeChange): Files;
  /** A first migration that holds the tables, where SQL is not enough for the tool. In: its statements. */
  base?(version: string, statements: readonly string[]): Files;
}

/** A line in the body of a function, each indented. */
export const indent = (text: string, by: number): string =>
  text
    .split('\n')
    .map((line) => (line === '' ? '' : ' '.repeat(by) + line))
    .join('\n');
