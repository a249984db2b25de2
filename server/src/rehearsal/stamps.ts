import { type KindOfObject, kindsOfObjects, restQuery } from './catalog-snapshot.js';

/** A table and how often its rows have been written, as PostgreSQL counts it; what is rolled back counts, too. */
export type TableStamp = readonly [name: string, oid: number, stamp: string];

/** What is looked at first. */
export interface Marks {
  /** The number of the next transaction. */
  readonly next: string;
  /** False where PostgreSQL does not count writes. */
  readonly isCounted: boolean;
  /** Changes when a relation is made or dropped. */
  readonly relations: number;
  /** Whether a relation was written in a catalog since the transaction that was asked about. */
  readonly isNew: boolean;
  readonly tables: readonly TableStamp[] | null;
}

/** What is looked at where the schema may have changed. */
export interface Reached {
  /** Something else when there is another schema, role, extension or operator class, which any line may name. */
  readonly wide: string;
  /** The lines that are few. */
  readonly rest: readonly string[] | null;
  /** The numbers of the objects that are there. */
  readonly present: Readonly<Record<KindOfObject, readonly number[] | null>>;
  /** Those of which something may have changed since the transaction that was asked about. */
  readonly changed: readonly number[] | null;
}

/** From this number on objects are a person's. */
const first = 16384;

/** The catalog that numbers the objects of a kind, and which of its rows are of that kind. */
const catalogs: Readonly<Record<KindOfObject, readonly [catalog: string, condition: string]>> = {
  tables: ['pg_class', "relkind IN ('r', 'p', 'v', 'm', 'f', 'c')"],
  indexes: ['pg_class', "relkind IN ('i', 'I') AND relnamespace <> 'pg_toast'::regnamespace"],
  sequences: ['pg_class', "relkind = 'S'"],
  constraints: ['pg_constraint', 'true'],
  functions: ['pg_proc', 'true'],
  triggers: ['pg_trigger', 'NOT tgisinternal'],
  rules: ['pg_rewrite', "rulename <> '_RETURN'"],
  policies: ['pg_policy', 'true'],
  types: ['pg_type', "typtype IN ('e', 'd', 'r', 'b') AND typelem = 0"],
};

/** Catalogs of which a row says something about an object of another one: the column with its number. */
const parts: readonly (readonly [part: string, number: string, catalog: string])[] = [
  ['pg_attribute', 'attrelid', 'pg_class'],
  ['pg_attrdef', 'adrelid', 'pg_class'],
  ['pg_index', 'indexrelid', 'pg_class'],
  ['pg_sequence', 'seqrelid', 'pg_class'],
  ['pg_rewrite', 'ev_class', 'pg_class'],
  ['pg_inherits', 'inhrelid', 'pg_class'],
  ['pg_partitioned_table', 'partrelid', 'pg_class'],
  ['pg_aggregate', 'aggfnoid::oid', 'pg_proc'],
  ['pg_enum', 'enumtypid', 'pg_type'],
  ['pg_range', 'rngtypid', 'pg_type'],
];

/** Catalogs that number their objects themselves. */
const wholes = ['pg_class', 'pg_constraint', 'pg_proc', 'pg_trigger', 'pg_rewrite', 'pg_policy', 'pg_type'];

/** Catalogs of what is rare, and named by anything. */
const rare = [
  'pg_am',
  'pg_opclass',
  'pg_opfamily',
  'pg_operator',
  'pg_collation',
  'pg_language',
  'pg_ts_config',
  'pg_ts_dict',
  'pg_foreign_server',
  'pg_extension',
];

/** Whether a row was written since the transaction $1; never true where that is NULL. */
const isNew = 'age(xmin) <= age($1)';

