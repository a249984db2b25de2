import type { SqlConnection } from './connection.js';

/** What a snapshot may leave out. */
export interface SnapshotOptions {
  /** Adds the order of the columns, which DROP COLUMN and ADD COLUMN can never bring back. Default: false. */
  readonly columnOrder?: boolean;
}

/**
 * The schema of a database as sorted lines, one for each fact about each object, for exact comparison.
 * What an extension owns and what PostgreSQL ships is left out; so are rows, statistics and the values of sequences.
 */
export async function catalogSnapshot(db: SqlConnection, options: SnapshotOptions = {}): Promise<string[]> {
  // Definitions name every object with its schema when the search path is empty.
  await db.exec("SET search_path = ''");
  const lines: string[] = [];
  try {
    for (const query of options.columnOrder ? [...queries, columnOrder] : queries) {
      const { rows } = await db.query<{ line: string }>(query);
      lines.push(...rows.map(({ line }) => line));
    }
  } finally {
    await db.exec('RESET search_path');
  }
  return lines.sort();
}

/** The lines that only one of two snapshots has: "- line" is missing in `after`, "+ line" is new there. */
export function snapshotDifference(before: readonly string[], after: readonly string[]): string[] {
  return [
    ...before.filter((line) => !after.includes(line)).map((line) => `- ${line}`),
    ...after.filter((line) => !before.includes(line)).map((line) => `+ ${line}`),
  ];
}

/** Lines about objects that have numbers: what runs is SELECT line FROM from. */
interface Kind {
  /** The number of the object, in "from". */
  readonly oid: string;
  readonly line: string;
  /** Ends with a condition. */
  readonly from: string;
}

/** True for a schema of the user; `alias` names a column that holds an oid of pg_namespace. */
function userSchema(alias: string): string {
  return `${alias} IN (SELECT oid FROM pg_catalog.pg_namespace
    WHERE nspname !~ '^pg_' AND nspname <> 'information_schema')`;
}

/** True when no extension owns the object. */
function notOfExtension(catalog: string, oid: string): string {
  return `NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
    WHERE d.classid = '${catalog}'::regclass AND d.objid = ${oid} AND d.deptype = 'e')`;
}

/** Privileges as one sorted text; rights that were never touched read as the defaults they stand for. */
function rights(acl: string, kind: string, owner: string): string {
  return `(SELECT string_agg(a::text, ' ' ORDER BY a::text COLLATE "C")
    FROM unnest(coalesce(${acl}, acldefault('${kind}', ${owner}))) AS a)`;
}

/** Options have no order. */
const sorted = (options: string): string => `(SELECT array_agg(o ORDER BY o) FROM unnest(${options}) AS o)`;

const schemas = `
SELECT format('schema %I owner %s rights %s', nspname, nspowner::regrole, ${rights('nspacl', 'n', 'nspowner')}) AS line
FROM pg_namespace WHERE ${userSchema('oid')}`;

const relations: Kind = {
  oid: 'c.oid',
  line: `format('%s %s', CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned table' WHEN 'v' THEN 'view'
    WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table' WHEN 'c' THEN 'composite type' END, c.oid::regclass)
  || format(' owner %s persistence %s rls %s/%s replica identity %s options %s tablespace %s method %s of %s populated %s',
    c.relowner::regrole, c.relpersistence, c.relrowsecurity, c.relforcerowsecurity, c.relreplident, ${sorted('c.reloptions')},
    c.reltablespace, (SELECT amname FROM pg_am WHERE oid = c.relam), nullif(c.reloftype, 0)::regtype, c.relispopulated)
  || coalesce(' partition by ' || pg_get_partkeydef(c.oid), '')
  || coalesce(' bound ' || pg_get_expr(c.relpartbound, c.oid), '')
  || coalesce(' rights ' || ${rights('c.relacl', 'r', 'c.relowner')}, '')
  || coalesce(' as ' || CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END, '')`,
  from: `pg_class c
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c') AND ${userSchema('c.relnamespace')} AND ${notOfExtension('pg_class', 'c.oid')}`,
};

