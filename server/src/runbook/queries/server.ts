import { quoteLiteral } from '../../sql/quote.js';
import type { Query } from '../../page/page.js';

/** Queries about the server: before the start, and while the migration runs. */

/** A relation, as SQL names it, as a text that ::regclass takes; NULL instead of an error when it is not there. */
export function regclass(relation: string): string {
  return `to_regclass(${quoteLiteral(relation)})`;
}

function list(relations: readonly string[]): string {
  return relations.map(regclass).join(', ');
}

/** Whether the session is where it should be. */
export function place(postgres: number): Query {
  return {
    title: 'Where you are',
    sql: [
      "SELECT current_database() AS database, current_user AS role, current_setting('server_version') AS version,",
      '       pg_is_in_recovery() AS is_replica;',
    ].join('\n'),
    read: `The database that you mean, the role that owns the tables, PostgreSQL ${postgres} or newer, and is_replica = f: a replica takes no migration.`,
  };
}

/** The size of each table, partitions counted with theirs. */
export function sizes(relations: readonly string[]): Query {
  return {
    title: 'How large the tables are',
    sql: [
      'SELECT t.oid::regclass AS table_name,',
      '       pg_size_pretty(sum(pg_total_relation_size(p.relid))) AS total_size,',
      "       (sum(greatest(c.reltuples, 0)) FILTER (WHERE c.relkind <> 'p'))::bigint AS estimated_rows,",
      "       sum(s.n_dead_tup) AS dead_rows, count(*) FILTER (WHERE c.relkind <> 'p' AND c.reltuples < 0) AS never_analyzed",
      `FROM unnest(ARRAY[${list(relations)}]) AS t(oid)`,
      'CROSS JOIN LATERAL (SELECT relid FROM pg_partition_tree(t.oid) UNION SELECT t.oid WHERE t.oid IS NOT NULL) AS p',
      'JOIN pg_class c ON c.oid = p.relid',
      'LEFT JOIN pg_stat_all_tables s ON s.relid = p.relid',
      'GROUP BY t.oid ORDER BY sum(pg_total_relation_size(p.relid)) DESC;',
    ].join('\n'),
    read: 'Durations grow with these. A table that is missing here is not in this database. never_analyzed above 0: run ANALYZE on it first, its rows are not counted.',
  };
}

/** In: bytes that the migration is expected to need; 0 where that is not known. */
export function disk(needed: string | undefined): Query {
  return {
    title: 'Where the data lies, and how large it is',
    sql: "SELECT current_setting('data_directory', true) AS data_directory, pg_size_pretty(pg_database_size(current_database())) AS database_size;",
    read: `PostgreSQL does not know what is free: look at that volume (df -h), or at the graph of a managed server.${
      needed === undefined
        ? ''
        : ` This migration needs about ${needed} for a while, replicas and archives of WAL the same.`
    }`,
  };
}

export function longTransactions(): Query {
  return {
    title: 'Transactions that a lock would have to wait for',
    sql: [
      'SELECT pid, usename, application_name, backend_type, state, now() - xact_start AS open_for, left(query, 80) AS query',
      'FROM pg_stat_activity',
      "WHERE xact_start < now() - interval '30 seconds' AND pid <> pg_backend_pid()",
      'ORDER BY xact_start;',
    ].join('\n'),
    read: 'No row: go. A row: wait until it ends, or ask its owner; do not start beside a dump (pg_dump) or a long report. An autovacuum worker gives way by itself, unless its query says "to prevent wraparound".',
  };
}

export function preparedTransactions(): Query {
  return {
    title: 'Prepared transactions, which hold their locks though no session shows them',
    sql: 'SELECT gid, owner, prepared, now() - prepared AS open_for FROM pg_prepared_xacts WHERE database = current_database() ORDER BY prepared;',
    read: 'No row: go. A row: ask its owner to finish it (COMMIT PREPARED or ROLLBACK PREPARED).',
  };
}

export function slots(): Query {
  return {
    title: 'Replication slots, which keep WAL and old rows',
    sql: [
      'SELECT slot_name, slot_type, active, wal_status,',
      '       pg_size_pretty(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)) AS wal_kept',
      'FROM pg_replication_slots ORDER BY restart_lsn;',
    ].join('\n'),
    read: 'No row, or each is active: go. One with active = f keeps all WAL that this migration writes: find its owner before a rewrite, an index build or a backfill.',
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
    read: 'No row: go. A row: drop it with DROP INDEX CONCURRENTLY before the build is tried again; IF NOT EXISTS would keep it.',
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
    read: 'On the primary. No row: there is no streaming replica. replay_lag is empty where nothing has been written lately.',
  };
}

