import type { StatisticsFile, TableStatistics } from '../sizes/statistics.js';
import { connect, type ConnectOptions } from './connect.js';
import { DatabaseError } from './error.js';

/** How long one query over the catalog may take, and wait for a table that somebody has locked. In ms. */
const STATEMENT_TIMEOUT = 120_000;
const LOCK_TIMEOUT = 5000;

/** A rate of less than that says nothing. In days. */
const SHORTEST = 1 / 24;

const settings = [
  'autovacuum',
  'block_size',
  'checkpoint_timeout',
  'full_page_writes',
  'idle_in_transaction_session_timeout',
  'lock_timeout',
  'maintenance_work_mem',
  'max_parallel_maintenance_workers',
  'max_parallel_workers',
  'max_standby_streaming_delay',
  'max_wal_size',
  'shared_buffers',
  'statement_timeout',
  'synchronous_commit',
  'wal_compression',
  'wal_level',
  'work_mem',
];

/** A moment as the file has it. */
const moment = (expression: string): string =>
  `to_char(${expression} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`;

const serverQuery = `
  select ${moment('now()')} as taken,
    pg_is_in_recovery() as standby,
    ${moment('stats_reset')} as since,
    extract(epoch from now() - stats_reset)::float8 / 86400 as days
  from pg_stat_database where datname = current_database()`;

// This session has timeouts of its own; reset_val is what others get.
const settingsQuery = `
  select name, case when name like '%\\_timeout' then reset_val || coalesce(unit, '')
    else current_setting(name) end as value
  from pg_settings where name = any ($1) order by name collate "C"`;

const replicaQuery = `
  select sync_state in ('sync', 'quorum') as synchronous,
    extract(epoch from replay_lag)::float8 as "lagSeconds",
    case when not pg_is_in_recovery() then pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)::float8 end as "lagBytes"
  from pg_stat_replication order by 1 desc, 3 nulls last`;

/** Whatever holds rows of its own, or of tables below it. Objects of extensions are not migrated. */
const relations = `
  select c.oid, n.nspname, c.relname, c.relkind
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'm') and c.relpersistence <> 't'
    and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
    and not exists (select from pg_depend d
      where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')`;

const tableQuery = `
  with recursive roots as (${relations}),
  tree (root, part) as (
    select oid, oid from roots
    union select tree.root, i.inhrelid from tree join pg_inherits i on i.inhparent = tree.part
  ),
  own as materialized (
    select c.oid, c.relkind, c.reltuples, c.relpages,
      case when c.relkind in ('r', 'm') then coalesce(pg_relation_size(c.oid), 0) else 0 end as heap,
      case when c.reltoastrelid <> 0 then coalesce(pg_total_relation_size(c.reltoastrelid), 0) else 0 end as toast,
      case when c.relkind in ('r', 'm') then coalesce(pg_indexes_size(c.oid), 0) else 0 end as indexes,
      greatest(s.last_analyze, s.last_autoanalyze, s.last_vacuum, s.last_autovacuum) as analyzed,
      s.n_tup_ins, s.n_tup_upd, s.n_tup_del, s.n_dead_tup
    from pg_class c left join pg_stat_all_tables s on s.relid = c.oid
    where c.oid in (select part from tree)
  ),
  sized as (
    select own.*, case
      when relkind = 'p' then 0
      when relkind not in ('r', 'm') or reltuples < 0 then null
      when relpages > 0 then round((reltuples::float8 / relpages) * (heap / current_setting('block_size')::float8))
      when heap = 0 then reltuples
      end as rows
    from own
  )
  select roots.oid::text as oid, roots.nspname as schema, roots.relname as name, roots.relkind as kind,
    (count(*) filter (where sized.relkind <> 'p'))::float8 as parts,
    case when bool_and(sized.rows is not null) then sum(sized.rows)::float8 end as rows,
    ${moment(`min(sized.analyzed) filter (where sized.relkind <> 'p')`)} as analyzed,
    sum(heap)::float8 as heap, sum(toast)::float8 as toast, sum(indexes)::float8 as indexes,
    sum(n_tup_ins)::float8 as inserted, sum(n_tup_upd)::float8 as updated, sum(n_tup_del)::float8 as deleted,
    sum(n_dead_tup)::float8 as dead
  from roots join tree on tree.root = roots.oid join sized on sized.oid = tree.part
  group by roots.oid, roots.nspname, roots.relname, roots.relkind
  order by roots.nspname collate "C", roots.relname collate "C"`;

