import type { SchemaState } from '../../schema/state.js';
import type { ColumnDefinition, ConstraintDefinition, CreateTable } from '../../sql/action.js';
import {
  contradiction,
  type Failure,
  generationNotImmutable,
  inPrimaryKey,
  lacksPartitionKey,
  firstOf,
} from '../failure.js';
import { mutableIn } from './mutability.js';

/** CREATE TABLE that contradicts itself: nothing but its own text is asked. */
export function ofNewTable(action: CreateTable, before: SchemaState): Failure | undefined {
  // IF NOT EXISTS may find a table, and then nothing of this is looked at.
  if (action.ifNotExists && before.relation(action.table)) return undefined;
  const { columns, table } = action;
  return (
    columnTwice(columns) ??
    firstOf(columns, (column) => ofColumn(column, table.name)) ??
    ofKeys(action) ??
    constraintTwice(action) ??
    ofGenerated(columns, before)
  );
}

function columnTwice(columns: readonly ColumnDefinition[]): Failure | undefined {
  const names = new Set<string>();
  for (const { name } of columns) {
    if (names.has(name))
      return contradiction('42701', `column "${name}" specified more than once`, 'Leave one of the two out.');
    names.add(name);
  }
  return undefined;
}

const serial = /^(?:small|big)?serial[248]?$/;
const integers: ReadonlySet<string> = new Set(['int2', 'int4', 'int8']);

/** A column with two sources of its values, or an identity that is no integer. */
export function ofColumn(column: ColumnDefinition, table: string): Failure | undefined {
  const { name, type, default: written, generated, identity } = column;
  const place = `for column "${name}" of table "${table}"`;
  const advice = 'A column has one source of its values: leave one of them out.';
  const isSerial = type !== undefined && type.schema === undefined && serial.test(type.name);
  if (written && isSerial) return contradiction('42601', `multiple default values specified ${place}`, advice);
  if (written && identity) return contradiction('42601', `both default and identity specified ${place}`, advice);
  if (written && generated)
    return contradiction('42601', `both default and generation expression specified ${place}`, advice);
  const isBuiltIn = type !== undefined && type.schema === undefined && builtIn.has(type.name);
  const isInteger = type !== undefined && integers.has(type.name) && type.arrayDimensions === 0;
  return identity && isBuiltIn && !isInteger
    ? contradiction(
        '22023',
        'identity column type must be smallint, integer, or bigint',
        'Give the column such a type.',
      )
    : undefined;
}

/** Types that are surely no placeholder of a template. */
const builtIn: ReadonlySet<string> = new Set([
  ...integers,
  ...['text', 'varchar', 'bpchar', 'numeric', 'float4', 'float8', 'uuid', 'bool', 'date', 'timestamp', 'timestamptz'],
]);

function ofKeys({ table, columns, constraints, partitionBy }: CreateTable): Failure | undefined {
  const all = [...columns.flatMap((column) => column.constraints), ...constraints];
  const primary = all.filter(({ kind }) => kind === 'primaryKey');
  if (primary.length > 1)
    return inPrimaryKey(
      `multiple primary keys for table "${table.name}" are not allowed`,
      'Write one PRIMARY KEY with all columns of the key, or make the other a UNIQUE constraint.',
      true,
    );
  const key = partitionBy?.columns ?? [];
  return firstOf(all, ({ kind, columns: own }) =>
    (kind === 'primaryKey' || kind === 'unique') && !key.every((column) => own.includes(column))
      ? lacksPartitionKey(key)
      : undefined,
  );
}

/** A generated column over the columns beside it. */
function ofGenerated(columns: readonly ColumnDefinition[], before: SchemaState): Failure | undefined {
  if (!columns.some(({ generated }) => generated)) return undefined;
  const known = new Map(columns.map((column) => [column.name, column]));
  return firstOf(columns, ({ generated }) =>
    generated && mutableIn(generated.expression.text, known, before) ? generationNotImmutable() : undefined,
  );
}

/** Two CHECKs of a name, or a CHECK or a foreign key beside any other; of two keys PostgreSQL may make one. */
function constraintTwice({ table, columns, constraints }: CreateTable): Failure | undefined {
  const seen = new Map<string, ConstraintDefinition['kind']>();
  for (const { name, kind } of [...columns.flatMap((column) => column.constraints), ...constraints]) {
    if (name === undefined || kind === 'notNull') continue;
    const other = seen.get(name);
    const isKey = (each: ConstraintDefinition['kind']): boolean => each !== 'check' && each !== 'foreignKey';
    if (other !== undefined && !(isKey(other) && isKey(kind)))
      return contradiction(
        '42710',
        kind === 'check' && other === 'check'
          ? `check constraint "${name}" already exists`
          : `constraint "${name}" for relation "${table.name}" already exists`,
        'Give one of the two another name.',
      );
    seen.set(name, kind);
  }
  return undefined;
}
