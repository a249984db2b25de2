import type { Table } from '../../schema/model.js';
import { keyOf, type SchemaState } from '../../schema/state.js';
import type { Action, ConstraintDefinition, CreateIndex, ObjectName, TableAction } from '../../sql/action.js';
import type { DependentObject } from '../../schema/dependents/model.js';
import { refusing } from '../../schema/dependents/along.js';
import { columnsOfRow } from '../../schema/dependents/of-relation.js';
import { addColumnRewrite } from '../effects/alter-table.js';
import {
  alreadyExists,
  doesNotExist,
  type Failure,
  generationNotImmutable,
  inPrimaryKey,
  needed,
  noMatchingKey,
  notImmutable,
  rowTypeUsed,
  typeMismatch,
  unusableIndex,
  wrongKind,
} from '../failure.js';
import type { Target } from '../impact.js';
import { mutableIn } from './mutability.js';
import { refsOf, relationRef } from '../object-refs.js';

/**
 * Names that are taken, and constraints that are not there. Columns that are not there are reported by the rule
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
        ? alreadyExists(
            '42701',
            `column "${action.to}" of relation "${table.name}" already exists`,
            'column',
            action.to,
            table.columns.get(action.to),
          )
        : undefined;
    }
    case 'renameTable': {
      const table = before.relation(action.table);
      return table && isTaken(table.schema, action.to, before);
    }
    case 'createTable': {
      const schema = action.temporary ? 'pg_temp' : before.schemaFor(action.table);
      if (action.ifNotExists && before.relationByKey(keyOf(schema, action.table.name))) return undefined;
      const constraints = [...action.constraints, ...action.columns.flatMap((column) => column.constraints)];
      return (
        (action.ifNotExists ? undefined : isTaken(schema, action.table.name, before)) ??
        firstTaken(constraints, schema, before)
      );
    }
    case 'createIndex':
      return ofIndex(action, before);
    default:
      return undefined;
  }
}

/** The index of a key has the name of its constraint, which no relation of the schema may have. */
function firstTaken(
  constraints: readonly ConstraintDefinition[],
  schema: string,
  before: SchemaState,
): Failure | undefined {
  for (const { kind, name, usingIndex } of constraints) {
    const hasIndex = kind === 'primaryKey' || kind === 'unique' || kind === 'exclusion';
    const taken =
      hasIndex && name !== undefined && usingIndex === undefined ? isTaken(schema, name, before) : undefined;
    if (taken) return taken;
  }
  return undefined;
}

