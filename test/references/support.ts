import { searchNow, type SearchResult } from '../../server/src/references/search.js';
import { withUses } from '../../server/src/references/report.js';
import { wantedOf } from '../../server/src/references/wanted.js';
import type { Analysis } from '../../server/src/analysis/analyze.js';
import { analyzeSql } from '../support/analyze-sql.js';

/** Tables that the migrations before have made. */
export const history = [
  `CREATE TYPE order_status AS ENUM ('open', 'paid');
   CREATE TABLE customers (id bigint PRIMARY KEY, name text, status text, email text);
   CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, legacy_code text, status text, name text, state order_status);
   CREATE TABLE audit_entries (id bigint PRIMARY KEY, payload jsonb);
   CREATE INDEX orders_customer ON orders (customer_id, status);
   CREATE FUNCTION order_total(bigint) RETURNS bigint LANGUAGE sql AS 'SELECT $1';`,
];

export interface Looked {
  readonly result: SearchResult;
  readonly analysis: Analysis;
}

/** Searches files for what a migration takes away. In: the text of each file, by its path below the root. */
export function look(sql: string, files: Readonly<Record<string, string>>): Looked {
  const analysis = analyzeSql(sql, { history });
  const result = searchNow(wantedOf(analysis), {
    files: Object.keys(files).map((name) => ({ path: `/p/${name}`, name, stamp: '1' })),
    isCut: false,
    read: ({ name }) => files[name],
  });
  return { result, analysis: withUses(analysis, result) };
}

/** "path:line certainty kind" of every use, the strongest first; of a test with "test". */
export function usesOf(sql: string, files: Readonly<Record<string, string>>): string[] {
  const { result } = look(sql, files);
  return [...result.found.values()].flatMap(({ uses, served }) =>
    [...uses, ...served].map(
      ({ name, line, certainty, kind, isTest }) => `${name}:${line + 1} ${certainty} ${kind}${isTest ? ' test' : ''}`,
    ),
  );
}
