import { quoteIdentifier } from '../quote.js';
import { common, putNew, relationOrUnknown, seen } from './make.js';
import type { Oid, Policy, Publication, Ref, SqlText } from './model.js';
import { optionMap } from './options.js';
import { rangeName, tableScope } from './scope.js';
import type { Source } from './source.js';
import { field, has, inner, list, text, type Tree } from './tree.js';

/** The roles of TO as they are written; "PUBLIC" for none. */
function rolesOf(stmt: Tree): string {
  const roles = list(stmt, 'roles').map((node) => {
    const role = inner(node);
    const kind = text(role, 'roletype');
    if (kind === 'ROLESPEC_CSTRING') return quoteIdentifier(text(role, 'rolename') ?? '');
    return (kind ?? 'ROLESPEC_PUBLIC').replace('ROLESPEC_', '');
  });
  return roles.length === 0 ? 'PUBLIC' : roles.join(', ');
}

function clause(source: Source, word: string, node: unknown, table: { oid: Oid; name: string }): SqlText {
  const from = source.find([word], source.find(['ON']));
  const at = word === 'CHECK' ? source.find(['CHECK'], source.find(['ON'])) : from;
  const [open, close] = source.inParentheses(at);
  return source.cut(open, close, [node], tableScope(table));
}

/** Replays CREATE POLICY. */
export function createPolicy(source: Source, stmt: Tree): void {
  const { catalog } = source;
  const table = relationOrUnknown(catalog, rangeName(field(stmt, 'table')));
  const policy: Policy = {
    kind: 'policy',
    ...common(catalog, text(stmt, 'policy_name') ?? '', { parent: table.oid }),
    permissive: stmt.permissive === true,
    command: (text(stmt, 'cmd_name') ?? 'all').toUpperCase(),
    roles: rolesOf(stmt),
    using: has(stmt, 'qual') ? clause(source, 'USING', stmt.qual, table) : undefined,
    check: has(stmt, 'with_check') ? clause(source, 'CHECK', stmt.with_check, table) : undefined,
  };
  catalog.put(policy);
}

/** Replays ALTER POLICY. */
export function alterPolicy(source: Source, stmt: Tree): void {
  const { catalog } = source;
  const table = relationOrUnknown(catalog, rangeName(field(stmt, 'table')));
  const name = text(stmt, 'policy_name') ?? '';
  const policy = catalog.childrenOfKind(table.oid, 'policy').find((each) => each.name === name);
  if (!policy) return source.miss(name);
  catalog.put({
    ...policy,
    roles: list(stmt, 'roles').length > 0 ? rolesOf(stmt) : policy.roles,
    using: has(stmt, 'qual') ? clause(source, 'USING', stmt.qual, table) : policy.using,
    check: has(stmt, 'with_check') ? clause(source, 'CHECK', stmt.with_check, table) : policy.check,
    seen: seen(policy, 'clauses'),
  });
}

/** The tables and schemas of a publication as the statement names them. */
function membersOf(source: Source, stmt: Tree): { tables: Map<Oid, SqlText>; schemas: string[] } {
  const tables = new Map<Oid, SqlText>();
  const schemas: string[] = [];
  for (const item of list(stmt, 'pubobjects')) {
    const spec = inner(item);
    const kind = text(spec, 'pubobjtype') ?? '';
    if (kind.startsWith('PUBLICATIONOBJ_TABLES')) {
      schemas.push(kind.endsWith('CUR_SCHEMA') ? source.catalog.creationSchema : (text(spec, 'name') ?? ''));
      continue;
    }
    const published = field(spec, 'pubtable');
    const range = field(published, 'relation');
    const table = relationOrUnknown(source.catalog, rangeName(range));
    tables.set(table.oid, memberText(source, published, table));
  }
  return { tables, schemas };
}

/** "orders (id, total) WHERE (total > 0)". */
function memberText(source: Source, published: Tree, table: { oid: Oid; name: string }): SqlText {
  const isAlone = field(published, 'relation').inh !== true;
  const pieces: (string | Ref)[] = [...(isAlone ? ['ONLY '] : []), { oid: table.oid, as: 'full' }];
  const columns = list(published, 'columns');
  if (columns.length > 0) {
    const oids = columns.flatMap(
      (each) => source.catalog.column(table.oid, text(field(each, 'String'), 'sval') ?? '')?.oid ?? [],
    );
    pieces.push(
      ' (',
      ...oids.flatMap((oid, at) => (at === 0 ? [{ oid, as: 'name' } as const] : [', ', { oid, as: 'name' } as const])),
      ')',
    );
  }
  if (has(published, 'whereClause')) {
    const from = source.behindName(source.at(field(published, 'relation')));
    const [open, close] = source.inParentheses(source.find(['WHERE'], from));
    pieces.push(' WHERE (', ...source.cut(open, close, [published.whereClause], tableScope(table)), ')');
  }
  return pieces;
}

/** What a publication has without being given it is no option of its own. */
function withoutDefaults(options: ReadonlyMap<string, string>): Map<string, string> {
  const defaults: Readonly<Record<string, string>> = {
    publish: 'insert,update,delete,truncate',
    publish_via_partition_root: 'false',
  };
  return new Map([...options].filter(([key, value]) => value.replaceAll(' ', '') !== defaults[key]));
}

export function createPublication(source: Source, stmt: Tree): void {
  const { catalog } = source;
  const publication: Publication = {
    kind: 'publication',
    ...common(catalog, text(stmt, 'pubname') ?? '', {}),
    all: stmt.for_all_tables === true,
    ...membersOf(source, stmt),
    options: withoutDefaults(optionMap(list(stmt, 'options'))),
  };
  putNew(catalog, publication);
}

export function alterPublication(source: Source, stmt: Tree): void {
  const { catalog } = source;
  const found = catalog.candidates('publication', text(stmt, 'pubname') ?? '')[0];
  if (found?.kind !== 'publication') return source.miss(text(stmt, 'pubname') ?? '');
  const options = withoutDefaults(new Map([...found.options, ...optionMap(list(stmt, 'options'))]));
  const members = membersOf(source, stmt);
  const action = text(stmt, 'action');
  const hasMembers = list(stmt, 'pubobjects').length > 0;
  if (!hasMembers) return catalog.put({ ...found, options });
  if (action === 'AP_DropObjects') {
    const tables = new Map([...found.tables].filter(([oid]) => !members.tables.has(oid)));
    return catalog.put({ ...found, tables, schemas: found.schemas.filter((name) => !members.schemas.includes(name)) });
  }
  if (action === 'AP_SetObjects') return catalog.put({ ...found, ...members, all: false });
  catalog.put({
    ...found,
    tables: new Map([...found.tables, ...members.tables]),
    schemas: [...new Set([...found.schemas, ...members.schemas])],
  });
}