const inheritance = `
SELECT format('%s inherits %s%s', i.inhrelid::regclass, i.inhparent::regclass,
  CASE WHEN i.inhdetachpending THEN ' (detach pending)' ELSE '' END) AS line
FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE ${userSchema('c.relnamespace')}`;

const columns: Kind = {
  oid: 'c.oid',
  line: `format('column %s.%I %s', c.oid::regclass, a.attname, format_type(a.atttypid, a.atttypmod))
  || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
  || coalesce(CASE a.attgenerated WHEN '' THEN ' default ' WHEN 's' THEN ' generated stored ' ELSE ' generated virtual ' END
    || pg_get_expr(d.adbin, d.adrelid), '')
  || CASE a.attidentity WHEN 'a' THEN ' identity always' WHEN 'd' THEN ' identity by default' ELSE '' END
  || format(' collation %s storage %s compression %s statistics %s options %s local %s inherited %s',
    nullif(a.attcollation, 0)::regcollation, a.attstorage, a.attcompression, nullif(a.attstattarget, -1), a.attoptions,
    a.attislocal, a.attinhcount)
  || coalesce(' rights ' || array_to_string(a.attacl, ' '), '')`,
  from: `pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c')
  AND ${userSchema('c.relnamespace')} AND ${notOfExtension('pg_class', 'c.oid')}`,
};

const columnOrder = `
SELECT format('column order %s: %s', c.oid::regclass, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)) AS line
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'f', 'c') AND ${userSchema('c.relnamespace')}
GROUP BY c.oid`;

const constraints: Kind = {
  oid: 'o.oid',
  line: `format('constraint %I on %s %s%s local %s inherited %s', o.conname,
  CASE WHEN o.conrelid <> 0 THEN o.conrelid::regclass::text ELSE 'domain ' || o.contypid::regtype END,
  pg_get_constraintdef(o.oid), CASE WHEN o.convalidated THEN '' ELSE ' (not validated)' END,
  o.conislocal, o.coninhcount)`,
  from: `pg_constraint o WHERE ${userSchema('o.connamespace')} AND ${notOfExtension('pg_constraint', 'o.oid')}`,
};

const indexes: Kind = {
  oid: 'i.indexrelid',
  line: `format('index %s valid %s ready %s replica identity %s clustered %s owner %s options %s', pg_get_indexdef(i.indexrelid),
  i.indisvalid, i.indisready, i.indisreplident, i.indisclustered, c.relowner::regrole, ${sorted('c.reloptions')})
  || coalesce(' of constraint ' || quote_ident(o.conname), '')
  || coalesce(' statistics ' || (SELECT string_agg(attnum || '=' || attstattarget, ' ' ORDER BY attnum) FROM pg_attribute
    WHERE attrelid = i.indexrelid AND attstattarget >= 0), '')`,
  from: `pg_index i JOIN pg_class c ON c.oid = i.indexrelid
LEFT JOIN pg_constraint o ON o.conindid = i.indexrelid AND o.contype IN ('p', 'u', 'x')
WHERE ${userSchema('c.relnamespace')} AND ${notOfExtension('pg_class', 'i.indrelid')}`,
};

const sequences: Kind = {
  oid: 's.seqrelid',
  line: `format('sequence %s as %s start %s increment %s min %s max %s cache %s cycle %s owned by %s owner %s rights %s persistence %s',
  s.seqrelid::regclass, s.seqtypid::regtype, s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle,
  (SELECT format('%s.%I (%s)', d.refobjid::regclass, a.attname, d.deptype) FROM pg_depend d
    JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
    WHERE d.classid = 'pg_class'::regclass AND d.objid = s.seqrelid AND d.deptype IN ('a', 'i')),
  c.relowner::regrole, ${rights('c.relacl', 's', 'c.relowner')}, c.relpersistence)`,
  from: `pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid
WHERE ${userSchema('c.relnamespace')} AND ${notOfExtension('pg_class', 's.seqrelid')}`,
};

