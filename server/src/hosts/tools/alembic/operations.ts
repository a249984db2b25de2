import { quoteIdentifier, quoteLiteral } from '../../../sql/quote.js';
import type { Expression } from '../../code.js';
import { itemsOf, type Plain, plainOf, resolved, type Scope } from '../../values.js';
import { columnComment } from './columns.js';
import {
  columnList,
  deferring,
  excludeSql,
  foreignKeySql,
  named,
  notValid,
  tableName,
  uniqueSql,
} from './constraints.js';
import { conditionSql, defaultSql } from './expressions.js';
import { indexSql } from './indexes.js';
import { Arguments, calledName, notKnown } from '../python-arguments.js';
import { addColumn, createTable, type KnownTypes } from './tables.js';
import { columnType } from './types.js';

/** The table of `with op.batch_alter_table('t') as batch_op`. */
export interface Batch {
  readonly table: string;
  readonly schema: string | undefined;
}

/** The statements that an operation sends, in their order; undefined for a name that is none. Throws NotKnown. */
export function operationSql(
  name: string,
  args: Arguments,
  batch: Batch | undefined,
  types: KnownTypes,
): readonly string[] | undefined {
  const schema = batch ? batch.schema : args.optionText('schema');
  // In a batch the table is left out of the arguments: each moves one to the left.
  const moved = batch ? 1 : 0;
  const at = (position: number, ...names: readonly string[]): Expression | undefined =>
    args.at(position - (position > 0 ? moved : 0), ...names);
  const text = (position: number, ...names: readonly string[]): string =>
    args.textIfAny(at(position, ...names)) ?? notKnown(`its ${names[0] ?? 'name'} is missing`);
  const ownTable = (): string => batch?.table ?? args.text(0, 'table_name');
  /** The table is the second argument, behind a name. */
  const table = (): string => batch?.table ?? args.text(1, 'table_name', 'source', 'source_table');
  const alter = (bare: string, change: string): string => `ALTER TABLE ${tableName(bare, schema)} ${change}`;
  switch (name) {
    case 'create_table':
      return createTable(args, types);
    case 'drop_table':
      return [`DROP TABLE ${ifExists(args)}${tableName(args.text(0, 'table_name'), schema)}`];
    case 'rename_table':
      return [alter(args.text(0, 'old_table_name'), `RENAME TO ${quoteIdentifier(args.text(1, 'new_table_name'))}`)];
    case 'add_column': {
      const column = batch ? args.at(0, 'column') : args.at(1, 'column');
      return addColumn(args, ownTable(), column ?? notKnown('its column is missing'), schema);
    }
    case 'drop_column': {
      const column = batch ? args.text(0, 'column_name') : args.text(1, 'column_name');
      return [alter(ownTable(), `DROP COLUMN ${ifExists(args)}${quoteIdentifier(column)}`)];
    }
    case 'alter_column':
      return alterColumn(
        args,
        tableName(ownTable(), schema),
        batch ? args.text(0, 'column_name') : args.text(1, 'column_name'),
      );
    case 'create_index': {
      const columns = at(2, 'columns');
      const items = itemsOf(columns, args.scope) ?? notKnown('its columns are decided when it runs');
      const index = args.textIfAny(args.at(0, 'index_name'));
      return [
        indexSql(args, index ?? notKnown('its name comes from a naming convention'), tableName(table(), schema), items),
      ];
    }
    case 'drop_index': {
      const concurrently = args.flag('postgresql_concurrently') === true ? 'CONCURRENTLY ' : '';
      const index = tableName(args.text(0, 'index_name'), schema);
      return [`DROP INDEX ${concurrently}${ifExists(args)}${index}`];
    }
    case 'create_foreign_key':
      return [foreignKey(args, batch)];
    case 'create_unique_constraint': {
      const columns = args.names(at(2, 'columns'));
      return [alter(table(), `ADD ${constraintName(args)}${uniqueSql(args, columns)}`)];
    }
    case 'create_primary_key':
      return [
        alter(
          table(),
          `ADD ${constraintName(args)}PRIMARY KEY ${columnList(args.names(at(2, 'columns')))}${deferring(args)}`,
        ),
      ];
    case 'create_check_constraint': {
      const condition = at(2, 'condition') ?? notKnown('its condition is missing');
      const check = `CHECK (${conditionSql(condition, args.scope)})${deferring(args)}${notValid(args)}`;
      return [alter(table(), `ADD ${constraintName(args)}${check}`)];
    }
    case 'create_exclude_constraint':
      return [alter(table(), `ADD ${constraintName(args)}${excludeSql(args, args.positional.slice(2 - moved))}`)];
    case 'drop_constraint': {
      const constraint =
        args.textIfAny(args.at(0, 'constraint_name')) ?? notKnown('the name of the constraint is not said');
      return [alter(table(), `DROP CONSTRAINT ${ifExists(args)}${quoteIdentifier(constraint)}`)];
    }
    case 'create_table_comment':
    case 'drop_table_comment': {
      const comment = name === 'drop_table_comment' ? undefined : batch ? args.text(0, 'comment') : text(1, 'comment');
      return [
        `COMMENT ON TABLE ${tableName(ownTable(), schema)} IS ${comment === undefined ? 'NULL' : quoteLiteral(comment)}`,
      ];
    }
    case 'bulk_insert':
      return bulkInsert(args);
    default:
      return undefined;
  }
}

