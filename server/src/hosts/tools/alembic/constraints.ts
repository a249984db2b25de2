import { quoteIdentifier } from '../../../sql/quote.js';
import type { Call, Expression } from '../../code.js';
import { itemsOf, plainOf, resolved, type Scope } from '../../values.js';
import { conditionSql, indexPart } from './expressions.js';
import { Arguments, calledName, notKnown } from '../python-arguments.js';

/** A constraint of a table, as it stands in CREATE TABLE and behind ADD. */
export interface TableConstraint {
  readonly kind: 'primary' | 'foreign' | 'unique' | 'check' | 'exclude';
  readonly columns: readonly string[];
  readonly sql: string;
}

/** "schema.table" in one string is two names. */
export function dotted(name: string): string {
  return name.split('.').map(quoteIdentifier).join('.');
}

/** A table with the schema that an option says. */
export function tableName(name: string, schema: string | undefined): string {
  return schema === undefined ? quoteIdentifier(name) : `${dotted(schema)}.${quoteIdentifier(name)}`;
}

export function columnList(columns: readonly string[]): string {
  return `(${columns.map(quoteIdentifier).join(', ')})`;
}

export function named(name: string | undefined): string {
  return name === undefined ? '' : `CONSTRAINT ${quoteIdentifier(name)} `;
}

/** [NOT] DEFERRABLE INITIALLY …, as SQLAlchemy's options say. */
export function deferring(args: Arguments): string {
  const deferrable = args.flag('deferrable');
  const initially = args.optionText('initially');
  const first = deferrable === undefined ? '' : deferrable ? ' DEFERRABLE' : ' NOT DEFERRABLE';
  return first + (initially === undefined ? '' : ` INITIALLY ${initially.toUpperCase()}`);
}

/** FOREIGN KEY … with what ForeignKey, ForeignKeyConstraint and op.create_foreign_key have in common. */
export function foreignKeySql(
  args: Arguments,
  name: string | undefined,
  columns: readonly string[],
  table: string,
  referred: readonly string[],
): string {
  const action = (option: string, words: string): string => {
    const value = args.optionText(option);
    return value === undefined ? '' : ` ${words} ${value.toUpperCase()}`;
  };
  return (
    `${named(name)}FOREIGN KEY ${columnList(columns)} REFERENCES ${dotted(table)} ${columnList(referred)}` +
    action('match', 'MATCH') +
    action('ondelete', 'ON DELETE') +
    action('onupdate', 'ON UPDATE') +
    deferring(args) +
    notValid(args)
  );
}

export function notValid(args: Arguments): string {
  return args.flag('postgresql_not_valid') === true ? ' NOT VALID' : '';
}

/** True for a constraint that stands among the columns of a table. */
export function isTableConstraint(call: Call): boolean {
  return /^(?:PrimaryKey|Unique|ForeignKey|Check|Exclude)Constraint$/.test(calledName(call) ?? '');
}

/** Reads sa.UniqueConstraint(…) and its like. */
export function tableConstraint(call: Call, scope: Scope): TableConstraint {
  const args = new Arguments(call, scope);
  const name = args.optionText('name');
  switch (calledName(call)) {
    case 'PrimaryKeyConstraint': {
      const columns = args.positional.map((each) => args.names(each)[0] ?? '');
      return { kind: 'primary', columns, sql: `${named(name)}PRIMARY KEY ${columnList(columns)}${deferring(args)}` };
    }
    case 'UniqueConstraint': {
      const columns = args.positional.map((each) => args.names(each)[0] ?? '');
      return { kind: 'unique', columns, sql: named(name) + uniqueSql(args, columns) };
    }
    case 'CheckConstraint': {
      const condition = args.at(0, 'sqltext') ?? notKnown('its condition is missing');
      const sql = `${named(name)}CHECK (${conditionSql(condition, scope)})${deferring(args)}${notValid(args)}`;
      return { kind: 'check', columns: [], sql };
    }
    case 'ExcludeConstraint':
      return { kind: 'exclude', columns: [], sql: named(name) + excludeSql(args, args.positional) };
    default: {
      const columns = args.names(args.at(0, 'columns'));
      const targets = args.names(args.at(1, 'refcolumns')).map((each) => each.split('.'));
      const [first] = targets;
      if (!first || first.length < 2) return notKnown('the column that it refers to comes from the table');
      const table = first.slice(0, -1).join('.');
      const referred = targets.map((each) => each.at(-1) ?? '');
      return { kind: 'foreign', columns, sql: foreignKeySql(args, name, columns, table, referred) };
    }
  }
}

export function uniqueSql(args: Arguments, columns: readonly string[]): string {
  const nulls = args.flag('postgresql_nulls_not_distinct');
  const distinct = nulls === true ? 'NULLS NOT DISTINCT ' : nulls === false ? 'NULLS DISTINCT ' : '';
  const include = args.option('postgresql_include');
  const names = include ? args.names(include) : [];
  const included = names.length > 0 ? ` INCLUDE ${columnList(names)}` : '';
  return `UNIQUE ${distinct}${columnList(columns)}${included}${deferring(args)}`;
}

/** EXCLUDE: each element is a pair of an expression and an operator. */
export function excludeSql(args: Arguments, elements: readonly Expression[]): string {
  const { scope } = args;
  const parts = elements.map((element) => {
    const [left, operator] = itemsOf(element, scope) ?? notKnown('what it excludes is put together when it runs');
    const sign = plainOf(operator, scope);
    if (!left || typeof sign !== 'string') return notKnown('what it excludes is put together when it runs');
    return `${indexPart(left, scope).sql} WITH ${sign}`;
  });
  const using = args.optionText('using') ?? 'gist';
  const where = args.option('where');
  const condition = where && resolved(where, scope).kind !== 'null' ? ` WHERE (${conditionSql(where, scope)})` : '';
  return `EXCLUDE USING ${using} (${parts.join(', ')})${condition}${deferring(args)}`;
}
