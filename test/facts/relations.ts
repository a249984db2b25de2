import type { Session } from './session.js';

/** What the catalogs say of a relation of the test schemas. */
export interface Relation {
  readonly oid: number;
  /** Without the schema `m` of the cases: "t", "m2.x". */
  readonly name: string;
  readonly schema: string;
  readonly bareName: string;
  /** `pg_class.relkind`: r table, p partitioned table, m materialised view, v view, S sequence, i and I indexes. */
  readonly kind: string;
  /** The file that holds the rows; PostgreSQL gives a new one to whatever it writes anew. 0 when there is none. */
  readonly file: number;
  /** Sequential scans of this transaction, of default partitions only. */
  readonly scans: number;
  readonly isDefaultPartition: boolean;
}

/** Every relation that is not PostgreSQL's own. Reads catalogs only, so it takes no lock on what it lists. */
export function relations(session: Session): Promise<readonly Relation[]> {
  return session.query<Relation>(`
    select c.oid::int as oid, n.nspname::text as schema, c.relname::text as "bareName",
      case n.nspname when 'm' then '' else n.nspname || '.' end || c.relname as name,
      c.relkind::text as kind, c.relfilenode::int as file, d.partdefid is not null as "isDefaultPartition",
      case when d.partdefid is null then 0 else pg_stat_get_xact_numscans(c.oid)::int end as scans
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    left join pg_partitioned_table d on d.partdefid = c.oid
    where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and c.relkind in ('r', 'p', 'm', 'v', 'S', 'f', 'i', 'I')
    order by c.oid`);
}

export function isIndex({ kind }: Relation): boolean {
  return kind === 'i' || kind === 'I';
}

/** The oids of these relations whose file holds at least one page. Takes ACCESS SHARE: read the locks before. */
export async function filled(session: Session, candidates: readonly Relation[]): Promise<ReadonlySet<number>> {
  if (candidates.length === 0) return new Set();
  const oids = candidates.map(({ oid }) => oid).join(', ');
  const rows = await session.query<{ oid: number }>(
    `select oid::int as oid from pg_class where oid in (${oids}) and pg_relation_size(oid) > 0`,
  );
  return new Set(rows.map(({ oid }) => oid));
}
