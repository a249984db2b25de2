import { splitSql } from './split-sql.js';
import type { Database } from './pglite.js';

/** Rows that a migration goes through while it keeps others out of a table that was there before. */
export interface Stall {
  /** Under a lock that even a SELECT waits for. */
  readonly reads: number;
  /** Under a lock that INSERT, UPDATE and DELETE wait for, and SELECT does not. */
  readonly writes: number;
}

/** By pg_locks' names; a lock that is in neither set lets everybody but other schema changes pass. */
const blocksReads = new Set(['AccessExclusiveLock']);
const blocksWrites = new Set(['ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock']);

/**
 * Runs a migration and measures what others would wait for: the locks of each statement at its end (pg_locks) and
 * the rows that it read or wrote anew (seq_tup_read counts both, and what an index build reads). What refuses a
 * transaction cannot be looked into; it is CONCURRENTLY, whose lock is SHARE UPDATE EXCLUSIVE (measured, facts).
 */
export async function stallOf(db: Database, sql: string): Promise<Stall> {
  const stall = { reads: 0, writes: 0 };
  const { rows } = await db.query<{ oid: number }>(
    `SELECT oid::int FROM pg_class WHERE relkind IN ('r', 'p', 'm') AND relnamespace = 'public'::regnamespace`,
  );
  const old = rows.map(({ oid }) => oid);
  let inTransaction = false;
  for (const statement of await splitSql(sql)) {
    const boundary = /^\s*(begin|commit)\b/i.exec(statement)?.[1]?.toLowerCase();
    if (boundary !== undefined) {
      inTransaction = boundary === 'begin';
      await db.exec(statement);
      continue;
    }
    if (!inTransaction) await db.exec('BEGIN');
    const before = await rowsRead(db);
    try {
      await db.exec(statement);
    } catch (error) {
      if (inTransaction || (error as { code?: string }).code !== '25001') throw error;
      await db.exec('ROLLBACK');
      await db.exec(statement);
      continue;
    }
    const work = (await rowsRead(db)) - before;
    const locks = await db.query<{ mode: string }>(
      'SELECT mode FROM pg_locks WHERE pid = pg_backend_pid() AND relation = ANY ($1::oid[])',
      [old],
    );
    const modes = locks.rows.map(({ mode }) => mode);
    if (modes.some((mode) => blocksReads.has(mode))) stall.reads += work;
    else if (modes.some((mode) => blocksWrites.has(mode))) stall.writes += work;
    if (!inTransaction) await db.exec('COMMIT');
  }
  return stall;
}

async function rowsRead(db: Database): Promise<number> {
  const { rows } = await db.query<{ sum: number }>(
    'SELECT coalesce(sum(seq_tup_read), 0)::int AS sum FROM pg_stat_xact_user_tables',
  );
  return rows[0]?.sum ?? 0;
}

/** True when fewer rows are gone through while readers wait, or as many and fewer while writers wait. */
export function isLighter(one: Stall, other: Stall): boolean {
  return one.reads < other.reads || (one.reads === other.reads && one.writes < other.writes);
}
