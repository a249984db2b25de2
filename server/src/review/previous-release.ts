import { listed, nameOf } from '../../../rules/engine/words.js';
import { areOfRelease, boundsOf, isOfRelease, type ReleaseBounds, type ReleaseFile } from './release.js';
import { positionsOf } from '../analysis/positions.js';
import { isSerial } from '../schema/apply-table.js';
import { isForTriggers, overloadsOf } from '../schema/functions.js';
import type { SchemaState } from '../schema/state.js';
import type {
  Action,
  AddConstraint,
  AlterColumnType,
  ConstraintDefinition,
  CreateIndex,
  DropObject,
  ObjectName,
} from '../sql/action.js';
import { restorePlaceholders } from '../sql/placeholders.js';

/** Something that code of the release before can no longer do once a migration has run. */
export interface LostAbility {
  readonly file: string;
  /** One-based. */
  readonly line: number;
  /** In one sentence, with the code of PostgreSQL's error. */
  readonly text: string;
  /**
   * gone: a name that it uses is not there any more. refused: rows that it may write are refused, which hangs on the
   * rows. changed: it hits a connection once, or changes an answer. A status hangs on the first alone.
   */
  readonly kind: 'gone' | 'refused' | 'changed';
}

/** `prepared`: of a table; many of them become one sentence. */
type Loss = Pick<LostAbility, 'text' | 'kind'> | { readonly prepared: string };

/**
 * What the code that runs meanwhile can no longer do, each once. In: the pending migrations in the order in which they
 * run. What a later one brings back, under a view for one, is not lost. The codes: appendix A of PostgreSQL's manual.
 */
export function lostAbilities(pending: readonly ReleaseFile[]): LostAbility[] {
  const bounds = boundsOf(pending);
  const found: Found = { lost: new Map(), prepared: new Set(), firstPrepared: undefined };
  if (bounds) for (const each of pending) collect(each, bounds, found);
  const { lost, prepared, firstPrepared } = found;
  const once = firstPrepared && { ...firstPrepared, text: preparedText([...prepared]), kind: 'changed' as const };
  return [...lost.values(), ...(once ? [once] : [])];
}

interface Found {
  readonly lost: Map<string, LostAbility>;
  readonly prepared: Set<string>;
  firstPrepared: Pick<LostAbility, 'file' | 'line'> | undefined;
}

function collect({ analysis, name: file }: ReleaseFile, bounds: ReleaseBounds, found: Found): void {
  const positions = positionsOf(analysis);
  analysis.walk((step, before) => {
    if (step.origin === 'function' || step.impact.fails?.certain) return;
    const line = positions.at(step.span.start).line + 1;
    for (const action of step.statement.actions)
      for (const loss of lossesOf(action, before, bounds)) {
        if ('prepared' in loss) {
          found.prepared.add(restorePlaceholders(loss.prepared));
          found.firstPrepared ??= { file, line };
          continue;
        }
        const text = restorePlaceholders(loss.text);
        if (!found.lost.has(text)) found.lost.set(text, { file, line, text, kind: loss.kind });
      }
  });
}

/** A prepared statement keeps the columns of its result (RevalidateCachedQuery in PostgreSQL's plancache.c). */
function preparedText(tables: readonly string[]): string {
  const shown = tables.length > 6 ? [...tables.slice(0, 5), `${tables.length - 5} more`] : tables;
  return `a prepared SELECT * FROM ${listed(shown, 'or')} fails once in each connection that is open: "cached plan must not change result type" (0A000)`;
}

function gone(text: string): Loss {
  return { text, kind: 'gone' };
}

function refused(text: string): Loss {
  return { text, kind: 'refused' };
}

function changes(text: string): Loss {
  return { text, kind: 'changed' };
}

function prepared(table: string): Loss {
  return { prepared: table };
}