function ifExists(args: Arguments): string {
  return args.flag('if_exists') === true ? 'IF EXISTS ' : '';
}

/** A constraint without a name gets one from PostgreSQL, or from a naming convention of the project. */
function constraintName(args: Arguments): string {
  return named(args.textIfAny(args.at(0, 'constraint_name', 'name')));
}

function foreignKey(args: Arguments, batch: Batch | undefined): string {
  const source = batch?.table ?? args.text(1, 'source_table', 'source');
  const moved = batch ? 1 : 0;
  const referent = args.text(2 - moved, 'referent_table', 'referent');
  const columns = args.names(args.at(3 - moved, 'local_cols'));
  const referred = args.names(args.at(4 - moved, 'remote_cols'));
  const schema = batch ? batch.schema : args.optionText('source_schema');
  const otherSchema = args.optionText('referent_schema');
  const target = otherSchema === undefined ? referent : `${otherSchema}.${referent}`;
  const name = args.textIfAny(args.at(0, 'constraint_name', 'name'));
  return `ALTER TABLE ${tableName(source, schema)} ADD ${foreignKeySql(args, name, columns, target, referred)}`;
}

/** op.alter_column sends a statement for each change, in this order. */
function alterColumn(args: Arguments, table: string, column: string): readonly string[] {
  const { scope } = args;
  const alter = (change: string): string => `ALTER TABLE ${table} ALTER COLUMN ${quoteIdentifier(column)} ${change}`;
  const statements: string[] = [];
  const type = args.option('type_');
  if (type && resolved(type, scope).kind !== 'null') {
    const using = args.optionText('postgresql_using');
    statements.push(alter(`TYPE ${columnType(type, scope).sql}${using === undefined ? '' : ` USING ${using}`}`));
  }
  const nullable = args.flag('nullable');
  if (nullable !== undefined) statements.push(alter(nullable ? 'DROP NOT NULL' : 'SET NOT NULL'));
  const value = args.option('server_default');
  if (value && !isFalse(value, scope)) statements.push(alter(defaultChange(value, scope)));
  const comment = args.option('comment');
  if (comment && !isFalse(comment, scope)) statements.push(columnComment(table, column, args.textIfAny(comment)));
  const name = args.optionText('new_column_name', 'name');
  if (name !== undefined && name !== column)
    statements.push(`ALTER TABLE ${table} RENAME COLUMN ${quoteIdentifier(column)} TO ${quoteIdentifier(name)}`);
  return statements;
}

function isFalse(value: Expression, scope: Scope): boolean {
  return plainOf(value, scope) === false;
}

function defaultChange(value: Expression, scope: Scope): string {
  const found = resolved(value, scope);
  if (found.kind === 'null') return 'DROP DEFAULT';
  if (found.kind === 'call' && /^(?:Identity|Computed|FetchedValue)$/.test(calledName(found) ?? ''))
    return notKnown('how it changes depends on what the column is');
  return `SET DEFAULT ${defaultSql(found, scope)}`;
}

/** op.bulk_insert: rows of a table that is described in the file. */
function bulkInsert(args: Arguments): readonly string[] {
  const { scope } = args;
  const first = args.at(0, 'table');
  const table = first && resolved(first, scope);
  const rows = plainOf(args.at(1, 'rows'), scope);
  if (table?.kind !== 'call' || !Array.isArray(rows))
    return notKnown('the rows that it inserts are put together when it runs');
  const described = new Arguments(table, scope);
  const name = described.text(0, 'name', 'table_name');
  const schema = described.optionText('schema');
  return rows.map((row: Plain) => {
    if (row === null || typeof row !== 'object' || Array.isArray(row))
      return notKnown('the rows that it inserts are put together when it runs');
    const entries = Object.entries(row);
    const values = entries.map(([, value]) => plainSql(value)).join(', ');
    return `INSERT INTO ${tableName(name, schema)} ${columnList(entries.map(([key]) => key))} VALUES (${values})`;
  });
}

function plainSql(value: Plain): string {
  if (value === null) return 'NULL';
  if (typeof value === 'string') return quoteLiteral(value);
  return typeof value === 'object' ? quoteLiteral(JSON.stringify(value)) : String(value);
}
