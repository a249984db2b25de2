import { quoteIdentifier, quoteLiteral } from '../../../sql/quote.js';
import type { Call, Expression } from '../../code.js';
import { resolved, type Scope } from '../../values.js';
import { type Column, columnComment, columnSql, isColumn, readColumn, serialColumn } from './columns.js';
import { columnList, isTableConstraint, tableConstraint, tableName } from './constraints.js';
import { indexSql } from './indexes.js';
import { Arguments, calledName, notKnown } from '../python-arguments.js';
import { placed } from '../placed.js';
import { createTypeSql, type EnumType } from './types.js';

/** Enumerated types that this migration has made so far: each is made once. */
export type KnownTypes = Set<string>;

/** op.create_table: the types it needs, the table, its indexes, its comments. */
export function createTable(args: Arguments, types: KnownTypes): readonly string[] {
  const { scope } = args;
  const schema = args.optionText('schema');
  const bare = args.text(0, 'table_name', 'name');
  const table = tableName(bare, schema);
  const items = args.positional.slice(1).map((each) => resolved(each, scope));
  const columns = items
    .filter((each) => isColumn(each, scope))
    .map((each) => ({ ...readColumn(each, scope), span: each.span }));
  const calls = items.filter((each): each is Call => each.kind === 'call' && !isColumn(each, scope));
  if (columns.length + calls.length < items.length) return notKnown('a column in it is put together when it runs');
  const others = calls.filter((each) => !isTableConstraint(each) && calledName(each) !== 'Index');
  if (others.length > 0) return notKnown('a column in it is put together when it runs');
  const constraints = calls.filter(isTableConstraint).map((each) => {
    const read = tableConstraint(each, scope);
    return { ...read, sql: placed(read.sql, each.span) };
  });
  const keys =
    constraints.find(({ kind }) => kind === 'primary')?.columns ??
    columns.filter(({ isPrimary }) => isPrimary).map(({ name }) => name);
  const serial = serialColumn(columns, keys, constraints);
  const lines = [
    ...columns.map((each) => placed(columnSql(each, each === serial, keys.includes(each.name)), each.span)),
    ...constraints.filter(({ kind }) => kind === 'primary').map(({ sql }) => sql),
    ...(constraints.some(({ kind }) => kind === 'primary') || keys.length === 0
      ? []
      : [`PRIMARY KEY ${columnList(keys)}`]),
    ...constraints.filter(({ kind }) => kind !== 'primary').map(({ sql }) => sql),
    ...columns.flatMap(({ foreignKeys, span }) => foreignKeys.map(({ sql }) => placed(sql, span))),
    ...columns
      .filter(({ unique, index }) => unique && !index)
      .map(({ name, span }) => placed(`UNIQUE ${columnList([name])}`, span)),
  ];
  const exists = args.flag('if_not_exists') === true ? 'IF NOT EXISTS ' : '';
  const comment = args.optionText('comment');
  return [
    ...columns.flatMap(({ enumType, span }) => newType(enumType, types).map((sql) => placed(sql, span))),
    `CREATE TABLE ${exists}${table} (${lines.length > 0 ? `\n  ${lines.join(',\n  ')}\n` : ''})${tableOptions(args)}`,
    ...columns.filter(({ index }) => index).map((each) => placed(columnIndex(bare, table, each), each.span)),
    ...calls
      .filter((each) => calledName(each) === 'Index')
      .map((each) => placed(indexOf(each, table, scope), each.span)),
    ...(comment === undefined ? [] : [`COMMENT ON TABLE ${table} IS ${quoteLiteral(comment)}`]),
    ...columns.flatMap((each) =>
      each.comment ? [placed(columnComment(table, each.name, each.comment), each.span)] : [],
    ),
  ];
}

function newType(type: EnumType | undefined, types: KnownTypes): readonly string[] {
  if (!type?.creates || types.has(type.name)) return [];
  types.add(type.name);
  // A type takes no schema from its table.
  return [createTypeSql(type)];
}

function tableOptions(args: Arguments): string {
  const partition = args.optionText('postgresql_partition_by');
  const using = args.optionText('postgresql_using');
  const prefixes = args.option('prefixes');
  if (prefixes) return notKnown('what stands before TABLE in it is put together when it runs');
  return (partition === undefined ? '' : ` PARTITION BY ${partition}`) + (using === undefined ? '' : ` USING ${using}`);
}

function columnIndex(table: string, quoted: string, column: Column): string {
  const unique = column.unique ? 'UNIQUE ' : '';
  const name = quoteIdentifier(`ix_${table.replaceAll('.', '_')}_${column.name}`);
  return `CREATE ${unique}INDEX ${name} ON ${quoted} ${columnList([column.name])}`;
}

/** sa.Index('name', 'a', 'b', unique=True) among the columns. */
function indexOf(call: Call, table: string, scope: Scope): string {
  const args = new Arguments(call, scope);
  return indexSql(args, args.text(0, 'name'), table, args.positional.slice(1));
}

/** op.add_column: the column, then its constraints, its index, its comment. */
export function addColumn(
  args: Arguments,
  bare: string,
  column: Expression,
  schema: string | undefined,
): readonly string[] {
  const table = tableName(bare, schema);
  const read = readColumn(column, args.scope);
  const exists = args.flag('if_not_exists') === true ? 'IF NOT EXISTS ' : '';
  const serial = read.isPrimary ? serialColumn([read], [read.name]) : undefined;
  const inline = args.flag('inline_references') === true && read.foreignKeys.length === 1;
  const references = inline ? ` ${(read.foreignKeys[0]?.sql ?? '').replace(/FOREIGN KEY \([^)]*\) /, '')}` : '';
  return [
    `ALTER TABLE ${table} ADD COLUMN ${exists}${columnSql(read, serial !== undefined)}${references}`,
    ...(read.unique && !read.index ? [`ALTER TABLE ${table} ADD UNIQUE ${columnList([read.name])}`] : []),
    ...(inline ? [] : read.foreignKeys.map(({ sql }) => `ALTER TABLE ${table} ADD ${sql}`)),
    ...(read.index ? [columnIndex(bare, table, read)] : []),
    ...(read.comment ? [columnComment(table, read.name, read.comment)] : []),
  ];
}