function lossesOf(action: Action, before: SchemaState, bounds: ReleaseBounds): Loss[] {
  const { end } = bounds;
  const name = 'table' in action ? action.table : undefined;
  if (name && (isOfRelease(before.table(name), bounds) || before.isUnused(name))) return [];
  switch (action.kind) {
    case 'dropColumn':
    case 'renameColumn':
      return areOfRelease(before.table(action.table), [action.column], bounds)
        ? []
        : withoutColumn(action.table, action.column, end);
    case 'addColumn':
      return addedColumn(action, before);
    case 'alterColumnType':
      return [...ofNewType(action, before), prepared(nameOf(action.table))];
    case 'setNotNull':
      return [refused(`INSERT and UPDATE that leave ${nameOf(action.table)}.${action.column} NULL fail (23502)`)];
    case 'dropDefault': {
      const column = before.table(action.table)?.columns.get(action.column);
      const name = `${nameOf(action.table)}.${action.column}`;
      if (column?.notNull === true) return [refused(`INSERT that leaves ${name} out fails (23502)`)];
      return column?.notNull === false
        ? [changes(`INSERT that leaves ${name} out writes NULL`)]
        : [refused(`INSERT that leaves ${name} out writes NULL, or fails where it is NOT NULL (23502)`)];
    }
    case 'addConstraint':
      return addedConstraint(action, before, bounds);
    case 'dropConstraint': {
      const known = before.table(action.table)?.constraints.get(action.constraint);
      const isKey = known?.kind === 'unique' || known?.kind === 'primaryKey' || known?.kind === 'exclusion';
      return isKey && !hasUnique(end, action.table, known.columns)
        ? withoutArbiter(action.table, known.columns, action.constraint)
        : [];
    }
    case 'dropIndex': {
      const index = before.index(action.index);
      const on = index && before.tableByKey(index.table);
      if (!index?.unique || !on || before.isUnused({ ...on, span: undefined })) return [];
      const columns = index.columns.filter((column) => column !== undefined);
      const name = { schema: on.schema === 'public' ? undefined : on.schema, name: on.name, span: undefined };
      return hasUnique(end, name, columns) ? [] : withoutArbiter(name, columns, undefined);
    }
    case 'createIndex':
      return action.unique && !action.predicate ? ofUniqueIndex(action, before, bounds) : [];
    case 'dropTable':
      return end.relation(action.table)
        ? []
        : [gone(`every statement that names ${nameOf(action.table)} fails (42P01)`)];
    case 'renameTable':
      return end.relation(action.table)
        ? []
        : [gone(`every statement that names ${nameOf(action.table)} fails (42P01): it is ${action.to} now`)];
    default:
      return ofOthers(action, before, bounds);
  }
}

/** Types whose values are compared with each other, and written into each other. */
const families: readonly ReadonlySet<string>[] = [
  new Set(['int2', 'int4', 'int8', 'numeric', 'float4', 'float8']),
  new Set(['varchar', 'text', 'bpchar', 'citext', 'name']),
  new Set(['timestamp', 'timestamptz', 'date']),
  new Set(['json', 'jsonb']),
];

function ofNewType({ table, column, type }: AlterColumnType, before: SchemaState): Loss[] {
  const old = before.table(table)?.columns.get(column)?.type;
  const isNear =
    old && (old.name === type.name || families.some((family) => family.has(old.name) && family.has(type.name)));
  if (isNear) return [];
  const text = `what compares or writes ${nameOf(table)}.${column} with values of the old type may fail (42883, 42804)`;
  return [old ? gone(text) : changes(text)];
}

function ofUniqueIndex({ table, columns }: CreateIndex, before: SchemaState, bounds: ReleaseBounds): Loss[] {
  const names = columns.flatMap(({ name }) => name ?? []);
  if (areOfRelease(before.table(table), names, bounds)) return [];
  if (names.length < columns.length)
    return [refused(`writes of rows in ${nameOf(table)} with the same value of the index fail (23505)`)];
  return hasUnique(before, table, names)
    ? []
    : [refused(`writes of a second row in ${nameOf(table)} with the same ${names.join(', ')} fail (23505)`)];
}

