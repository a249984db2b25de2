import { faultMessage } from '../workspace/files.js';
import type { Desk } from './desk.js';
import { type Tool, ToolError } from './tool.js';
import { fixMigration, makeRunbook, rollbackMigration } from './tools/documents.js';
import { explainLocks } from './tools/locks.js';
import { listPatterns } from './tools/patterns.js';
import { checkSql, reviewMigration } from './tools/review.js';
import { schemaAt } from './tools/schema.js';

/** Every tool, in the order in which they are listed: over MCP, in the editor and in the README. */
export const tools: readonly Tool[] = [
  checkSql,
  reviewMigration,
  explainLocks,
  fixMigration,
  rollbackMigration,
  makeRunbook,
  listPatterns,
  schemaAt,
];

/** What an agent asks. */
export interface Call {
  readonly name: string;
  /** As the agent has written it; the tool checks it. */
  readonly input: unknown;
}

/** What it gets: data, or one sentence that says why there are none. */
export type Answer = { readonly found: Record<string, unknown> } | { readonly refusal: string };

/** The answer to a call. What goes wrong is an answer as well; only a call that was cancelled throws. */
export async function answer({ name, input }: Call, desk: Desk): Promise<Answer> {
  try {
    const tool = tools.find((each) => each.name === name);
    if (!tool) throw new ToolError(`There is no such tool. Tools: ${tools.map((each) => each.name).join(', ')}.`);
    return { found: { ...(await tool.call(input, desk)) } };
  } catch (error) {
    desk.signal?.throwIfAborted();
    return { refusal: error instanceof ToolError ? error.message : faultMessage(error) };
  }
}
