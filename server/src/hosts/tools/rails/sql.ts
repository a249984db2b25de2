import { quoteIdentifier, quoteLiteral } from '../../../sql/quote.js';
import type { Expression } from '../../code.js';
import { itemsOf, plainOf } from '../../values.js';
import { notKnown } from '../not-known.js';
import { nameFrom, namesFrom, type Options } from './arguments.js';
import { columnComment, columnSql, tableComment, timePrecision } from './columns.js';
import type { Command } from './command.js';
import { addForeignKey, checkSql, constraintName, exclusionSql, foreignKeyOf, uniqueSql } from './constraints.js';
import { addIndex, removeIndex } from './indexes.js';
import { joinTableName, quoteTable, type RailsVersion } from './names.js';
import { readReference, referenceColumns } from './references.js';
import { createJoinTable, createTable, dropTable, timestampOptions } from './tables.js';
import { defaultSql, typeSql } from './types.js';
import { viewSql } from './views.js';

/** What ALTER TABLE says for a command; undefined for one that is no part of an ALTER TABLE. */
export function alterParts(command: Command, version: RailsVersion): readonly string[] | undefined {
  const { name, positional, options } = command;
  const { scope } = options;
  const column = (): string => quoteIdentifier(nameFrom(positional[1], scope, 'column'));
  switch (name) {
    case 'add_column': {
      const exists = options.flag('if_not_exists') === true ? 'IF NOT EXISTS ' : '';
      const type = nameFrom(positional[2], scope, 'type');
      return [`ADD COLUMN ${exists}${columnSql(nameFrom(positional[1], scope, 'column'), type, options, version)}`];
    }
    case 'remove_column':
      return [`DROP COLUMN ${options.flag('if_exists') === true ? 'IF EXISTS ' : ''}${column()}`];
    case 'remove_columns': {
      const exists = options.flag('if_exists') === true ? 'IF EXISTS ' : '';
      const names = positional.slice(1).flatMap((each) => namesFrom(each, scope, 'column'));
      return names.map((each) => `DROP COLUMN ${exists}${quoteIdentifier(each)}`);
    }
    case 'add_timestamps': {
      const own = timestampOptions(options, version);
      return ['created_at', 'updated_at'].map((each) => `ADD COLUMN ${columnSql(each, 'datetime', own, version)}`);
    }
    case 'remove_timestamps':
      return ['DROP COLUMN updated_at', 'DROP COLUMN created_at'];
    case 'change_column':
      return changeColumn(command, column(), version);
    case 'change_column_default': {
      const value = newValue(positional[2], options);
      const written = value && defaultSql(value, undefined, options);
      return [`ALTER COLUMN ${column()} ${written === undefined ? 'DROP DEFAULT' : `SET DEFAULT ${written}`}`];
    }
    case 'change_column_null': {
      const isNull = plainOf(positional[2], scope);
      if (typeof isNull !== 'boolean') return notKnown('whether it allows NULL is decided when it runs');
      return [`ALTER COLUMN ${column()} ${isNull ? 'DROP' : 'SET'} NOT NULL`];
    }
    default:
      return undefined;
  }
}

function changeColumn({ positional, options }: Command, column: string, version: RailsVersion): readonly string[] {
  const type = nameFrom(positional[2], options.scope, 'type');
  const using = options.text('using');
  const cast = options.text('cast_as');
  const collation = options.text('collation');
  const parts = [
    `ALTER COLUMN ${column} TYPE ${typeSql(type, options, timePrecision(version))}` +
      (collation === undefined ? '' : ` COLLATE "${collation}"`) +
      (using === undefined ? '' : ` USING ${using}`) +
      (cast === undefined ? '' : ` USING CAST(${column} AS ${typeSql(cast, options, undefined)})`),
  ];
  const value = options.get('default');
  if (value) {
    const written = defaultSql(value, type, options);
    parts.push(`ALTER COLUMN ${column} ${written === undefined ? 'DROP DEFAULT' : `SET DEFAULT ${written}`}`);
  }
  const isNull = options.plain('null');
  if (isNull !== undefined) parts.push(`ALTER COLUMN ${column} ${isNull ? 'DROP' : 'SET'} NOT NULL`);
  return parts;
}

/** The value of a change: as it is given, or that of `to:`. */
function newValue(given: Expression | undefined, options: Options): Expression | undefined {
  return options.has('to') ? options.get('to') : (given ?? notKnown('its new value is missing'));
}