const wide = `SELECT md5(string_agg(line, ',' ORDER BY line COLLATE "C")) FROM (
  SELECT format('n %s %s', oid, xmin) AS line FROM pg_namespace WHERE nspname !~ '^pg_(?:toast_)?temp'
  UNION ALL SELECT format('r %s', r) FROM pg_roles AS r
  UNION ALL SELECT format('e %s', count(*)) FROM pg_depend WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'
  ${rare.map((name) => `UNION ALL SELECT format('${name} %s %s', oid, xmin) FROM ${name} WHERE oid >= ${first}`).join('\n  ')}
) AS named`;

const tables = `SELECT json_agg(json_build_array(format('%I.%I', nspname, relname), c.oid::int8, concat_ws(' ', relfilenode,
    pg_stat_get_tuples_inserted(c.oid) + pg_stat_get_xact_tuples_inserted(c.oid),
    pg_stat_get_tuples_updated(c.oid) + pg_stat_get_xact_tuples_updated(c.oid),
    pg_stat_get_tuples_deleted(c.oid) + pg_stat_get_xact_tuples_deleted(c.oid)))
    ORDER BY nspname COLLATE "C", relname COLLATE "C")
  FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
  WHERE relkind = 'r' AND relpersistence <> 't' AND nspname !~ '^pg_' AND nspname <> 'information_schema'`;

/** One value, the JSON of Marks. $1: the transaction of the last look, an xid; NULL where there was none. */
export const marksQuery = `SELECT json_build_object(
  'next', pg_snapshot_xmax(pg_current_snapshot())::xid::text,
  'isCounted', current_setting('track_counts')::bool,
  'relations', (SELECT count(*) FROM pg_class),
  'isNew', EXISTS (SELECT FROM pg_class WHERE oid >= ${first} AND ${isNew}),
  'tables', (${tables}))::text AS found`;

const seeds = [
  ...wholes.map((name) => `SELECT '${name}'::regclass::oid, oid FROM ${name} WHERE oid >= ${first} AND ${isNew}`),
  ...parts.map(
    ([part, number, catalog]) =>
      `SELECT '${catalog}'::regclass::oid, ${number} FROM ${part} WHERE ${number} >= ${first} AND ${isNew}`,
  ),
];

/** Objects that were written since a transaction, and those that name them, as far as that reaches. */
// A view hangs on what its rule names, a column on what its default names, and the values of a type on its columns.
const changed = `WITH RECURSIVE reached (class, number) AS (
  SELECT * FROM (${seeds.join('\n  UNION ALL ')}) AS seed
  UNION
  SELECT d.classid, d.objid FROM reached r
  CROSS JOIN LATERAL (
    SELECT classid, objid FROM pg_depend WHERE refclassid = r.class AND refobjid = r.number
    UNION ALL SELECT 'pg_class'::regclass, ev_class FROM pg_rewrite
      WHERE r.class = 'pg_rewrite'::regclass AND oid = r.number
    UNION ALL SELECT 'pg_class'::regclass, adrelid FROM pg_attrdef
      WHERE r.class = 'pg_attrdef'::regclass AND oid = r.number
    UNION ALL SELECT 'pg_type'::regclass, reltype FROM pg_class
      WHERE r.class = 'pg_class'::regclass AND oid = r.number AND reltype <> 0
    OFFSET 0) AS d
) SELECT json_agg(DISTINCT number::int8) FROM reached`;

const present = kindsOfObjects.map((kind) => {
  const [catalog, condition] = catalogs[kind];
  return `'${kind}', (SELECT json_agg(oid::int8) FROM ${catalog} WHERE oid >= ${first} AND ${condition})`;
});

/** One value, the JSON of Reached. $1: the transaction of the last look, an xid; NULL where there was none. */
export const reachedQuery = `SELECT json_build_object(
  'wide', (${wide}),
  'rest', (SELECT json_agg(line) FROM (${restQuery}) AS few_lines WHERE line IS NOT NULL),
  'present', json_build_object(${present.join(',\n')}),
  'changed', (${changed}))::text AS found`;
