import type { Catalog } from './catalog.js';
import { common, placeOf, putNew, relationOrUnknown } from './make.js';
import type { Definition, Oid, SqlText } from './model.js';
import { findRefs, type Place } from './refs.js';
import { definedFunctions } from './routines.js';
import { rangeName, tableScope, type Scope } from './scope.js';
import type { Source } from './source.js';
import { field, flag, has, inner, list, optionValue, strings, text, type Tree } from './tree.js';
import { typeKey, typeOf } from './types.js';

/** What a definition is put together from. */
interface Given {
  readonly type: string;
  readonly name: string;
  /** With a schema for what lies in one; undefined for what does not. */
  readonly schema?: { readonly written: string | undefined };
  readonly parent?: Oid;
  readonly identity: (oid: Oid) => SqlText;
  /** Tokens of its own name, which a rename changes. */
  readonly own: readonly [number, number] | undefined;
  readonly nodes?: readonly unknown[];
  readonly scope?: Scope;
  readonly needs?: readonly Oid[];
  readonly detail?: string | undefined;
  readonly options?: ReadonlyMap<string, string>;
  readonly forEachRow?: boolean;
  readonly replace?: boolean;
  readonly ifNotExists?: boolean;
  /** The tokens of the statement that are kept; the whole when not given. */
  readonly to?: number;
}

/** Keeps a statement as the definition of what it makes. */
export function define(source: Source, given: Given): Definition | undefined {
  const { catalog } = source;
  const place = given.schema ? placeOf(catalog, { schema: given.schema.written, name: given.name }) : undefined;
  const found = catalog
    .candidates(given.type, given.name)
    .find((each) => each.schema === place?.schema && each.parent === given.parent);
  if (found && given.ifNotExists) return undefined;
  const base = common(catalog, given.name, {
    ...place,
    ...(given.parent === undefined ? {} : { parent: given.parent }),
  });
  const known = found?.kind === 'definition' ? found : undefined;
  const oid = known?.oid ?? base.oid;
  const own: Place[] = given.own
    ? [{ from: given.own[0], to: given.own[1], pieces: [{ oid, as: place ? 'full' : 'name' }] }]
    : [];
  const from = source.find(['OR']) === 1 ? 3 : 1;
  const body = source.cut(from, given.to ?? source.end, given.nodes ?? [], given.scope, own);
  const plain = given.ifNotExists ? withoutIfNotExists(body) : body;
  const isNew = catalog.isAbsent({ ...base, kind: 'definition', type: given.type });
  const mayPredate = (given.replace || given.ifNotExists) && !known && !isNew && given.parent === undefined;
  const onUnknown =
    given.replace && !known && !isNew && catalog.get(given.parent)?.origin !== 'defined' && given.parent !== undefined;
  const definition: Definition = {
    kind: 'definition',
    ...base,
    ...(known ?? {}),
    type: given.type,
    identity: given.identity(oid),
    text: ['CREATE ', ...plain],
    alters: [],
    enabled: known?.enabled ?? 'ENABLE',
    detail: given.detail,
    options: given.options ?? new Map(),
    forEachRow: given.forEachRow ?? false,
    needs: given.needs ?? [],
    origin: known?.origin ?? (mayPredate || onUnknown ? 'mayPredate' : 'defined'),
  };
  if (known) catalog.put(definition);
  else putNew(catalog, definition);
  return definition;
}

function withoutIfNotExists(body: SqlText): SqlText {
  return body.map((piece) => (typeof piece === 'string' ? piece.replace(/\bIF\s+NOT\s+EXISTS\s+/i, '') : piece));
}

const byName = (oid: Oid): SqlText => [{ oid, as: 'full' }];

/** Behind so many words: the tokens of a name. */
function nameAfter(source: Source, ...words: string[]): [number, number] {
  let at = 0;
  for (const word of words) at = source.find([word], at) + 1;
  while (['IF', 'NOT', 'EXISTS', 'CONCURRENTLY'].includes(source.word(at))) at += 1;
  return [at, source.behindName(at)];
}