/** The comment behind a command, and the rows that it fills first. */
function around(command: Command): { readonly before: readonly string[]; readonly behind: readonly string[] } {
  const { name, positional, options } = command;
  const { scope } = options;
  const table = (): string => nameFrom(positional[0], scope, 'table');
  if (name === 'change_column_null' && positional[3] && plainOf(positional[2], scope) === false) {
    const value = defaultSql(positional[3], undefined, options);
    const column = quoteIdentifier(nameFrom(positional[1], scope, 'column'));
    return {
      before:
        value === undefined ? [] : [`UPDATE ${quoteTable(table())} SET ${column}=${value} WHERE ${column} IS NULL`],
      behind: [],
    };
  }
  const comment = name === 'add_column' || name === 'change_column' ? options.plain('comment') : undefined;
  if (comment === undefined || (comment === null && name === 'add_column')) return { before: [], behind: [] };
  const column = nameFrom(positional[1], scope, 'column');
  return { before: [], behind: [columnComment(table(), column, typeof comment === 'string' ? comment : null)] };
}

/** The statements that a command sends, in their order; undefined for a name that is none. Throws NotKnown. */
export function commandSql(command: Command, source: string, version: RailsVersion): readonly string[] | undefined {
  const { name, positional, options } = command;
  const { scope } = options;
  const table = (): string => nameFrom(positional[0], scope, 'table');
  const alter = (part: string): string => `ALTER TABLE ${quoteTable(table())} ${part}`;
  const parts = alterParts(command, version);
  if (parts) {
    if (name === 'change_column' && version.migration < 5.2) return changeInSteps(command, table(), parts);
    const { before, behind } = around(command);
    const isApart =
      version.rails < 7 && (name === 'remove_columns' || name === 'remove_timestamps' || name === 'add_timestamps');
    return [...before, ...(isApart ? parts.map(alter) : [alter(parts.join(', '))]), ...behind];
  }
  switch (name) {
    case 'create_table':
      return createTable(command, source, version);
    case 'create_join_table':
      return createJoinTable(command, source, version);
    case 'drop_table':
      return dropTable(command);
    case 'drop_join_table': {
      const [one, other] = [0, 1].map((index) => nameFrom(positional[index], scope, 'name'));
      return [`DROP TABLE ${quoteTable(options.text('table_name') ?? joinTableName(one ?? '', other ?? ''))}`];
    }
    case 'rename_table':
      return renameTable(table(), nameFrom(positional[1], scope, 'new name'));
    case 'add_columns': {
      const type = options.get('type') ?? notKnown('its type is missing');
      const rest = options.with([['type', undefined]]);
      return positional
        .slice(1)
        .flatMap(
          (each) =>
            commandSql(
              { ...command, name: 'add_column', positional: [positional[0] ?? each, each, type], options: rest },
              source,
              version,
            ) ?? [],
        );
    }
    case 'rename_column':
      return renameColumn(
        table(),
        nameFrom(positional[1], scope, 'column'),
        nameFrom(positional[2], scope, 'new name'),
      );
    case 'change_column_comment': {
      const value = newValue(positional[2], options);
      return [columnComment(table(), nameFrom(positional[1], scope, 'column'), commentOf(value, options))];
    }
    case 'change_table_comment':
      return [tableComment(table(), commentOf(newValue(positional[1], options), options))];
    case 'add_reference':
      return addReference(command, version);
    case 'remove_reference':
      return removeReference(command, version);
    case 'add_index':
      return addIndex(table(), positional[1], options, version);
    case 'remove_index':
      return removeIndex(table(), positional[1], options, version);
    case 'rename_index': {
      const [, from, to] = positional.map((each) => nameFrom(each, scope, 'name'));
      return [`ALTER INDEX ${quoteTable(from ?? '')} RENAME TO ${quoteTable(to ?? '')}`];
    }
    case 'add_foreign_key':
      return [addForeignKey(table(), nameFrom(positional[1], scope, 'table'), options)];
    case 'remove_foreign_key':
    case 'validate_foreign_key': {
      const to = positional[1] && nameFrom(positional[1], scope, 'table');
      const key = quoteIdentifier(foreignKeyOf(table(), to, options).name);
      return [
        alter(
          name === 'remove_foreign_key' ? `DROP CONSTRAINT ${existing(options)}${key}` : `VALIDATE CONSTRAINT ${key}`,
        ),
      ];
    }
    case 'add_check_constraint':
      return [alter(`ADD ${checkSql(table(), positional[1], options)}`)];
    case 'add_exclusion_constraint':
      return [alter(`ADD ${exclusionSql(table(), positional[1], options)}`)];
    case 'add_unique_constraint':
      return [alter(`ADD ${uniqueSql(table(), positional[1], options)}`)];
    case 'remove_check_constraint':
    case 'remove_exclusion_constraint':
    case 'remove_unique_constraint': {
      const kind =
        name === 'remove_check_constraint' ? 'check' : name === 'remove_unique_constraint' ? 'unique' : 'exclusion';
      return [
        alter(
          `DROP CONSTRAINT ${existing(options)}${quoteIdentifier(constraintName(kind, table(), positional[1], options))}`,
        ),
      ];
    }
    case 'validate_check_constraint':
      return [
        alter(`VALIDATE CONSTRAINT ${quoteIdentifier(constraintName('check', table(), positional[1], options))}`),
      ];
    case 'validate_constraint':
      return [alter(`VALIDATE CONSTRAINT ${quoteIdentifier(nameFrom(positional[1], scope, 'name'))}`)];
    default:
      return viewSql(command) ?? otherSql(command, version);
  }
}