/** In: the application_name of the migration's session; undefined where its tool gives it none. */
export function ownSession(name: string | undefined): Query {
  const own =
    name === undefined
      ? "datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
      : `application_name = ${quoteLiteral(name)}`;
  return {
    title: 'The session of the migration',
    sql: [
      'SELECT pid, state, wait_event_type, wait_event, now() - xact_start AS in_transaction, now() - query_start AS runs_for,',
      '       pg_blocking_pids(pid) AS waits_for, left(query, 80) AS query',
      'FROM pg_stat_activity',
      `WHERE ${own}`,
      `ORDER BY ${name === undefined ? 'backend_start DESC LIMIT 10' : 'backend_start'};`,
    ].join('\n'),
    read: `${name === undefined ? 'Its tool gives the session no name: it is one of the newest. ' : ''}Write down its pid. waits_for names the sessions that hold what it wants: {} means that it works.`,
  };
}

/** Those who wait, and for whom; the migration among them where its name is known. */
export function blockers(name: string | undefined): Query {
  const ours = name === undefined ? '' : `       blocking.application_name = ${quoteLiteral(name)} AS by_migration,\n`;
  return {
    title: 'Who blocks whom',
    sql: [
      'SELECT waiting.pid AS waiting_pid, left(waiting.query, 60) AS waiting_query,',
      '       now() - waiting.query_start AS waiting_for,',
      `${ours}       blocking.pid AS blocking_pid, blocking.state AS blocking_state, left(blocking.query, 60) AS blocking_query`,
      'FROM pg_stat_activity waiting',
      'CROSS JOIN LATERAL unnest(pg_blocking_pids(waiting.pid)) AS blocked_by(pid)',
      'JOIN pg_stat_activity blocking ON blocking.pid = blocked_by.pid',
      'ORDER BY waiting.query_start;',
    ].join('\n'),
    read:
      name === undefined
        ? 'The migration blocks for longer than the threshold: cancel it, see "Stop when".'
        : 'by_migration = t for longer than the threshold: cancel the migration, see "Stop when".',
  };
}

export function cancel(name: string): Query {
  return {
    title: 'Cancel the migration',
    sql: `SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = ${quoteLiteral(name)};`,
    read: 'Its statement ends with error 57014, and what its step says under "If it fails" holds. pg_terminate_backend in its place ends the session, where it does not answer.',
  };
}

export function indexProgress(): Query {
  return {
    title: 'How far the index build is',
    sql: [
      'SELECT pid, relid::regclass AS table_name, index_relid::regclass AS index_name, phase,',
      '       round(100.0 * blocks_done / nullif(blocks_total, 0), 1) AS blocks_percent,',
      '       lockers_done, lockers_total, current_locker_pid',
      'FROM pg_stat_progress_create_index;',
    ].join('\n'),
    read: 'A phase "waiting for writers" or "waiting for old snapshots" that does not move means an old transaction: current_locker_pid holds it up.',
  };
}

/** VACUUM FULL and CLUSTER alone: the rewrites of ALTER TABLE have no view of their progress. */
export function clusterProgress(): Query {
  return {
    title: 'How far CLUSTER or VACUUM FULL is',
    sql: [
      'SELECT pid, relid::regclass AS table_name, command, phase, heap_tuples_scanned, heap_tuples_written,',
      '       round(100.0 * heap_blks_scanned / nullif(heap_blks_total, 0), 1) AS scanned_percent',
      'FROM pg_stat_progress_cluster;',
    ].join('\n'),
    read: 'scanned_percent grows, then the indexes are built anew.',
  };
}

export function copyProgress(): Query {
  return {
    title: 'How far COPY is',
    sql: 'SELECT pid, relid::regclass AS table_name, tuples_processed, bytes_processed, bytes_total FROM pg_stat_progress_copy;',
    read: 'tuples_processed grows.',
  };
}

/** For a table that is written anew or whose rows are changed: nothing shows percent, the size of the files does. */
export function growth(relations: readonly string[]): Query {
  return {
    title: 'How much is written',
    sql: [
      'SELECT t.oid::regclass AS table_name, pg_size_pretty(pg_total_relation_size(t.oid)) AS total_size,',
      '       s.n_tup_upd AS updated, s.n_tup_ins AS inserted, s.n_dead_tup AS dead_rows, pg_current_wal_lsn() AS wal',
      `FROM unnest(ARRAY[${list(relations)}]) AS t(oid)`,
      'LEFT JOIN pg_stat_all_tables s ON s.relid = t.oid WHERE t.oid IS NOT NULL;',
    ].join('\n'),
    read: 'PostgreSQL shows no percent for this. wal moves on while it works; the counts come when its transaction ends.',
  };
}