export function createTrigger(source: Source, stmt: Tree): void {
  const { catalog } = source;
  const table = relationOrUnknown(catalog, rangeName(field(stmt, 'relation')));
  const own = nameAfter(source, 'TRIGGER');
  const scope = tableScope(table, ['new', 'old']);
  const functionPlace = calledFunction(source, strings(stmt, 'funcname'));
  const columns = updateOfColumns(source, table.oid, own[1]);
  const range = { RangeVar: field(stmt, 'relation') };
  define(source, {
    type: 'TRIGGER',
    name: text(stmt, 'trigname') ?? '',
    parent: table.oid,
    identity: (oid) => [{ oid, as: 'name' }, ' ON ', { oid: table.oid, as: 'full' }],
    own,
    nodes: [range, { RangeVar: stmt.constrrel }, stmt.whenClause, ...functionPlace, ...columns],
    scope,
    needs: [
      ...findOids(source, [stmt.whenClause, ...columns], scope),
      ...functionOids(catalog, strings(stmt, 'funcname')),
    ],
    forEachRow: flag(stmt, 'row'),
    replace: flag(stmt, 'replace'),
  });
}

/** The function behind EXECUTE FUNCTION, as a node with a place. */
function calledFunction(source: Source, names: readonly string[]): Tree[] {
  const at = source.find(['FUNCTION', 'PROCEDURE'], source.find(['EXECUTE']) + 1) + 1;
  const token = source.tokens[at];
  if (!token) return [];
  const funcname = names.map((name) => ({ String: { sval: name } }));
  return [{ FuncCall: { funcname, location: token.start } }];
}

function functionOids(catalog: Catalog, names: readonly string[]): Oid[] {
  const [routine] = catalog.routines({ schema: names.at(-2), name: names.at(-1) ?? '' });
  return routine ? [routine.oid] : [];
}

/** The columns of UPDATE OF a, b as nodes with places. */
function updateOfColumns(source: Source, table: Oid, from: number): Tree[] {
  const on = source.find(['ON'], from);
  const start = source.find(['OF'], from, on);
  if (start < 0) return [];
  const nodes: Tree[] = [];
  for (let index = start + 1; index < on; index += 1) {
    const name = source.nameAt(index);
    if (name === undefined || !source.catalog.column(table, name)) continue;
    if (source.word(index) === 'OR') break;
    nodes.push({ ColumnRef: { fields: [{ String: { sval: name } }], location: source.tokens[index]?.start ?? 0 } });
  }
  return nodes;
}

function findOids(source: Source, nodes: readonly unknown[], scope: Scope): Oid[] {
  return findRefs(nodes.filter(Boolean), source, scope).places.flatMap((place) =>
    place.pieces.flatMap((piece) => (typeof piece === 'string' ? [] : [piece.oid])),
  );
}

export function createRule(source: Source, stmt: Tree): void {
  const table = relationOrUnknown(source.catalog, rangeName(field(stmt, 'relation')));
  define(source, {
    type: 'RULE',
    name: text(stmt, 'rulename') ?? '',
    parent: table.oid,
    identity: (oid) => [{ oid, as: 'name' }, ' ON ', { oid: table.oid, as: 'full' }],
    own: nameAfter(source, 'RULE'),
    nodes: [{ RangeVar: field(stmt, 'relation') }, stmt.whereClause, stmt.actions],
    scope: tableScope(table, ['new', 'old']),
    replace: flag(stmt, 'replace'),
  });
}

export function createStatistics(source: Source, stmt: Tree): void {
  const { catalog } = source;
  const names = strings(stmt, 'defnames');
  const [relation = {}] = list(stmt, 'relations');
  const table = relationOrUnknown(catalog, rangeName(inner(relation)));
  const from = source.find(['FROM']);
  const on = source.find(['ON'], 0, from);
  const scope = tableScope(table);
  const places: Tree[] = [];
  for (const [begin] of source.reader.splitAtCommas(on + 1, from)) {
    const name = source.nameAt(begin);
    if (name !== undefined && source.tokens[begin + 1]?.kind !== 'open')
      places.push({ ColumnRef: { fields: [{ String: { sval: name } }], location: source.tokens[begin]?.start ?? 0 } });
  }
  const expressions = list(stmt, 'exprs').map((each) => field(inner(each), 'expr'));
  const nodes = [...places, ...expressions, { RangeVar: inner(relation) }];
  if (names.length === 0) return;
  const made = define(source, {
    type: 'STATISTICS',
    name: names.at(-1) ?? '',
    schema: { written: names.at(-2) },
    identity: byName,
    own: nameAfter(source, 'STATISTICS'),
    nodes,
    scope,
    needs: [table.oid, ...findOids(source, nodes, scope)],
    ifNotExists: flag(stmt, 'if_not_exists'),
  });
  if (made) catalog.put({ ...made, parent: table.oid });
}

