import { quoteIdentifier } from '../../../sql/quote.js';
import type { Expression } from '../../code.js';
import { plainOf } from '../../values.js';
import { notKnown } from '../not-known.js';
import { nameFrom, namesFrom, type Options } from './arguments.js';
import { checkName, exclusionName, foreignKeyName, quoteColumns, quoteTable, uniqueName } from './names.js';
import { singularize } from './words.js';

const actions: Readonly<Record<string, string>> = {
  nullify: 'SET NULL',
  cascade: 'CASCADE',
  restrict: 'RESTRICT',
};

function action(options: Options, name: string, words: string): string {
  const value = options.plain(name);
  if (value === undefined || value === null) return '';
  const written = typeof value === 'string' ? actions[value] : undefined;
  return written === undefined ? notKnown(`its ${name} is not one that Rails knows`) : ` ${words} ${written}`;
}

/** DEFERRABLE INITIALLY …: `deferrable: :deferred`. */
function deferring(options: Options): string {
  const value = options.plain('deferrable');
  if (value === undefined || value === false || value === null) return '';
  return value === true ? ' DEFERRABLE' : ` DEFERRABLE INITIALLY ${String(value).toUpperCase()}`;
}

function notValid(options: Options): string {
  return options.flag('validate') === false ? ' NOT VALID' : '';
}

/** The column that a reference to that table has. */
export function referenceColumn(to: string): string {
  return `${singularize(to.split('.').at(-1) ?? to)}_id`;
}

/** The columns and the name of a foreign key, as they are said or as Rails makes them. */
export function foreignKeyOf(
  from: string,
  to: string | undefined,
  options: Options,
): { readonly columns: readonly string[]; readonly name: string } {
  const given = options.get('column');
  const columns = given
    ? namesFrom(given, options.scope, 'column')
    : [referenceColumn(to ?? options.text('to_table') ?? notKnown('its column is missing'))];
  return { columns, name: options.text('name') ?? foreignKeyName(from, columns) };
}

/** CONSTRAINT … FOREIGN KEY … without NOT VALID, which CREATE TABLE has no place for. */
export function foreignKeySql(from: string, to: string, options: Options): string {
  const { columns, name } = foreignKeyOf(from, to, options);
  const key = options.get('primary_key');
  const referred = key ? namesFrom(key, options.scope, 'primary key') : ['id'];
  return (
    `CONSTRAINT ${quoteIdentifier(name)} FOREIGN KEY (${quoteColumns(columns)}) REFERENCES ${quoteTable(to)} ` +
    `(${quoteColumns(referred)})${action(options, 'on_delete', 'ON DELETE')}${action(options, 'on_update', 'ON UPDATE')}${deferring(options)}`
  );
}

export function addForeignKey(from: string, to: string, options: Options): string {
  return `ALTER TABLE ${quoteTable(from)} ADD ${foreignKeySql(from, to, options)}${notValid(options)}`;
}

export function checkSql(table: string, expression: Expression | undefined, options: Options): string {
  const condition = nameFrom(expression, options.scope, 'condition');
  const name = options.text('name') ?? checkName(table, condition);
  return `CONSTRAINT ${quoteIdentifier(name)} CHECK (${condition})${notValid(options)}`;
}

export function exclusionSql(table: string, expression: Expression | undefined, options: Options): string {
  const elements = nameFrom(expression, options.scope, 'expression');
  const name = options.text('name') ?? exclusionName(table, elements);
  const using = options.text('using');
  const where = options.text('where');
  return (
    `CONSTRAINT ${quoteIdentifier(name)} EXCLUDE${using === undefined ? '' : ` USING ${using}`} (${elements})` +
    (where === undefined ? '' : ` WHERE (${where})`) +
    deferring(options)
  );
}

export function uniqueSql(table: string, columns: Expression | undefined, options: Options): string {
  const index = options.text('using_index');
  const names = columns && plainOf(columns, options.scope) !== null ? namesFrom(columns, options.scope, 'columns') : [];
  const name = options.text('name') ?? uniqueName(table, index === undefined ? names : [index]);
  const nulls = options.flag('nulls_not_distinct') === true ? ' NULLS NOT DISTINCT' : '';
  const what =
    index === undefined ? `UNIQUE${nulls} (${quoteColumns(names)})` : `UNIQUE USING INDEX ${quoteIdentifier(index)}`;
  return `CONSTRAINT ${quoteIdentifier(name)} ${what}${deferring(options)}`;
}

/** The name of a constraint that is taken away or validated. */
export function constraintName(
  kind: 'check' | 'exclusion' | 'unique',
  table: string,
  subject: Expression | undefined,
  options: Options,
): string {
  const name = options.text('name');
  if (name !== undefined) return name;
  const given = subject ?? options.get(kind === 'unique' ? 'column' : 'expression');
  if (!given) return notKnown('its name is missing');
  if (kind === 'unique') return uniqueName(table, namesFrom(given, options.scope, 'columns'));
  const expression = nameFrom(given, options.scope, 'expression');
  return kind === 'check' ? checkName(table, expression) : exclusionName(table, expression);
}
