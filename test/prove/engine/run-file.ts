import { splitSql } from '../../support/split-sql.js';
import type { SqlConnection } from '../../support/reset-database.js';

/** A file to run. */
export interface SqlFile {
  readonly name: string;
  readonly sql: string;
  readonly transactional: boolean;
}

/** A statement that PostgreSQL has refused. */
export interface Refused {
  readonly file: string;
  /** From 0. */
  readonly index: number;
  readonly statement: string;
  readonly message: string;
}

export interface RunOptions {
  /** So many statements are run; undefined for all of them. */
  readonly upTo?: number;
  /** The file runs in one transaction where it may. */
  readonly inTransaction?: boolean;
  /** Called before each statement. */
  readonly before?: (statement: string) => Promise<void>;
}

/**
 * The text that runs in the place of a generated one: small batches and no rest between them, so that a backfill of a
 * few rows takes several batches and no time; the value of the author in place of the NULL that is left to him.
 */
export function made(sql: string, value: string | undefined): string {
  return sql
    .replaceAll('LIMIT 5000)', 'LIMIT 7)')
    .replaceAll(/ *PERFORM pg_sleep\(0\.1\);\n/g, '')
    .replaceAll(/NULL \/\* airlock-value:[^*]*\*\//g, value ?? 'NULL');
}

/**
 * Runs a file as psql does, statement by statement in a session of its own, and stops at the first error; what is open
 * then is rolled back. Out: the error, or nothing.
 */
export async function runFile(
  db: SqlConnection,
  file: SqlFile,
  options: RunOptions = {},
): Promise<Refused | undefined> {
  let statements: readonly string[] = [];
  try {
    statements = await splitSql(file.sql);
  } catch (error) {
    return { file: file.name, index: 0, statement: file.sql, message: (error as Error).message };
  }
  const wrapped = options.inTransaction === true && file.transactional;
  if (wrapped) await db.exec('BEGIN');
  let refused: Refused | undefined;
  for (const [index, statement] of statements.slice(0, options.upTo).entries()) {
    await options.before?.(statement);
    refused = await runStatement(db, statement, file.name, index);
    if (refused) break;
  }
  const isWhole = refused === undefined && (options.upTo === undefined || options.upTo >= statements.length);
  // What is open at the end of a session is rolled back.
  await db.exec(wrapped && isWhole ? 'COMMIT' : 'ROLLBACK');
  await db.exec('DISCARD ALL');
  return refused;
}

async function runStatement(
  db: SqlConnection,
  statement: string,
  file: string,
  index: number,
): Promise<Refused | undefined> {
  try {
    await db.exec(statement);
    return undefined;
  } catch (error) {
    const { code = '?', message } = error as { code?: string; message: string };
    return { file, index, statement, message: `${code}: ${message}` };
  }
}

/** Runs files one after the other, and stops at the first error. */
export async function runFiles(
  db: SqlConnection,
  files: readonly SqlFile[],
  options: RunOptions = {},
): Promise<Refused | undefined> {
  for (const file of files) {
    const refused = await runFile(db, file, options);
    if (refused) return refused;
  }
  return undefined;
}

/** How many statements of a file do something: what only sets the session at its end does not count. */
export async function statementCount(file: SqlFile): Promise<number> {
  const statements = await splitSql(file.sql);
  const isSetting = (statement: string | undefined): boolean =>
    statement !== undefined && /^(?:--[^\n]*\n\s*)*(?:SET|RESET)\b/i.test(statement);
  let count = statements.length;
  while (isSetting(statements[count - 1])) count -= 1;
  return count;
}