/** DefineStmt: operators, collations, text search objects. */
export function createDefined(source: Source, stmt: Tree): void {
  const { catalog } = source;
  const kind = text(stmt, 'kind') ?? '';
  const names = strings(stmt, 'defnames');
  const schema = { written: names.at(-2) };
  const name = names.at(-1) ?? '';
  const needs = definedFunctions(source, stmt);
  const ifNotExists = flag(stmt, 'if_not_exists');
  if (kind === 'OBJECT_OPERATOR') {
    const sides = ['leftarg', 'rightarg'].map((side) =>
      list(stmt, 'definition')
        .map(inner)
        .find((each) => text(each, 'defname')?.toLowerCase() === side),
    );
    const keys = sides.map((side) => (side ? typeKey(inner(field(side, 'arg')), catalog) : 'none'));
    const texts = sides.map((side) => (side ? plainType(source, inner(field(side, 'arg'))) : 'NONE'));
    define(source, {
      type: 'OPERATOR',
      name: `${name}(${keys.join(',')})`,
      schema,
      identity: () => [`${name} (${texts.join(', ')})`],
      own: undefined,
      needs,
    });
    return;
  }
  const words: Readonly<Record<string, string>> = {
    OBJECT_COLLATION: 'COLLATION',
    OBJECT_TSCONFIGURATION: 'TEXT SEARCH CONFIGURATION',
    OBJECT_TSDICTIONARY: 'TEXT SEARCH DICTIONARY',
    OBJECT_TSPARSER: 'TEXT SEARCH PARSER',
    OBJECT_TSTEMPLATE: 'TEXT SEARCH TEMPLATE',
  };
  const type = words[kind];
  if (type === undefined) return;
  define(source, {
    type,
    name,
    schema,
    identity: byName,
    own: nameAfter(source, ...type.split(' ')),
    needs,
    ifNotExists,
  });
}

function plainType(source: Source, type: Tree): string {
  const from = source.at(type);
  let to = source.behindName(from);
  while (source.tokens[to]?.text === '[' || source.tokens[to]?.text === ']') to += 1;
  return source.plain(from, to);
}

export function createCast(source: Source, stmt: Tree): void {
  const { catalog } = source;
  const [from, to] = [typeOf(stmt, 'sourcetype'), typeOf(stmt, 'targettype')];
  const names = strings(field(stmt, 'func'), 'objname');
  const [open, close] = source.inParentheses(0);
  const nodes = [{ TypeName: from }, { TypeName: to }];
  const identity = ['(', ...source.cut(open, close, nodes), ')'];
  define(source, {
    type: 'CAST',
    name: `(${typeKey(from, catalog)} AS ${typeKey(to, catalog)})`,
    identity: () => identity,
    own: undefined,
    nodes,
    needs: has(stmt, 'func') ? functionOids(catalog, names) : [],
  });
}

const plainKinds: Readonly<Record<string, { readonly type: string; readonly name: string; readonly inSchema?: true }>> =
  {
    CreateConversionStmt: { type: 'CONVERSION', name: 'conversion_name', inSchema: true },
    CreateFdwStmt: { type: 'FOREIGN DATA WRAPPER', name: 'fdwname' },
    CreateForeignServerStmt: { type: 'SERVER', name: 'servername' },
    CreateEventTrigStmt: { type: 'EVENT TRIGGER', name: 'trigname' },
    CreatePLangStmt: { type: 'LANGUAGE', name: 'plname' },
    CreateAmStmt: { type: 'ACCESS METHOD', name: 'amname' },
    CreateSubscriptionStmt: { type: 'SUBSCRIPTION', name: 'subname' },
    CreateExtensionStmt: { type: 'EXTENSION', name: 'extname' },
    CreateRoleStmt: { type: 'ROLE', name: 'role' },
    CreateTableSpaceStmt: { type: 'TABLESPACE', name: 'tablespacename' },
    CreateOpClassStmt: { type: 'OPERATOR CLASS', name: 'opclassname', inSchema: true },
    CreateOpFamilyStmt: { type: 'OPERATOR FAMILY', name: 'opfamilyname', inSchema: true },
  };

