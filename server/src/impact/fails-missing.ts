import type { Table } from '../schema/model.js';
import { keyOf, type SchemaState } from '../schema/state.js';
import type { Action, ConstraintDefinition, CreateIndex, ObjectName, TableAction } from '../sql/action.js';
import { foreignKeysTo, usersOfRowType } from './dependencies.js';
import { addColumnRewrite } from './of-alter-table.js';
import type { Impact, Target } from './impact.js';
import { mutableIn } from './mutability.js';

type Failure = NonNullable<Impact['fails']>;

/**
 * Names that are taken, and constraints that are not there. Columns that are not there are told by the rule
 * no-unknown-column, which knows how sure that is.
 */
export function ofMissing(
  action: Action,
  all: readonly Action[],
  before: SchemaState,
  target: Target,
): Failure | undefined {
  switch (action.kind) {
    case 'addColumn':
    case 'addConstraint':
    case 'validateConstraint':
    case 'dropConstraint':
      return action.objectKind === undefined ? ofTable(action, all, before, target) : undefined;
    case 'renameColumn': {
      const table = before.table(action.table);
      return table?.columns.has(action.to)
        ? { code: '42701', message: `column "${action.to}" of relation "${table.name}" already exists` }
        : undefined;
    }
    case 'renameTable': {
      const table = before.relation(action.table);
      return table && isTaken(table.schema, action.to, before);
    }
    case 'createTable': {
      const schema = action.temporary ? 'pg_temp' : before.schemaFor(action.table);
      return action.ifNotExists ? undefined : isTaken(schema, action.table.name, before);
    }
    case 'createIndex':
      return ofIndex(action, before);
    default:
      return undefined;
  }
}

function isTaken(schema: string, name: string, before: SchemaState): Failure | undefined {
  // A temporary table may be gone with its transaction (ON COMMIT DROP).
  return schema !== 'pg_temp' && before.relationByKey(keyOf(schema, name))
    ? { code: '42P07', message: `relation "${name}" already exists` }
    : undefined;
}

function ofTable(
  action: TableAction,
  all: readonly Action[],
  before: SchemaState,
  target: Target,
): Failure | undefined {
  const table = before.table(action.table);
  if (!table) return undefined;
  switch (action.kind) {
    case 'addColumn': {
      const { name, generated, default: written } = action.column;
      // DROP COLUMN runs first, wherever it stands.
      const isGone = all.some((each) => each.kind === 'dropColumn' && each.column === name);
      if (table.columns.has(name) && !action.ifNotExists && !isGone)
        return { code: '42701', message: `column "${name}" of relation "${table.name}" already exists` };
      if (generated && mutableIn(generated.expression.text, table, before))
        return { code: '42P17', message: 'generation expression is not immutable' };
      // A value in the old rows would have to go into the columns of its row type, too, be it a constant (measured).
      const hasValue =
        generated !== undefined ||
        (written !== undefined && !/^null\b/i.test(written.expression.text)) ||
        addColumnRewrite(action.column, { before }) !== undefined;
      return hasValue && usersOfRowType(table, before).length > 0
        ? { code: '0A000', message: `cannot alter table "${table.name}" because a column uses its row type` }
        : undefined;
    }
    case 'addConstraint':
      return ofConstraint(action.constraint, table, all, before);
    case 'validateConstraint':
    case 'dropConstraint': {
      if (action.kind === 'dropConstraint') {
        const kept = neededBy(action.constraint, table, before);
        if (kept && !action.cascade && !all.some((each) => each.kind === 'dropConstraint' && each.constraint === kept))
          return {
            code: '2BP01',
            message: `cannot drop constraint ${action.constraint} because other objects depend on it`,
          };
        if (action.ifConstraintExists) return undefined;
      }
      const isAdded = all.some((each) => each.kind === 'addConstraint' && each.constraint.name === action.constraint);
      const isNotNull = action.constraint.endsWith('_not_null') && target.postgres >= 18;
      // What an earlier release made may have been changed by hand.
      const isWhole = table.complete && table.release === before.release;
      if (!isWhole || table.constraints.has(action.constraint) || isAdded || isNotNull) return undefined;
      const message = `constraint "${action.constraint}" of relation "${table.name}" does not exist`;
      return { code: '42704', message };
    }
    default:
      return undefined;
  }
}

