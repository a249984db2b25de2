import { quoteLiteral } from '../sql/quote.js';

/** A query to copy into psql. Each runs on PostgreSQL 14 to 18 and reads only. */
export interface Query {
  readonly title: string;
  readonly sql: string;
  /** What to do with the answer. */
  readonly read: string;
}

/** A relation, as SQL names it, as a text that ::regclass takes; NULL instead of an error when it is not there. */
function regclass(relation: string): string {
  return `to_regclass(${quoteLiteral(relation)})`;
}

function list(relations: readonly string[]): string {
  return relations.map(regclass).join(', ');
}

export function sizes(relations: readonly string[]): Query {
  return {
    title: 'How large the tables are',
    sql: [
      'SELECT c.oid::regclass AS table_name,',
      '       pg_size_pretty(pg_total_relation_size(c.oid)) AS total_size,',
      '       c.reltuples::bigint AS estimated_rows,',
      '       s.n_dead_tup AS dead_rows',
      'FROM pg_class c',
      'LEFT JOIN pg_stat_all_tables s ON s.relid = c.oid',
      `WHERE c.oid IN (${list(relations)})`,
      'ORDER BY pg_total_relation_size(c.oid) DESC;',
    ].join('\n'),
    read: 'Every duration below grows with these. Free disk must hold the largest table and its indexes once more where a step rewrites it or builds an index.',
  };
}

export function longTransactions(): Query {
  return {
    title: 'Transactions that a lock would have to wait for',
    sql: [
      'SELECT pid, usename, application_name, state, now() - xact_start AS open_for, left(query, 80) AS query',
      'FROM pg_stat_activity',
      "WHERE xact_start < now() - interval '30 seconds' AND pid <> pg_backend_pid()",
      'ORDER BY xact_start;',
    ].join('\n'),
    read: 'No row: go. A row: wait until it ends, or ask its owner; do not start beside a dump or a long report.',
  };
}

export function invalidIndexes(relations: readonly string[]): Query {
  return {
    title: 'Invalid indexes that an earlier attempt has left',
    sql: [
      'SELECT i.indexrelid::regclass AS index_name, i.indrelid::regclass AS table_name',
      'FROM pg_index i',
      `WHERE NOT i.indisvalid AND i.indrelid IN (${list(relations)});`,
    ].join('\n'),
    read: 'A row: drop it with DROP INDEX CONCURRENTLY before the build is tried again; IF NOT EXISTS would keep it.',
  };
}

export function replicas(): Query {
  return {
    title: 'Replicas and how far they are behind',
    sql: [
      'SELECT application_name, state, sync_state, replay_lag,',
      '       pg_size_pretty(pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)) AS behind',
      'FROM pg_stat_replication;',
    ].join('\n'),
    read: 'Run it on the primary. No row: there is no streaming replica.',
  };
}

export function blockers(): Query {
  return {
    title: 'Who blocks whom',
    sql: [
      'SELECT waiting.pid AS waiting_pid, left(waiting.query, 60) AS waiting_query,',
      '       now() - waiting.query_start AS waiting_for,',
      '       blocking.pid AS blocking_pid, blocking.state AS blocking_state, left(blocking.query, 60) AS blocking_query',
      'FROM pg_stat_activity waiting',
      'CROSS JOIN LATERAL unnest(pg_blocking_pids(waiting.pid)) AS blocked_by(pid)',
      'JOIN pg_stat_activity blocking ON blocking.pid = blocked_by.pid',
      'ORDER BY waiting.query_start;',
    ].join('\n'),
    read: 'When the migration is the blocker for longer than the threshold, cancel it: `SELECT pg_cancel_backend(<its pid>);`',
  };
}

export function indexProgress(): Query {
  return {
    title: 'How far the index build is',
    sql: [
      'SELECT pid, relid::regclass AS table_name, index_relid::regclass AS index_name, phase,',
      '       round(100.0 * blocks_done / nullif(blocks_total, 0), 1) AS blocks_percent,',
      '       lockers_done, lockers_total',
      'FROM pg_stat_progress_create_index;',
    ].join('\n'),
    read: 'The phase "waiting for writers" or "waiting for old snapshots" that does not move means an old transaction: find it above.',
  };
}

export function constraintState(table: string, constraint: string): Query {
  return {
    title: `Whether ${constraint} is validated`,
    sql: `SELECT conname, convalidated, pg_get_constraintdef(oid) AS definition\nFROM pg_constraint\nWHERE conrelid = ${regclass(table)} AND conname = ${quoteLiteral(constraint)};`,
    read: 'One row with convalidated = t, once it has been validated.',
  };
}

export function indexState(index: string): Query {
  return {
    title: `Whether the index ${index} is valid`,
    sql: `SELECT indexrelid::regclass AS index_name, indisvalid, indisready\nFROM pg_index\nWHERE indexrelid = ${regclass(index)};`,
    read: 'One row with indisvalid = t. No row or f: the build has failed; drop the index concurrently and build it again.',
  };
}

export function columnState(table: string, column: string): Query {
  return {
    title: `How ${table}.${column} stands in the catalog`,
    sql: `SELECT attname, format_type(atttypid, atttypmod) AS type, attnotnull AS not_null\nFROM pg_attribute\nWHERE attrelid = ${regclass(table)} AND attname = ${quoteLiteral(column)} AND NOT attisdropped;`,
    read: 'One row with the type and the NOT NULL that the migration wants.',
  };
}

export function relationState(relation: string): Query {
  return {
    title: `Whether ${relation} exists`,
    sql: `SELECT ${regclass(relation)} IS NOT NULL AS there;`,
    read: 't when it was created or renamed to, f when it was dropped or renamed away.',
  };
}
