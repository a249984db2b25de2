import { roleName } from './alter-table.js';
import { merged } from './alter-column.js';
import type { Catalog } from './catalog.js';
import {
  createCast,
  createDefined,
  createPlain,
  createRule,
  createSchema,
  createStatistics,
  createTrigger,
  createUserMapping,
  foreignOptions,
  roleOptions,
} from './definitions.js';
import { drop } from './drop.js';
import { columnOrUnknown, newSequence, placeOf, putNew, relationOrUnknown, seen } from './make.js';
import type { CatalogObject, Definition, Sequence } from './model.js';
import { alterPolicy, alterPublication, createPolicy, createPublication } from './policies.js';
import { alterDefaultPrivileges, grant, grantRole, putOwner } from './privileges.js';
import { parseStatement } from '../parse.js';
import { quoteIdentifier } from '../quote.js';
import { rename, setSchema } from './renames.js';
import { alterFunction, createAggregate, createFunction } from './routines.js';
import { rangeName } from './scope.js';
import { ownedBy, sequenceOptions } from './sequences.js';
import { assigned, freshSession } from './session.js';
import type { Source } from './source.js';
import { partsOfName, nameOfParts, nameOfTarget, targetOf } from './targets.js';
import { field, flag, has, inner, list, strings, text, type Tree } from './tree.js';
import { userOf } from './definitions.js';
import { alterDomain, alterEnum, createComposite, createDomain, createEnum, createOtherType } from './user-types.js';
import { createAs, createView, refresh, selectInto } from './views.js';
import { constant, optionValue } from './tree.js';

type Apply = (source: Source, stmt: Tree) => void;