/** Everything that is made by a statement with a plain name; false for another statement. */
export function createPlain(source: Source, tag: string, stmt: Tree): boolean {
  const kind = plainKinds[tag];
  if (!kind) return false;
  const parts = kind.inSchema ? strings(stmt, kind.name) : [text(stmt, kind.name) ?? ''];
  const method = text(stmt, 'amname');
  const isClass = tag === 'CreateOpClassStmt' || tag === 'CreateOpFamilyStmt';
  const words = tag === 'CreateRoleStmt' ? [source.word(1)] : kind.type.split(' ');
  const own = nameAfter(source, ...words);
  const base = parts.at(-1) ?? '';
  const needs = dependsOnNames(source, tag, stmt);
  define(source, {
    type: kind.type,
    name: base,
    ...(kind.inSchema ? { schema: { written: parts.at(-2) } } : {}),
    identity: (oid) => (isClass ? [{ oid, as: 'full' }, ` USING ${method ?? 'btree'}`] : byName(oid)),
    own,
    needs,
    options: tag === 'CreateRoleStmt' ? roleOptions(list(stmt, 'options')) : foreignOptions(list(stmt, 'options')),
    ifNotExists: flag(stmt, 'if_not_exists'),
  });
  return true;
}

function dependsOnNames(source: Source, tag: string, stmt: Tree): Oid[] {
  const { catalog } = source;
  if (tag === 'CreateEventTrigStmt') return functionOids(catalog, strings(stmt, 'funcname'));
  if (tag === 'CreateForeignServerStmt')
    return catalog.candidates('FOREIGN DATA WRAPPER', text(stmt, 'fdwname') ?? '').map((each) => each.oid);
  if (tag === 'CreateOpClassStmt') return opClassNeeds(source, stmt);
  if (tag === 'CreateFdwStmt' || tag === 'CreatePLangStmt') return [];
  return [];
}

function opClassNeeds(source: Source, stmt: Tree): Oid[] {
  return list(stmt, 'items').flatMap((item) => {
    const names = strings(field(inner(item), 'name'), 'objname');
    return functionOids(source.catalog, names);
  });
}

/** The options of a foreign object. */
export function foreignOptions(items: readonly Tree[]): Map<string, string> {
  const options = new Map<string, string>();
  for (const item of items) {
    const content = field(item, 'DefElem');
    options.set(text(content, 'defname') ?? '', optionValue(field(content, 'arg')) ?? '');
  }
  return options;
}

/** The attributes of a role as they are written: "canlogin" → "true". */
export function roleOptions(items: readonly Tree[]): Map<string, string> {
  const options = foreignOptions(items);
  for (const name of ['rolemembers', 'adminmembers', 'addroleto']) options.delete(name);
  return options;
}

/** The user of a mapping as it is written. */
export function userOf(stmt: Tree): string {
  const user = field(stmt, 'user');
  const kind = text(user, 'roletype') ?? 'ROLESPEC_CSTRING';
  return kind === 'ROLESPEC_CSTRING' ? (text(user, 'rolename') ?? 'PUBLIC') : kind.replace('ROLESPEC_', '');
}

export function createUserMapping(source: Source, stmt: Tree): void {
  const { catalog } = source;
  const server = text(stmt, 'servername') ?? '';
  const user = userOf(stmt);
  define(source, {
    type: 'USER MAPPING',
    name: `${user} SERVER ${server}`,
    identity: () => [`FOR ${user} SERVER ${server}`],
    own: undefined,
    needs: catalog.candidates('SERVER', server).map((each) => each.oid),
    options: foreignOptions(list(stmt, 'options')),
    ifNotExists: flag(stmt, 'if_not_exists'),
  });
}

export function createSchema(source: Source, stmt: Tree): { readonly schema: string; readonly elementsFrom: number } {
  const role = text(field(stmt, 'authrole'), 'rolename');
  const name = text(stmt, 'schemaname') ?? role ?? '';
  const own = nameAfter(source, 'SCHEMA');
  let to = source.word(own[0]) === 'AUTHORIZATION' ? own[0] : own[1];
  if (source.word(to) === 'AUTHORIZATION') to += 2;
  const named = text(stmt, 'schemaname') !== undefined;
  const made = define(source, {
    type: 'SCHEMA',
    name,
    identity: byName,
    own: named ? own : undefined,
    ifNotExists: flag(stmt, 'if_not_exists'),
    to,
  });
  if (made && role !== undefined) source.catalog.put({ ...made, owner: role });
  return { schema: name, elementsFrom: to };
}
