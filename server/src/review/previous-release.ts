import { listed, nameOf } from '../../../rules/engine/words.js';
import { changes, gone, type Loss, type LostAbility, prepared, refused } from './lost-ability.js';
import { hasUnique, withoutArbiter, withoutExclusion, withoutIndex } from './lost-uniqueness.js';
import { areOfRelease, isOfRelease, type ReleaseBounds, type ReleaseFile } from './release.js';
import { positionsOf } from '../analysis/positions.js';
import { isSerial } from '../schema/apply-table.js';
import { narrowing } from '../impact/narrowing.js';
import type { Relation } from '../schema/model.js';
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

/**
 * What the code that runs meanwhile can no longer do, each once. In: the pending migrations in the order in which they
 * run. What a later one brings back, under a view for one, is not lost. The codes: appendix A of PostgreSQL's manual.
 */
export function lostAbilities(pending: readonly ReleaseFile[]): LostAbility[] {
  const found: Found = { lost: new Map(), prepared: new Set(), firstPrepared: undefined };
  for (const each of pending) collect(each, found);
  const { lost, prepared, firstPrepared } = found;
  const once = firstPrepared && { ...firstPrepared, text: preparedText([...prepared]), kind: 'changed' as const };
  return [...lost.values(), ...(once ? [once] : [])];
}

interface Found {
  readonly lost: Map<string, LostAbility>;
  readonly prepared: Set<string>;
  firstPrepared: Pick<LostAbility, 'file' | 'line'> | undefined;
}

function collect({ analysis, name: file, bounds }: ReleaseFile, found: Found): void {
  const { root } = analysis.project;
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
        const key = `${root}\n${text}`;
        if (!found.lost.has(key)) found.lost.set(key, { file, line, text, kind: loss.kind });
      }
  });
}

/** A prepared statement keeps the columns of its result (RevalidateCachedQuery in PostgreSQL's plancache.c). */
function preparedText(tables: readonly string[]): string {
  const shown = tables.length > 6 ? [...tables.slice(0, 5), `${tables.length - 5} more`] : tables;
  return `a prepared SELECT * FROM ${listed(shown, 'or')} fails once in each connection that is open: "cached plan must not change result type" (0A000)`;
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
      if (known?.kind === 'exclusion') return withoutExclusion(action.table, known.name);
      const isKey = known?.kind === 'unique' || known?.kind === 'primaryKey';
      return isKey && !hasUnique(end, action.table, known.columns)
        ? withoutArbiter(action.table, `(${known.columns.join(', ')})`, action.constraint)
        : [];
    }
    case 'dropIndex':
      return withoutIndex(before.index(action.index), before, bounds);
    case 'createIndex':
      return action.unique && !action.predicate ? ofUniqueIndex(action, before, bounds) : [];
    case 'dropTable':
      return withoutRelation(action.table, '', before, end);
    case 'renameTable':
      return withoutRelation(action.table, `: it is ${action.to} now`, before, end);
    default:
      return ofOthers(action, before, bounds);
  }
}

/** Types whose values are compared with each other, and written into each other. */
const families: readonly ReadonlySet<string>[] = [
  new Set(['int2', 'int4', 'int8', 'numeric', 'float4', 'float8']),
  new Set(['varchar', 'text', 'bpchar', 'citext', 'name']),
  new Set(['timestamp', 'timestamptz', 'date']),
];

function ofNewType(action: AlterColumnType, before: SchemaState): Loss[] {
  const { table, column, type } = action;
  const known = before.table(table)?.columns.get(column);
  const old = known?.type;
  const isNear =
    old &&
    (old.name === type.name ||
      // Operators of json are those of jsonb as well, and not the other way round.
      (old.name === 'json' && type.name === 'jsonb') ||
      families.some((family) => family.has(old.name) && family.has(type.name)));
  const isNarrow = narrowing({ ...action, using: undefined }, known, before) !== undefined;
  if (isNear)
    return isNarrow
      ? [
          refused(
            `writes of values that do not fit ${nameOf(table)}.${column} as ${type.text} fail or are rounded (22001, 22003)`,
          ),
        ]
      : [];
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
    case 'primaryKey': {
      const isKept = constraint.usingIndex !== undefined || hasUnique(before, table, constraint.columns);
      const open = constraint.columns.filter((each) => before.table(table)?.columns.get(each)?.notNull !== true);
      return [
        ...(isKept ? [] : [refused(`writes of a second row in ${name} with the same ${key} fail (23505)`)]),
        ...(constraint.kind === 'primaryKey' && open.length > 0
          ? [refused(`INSERT and UPDATE that leave ${name} (${open.join(', ')}) NULL fail (23502)`)]
          : []),
      ];
    }
  }
}

/** A table or view that is gone, or that has been made anew, or a view in its place, without some of its columns. */
function withoutRelation(name: ObjectName, now: string, before: SchemaState, end: SchemaState): Loss[] {
  const [old, next] = [before.relation(name), end.relation(name)];
  if (!next) return [gone(`every statement that names ${nameOf(name)} fails (42P01)${now}`)];
  const [known, kept] = [columnsOf(old), columnsOf(next)];
  if (!known || !kept) return [];
  const lost = known.filter((column) => !kept.includes(column));
  if (lost.length === 0) return [];
  const columns = lost.map((column) => `${nameOf(name)}.${column}`);
  return [gone(`what names ${listed(columns, 'or')} fails (42703)`), prepared(nameOf(name))];
}

/** The columns of a table or view; undefined where the files do not show all of them. */
function columnsOf(relation: Relation | undefined): readonly string[] | undefined {
  if (relation?.kind === 'table' || relation?.kind === 'foreignTable')
    return relation.complete ? [...relation.columns.keys()] : undefined;
  if (relation?.kind !== 'view' && relation?.kind !== 'materializedView') return undefined;
  const names = relation.columns?.filter((column) => column !== undefined);
  return names?.length === relation.columns?.length ? names : undefined;
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
  if (!callable.has(objectKind)) return [];
  if (isThere(objectKind, object, end))
    return objectKind === 'view' || objectKind === 'materialized view' ? withoutRelation(object, '', before, end) : [];
  // IF EXISTS of what no file has made is as a rule there to begin anew.
  if (ifExists && !isThere(objectKind, object, before)) return [];
  // Only its triggers call it.
  if (isForTriggers(overloadsOf(before, object, known))) return [];
  return [gone(`every statement that names the ${objectKind} ${nameOf(object)} fails (${missing(objectKind)})`)];
}
