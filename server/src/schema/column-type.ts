import type { ColumnType } from './model.js';

const serialTypes: Readonly<Record<string, string>> = {
  smallserial: 'smallint',
  serial2: 'smallint',
  serial: 'integer',
  serial4: 'integer',
  bigserial: 'bigint',
  serial8: 'bigint',
};

/** The type of a column as SQL text: "bigint" for a column that was written as bigserial. */
export function typeText(type: ColumnType): string {
  return serialTypes[type.text.toLowerCase()] ?? type.text;
}