function withoutColumn(table: ObjectName, column: string, end: SchemaState): Loss[] {
  // A view of the table's name may show the column still.
  const there = end.relation(table);
  const isShown = there?.kind === 'view' ? there.columns?.includes(column) : end.table(table)?.columns.has(column);
  if (isShown) return [];
  return [gone(`SELECT, INSERT and UPDATE that name ${nameOf(table)}.${column} fail (42703)`), prepared(nameOf(table))];
}

function addedColumn({ table, column, ifNotExists }: Extract<Action, { kind: 'addColumn' }>, before: SchemaState) {
  if (ifNotExists && before.table(table)?.columns.has(column.name)) return [];
  const fillsItself =
    column.default !== undefined ||
    column.generated !== undefined ||
    column.identity !== undefined ||
    isSerial(column.type);
  const isRequired = column.notNull !== undefined && !fillsItself;
  return [
    ...(isRequired
      ? [refused(`every INSERT into ${nameOf(table)} fails, as it does not know ${column.name} (23502)`)]
      : []),
    ...column.constraints.flatMap((each) => (each.kind === 'foreignKey' ? [] : constrained(table, each, column.name))),
    prepared(nameOf(table)),
  ];
}

/** A new column is NULL or its default in what the old code writes, which breaks no CHECK of its own that lets both in. */
function constrained(table: ObjectName, { kind }: ConstraintDefinition, column: string): Loss[] {
  return kind === 'primaryKey'
    ? [refused(`every INSERT into ${nameOf(table)} fails, as it does not know ${column} (23502)`)]
    : [];
}

function addedConstraint({ table, constraint }: AddConstraint, before: SchemaState, bounds: ReleaseBounds): Loss[] {
  const name = nameOf(table);
  const key = constraint.columns.join(', ');
  const isNull = constraint.kind === 'notNull' || constraint.kind === 'primaryKey';
  // What the old code does not write is NULL, or the default.
  if (constraint.notEnforced || (!isNull && areOfRelease(before.table(table), constraint.columns, bounds))) return [];
  // What an index or a stronger constraint refuses before, nobody loses.
  switch (constraint.kind) {
    case 'check':
      return [
        refused(`INSERT and UPDATE of rows in ${name} that break ${constraint.name ?? 'the check'} fail (23514)`),
      ];
    case 'notNull':
      return [refused(`INSERT and UPDATE that leave ${name}.${key} NULL fail (23502)`)];
    case 'foreignKey': {
      const target = constraint.references?.table;
      return [
        refused(
          `writes of ${name} (${key}) without a row in ${target ? nameOf(target) : 'the other table'} fail (23503)`,
        ),
        ...(target &&
        !isOfRelease(before.table(target), bounds) &&
        constraint.references?.onDelete !== 'cascade' &&
        constraint.references?.onDelete !== 'set null'
          ? [refused(`DELETE from ${nameOf(target)} of rows that ${name} refers to fails (23503)`)]
          : []),
      ];
    }
    case 'exclusion':
      return [refused(`writes of rows in ${name} that collide with others fail (23P01)`)];
    case 'unique':
    case 'primaryKey':
      return constraint.usingIndex !== undefined || hasUnique(before, table, constraint.columns)
        ? []
        : [refused(`writes of a second row in ${name} with the same ${key} fail (23505)`)];
  }
}

/** True where a whole unique index on just these columns is there. */
function hasUnique(state: SchemaState, name: ObjectName, columns: readonly string[]): boolean {
  const table = state.table(name);
  if (!table) return false;
  const isSame = (others: readonly (string | undefined)[]): boolean =>
    others.length === columns.length && others.every((each) => each !== undefined && columns.includes(each));
  for (const key of table.indexes) {
    const index = state.relationByKey(key);
    if (index?.kind === 'index' && index.unique && index.predicate === undefined && isSame(index.columns)) return true;
  }
  return [...table.constraints.values()].some(
    ({ kind, columns: own }) => (kind === 'unique' || kind === 'primaryKey') && isSame(own),
  );
}

