import { loadModule, parseSync } from 'libpg-query';

/**
 * Splits SQL into its statements with PostgreSQL's own grammar, so that tests do not rest on the splitter they test.
 * In: text without psql meta-commands and COPY data. Out: the text of each statement, comments before it included.
 */
export async function splitSql(sql: string): Promise<string[]> {
  await loadModule();
  const bytes = Buffer.from(sql, 'utf8');
  const statements: string[] = [];
  for (const { stmt_location: start = 0, stmt_len: length } of parseSync(sql).stmts ?? []) {
    // A missing length means that the statement ends with the text (PostgreSQL: RawStmt.stmt_len is 0).
    const end = length ? start + length : bytes.length;
    statements.push(bytes.subarray(start, end).toString('utf8').trim());
  }
  return statements;
}