/** The foreign key that needs a key which is to be dropped. */
function neededBy(name: string, table: Table, before: SchemaState): string | undefined {
  const key = table.constraints.get(name);
  if (key?.kind !== 'primaryKey' && key?.kind !== 'unique') return undefined;
  const columns = [...key.columns].sort().join();
  const primary = [...table.constraints.values()].find(({ kind }) => kind === 'primaryKey')?.columns ?? [];
  for (const child of [table, ...foreignKeysTo(table, before).map(({ child }) => child)]) {
    for (const { name: pointing, references } of child.constraints.values()) {
      if (references?.table !== table.key) continue;
      const wanted = references.columns.length > 0 ? references.columns : primary;
      if ([...wanted].sort().join() === columns) return pointing;
    }
  }
  return undefined;
}

function ofConstraint(
  constraint: ConstraintDefinition,
  table: Table,
  all: readonly Action[],
  before: SchemaState,
): Failure | undefined {
  const isDropped = (name: string): boolean =>
    all.some((each) => each.kind === 'dropConstraint' && each.constraint === name);
  const { name, kind, columns, references } = constraint;
  if (name !== undefined && table.constraints.has(name) && !isDropped(name))
    return { code: '42710', message: `constraint "${name}" for relation "${table.name}" already exists` };
  const primary = [...table.constraints.values()].find((each) => each.kind === 'primaryKey');
  // It goes with one of its columns, too; DROP COLUMN runs first, wherever it stands.
  const goes = all.some((each) => each.kind === 'dropColumn' && primary?.columns.includes(each.column));
  if (kind === 'primaryKey' && primary && !isDropped(primary.name) && !goes)
    return { code: '42P16', message: `multiple primary keys for table "${table.name}" are not allowed` };
  if (constraint.usingIndex !== undefined) {
    const index = before.index({ schema: table.schema, name: constraint.usingIndex, span: undefined });
    return index?.constraint === undefined
      ? undefined
      : { code: '55000', message: `index "${index.name}" is already associated with a constraint` };
  }
  const parent = references && before.table(references.table);
  if (references && references.columns.length > 0 && references.columns.length !== columns.length)
    return { code: '42830', message: 'number of referencing and referenced columns for foreign key disagree' };
  return parent && ofKeyTypes(constraint, table, parent, before);
}

const kindsOfTypes: readonly (readonly string[])[] = [
  ['int2', 'int4', 'int8', 'numeric', 'float4', 'float8'],
  ['text', 'varchar', 'bpchar', 'name'],
  ['uuid'],
  ['date', 'timestamp', 'timestamptz'],
  ['bool'],
  ['json'],
  ['bytea'],
];

/** No operator compares a number with a text; what lies between is left to PostgreSQL. */
function ofKeyTypes(
  { columns, references }: ConstraintDefinition,
  table: Table,
  parent: Table,
  before: SchemaState,
): Failure | undefined {
  const primary = [...parent.constraints.values()].find(({ kind }) => kind === 'primaryKey')?.columns ?? [];
  const wanted = references && references.columns.length > 0 ? references.columns : primary;
  for (const [at, column] of columns.entries()) {
    const [own, other] = [table.columns.get(column)?.type, parent.columns.get(wanted[at] ?? '')?.type];
    if (!own || !other || before.type(own) || before.type(other)) continue;
    if (own.arrayDimensions > 0 || other.arrayDimensions > 0) continue;
    const [one, two] = [own, other].map(({ name }) => kindsOfTypes.findIndex((kind) => kind.includes(name)));
    if (one !== undefined && two !== undefined && one >= 0 && two >= 0 && one !== two)
      return { code: '42804', message: `foreign key constraint cannot be implemented: ${own.text} and ${other.text}` };
  }
  return undefined;
}

function ofIndex(action: CreateIndex, before: SchemaState): Failure | undefined {
  const relation = before.relation(action.table);
  if (action.index !== undefined && !action.ifNotExists) {
    const taken = isTaken(relation?.schema ?? before.schemaFor(action.table), action.index, before);
    if (taken) return taken;
  }
  if (relation?.kind === 'view') return { code: '42809', message: `"${relation.name}" is not a table` };
  const table = before.table(action.table as ObjectName);
  if (!table) return undefined;
  const texts = [...action.columns.flatMap(({ expression }) => expression ?? []), action.predicate?.text ?? []].flat();
  return texts.some((text) => mutableIn(text, table, before))
    ? { code: '42P17', message: 'functions in an index must be marked IMMUTABLE' }
    : undefined;
}