function withoutArbiter(table: ObjectName, columns: readonly string[], constraint: string | undefined): Loss[] {
  const name = nameOf(table);
  const targets = [
    ...(columns.length > 0 ? [`(${columns.join(', ')})`] : []),
    ...(constraint === undefined ? [] : [`ON CONSTRAINT ${constraint}`]),
  ].join(' or ');
  return [
    gone(`INSERT INTO ${name} … ON CONFLICT ${targets} fails (42P10${constraint === undefined ? '' : ', 42704'})`),
    changes(`nothing keeps a second row with the same ${columns.join(', ')} out of ${name}`),
  ];
}

function ofOthers(action: Action, before: SchemaState, { end, first }: ReleaseBounds): Loss[] {
  switch (action.kind) {
    case 'renameEnumValue':
      return [gone(`what reads or writes '${action.value}' of ${nameOf(action.type)} fails (22P02)`)];
    case 'addEnumValue':
      return isNewEnum(action.type, before, first)
        ? []
        : [changes(`code that reads ${nameOf(action.type)} meets '${action.value}', which it does not know`)];
    case 'dropObject':
      return droppedObject(action, before, end);
    case 'renameObject':
    case 'setSchema': {
      const what = action.objectKind;
      if (!callable.has(what) || isThere(what, action.object, end)) return [];
      return [gone(`every statement that names the ${what} ${nameOf(action.object)} fails (${missing(what)})`)];
    }
    case 'detachPartition':
      return [
        gone(
          `rows of ${nameOf(action.partition)} are no longer found in ${nameOf(action.table)}, and INSERT of such a row fails (23514)`,
        ),
      ];
    case 'alterTableOther':
      if (action.subcommand === 'enableRowSecurity')
        return [gone(`roles without a policy find no row in ${nameOf(action.table)}, and may write none (42501)`)];
      if (action.subcommand === 'addIdentity' && action.always)
        return [refused(`INSERT that gives ${nameOf(action.table)}.${action.name ?? ''} a value fails (428C9)`)];
      return [];
    case 'other':
      return action.statement === 'revoke' && action.relations.length > 0
        ? [gone(`roles that lose their rights can no longer use ${action.relations.map(nameOf).join(', ')} (42501)`)]
        : [];
    default:
      return [];
  }
}

function isNewEnum(name: ObjectName, state: SchemaState, first: number): boolean {
  const type = state.type(name);
  return type?.kind === 'enum' && type.release >= first;
}

const callable: ReadonlySet<string> = new Set([
  'function',
  'procedure',
  'routine',
  'aggregate',
  'view',
  'materialized view',
  'sequence',
  'type',
  'domain',
  'schema',
  'table',
]);

function missing(what: string): string {
  if (what === 'type' || what === 'domain') return '42704';
  if (what === 'schema') return '3F000';
  return what === 'function' || what === 'procedure' || what === 'routine' || what === 'aggregate' ? '42883' : '42P01';
}

function isThere(what: string, object: ObjectName, state: SchemaState): boolean {
  if (what === 'type' || what === 'domain') return state.type(object) !== undefined;
  if (missing(what) === '42883') return state.function(object) !== undefined;
  return what !== 'schema' && state.relation(object) !== undefined;
}

function droppedObject(
  { objectKind, object, ifExists, arguments: known }: DropObject,
  before: SchemaState,
  end: SchemaState,
): Loss[] {
  if (!callable.has(objectKind) || isThere(objectKind, object, end)) return [];
  // IF EXISTS of what no file has made is as a rule there to begin anew.
  if (ifExists && !isThere(objectKind, object, before)) return [];
  // Only its triggers call it.
  if (isForTriggers(overloadsOf(before, object, known))) return [];
  return [gone(`every statement that names the ${objectKind} ${nameOf(object)} fails (${missing(objectKind)})`)];
}