function isTaken(schema: string, name: string, before: SchemaState): Failure | undefined {
  // A temporary table may be gone with its transaction (ON COMMIT DROP).
  const taken = schema === 'pg_temp' ? undefined : before.relationByKey(keyOf(schema, name));
  if (!taken) return undefined;
  return alreadyExists('42P07', `relation "${name}" already exists`, relationRef(taken, before).kind, name, taken);
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
        return alreadyExists(
          '42701',
          `column "${name}" of relation "${table.name}" already exists`,
          'column',
          name,
          table.columns.get(name),
        );
      if (generated && mutableIn(generated.expression.text, table.columns, before)) return generationNotImmutable();
      // A value in the old rows would have to go into the columns of its row type, too, be it a constant (measured).
      const hasValue =
        generated !== undefined ||
        (written !== undefined && !/^null\b/i.test(written.expression.text)) ||
        addColumnRewrite(action.column, { before }) !== undefined;
      const users = hasValue ? columnsOfRow(table, before) : [];
      if (users.length === 0) return undefined;
      return rowTypeUsed(
        table.name,
        users.map(({ user }) => relationRef(user, before)),
      );
    }
    case 'addConstraint':
      return ofConstraint(action.constraint, table, all, before);
    case 'validateConstraint':
    case 'dropConstraint': {
      if (action.kind === 'dropConstraint') {
        const dropped = action.cascade ? undefined : table.constraints.get(action.constraint);
        const isGone = ({ name, on }: DependentObject): boolean =>
          on === table.key && all.some((each) => each.kind === 'dropConstraint' && each.constraint === name);
        const kept = dropped
          ? refusing({ kind: 'constraint', table, constraint: dropped }, before, target.postgres)
          : [];
        const left = kept.filter((each) => !isGone(each));
        if (left.length > 0) return needed(`constraint ${action.constraint}`, refsOf(left, before));
        if (action.ifConstraintExists) return undefined;
      }
      const isAdded = all.some((each) => each.kind === 'addConstraint' && each.constraint.name === action.constraint);
      const isNotNull =
        /_not_null\d*$/.test(action.constraint) && (target.postgres >= 18 || target.versionAssumed === true);
      // What an earlier release made may have been changed by hand.
      const isWhole = table.complete && table.release === before.release;
      if (!isWhole || table.constraints.has(action.constraint) || isAdded || isNotNull) return undefined;
      return doesNotExist('42704', `constraint "${action.constraint}" of relation "${table.name}" does not exist`);
    }
    default:
      return undefined;
  }
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
    return alreadyExists(
      '42710',
      `constraint "${name}" for relation "${table.name}" already exists`,
      'table constraint',
      name,
    );
  const primary = [...table.constraints.values()].find((each) => each.kind === 'primaryKey');
  // It goes with one of its columns, too; DROP COLUMN runs first, wherever it stands.
  const goes = all.some((each) => each.kind === 'dropColumn' && primary?.columns.includes(each.column));
  if (kind === 'primaryKey' && primary && !isDropped(primary.name) && !goes)
    return inPrimaryKey(
      `multiple primary keys for table "${table.name}" are not allowed`,
      `Drop ${primary.name} in the same ALTER TABLE, or make a UNIQUE constraint instead.`,
    );
  if (constraint.usingIndex !== undefined) {
    const index = before.index({ schema: table.schema, name: constraint.usingIndex });
    return index?.constraint === undefined
      ? undefined
      : unusableIndex(
          '55000',
          `index "${index.name}" is already associated with a constraint`,
          index.name,
          'Build another unique index for the new constraint.',
        );
  }
  // An index that goes in the same statement makes room.
  const makesRoom = all.some((each) => each.kind === 'dropColumn' || each.kind === 'dropConstraint');
  const taken = makesRoom ? undefined : firstTaken([constraint], table.schema, before);
  if (taken) return taken;
  const parent = references && before.table(references.table);
  if (references && references.columns.length > 0 && references.columns.length !== columns.length)
    return noMatchingKey(
      'number of referencing and referenced columns for foreign key disagree',
      'Name as many columns behind REFERENCES as refer to them.',
      references.table.name,
    );
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
      return typeMismatch(
        `foreign key constraint cannot be implemented: ${own.text} and ${other.text}`,
        `Give ${column} the type ${other.text}.`,
      );
  }
  return undefined;
}

function ofIndex(action: CreateIndex, before: SchemaState): Failure | undefined {
  const relation = before.relation(action.table);
  if (action.index !== undefined && !action.ifNotExists) {
    const taken = isTaken(relation?.schema ?? before.schemaFor(action.table), action.index, before);
    if (taken) return taken;
  }
  if (relation?.kind === 'view') return wrongKind(`"${relation.name}" is not a table`);
  const table = before.table(action.table as ObjectName);
  if (!table) return undefined;
  const isMutable = (text: string): boolean => mutableIn(text, table.columns, before);
  const expressions = action.columns.flatMap(({ expression }) => expression ?? []);
  const where = expressions.some(isMutable)
    ? 'expression'
    : action.predicate && isMutable(action.predicate.text)
      ? 'predicate'
      : undefined;
  return where
    ? notImmutable(
        `functions in index ${where} must be marked IMMUTABLE`,
        'Use functions and casts that are IMMUTABLE, or index a plain column that holds the value.',
      )
    : undefined;
}
