import { applyDocument } from '../../server/src/analysis/replay.js';
import type { Target } from '../../server/src/impact/impact.js';
import { SchemaState } from '../../server/src/schema/state.js';
import { parseDocument } from '../../server/src/sql/parse.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';

/** The target of tests that do not care for the version. */
export const target16: Target = { postgres: 16, timeZone: 'UTC' };

/**
 * The schema that SQL builds, as the next release finds it: nothing in it is new.
 * In: SQL that runs statement by statement.
 */
export async function stateAfter(sql: string): Promise<SchemaState> {
  await initParser();
  const state = new SchemaState();
  applyDocument(parseDocument(sql), state, []);
  state.release += 1;
  return state;
}
