import { type RuleSet, ruleSet } from '../../rules/engine/run.js';
import { type Analysis, analyze } from '../../server/src/analysis/analyze.js';
import { type ConfigFile, resolveConfig } from '../../server/src/analysis/config.js';
import { replay } from '../../server/src/analysis/replay.js';
import { plainSql } from '../../server/src/frameworks/plain-sql.js';
import { SchemaState } from '../../server/src/schema/state.js';
import { parseDocument } from '../../server/src/sql/parse.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import type { SqlDocument } from '../../server/src/sql/statement.js';

/** A migration, analysed behind its history. */
export interface Analysed {
  readonly analysis: Analysis;
  readonly history: readonly SqlDocument[];
}

/**
 * Analyses a migration behind earlier ones, as one project does it. A rule that throws fails the test.
 * In: the SQL of the earlier files in their order, and of the file itself.
 */
export async function analysed(
  history: readonly string[],
  sql: string,
  options: {
    readonly config?: ConfigFile;
    readonly rules?: RuleSet;
    readonly path?: string;
    readonly applied?: boolean;
  } = {},
): Promise<Analysed> {
  await initParser();
  const config = resolveConfig({ postgres: 16, ...options.config });
  const state = new SchemaState();
  const documents = history.map((text) => parseDocument(text));
  for (const document of documents) {
    replay(document, state, { postgres: config.postgres, timeZone: config.timeZone }, 'none', () => undefined);
  }
  state.release += 1;
  const { path = 'migrations/0002_change.sql', applied = false } = options;
  const input = { path, document: parseDocument(sql), before: state, config, framework: plainSql, applied };
  const analysis = analyze(input, options.rules ?? ruleSet([]), (rule, _statement, error) => {
    throw new Error(`${rule.meta.id} threw`, { cause: error });
  });
  return { analysis, history: documents };
}
