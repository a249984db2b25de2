import type { Analysis } from '../../server/src/analysis/analyze.js';
import { parseDocument } from '../../server/src/sql/parse.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import type { SqlDocument } from '../../server/src/sql/statement.js';
import { analyzeSql, type Setting } from './analyze-sql.js';

/** A migration, analysed behind its history, with that history as documents. */
export interface Analysed {
  readonly analysis: Analysis;
  readonly history: readonly SqlDocument[];
}

/** In: the SQL of the earlier files in their order, and of the file itself. */
export async function analysed(history: readonly string[], sql: string, setting: Setting = {}): Promise<Analysed> {
  await initParser();
  const analysis = analyzeSql(sql, { path: 'migrations/0002_change.sql', ...setting, history });
  return { analysis, history: history.map((text) => parseDocument(text)) };
}
