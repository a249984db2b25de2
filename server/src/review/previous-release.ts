import { nameOf } from '../../../rules/engine/words.js';
import type { ReleaseFile } from './release.js';
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

type Loss = Pick<LostAbility, 'text' | 'kind'>;

/**
 * What the code that runs meanwhile can no longer do, each once. In: the pending migrations in the order in which they
 * run. What a later one brings back, under a view for one, is not lost. The codes: appendix A of PostgreSQL's manual.
 */
export function lostAbilities(pending: readonly ReleaseFile[]): LostAbility[] {
  const end = pending[pending.length - 1]?.analysis.after;
  const found = new Map<string, LostAbility>();
  if (end) for (const each of pending) collect(each, end, found);
  return [...found.values()];
}

function collect({ analysis, name: file }: ReleaseFile, end: SchemaState, found: Map<string, LostAbility>): void {
  const positions = positionsOf(analysis);
  analysis.walk((step, before) => {
    if (step.origin === 'function' || step.impact.fails?.certain) return;
    const line = positions.at(step.span.start).line + 1;
    for (const action of step.statement.actions)
      for (const { text, kind } of lossesOf(action, before, end)) {
        const shown = restorePlaceholders(text);
        if (!found.has(shown)) found.set(shown, { file, line, text: shown, kind });
      }
  });
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

/** A prepared statement keeps the columns of its result (RevalidateCachedQuery in PostgreSQL's plancache.c). */
function prepared(table: string): Loss {
  return changes(
    `a prepared SELECT * FROM ${table} fails once in each connection that is open: "cached plan must not change result type" (0A000)`,
  );
}

function lossesOf(action: Action, before: SchemaState, end: SchemaState): Loss[] {
  const table = 'table' in action ? action.table : undefined;
  if (table && (before.isNew(table) || before.isUnused(table))) return [];
  switch (action.kind) {
    case 'dropColumn':
      return withoutColumn(action.table, action.column, end);
    case 'renameColumn':
      return withoutColumn(action.table, action.column, end);
    case 'addColumn':
      return addedColumn(action, before);
    case 'alterColumnType':
      return [...ofNewType(action, before), prepared(nameOf(action.table))];
    case 'setNotNull':
      return [refused(`INSERT and UPDATE that leave ${nameOf(action.table)}.${action.column} NULL fail (23502)`)];
    case 'dropDefault': {
      const column = before.table(action.table)?.columns.get(action.column);
      const name = `${nameOf(action.table)}.${action.column}`;
      return column?.notNull === false
        ? [changes(`INSERT that leaves ${name} out writes NULL`)]
        : [refused(`INSERT that leaves ${name} out writes NULL, or fails where it is NOT NULL (23502)`)];
    }
    case 'addConstraint':
      return addedConstraint(action, before);
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
      return action.unique && !action.predicate ? ofUniqueIndex(action, before) : [];
    case 'dropTable':
      return end.relation(action.table)
        ? []
        : [gone(`every statement that names ${nameOf(action.table)} fails (42P01)`)];
    case 'renameTable':
      return end.relation(action.table)
        ? []
        : [gone(`every statement that names ${nameOf(action.table)} fails (42P01): it is ${action.to} now`)];
    default:
      return ofOthers(action, before, end);
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

function ofUniqueIndex({ table, columns }: CreateIndex, before: SchemaState): Loss[] {
  const names = columns.flatMap(({ name }) => name ?? []);
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

function addedConstraint({ table, constraint }: AddConstraint, before: SchemaState): Loss[] {
  const name = nameOf(table);
  const key = constraint.columns.join(', ');
  if (constraint.notEnforced) return [];
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
        ...(target && constraint.references?.onDelete !== 'cascade' && constraint.references?.onDelete !== 'set null'
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

function ofOthers(action: Action, before: SchemaState, end: SchemaState): Loss[] {
  switch (action.kind) {
    case 'renameEnumValue':
      return [gone(`what reads or writes '${action.value}' of ${nameOf(action.type)} fails (22P02)`)];
    case 'addEnumValue':
      return isNewEnum(action.type, before)
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

function isNewEnum(name: ObjectName, state: SchemaState): boolean {
  const type = state.type(name);
  return type?.kind === 'enum' && type.release === state.release;
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