const functions: Kind = {
  oid: 'p.oid',
  line: `format('function %s owner %s rights %s kind %s as %s', p.oid::regprocedure, p.proowner::regrole,
  ${rights('p.proacl', 'f', 'p.proowner')}, p.prokind,
  CASE WHEN p.prokind = 'a' THEN (SELECT (to_jsonb(g) - 'aggfnoid')::text FROM pg_aggregate g WHERE g.aggfnoid = p.oid)
    ELSE pg_get_functiondef(p.oid) END)`,
  from: `pg_proc p WHERE ${userSchema('p.pronamespace')} AND ${notOfExtension('pg_proc', 'p.oid')}`,
};

const triggers: Kind = {
  oid: 't.oid',
  line: `format('trigger %s enabled %s', pg_get_triggerdef(t.oid), t.tgenabled)`,
  from: `pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE NOT t.tgisinternal AND ${userSchema('c.relnamespace')}`,
};

const rules: Kind = {
  oid: 'r.oid',
  line: `format('rule on %s %s enabled %s', r.ev_class::regclass, pg_get_ruledef(r.oid), r.ev_enabled)`,
  from: `pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
WHERE r.rulename <> '_RETURN' AND ${userSchema('c.relnamespace')}`,
};

const policies: Kind = {
  oid: 'p.oid',
  line: `format('policy %I on %s %s permissive %s roles %s using %s check %s', p.polname, p.polrelid::regclass, p.polcmd,
  p.polpermissive, (SELECT string_agg(r::regrole::text, ' ' ORDER BY r) FROM unnest(p.polroles) r),
  pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))`,
  from: `pg_policy p WHERE true`,
};

const eventTriggers = `
SELECT format('event trigger %I on %s tags %s function %s enabled %s owner %s', evtname, evtevent, evttags,
  evtfoid::regproc, evtenabled, evtowner::regrole) AS line
FROM pg_event_trigger`;

const types: Kind = {
  oid: 't.oid',
  line: `format('type %s kind %s owner %s rights %s', t.oid::regtype, t.typtype, t.typowner::regrole,
    ${rights('t.typacl', 'T', 't.typowner')})
  || CASE t.typtype
    WHEN 'e' THEN ' labels ' || coalesce((SELECT string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder)
      FROM pg_enum WHERE enumtypid = t.oid), '')
    WHEN 'd' THEN format(' of %s not null %s default %s collation %s', format_type(t.typbasetype, t.typtypmod),
      t.typnotnull, t.typdefault, nullif(t.typcollation, 0)::regcollation)
    WHEN 'r' THEN (SELECT format(' range of %s', rngsubtype::regtype) FROM pg_range WHERE rngtypid = t.oid)
    ELSE '' END`,
  from: `pg_type t
WHERE ${userSchema('t.typnamespace')} AND ${notOfExtension('pg_type', 't.oid')}
  AND t.typtype IN ('e', 'd', 'r', 'b') AND t.typelem = 0`,
};

const comments = `
SELECT format('comment on %s %s: %s', i.type, i.identity, d.description) AS line
FROM pg_description d, pg_identify_object(d.classoid, d.objoid, d.objsubid) i
WHERE d.objoid >= 16384 OR (d.classoid = 'pg_namespace'::regclass AND d.objoid = 'public'::regnamespace)
UNION ALL
SELECT format('comment on %s: %s', d.objoid::regrole, d.description) FROM pg_shdescription d
WHERE d.classoid = 'pg_authid'::regclass`;