const statements: Readonly<Record<string, Apply>> = {
  ViewStmt: createView,
  CreateTableAsStmt: createAs,
  RefreshMatViewStmt: refresh,
  SelectStmt: (source, stmt) => {
    if (has(stmt, 'intoClause')) selectInto(source, stmt);
    else setVariables(source);
  },
  ClusterStmt: (source, stmt) => {
    const table = source.catalog.table(rangeName(field(stmt, 'relation')));
    const index = source.catalog.relation({ schema: table?.schema, name: text(stmt, 'indexname') ?? '' });
    if (table && index) source.catalog.put({ ...table, clusterOn: index.oid, seen: seen(table, 'clusterOn') });
  },
  CreateSeqStmt: createSequence,
  AlterSeqStmt: alterSequence,
  CreateEnumStmt: createEnum,
  AlterEnumStmt: alterEnum,
  CreateDomainStmt: createDomain,
  AlterDomainStmt: alterDomain,
  CompositeTypeStmt: createComposite,
  CreateRangeStmt: (source, stmt) => createOtherType(source, strings(stmt, 'typeName')),
  DefineStmt: (source, stmt) => {
    const kind = text(stmt, 'kind');
    if (kind === 'OBJECT_AGGREGATE') createAggregate(source, stmt);
    else if (kind === 'OBJECT_TYPE') createOtherType(source, strings(stmt, 'defnames'));
    else createDefined(source, stmt);
  },
  CreateFunctionStmt: createFunction,
  AlterFunctionStmt: alterFunction,
  CreateTrigStmt: createTrigger,
  RuleStmt: createRule,
  CreatePolicyStmt: createPolicy,
  AlterPolicyStmt: alterPolicy,
  CreateStatsStmt: createStatistics,
  AlterStatsStmt: alterStatistics,
  CreatePublicationStmt: createPublication,
  AlterPublicationStmt: alterPublication,
  CreateCastStmt: createCast,
  CreateUserMappingStmt: createUserMapping,
  CreateSchemaStmt: schemaWithElements,
  CommentStmt: comment,
  GrantStmt: grant,
  GrantRoleStmt: grantRole,
  AlterDefaultPrivilegesStmt: alterDefaultPrivileges,
  RenameStmt: rename,
  AlterObjectSchemaStmt: setSchema,
  AlterOwnerStmt: alterOwner,
  DropStmt: dropStatement,
  DropRoleStmt: (source, stmt) => {
    for (const role of list(stmt, 'roles')) {
      const found = source.catalog.candidates('ROLE', text(inner(role), 'rolename') ?? '')[0];
      if (found) drop(source.catalog, found, false);
      else source.miss(text(inner(role), 'rolename') ?? '', flag(stmt, 'missing_ok'));
    }
  },
  DropUserMappingStmt: (source, stmt) => {
    const user = userOf(stmt);
    const found = source.catalog.candidates('USER MAPPING', `${user} SERVER ${text(stmt, 'servername') ?? ''}`)[0];
    if (found) drop(source.catalog, found, false);
    else source.miss(`the mapping of ${user}`, flag(stmt, 'missing_ok'));
  },
  VariableSetStmt: setVariables,
  DiscardStmt: ({ catalog }, stmt) => {
    if (text(stmt, 'target') === 'DISCARD_ALL') catalog.session = freshSession;
  },
  AlterForeignServerStmt: (source, stmt) => {
    if (flag(stmt, 'has_version')) source.unwritten = true;
    alterForeign(source, 'SERVER', text(stmt, 'servername') ?? '', stmt);
  },
  AlterFdwStmt: (source, stmt) => alterForeign(source, 'FOREIGN DATA WRAPPER', text(stmt, 'fdwname') ?? '', stmt),
  AlterUserMappingStmt: (source, stmt) => {
    const user = userOf(stmt);
    alterForeign(source, 'USER MAPPING', `${user} SERVER ${text(stmt, 'servername') ?? ''}`, stmt);
  },
  AlterEventTrigStmt: (source, stmt) => {
    const states: Readonly<Record<string, string>> = {
      O: 'ENABLE',
      D: 'DISABLE',
      R: 'ENABLE REPLICA',
      A: 'ENABLE ALWAYS',
    };
    const enabled = states[text(stmt, 'tgenabled') ?? 'O'] ?? 'ENABLE';
    changeOrMiss(source, 'EVENT TRIGGER', text(stmt, 'trigname') ?? '', (each) => ({
      ...each,
      enabled,
      seen: seen(each, 'enabled'),
    }));
  },
  AlterExtensionStmt: (source, stmt) =>
    changeOrMiss(source, 'EXTENSION', text(stmt, 'extname') ?? '', (each) => ({ ...each, detail: source.text })),
  AlterRoleStmt: (source, stmt) => {
    const options = roleOptions(list(stmt, 'options'));
    changeOrMiss(source, 'ROLE', text(field(stmt, 'role'), 'rolename') ?? '', (each) => ({
      ...each,
      options: new Map([...each.options, ...options]),
    }));
  },
  AlterTSConfigurationStmt: (source, stmt) => keepAlter(source, 'TEXT SEARCH CONFIGURATION', strings(stmt, 'cfgname')),
  AlterTSDictionaryStmt: (source, stmt) => keepAlter(source, 'TEXT SEARCH DICTIONARY', strings(stmt, 'dictname')),
  AlterOpFamilyStmt: (source, stmt) => keepAlter(source, 'OPERATOR FAMILY', strings(stmt, 'opfamilyname')),
  AlterOperatorStmt: (source, stmt) => {
    const found = targetOf(source, 'OBJECT_OPERATOR', { ObjectWithArgs: field(stmt, 'opername') });
    if (found?.kind === 'definition') source.catalog.put({ ...found, alters: [...found.alters, [source.text]] });
  },
};

/** Replays a statement that makes or changes something else than a table or an index. */
export function applyOther(source: Source, tag: string, stmt: Tree): void {
  const apply = statements[tag];
  if (apply) apply(source, stmt);
  else createPlain(source, tag, stmt);
}

function change(catalog: Catalog, type: string, name: string, changed: (definition: Definition) => Definition): void {
  const found = catalog.candidates(type, name)[0];
  if (found?.kind === 'definition') catalog.put(changed(found));
}

function changeOrMiss(
  source: Source,
  type: string,
  name: string,
  changed: (definition: Definition) => Definition,
): void {
  if (source.catalog.candidates(type, name).length === 0) source.miss(name);
  change(source.catalog, type, name, changed);
}

