import { type Engine, textOf } from './engine.js';

/** A relation of a person's schemas, by its oid. */
export interface SeenRelation {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  /** As in pg_class.relkind. */
  readonly kind: string;
  /** 0 where it has none. */
  readonly filenode: number;
  /** The table of an index; 0 for what is none. */
  readonly table: number;
  /** How often it was read from end to end in this transaction. */
  readonly scans: number;
}

/** What can be seen of a database within a transaction. */
export interface Look {
  readonly relations: ReadonlyMap<number, SeenRelation>;
  /** "oid mode" of every lock that the transaction holds on them. */
  readonly locks: ReadonlySet<string>;
  /** Bytes of WAL since the server began. */
  readonly wal: number;
}

/** What a statement did. */
export interface Observed {
  readonly locks: readonly ObservedLock[];
  /** Relations that were written anew. */
  readonly rewrites: readonly SeenRelation[];
  /** Tables of which an index was built, where they were there before. */
  readonly indexBuilds: readonly SeenRelation[];
  readonly scans: readonly SeenRelation[];
  /** Bytes. */
  readonly wal: number;
}

export interface ObservedLock {
  readonly relation: SeenRelation;
  /** As in pg_locks. */
  readonly mode: string;
}

const lookQuery = `SELECT pg_catalog.json_build_object(
  'relations', (SELECT pg_catalog.json_agg(pg_catalog.json_build_array(c.oid::pg_catalog.int8, n.nspname, c.relname, c.relkind,
      coalesce(pg_catalog.pg_relation_filenode(c.oid)::pg_catalog.int8, 0), coalesce(i.indrelid::pg_catalog.int8, 0),
      coalesce(pg_catalog.pg_stat_get_xact_numscans(c.oid), 0)))
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
    WHERE c.oid >= 16384 AND (n.nspname !~ '^pg_' OR n.nspname ~ '^pg_temp_') AND n.nspname <> 'information_schema'
      AND c.relkind <> 'c'),
  'locks', (SELECT pg_catalog.json_agg(DISTINCT l.relation::pg_catalog.int8 || ' ' || l.mode) FROM pg_catalog.pg_locks l
    WHERE l.pid = pg_catalog.pg_backend_pid() AND l.granted AND l.relation >= 16384),
  'wal', (pg_catalog.pg_current_wal_insert_lsn() - '0/0'::pg_catalog.pg_lsn)::pg_catalog.float8)::pg_catalog.text AS look`;

type Row = readonly [number, string, string, string, number, number, number];

/** Looks at the database from within the transaction that is open. */
export async function look(engine: Engine): Promise<Look> {
  const text = await textOf(engine, lookQuery);
  const { relations, locks, wal } = JSON.parse(text) as {
    relations: readonly Row[] | null;
    locks: readonly string[] | null;
    wal: number;
  };
  return {
    relations: new Map(
      (relations ?? []).map(([oid, schema, name, kind, filenode, table, scans]) => [
        oid,
        { oid, schema, name, kind, filenode, table, scans },
      ]),
    ),
    locks: new Set(locks ?? []),
    wal,
  };
}

/** What has happened between two looks in one transaction. Only relations that were there before count. */
export function observed(before: Look, after: Look): Observed {
  const locks: ObservedLock[] = [];
  for (const lock of after.locks) {
    const [oid = '', mode = ''] = lock.split(' ');
    const relation = before.relations.get(Number(oid));
    if (relation && !before.locks.has(lock)) locks.push({ relation, mode });
  }
  const rewrites: SeenRelation[] = [];
  const built = new Set<number>();
  const scans: SeenRelation[] = [];
  // An index that is made anew over the same file is not built.
  const files = new Set([...before.relations.values()].map(({ filenode }) => filenode));
  for (const now of after.relations.values()) {
    const was = before.relations.get(now.oid);
    const isIndex = now.kind === 'i';
    if (isIndex && before.relations.has(now.table) && !files.has(now.filenode)) built.add(now.table);
    if (was && !isIndex && now.kind !== 'S' && was.filenode !== now.filenode && was.filenode !== 0) rewrites.push(was);
    if (was && !isIndex && now.scans > was.scans) scans.push(was);
  }
  const indexBuilds = [...built].flatMap((oid) => before.relations.get(oid) ?? []);
  return { locks, rewrites, indexBuilds, scans, wal: Math.max(0, after.wal - before.wal) };
}