const indexQuery = `
  with recursive roots as (${relations}),
  tree (root, part) as (
    select i.indexrelid, i.indexrelid from pg_index i where i.indrelid in (select oid from roots)
    union select tree.root, h.inhrelid from tree join pg_inherits h on h.inhparent = tree.part
  )
  select i.indrelid::text as oid, c.relname as name,
    sum(case when part.relkind = 'i' then coalesce(pg_relation_size(part.oid), 0) else 0 end)::float8 as bytes,
    sum(s.idx_scan)::float8 as scans
  from tree join pg_index i on i.indexrelid = tree.root join pg_class c on c.oid = tree.root
    join pg_class part on part.oid = tree.part left join pg_stat_all_indexes s on s.indexrelid = tree.part
  group by i.indrelid, c.relname order by c.relname collate "C"`;

interface TableRow {
  readonly oid: string;
  readonly schema: string;
  readonly name: string;
  readonly kind: string;
  readonly parts: number;
  readonly rows: number | null;
  readonly analyzed: string | null;
  readonly heap: number;
  readonly toast: number;
  readonly indexes: number;
  readonly inserted: number | null;
  readonly updated: number | null;
  readonly deleted: number | null;
  readonly dead: number | null;
}

/**
 * Asks a server for the sizes of its tables. `url` as in `connect`. It only reads catalogs and counters, in one
 * transaction that is READ ONLY. Throws DatabaseError.
 */
export async function captureStatistics(
  url: string | undefined,
  options: Pick<ConnectOptions, 'connectTimeout' | 'environment' | 'signal'> = {},
): Promise<{ readonly address: string; readonly statistics: StatisticsFile }> {
  const database = await connect(url, {
    ...options,
    access: 'read-only',
    statementTimeout: STATEMENT_TIMEOUT,
    lockTimeout: LOCK_TIMEOUT,
  });
  const { query } = database;
  try {
    const [server] = await query<{ taken: string; standby: boolean; since: string | null; days: number | null }>(
      serverQuery,
    );
    if (!server) throw new DatabaseError('The server reports nothing about its database.');
    const found = await query<{ name: string; value: string }>(settingsQuery, [settings]);
    const replicas = await query<StatisticsFile['replicas'][number]>(replicaQuery);
    const tables = await query<TableRow>(tableQuery);
    const indexes = new Map<string, TableStatistics['indexes']>();
    for (const { oid, ...index } of await query<TableStatistics['indexes'][number] & { oid: string }>(indexQuery))
      indexes.set(oid, [...(indexes.get(oid) ?? []), index]);
    const days = server.standby || server.days === null || server.days < SHORTEST ? undefined : server.days;
    return {
      address: database.address,
      statistics: {
        version: 1,
        taken: server.taken,
        postgres: database.serverVersion,
        standby: server.standby,
        countedSince: server.since,
        settings: Object.fromEntries(found.map(({ name, value }) => [name, value])),
        replicas: replicas.map((each) => ({
          ...each,
          lagBytes: each.lagBytes === null ? null : Math.max(0, each.lagBytes),
        })),
        tables: tables.map((row) => tableOf(row, indexes.get(row.oid) ?? [], days)),
      },
    };
  } catch (error) {
    throw explained(error);
  } finally {
    await database.close();
  }
}

const kinds: Readonly<Record<string, TableStatistics['kind']>> = { p: 'partitioned table', m: 'materialized view' };

function tableOf(row: TableRow, indexes: TableStatistics['indexes'], days: number | undefined): TableStatistics {
  const rate = (all: number | null): number | null =>
    all === null || days === undefined ? null : Number((all / days).toPrecision(3));
  return {
    schema: row.schema,
    name: row.name,
    kind: kinds[row.kind] ?? 'table',
    ...(row.kind === 'p' || row.parts > 1 ? { parts: row.parts } : {}),
    rows: row.rows,
    analyzed: row.analyzed,
    heapBytes: row.heap,
    toastBytes: row.toast,
    indexBytes: row.indexes,
    insertedPerDay: rate(row.inserted),
    updatedPerDay: rate(row.updated),
    deletedPerDay: rate(row.deleted),
    deadRows: row.dead,
    indexes,
  };
}

function explained(error: unknown): unknown {
  if (!(error instanceof DatabaseError)) return error;
  if (error.sqlState === '55P03')
    return new DatabaseError(
      `A table is locked by another session, and its size could not be read within ${LOCK_TIMEOUT / 1000} s. Try again when that session has ended.`,
      error.sqlState,
    );
  if (error.sqlState === '57014')
    return new DatabaseError('The server took too long to read its catalog, or cancelled the query.', error.sqlState);
  return error;
}