/** Before Rails 5.2 each change is a statement, and rows without a value get the default first. */
function changeInSteps(command: Command, table: string, parts: readonly string[]): readonly string[] {
  const { positional, options } = command;
  const column = quoteIdentifier(nameFrom(positional[1], options.scope, 'column'));
  const given = options.plain('null') === false ? options.get('default') : undefined;
  const value = given && defaultSql(given, nameFrom(positional[2], options.scope, 'type'), options);
  const filled =
    value === undefined ? [] : [`UPDATE ${quoteTable(table)} SET ${column}=${value} WHERE ${column} IS NULL`];
  return [
    ...parts.flatMap((part) => [
      ...(part.endsWith(' SET NOT NULL') ? filled : []),
      `ALTER TABLE ${quoteTable(table)} ${part}`,
    ]),
    ...around(command).behind,
  ];
}

function existing(options: Options): string {
  return options.flag('if_exists') === true ? 'IF EXISTS ' : '';
}

function commentOf(value: Expression | undefined, options: Options): string | null {
  const plain = value && plainOf(value, options.scope);
  if (plain === null) return null;
  return typeof plain === 'string' ? plain : notKnown('the comment is decided when it runs');
}

/** Rails renames what bears the name of the table, too: the primary key and its sequence. */
function renameTable(from: string, to: string): readonly string[] {
  const schema = from.includes('.') ? `${from.split('.')[0]}.` : '';
  const [old, now] = [from, to].map((each) => each.split('.').at(-1) ?? each);
  return [
    `ALTER TABLE ${quoteTable(from)} RENAME TO ${quoteIdentifier(now ?? to)}`,
    `ALTER INDEX IF EXISTS ${quoteTable(`${schema}${old}_pkey`)} RENAME TO ${quoteIdentifier(`${now}_pkey`)}`,
    `ALTER SEQUENCE IF EXISTS ${quoteTable(`${schema}${old}_id_seq`)} RENAME TO ${quoteIdentifier(`${now}_id_seq`)}`,
  ];
}

/** An index that Rails named after the column is renamed, too. */
function renameColumn(table: string, from: string, to: string): readonly string[] {
  const index = (column: string): string => quoteIdentifier(`index_${table.replaceAll('.', '_')}_on_${column}`);
  return [
    `ALTER TABLE ${quoteTable(table)} RENAME COLUMN ${quoteIdentifier(from)} TO ${quoteIdentifier(to)}`,
    `ALTER INDEX IF EXISTS ${index(from)} RENAME TO ${index(to)}`,
  ];
}