/** An ALTER whose effect is not modelled is kept as it stands. */
function keepAlter(source: Source, type: string, parts: readonly string[]): void {
  const found = source.catalog.find(type, nameOfParts(parts));
  if (found?.kind !== 'definition') return source.miss(parts.join('.'));
  const words = type.split(' ').length;
  const at = 1 + words;
  const place = { from: at, to: source.behindName(at), pieces: [{ oid: found.oid, as: 'full' as const }] };
  source.catalog.put({ ...found, alters: [...found.alters, source.cut(0, source.end, [], undefined, [place])] });
}

function alterStatistics(source: Source, stmt: Tree): void {
  const found = source.catalog.find('STATISTICS', nameOfParts(strings(stmt, 'defnames')));
  const node = field(stmt, 'stxstattarget');
  const target = optionValue(node) ?? String(constant(inner(node)) ?? '');
  if (found?.kind !== 'definition') source.miss(strings(stmt, 'defnames').join('.'));
  else source.catalog.put({ ...found, detail: target === '-1' ? undefined : target });
}

function alterForeign(source: Source, type: string, name: string, stmt: Tree): void {
  changeOrMiss(source, type, name, (each) => {
    const options = new Map(each.options);
    for (const item of list(stmt, 'options')) {
      const content = inner(item);
      const key = text(content, 'defname') ?? '';
      if (text(content, 'defaction') === 'DEFELEM_DROP') options.delete(key);
      else options.set(key, foreignOptions([item]).get(key) ?? '');
    }
    return { ...each, options };
  });
}

function createSequence(source: Source, stmt: Tree): void {
  const { catalog } = source;
  const range = field(stmt, 'sequence');
  const temporary = text(range, 'relpersistence') === 't';
  const name = { ...rangeName(range), ...(temporary ? { schema: 'pg_temp' } : {}) };
  const place = placeOf(catalog, name);
  const taken = catalog.candidates('relation', name.name).some((each) => each.schema === place.schema);
  const ifNotExists = flag(stmt, 'if_not_exists');
  if (taken && ifNotExists) return;
  const options = list(stmt, 'options');
  const isNew = catalog.isAbsent({ kind: 'sequence', name: name.name, schema: place.schema, parent: undefined });
  const sequence = newSequence(catalog, name, {
    options: merged(new Map(), sequenceOptions(options)),
    persistence: temporary ? 'temporary' : text(range, 'relpersistence') === 'u' ? 'unlogged' : 'permanent',
    origin: ifNotExists && !isNew ? 'mayPredate' : 'defined',
  });
  putNew(catalog, owned(catalog, sequence, ownedBy(options)));
}

function owned(catalog: Catalog, sequence: Sequence, names: readonly string[] | undefined): Sequence {
  if (names === undefined) return sequence;
  if (names.length < 2) return { ...sequence, ownedBy: undefined };
  const table = relationOrUnknown(catalog, nameOfParts(names.slice(0, -1)));
  return { ...sequence, ownedBy: columnOrUnknown(catalog, table, names.at(-1) ?? '').oid };
}

function alterSequence(source: Source, stmt: Tree): void {
  const { catalog } = source;
  const name = rangeName(field(stmt, 'sequence'));
  const found = catalog.relation(name);
  if (!found && flag(stmt, 'missing_ok')) return;
  const sequence = found?.kind === 'sequence' ? found : newSequence(catalog, name, { origin: 'unknown' });
  const options = list(stmt, 'options');
  const given = sequenceOptions(options);
  const changed = {
    ...sequence,
    options: merged(sequence.options, given),
    seen: seen(sequence, ...given.map(([key]) => key)),
  };
  catalog.put(owned(catalog, changed, ownedBy(options)));
}

function comment(source: Source, stmt: Tree): void {
  const { catalog } = source;
  const kind = text(stmt, 'objtype') ?? '';
  const object = targetOf(source, kind, field(stmt, 'object')) ?? commented(source, kind, field(stmt, 'object'));
  if (!object) return source.miss(partsOfName(field(stmt, 'object')).join('.'));
  const value = text(stmt, 'comment');
  const literal = value === undefined || value === '' ? undefined : value;
  catalog.put({ ...object, comment: literal, seen: seen(object, 'comment') });
}