const others = `
SELECT format('extension %I version %s schema %s', extname, extversion, extnamespace::regnamespace) AS line FROM pg_extension
UNION ALL
SELECT format('extended statistics %s.%I kinds %s on %s expressions %s of %s target %s owner %s', stxnamespace::regnamespace,
  stxname, stxkind, (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attname) FROM pg_attribute
    WHERE attrelid = stxrelid AND attnum = ANY (stxkeys::int2[])), pg_get_statisticsobjdef_expressions(oid),
  stxrelid::regclass, stxstattarget, stxowner::regrole)
FROM pg_statistic_ext
UNION ALL
SELECT format('publication %I all %s insert %s update %s delete %s truncate %s root %s tables %s schemas %s', p.pubname,
  p.puballtables, p.pubinsert, p.pubupdate, p.pubdelete, p.pubtruncate, p.pubviaroot,
  (SELECT string_agg(format('%s(%s) where %s', r.prrelid::regclass,
    (SELECT string_agg(quote_ident(a.attname), ' ' ORDER BY a.attname) FROM pg_attribute a
      WHERE a.attrelid = r.prrelid AND a.attnum = ANY (r.prattrs::int2[])), pg_get_expr(r.prqual, r.prrelid)), ', '
    ORDER BY r.prrelid::regclass::text) FROM pg_publication_rel r WHERE r.prpubid = p.oid),
  (SELECT string_agg(n.pnnspid::regnamespace::text, ', ' ORDER BY n.pnnspid::regnamespace::text)
    FROM pg_publication_namespace n WHERE n.pnpubid = p.oid))
FROM pg_publication p
UNION ALL
SELECT format('role %s super %s inherit %s createrole %s createdb %s login %s replication %s bypassrls %s limit %s',
  oid::regrole, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolbypassrls, rolconnlimit)
FROM pg_roles WHERE oid >= 16384
UNION ALL
SELECT format('member %s of %s admin %s', member::regrole, roleid::regrole, admin_option) FROM pg_auth_members
WHERE member >= 16384 OR roleid >= 16384
UNION ALL
SELECT format('settings of role %s in %s: %s', setrole, CASE setdatabase WHEN 0 THEN '0' ELSE 'this database' END, setconfig)
FROM pg_db_role_setting WHERE setdatabase = 0 OR setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
UNION ALL
SELECT format('default rights of %s in %s for %s: %s', defaclrole::regrole, defaclnamespace::regnamespace, defaclobjtype, defaclacl)
FROM pg_default_acl
UNION ALL
SELECT format('cast %s to %s function %s context %s', castsource::regtype, casttarget::regtype, castfunc::regprocedure,
  castcontext) FROM pg_cast WHERE oid >= 16384
UNION ALL
SELECT format('operator %s', oid::regoperator) FROM pg_operator WHERE oid >= 16384 AND ${userSchema('oprnamespace')}
  AND ${notOfExtension('pg_operator', 'pg_operator.oid')}
UNION ALL
SELECT format('collation %s provider %s locale %s deterministic %s', oid::regcollation, collprovider,
  coalesce(collcollate, to_jsonb(pg_collation) ->> 'colllocale'), collisdeterministic)
FROM pg_collation WHERE oid >= 16384 AND ${userSchema('collnamespace')}`;

/** The lines of objects by what the numbers of these objects are: a relation's, a constraint's, … */
const kinds = {
  tables: [relations, columns],
  indexes: [indexes],
  sequences: [sequences],
  constraints: [constraints],
  functions: [functions],
  triggers: [triggers],
  rules: [rules],
  policies: [policies],
  types: [types],
} as const satisfies Readonly<Record<string, readonly Kind[]>>;

/** A group of objects that have their numbers from one catalog of PostgreSQL. */
export type KindOfObject = keyof typeof kinds;

export const kindsOfObjects = Object.keys(kinds) as readonly KindOfObject[];

/** The lines that are few, and quickly looked up. */
const rest = [schemas, inheritance, eventTriggers, comments, others];

const queries = [
  ...Object.values(kinds).flatMap((each) => each.map(({ line, from }) => `SELECT ${line} AS line FROM ${from}`)),
  ...rest,
];

/** The same lines in no order, as one query for a session whose search path is empty. */
export const catalogQuery: string = queries.join('\nUNION ALL\n');

/** The lines that `objectsQuery` does not give. */
export const restQuery: string = rest.join('\nUNION ALL\n');

/** The lines of objects: "kind", "oid", "line". $1, $2, …: the numbers of each of `kindsOfObjects`, an oid[]. */
export const objectsQuery: string = kindsOfObjects
  .flatMap((kind, index) =>
    kinds[kind].map(
      ({ oid, line, from }: Kind) =>
        `SELECT '${kind}' AS kind, ${oid}::int8 AS oid, ${line} AS line FROM ${from} AND ${oid} = ANY ($${index + 1})`,
    ),
  )
  .join('\nUNION ALL\n');
