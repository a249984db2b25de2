import { PGlite } from '@electric-sql/pglite';
import { resetDatabase } from './reset-database.js';
import { splitSql } from './split-sql.js';

/**
 * Embedded PostgreSQL for tests. A start from nothing takes seconds, a start from a dump of the data directory
 * half a second, a reset some milliseconds: so instances are reused, and a reset that leaves anything behind
 * throws the instance away.
 */
export type Database = PGlite;

/** What one statement did. */
export interface StatementResult {
  readonly sql: string;
  readonly rows: readonly Record<string, unknown>[];
  readonly affectedRows: number;
  readonly notices: readonly string[];
}

/** A statement that PostgreSQL refused. */
export class StatementError extends Error {
  constructor(
    /** Position in the migration, from 0. */
    readonly index: number,
    readonly sql: string,
    /** The SQLSTATE. */
    readonly code: string,
    message: string,
  ) {
    super(`statement ${index + 1} failed with ${code}: ${message}\n${sql}`);
  }
}

let emptyDataDirectory: Promise<Blob> | undefined;
const idle: Database[] = [];

/** Hands an empty database to `use` and takes it back afterwards. Calls may overlap or nest: each has its own. */
export async function withDatabase<T>(use: (db: Database) => Promise<T>): Promise<T> {
  const db = idle.pop() ?? (await startDatabase());
  let result: T;
  try {
    result = await use(db);
  } catch (error) {
    await giveBack(db);
    throw error;
  }
  await giveBack(db);
  return result;
}

/**
 * Runs a migration statement by statement in autocommit, as psql does, and stops at the first error.
 * In: SQL; BEGIN and COMMIT in it count. Out: one result per statement. Throws a StatementError.
 */
export async function runMigration(db: Database, sql: string): Promise<StatementResult[]> {
  const results: StatementResult[] = [];
  for (const [index, statement] of (await splitSql(sql)).entries()) {
    results.push(await runStatement(db, statement, index));
  }
  return results;
}

/** Runs SQL that has to fail and gives PostgreSQL's error; throws when it succeeds. */
export async function errorOf(db: Database, sql: string): Promise<StatementError> {
  try {
    await runMigration(db, sql);
  } catch (error) {
    if (error instanceof StatementError) {
      // A failed statement inside BEGIN leaves an aborted transaction, which would hide every later result.
      await db.exec('ROLLBACK');
      return error;
    }
    throw error;
  }
  throw new Error(`expected an error, but this succeeded:\n${sql}`);
}

/** All rows of a table as plain JSON values, sorted, so that order of rows and of columns does not count. */
export async function rowsOf(db: Database, table: string): Promise<unknown[]> {
  const { rows } = await db.query<{ row: unknown }>(
    `SELECT to_jsonb(t) AS row FROM ${table} AS t ORDER BY to_jsonb(t)::text COLLATE "C"`,
  );
  return rows.map(({ row }) => row);
}

/** The first column of the first row, such as a count. */
export async function scalar(db: Database, query: string): Promise<unknown> {
  const { rows } = await db.query<Record<string, unknown>>(query);
  return rows[0] && Object.values(rows[0])[0];
}

/** Throws when the session no longer answers: after `COPY … PROGRAM` every statement "succeeds" with nothing. */
export async function checkHealth(db: Database): Promise<void> {
  if ((await scalar(db, 'SELECT 42')) !== 42) {
    throw new Error('the embedded PostgreSQL no longer answers SELECT 42');
  }
}

/** Closes every idle instance; mocha calls it at the end of a run. */
export async function closeDatabases(): Promise<void> {
  await Promise.all(idle.splice(0).map((db) => db.close()));
}

async function runStatement(db: Database, sql: string, index: number): Promise<StatementResult> {
  const notices: string[] = [];
  try {
    // exec() sends the simple protocol, as psql does, so CONCURRENTLY and COMMIT inside DO work.
    const [result] = await db.exec(sql, { onNotice: (notice) => notices.push(notice.message ?? '') });
    await checkHealthOutsideFailedTransaction(db);
    return { sql, rows: result?.rows ?? [], affectedRows: result?.affectedRows ?? 0, notices };
  } catch (error) {
    const { code = '?', message } = error as { code?: string; message: string };
    throw new StatementError(index, sql, code, message);
  }
}

async function checkHealthOutsideFailedTransaction(db: Database): Promise<void> {
  try {
    await checkHealth(db);
  } catch (error) {
    // 25P02: the transaction is aborted and PostgreSQL says so, which is an answer.
    if ((error as { code?: string }).code !== '25P02') {
      throw error;
    }
  }
}

async function startDatabase(): Promise<Database> {
  emptyDataDirectory ??= dumpEmptyDataDirectory();
  return PGlite.create({ loadDataDir: await emptyDataDirectory });
}

async function dumpEmptyDataDirectory(): Promise<Blob> {
  const db = await PGlite.create();
  const dump = await db.dumpDataDir('none');
  await db.close();
  return dump;
}

async function giveBack(db: Database): Promise<void> {
  try {
    await resetDatabase(db);
    await checkHealth(db);
    idle.push(db);
  } catch {
    // Whatever could not be cleaned goes with the instance; the next caller starts from the dump.
    await db.close().catch(() => undefined);
  }
}

if (typeof after === 'function') {
  after(closeDatabases);
}