function addReference({ positional, options }: Command, version: RailsVersion): readonly string[] {
  const table = nameFrom(positional[0], options.scope, 'table');
  const reference = readReference(table, nameFrom(positional[1], options.scope, 'name'), options, version);
  const exists = options.flag('if_not_exists') === true ? 'IF NOT EXISTS ' : '';
  const span = { start: 0, end: 0 };
  const index =
    reference.index &&
    (exists === ''
      ? reference.index
      : reference.index.with([['if_not_exists', { kind: 'boolean', span, value: true }]]));
  return [
    ...reference.columns.flatMap((column) => {
      const sql = `ALTER TABLE ${quoteTable(table)} ADD COLUMN ${exists}${columnSql(column.name, column.type, column.options, version)}`;
      const comment = column.options.text('comment');
      return comment === undefined ? [sql] : [sql, columnComment(table, column.name, comment)];
    }),
    ...(index ? addIndex(table, referenceColumns(reference), index, version) : []),
    ...(reference.foreignKey ? [addForeignKey(table, reference.foreignKey.to, reference.foreignKey.options)] : []),
  ];
}

function removeReference({ positional, options }: Command, version: RailsVersion): readonly string[] {
  const table = nameFrom(positional[0], options.scope, 'table');
  const reference = readReference(table, nameFrom(positional[1], options.scope, 'name'), options, version);
  const key = reference.foreignKey;
  const drop = (part: string): string => `ALTER TABLE ${quoteTable(table)} DROP ${part}`;
  return [
    ...(key ? [drop(`CONSTRAINT ${quoteIdentifier(foreignKeyOf(table, key.to, key.options).name)}`)] : []),
    ...[...reference.columns].reverse().map(({ name }) => drop(`COLUMN ${existing(options)}${quoteIdentifier(name)}`)),
  ];
}

/** Commands that are about no table. */
function otherSql({ name, positional, options }: Command, version: RailsVersion): readonly string[] | undefined {
  const { scope } = options;
  const first = (): string => nameFrom(positional[0], scope, 'name');
  switch (name) {
    case 'enable_extension':
      return [`CREATE EXTENSION IF NOT EXISTS ${extension(first())}`];
    case 'disable_extension':
      return [`DROP EXTENSION IF EXISTS ${quoteIdentifier(first().split('.').at(-1) ?? '')} CASCADE`];
    case 'create_schema':
      return [
        `CREATE SCHEMA ${options.flag('if_not_exists') === true ? 'IF NOT EXISTS ' : ''}${quoteIdentifier(first())}`,
      ];
    case 'drop_schema':
      return [
        `DROP SCHEMA ${options.flag('if_exists') === false ? '' : 'IF EXISTS '}${quoteIdentifier(first())} CASCADE`,
      ];
    case 'create_enum': {
      const labels = itemsOf(positional[1], scope) ?? notKnown('its values are decided when it runs');
      const values = labels.map((each) => quoteLiteral(nameFrom(each, scope, 'values'))).join(', ');
      const make = `CREATE TYPE ${quoteTable(first())} AS ENUM (${values})`;
      return [`DO $$ BEGIN ${make}; EXCEPTION WHEN duplicate_object THEN NULL; END $$`];
    }
    case 'drop_enum': {
      const isSure = version.rails >= 7.1 && options.flag('if_exists') !== true;
      return [`DROP TYPE ${isSure ? '' : 'IF EXISTS '}${quoteTable(first())}`];
    }
    case 'rename_enum': {
      const to = options.text('to') ?? nameFrom(positional[1], scope, 'new name');
      return [`ALTER TYPE ${quoteTable(first())} RENAME TO ${quoteIdentifier(to)}`];
    }
    case 'add_enum_value': {
      const exists = options.flag('if_not_exists') === true ? 'IF NOT EXISTS ' : '';
      const [before, after] = [options.text('before'), options.text('after')];
      const place =
        before === undefined
          ? after === undefined
            ? ''
            : ` AFTER ${quoteLiteral(after)}`
          : ` BEFORE ${quoteLiteral(before)}`;
      return [
        `ALTER TYPE ${quoteTable(first())} ADD VALUE ${exists}${quoteLiteral(nameFrom(positional[1], scope, 'value'))}${place}`,
      ];
    }
    case 'rename_enum_value': {
      const from = options.text('from') ?? notKnown('its value is missing');
      const to = options.text('to') ?? notKnown('its value is missing');
      return [`ALTER TYPE ${quoteTable(first())} RENAME VALUE ${quoteLiteral(from)} TO ${quoteLiteral(to)}`];
    }
    default:
      return undefined;
  }
}

function extension(name: string): string {
  const [schema, own] = name.includes('.') ? name.split('.') : [undefined, name];
  return `${quoteIdentifier(own ?? name)}${schema === undefined ? '' : ` SCHEMA ${quoteIdentifier(schema)}`}`;
}