/** An object of a comment that no file makes. */
function commented(source: Source, kind: string, node: Tree): CatalogObject | undefined {
  const { catalog } = source;
  const parts = partsOfName(node);
  if (kind === 'OBJECT_TABLE' || kind === 'OBJECT_VIEW' || kind === 'OBJECT_MATVIEW')
    return relationOrUnknown(catalog, nameOfParts(parts));
  if (kind === 'OBJECT_COLUMN') {
    const relation = relationOrUnknown(catalog, nameOfParts(parts.slice(0, -1)));
    return columnOrUnknown(catalog, relation, parts.at(-1) ?? '');
  }
  return undefined;
}

function alterOwner(source: Source, stmt: Tree): void {
  const { catalog } = source;
  const kind = text(stmt, 'objectType') ?? '';
  const object = targetOf(source, kind, field(stmt, 'object'));
  const owner = roleName(field(stmt, 'newowner'));
  if (!object) source.miss(partsOfName(field(stmt, 'object')).join('.'));
  else putOwner(catalog, object, owner);
}

/** Several objects go as one, so that they may lean on each other. */
function dropStatement(source: Source, stmt: Tree): void {
  const { catalog } = source;
  const kind = text(stmt, 'removeType') ?? '';
  const cascade = text(stmt, 'behavior') === 'DROP_CASCADE';
  for (const node of list(stmt, 'objects')) {
    const object = targetOf(source, kind, node);
    if (!object) {
      source.miss(partsOfName(node).join('.') || source.text, flag(stmt, 'missing_ok'));
      const named = nameOfTarget(source, kind, node);
      if (named) catalog.markAbsent(named);
      continue;
    }
    if (cascade) dropInside(source, kind, object);
    drop(catalog, object, cascade);
  }
}

/** What CASCADE takes along besides the objects that name the one that goes. */
function dropInside(source: Source, kind: string, { name }: CatalogObject): void {
  const { catalog } = source;
  const all = [...catalog.all()];
  if (kind === 'OBJECT_EXTENSION') source.miss(`what used the extension ${name}`);
  if (kind === 'OBJECT_FOREIGN_SERVER' || kind === 'OBJECT_FDW') {
    const servers = all.filter((each) => each.kind === 'definition' && each.type === 'SERVER');
    const gone = new Set(kind === 'OBJECT_FDW' ? servers.map((each) => each.name) : [name]);
    for (const each of all)
      if (each.kind === 'table' && each.foreign && gone.has(each.foreign.server)) drop(catalog, each, true);
  }
  if (kind !== 'OBJECT_SCHEMA') return;
  for (const each of all) {
    if (each.schema === name) drop(catalog, each, true);
    if (each.kind === 'publication' && each.schemas.includes(name))
      catalog.put({ ...each, schemas: each.schemas.filter((schema) => schema !== name) });
    // The privileges that new objects get go with the schema; they are empty from then on.
    if (each.kind === 'setting' && each.head.endsWith(` IN SCHEMA ${quoteIdentifier(name)}`))
      catalog.put({ ...each, rights: new Map(), seen: seen(each, 'rights') });
  }
}

/** CREATE SCHEMA app CREATE TABLE … CREATE VIEW …: each element as a statement of its own in that schema. */
function schemaWithElements(source: Source, stmt: Tree): void {
  const { schema, elementsFrom } = createSchema(source, stmt);
  const { catalog } = source;
  const before = catalog.session;
  catalog.session = { ...before, path: [schema, ...before.path], pathSet: true };
  let from = elementsFrom;
  while (from < source.end) {
    const next = source.find(['CREATE', 'GRANT'], from + 1);
    const to = next < 0 ? source.end : next;
    source.elements(parseStatement(source.plain(from, to)));
    from = to;
  }
  catalog.session = before;
}

/** SET, RESET and SELECT set_config(…). */
function setVariables({ catalog, statement }: Source): void {
  for (const action of statement.actions)
    if (action.kind === 'setVariable') catalog.session = assigned(catalog.session, action);
}
