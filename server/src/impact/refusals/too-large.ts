import type { ColumnType } from '../../schema/model.js';
import type { SchemaState } from '../../schema/state.js';
import type { AddColumn } from '../../sql/action.js';
import { type Failure, unfitValue } from '../failure.js';

/** The greatest absolute values of whole numbers, by internal type. */
const greatest: Readonly<Record<string, readonly [name: string, limit: number]>> = {
  int2: ['smallint', 32_767],
  int4: ['integer', 2_147_483_647],
};

/**
 * A constant default that does not fit into its column: ADD COLUMN computes it at once, for the rows that are there and
 * on an empty table as well. CREATE TABLE and SET DEFAULT take it, and INSERTs fail later (measured on PostgreSQL 15).
 */
export function ofTooLarge({ column, table, ifNotExists }: AddColumn, before: SchemaState): Failure | undefined {
  const { type } = column;
  const written = column.default?.expression.text;
  const known = before.table(table);
  if (!type || written === undefined || !known || known.partitionBy || (ifNotExists && known.columns.has(column.name)))
    return undefined;
  if (type.schema !== undefined || type.arrayDimensions > 0 || before.type(type)) return undefined;
  const string = /^'([^']*)'$/.exec(written)?.[1];
  if (string?.includes('${') === true) return undefined;
  return isText(type) ? ofText(string, type) : ofNumber(string ?? written, type, string === undefined);
}

function isText({ name }: ColumnType): boolean {
  return name === 'varchar' || name === 'bpchar';
}

function ofText(value: string | undefined, type: ColumnType): Failure | undefined {
  const limit = Number(type.modifiers[0]);
  if (value === undefined || !Number.isInteger(limit)) return undefined;
  // Blanks at the end that are too many are cut off.
  const length = [...value.trimEnd()].length;
  if (length <= limit) return undefined;
  const name = type.name === 'varchar' ? 'character varying' : 'character';
  return unfitValue(
    '22001',
    `value too long for type ${name}(${limit})`,
    `Give the column at least ${length} characters, or shorten the default.`,
  );
}

function ofNumber(text: string, { name, modifiers }: ColumnType, isConstant: boolean): Failure | undefined {
  const value = /^\s*[-+]?\d+(?:\.\d+)?\s*$/.test(text) ? Math.abs(Number(text)) : undefined;
  if (value === undefined) return undefined;
  const advice = 'Give the column a wider type, or write a default that fits.';
  if (name === 'numeric') {
    const [precision, scale = 0] = modifiers.map(Number);
    if (precision === undefined || !Number.isInteger(precision) || !Number.isInteger(scale)) return undefined;
    // Far from the edge, where rounding decides.
    return value >= 10 ** (precision - scale) ? unfitValue('22003', 'numeric field overflow', advice) : undefined;
  }
  const [word, limit] = greatest[name] ?? [];
  if (word === undefined || limit === undefined || !isConstant || value <= limit + 1) return undefined;
  return unfitValue('22003', `${word} out of range`, advice);
}
