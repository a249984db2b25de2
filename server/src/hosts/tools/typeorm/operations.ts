import {
  field,
  isFields,
  isFragment,
  isList,
  listOf,
  textOfValue,
  truthy,
  Unclear,
  type Value,
} from '../support/value.js';
import { columnParts, defaultOf, fullType } from './columns.js';
import {
  givenName,
  inSchemaOf,
  madeName,
  madeOfExpression,
  optionOf,
  quote,
  tableParts,
  tableSql,
  textsOf,
} from './names.js';

// What the methods of a QueryRunner send, as far as they ask nothing of the database before.

export type Make = (args: readonly Value[]) => string[];

function list(columns: readonly string[]): string {
  return columns.map(quote).join(', ');
}

function records(value: Value): readonly Value[] {
  return value === undefined ? [] : listOf(value);
}

function commentText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function uniqueSql(table: Value, unique: Value): string {
  const columns = textsOf(unique, 'columnNames');
  const deferrable = optionOf(unique, 'deferrable');
  const name = givenName(unique) ?? madeName('UQ', table, columns);
  return `CONSTRAINT ${quote(name)} UNIQUE (${list(columns)})${deferrable === undefined ? '' : ` DEFERRABLE ${deferrable}`}`;
}

function checkSql(table: Value, check: Value): string {
  const expression = optionOf(check, 'expression') ?? '';
  return `CONSTRAINT ${quote(givenName(check) ?? madeOfExpression('CHK', table, expression))} CHECK (${expression})`;
}

function exclusionSql(table: Value, exclusion: Value): string {
  const expression = optionOf(exclusion, 'expression') ?? '';
  const deferrable = optionOf(exclusion, 'deferrable');
  return `CONSTRAINT ${quote(givenName(exclusion) ?? madeOfExpression('XCL', table, expression))} EXCLUDE ${expression}${deferrable === undefined ? '' : ` DEFERRABLE ${deferrable}`}`;
}

function foreignSql(table: Value, key: Value): string {
  const columns = textsOf(key, 'columnNames');
  const referenced = new Map<string, Value>([
    ['name', field(key, 'referencedTableName')],
    ['schema', field(key, 'referencedSchema')],
  ]);
  const onDelete = optionOf(key, 'onDelete');
  const onUpdate = optionOf(key, 'onUpdate');
  const deferrable = optionOf(key, 'deferrable');
  return (
    `CONSTRAINT ${quote(givenName(key) ?? madeName('FK', table, columns))} FOREIGN KEY (${list(columns)}) REFERENCES ${tableSql(referenced)} (${list(textsOf(key, 'referencedColumnNames'))})` +
    `${onDelete === undefined ? '' : ` ON DELETE ${onDelete}`}${onUpdate === undefined ? '' : ` ON UPDATE ${onUpdate}`}${deferrable === undefined ? '' : ` DEFERRABLE ${deferrable}`}`
  );
}

function indexSql(table: Value, index: Value): string {
  if (!isFields(index)) throw new Unclear('the index is put together when it runs');
  const columns = textsOf(index, 'columnNames');
  const where = optionOf(index, 'where');
  const name = givenName(index) ?? madeName('IDX', table, columns, where);
  const type = truthy(field(index, 'isSpatial')) ? 'gist' : optionOf(index, 'type');
  const unique = truthy(field(index, 'isUnique')) ? 'UNIQUE ' : '';
  const concurrently = truthy(field(index, 'isConcurrent')) ? ' CONCURRENTLY' : '';
  return `CREATE ${unique}INDEX${concurrently} ${quote(name)} ON ${tableSql(table)}${type === undefined ? '' : ` USING ${type}`} (${list(columns)})${where === undefined ? '' : ` WHERE ${where}`}`;
}

function createTable([table, ifNotExists, withKeys, withIndices]: readonly Value[]): string[] {
  if (!isFields(table)) throw new Unclear('the table is put together when it runs');
  const columns = records(field(table, 'columns')).map((column) => columnParts(table, column));
  const uniques = records(field(table, 'uniques'));
  const isCovered = (name: string): boolean =>
    uniques.some((unique) => {
      const names = textsOf(unique, 'columnNames');
      return names.length === 1 && names[0] === name;
    });
  const own = columns.filter(({ name, isUnique }) => isUnique && !isCovered(name));
  const primary = columns.filter(({ isPrimary }) => isPrimary).map(({ name }) => name);
  const given = records(field(table, 'columns')).map((column) => optionOf(column, 'primaryKeyConstraintName'));
  const keyName = given.find((name) => name !== undefined) ?? madeName('PK', table, primary);
  const definitions = [
    ...columns.map(({ definition }) => definition),
    ...uniques.map((unique) => uniqueSql(table, unique)),
    ...own.map(({ name }) => `CONSTRAINT ${quote(madeName('UQ', table, [name]))} UNIQUE (${quote(name)})`),
    ...records(field(table, 'checks')).map((check) => checkSql(table, check)),
    ...records(field(table, 'exclusions')).map((exclusion) => exclusionSql(table, exclusion)),
    ...(withKeys === false ? [] : records(field(table, 'foreignKeys')).map((key) => foreignSql(table, key))),
    ...(primary.length === 0 ? [] : [`CONSTRAINT ${quote(keyName)} PRIMARY KEY (${list(primary)})`]),
  ];
  const comment = optionOf(table, 'comment');
  const target = tableSql(table);
  return [
    ...new Set(columns.flatMap(({ enumSql }) => enumSql ?? [])),
    `CREATE TABLE ${truthy(ifNotExists) ? 'IF NOT EXISTS ' : ''}${target} (${definitions.join(', ')})`,
    ...columns.flatMap(({ name, comment: text }) =>
      text === undefined ? [] : [`COMMENT ON COLUMN ${target}.${quote(name)} IS ${commentText(text)}`],
    ),
    ...(withIndices === false ? [] : records(field(table, 'indices')).map((index) => indexSql(table, index))),
    ...(comment === undefined ? [] : [`COMMENT ON TABLE ${target} IS ${commentText(comment)}`]),
  ];
}

function addColumn([table, column]: readonly Value[]): string[] {
  const parts = columnParts(table, column);
  const target = tableSql(table);
  if (parts.isPrimary) throw new Unclear('TypeORM makes the primary key anew, by what it finds in the database');
  return [
    ...(parts.enumSql === undefined ? [] : [parts.enumSql]),
    `ALTER TABLE ${target} ADD ${parts.definition}`,
    ...(parts.isUnique
      ? [
          `ALTER TABLE ${target} ADD CONSTRAINT ${quote(madeName('UQ', table, [parts.name]))} UNIQUE (${quote(parts.name)})`,
        ]
      : []),
    ...(parts.comment === undefined
      ? []
      : [`COMMENT ON COLUMN ${target}.${quote(parts.name)} IS ${commentText(parts.comment)}`]),
  ];
}

function columnName(value: Value): string {
  const name = givenName(value);
  if (name === undefined) throw new Unclear('the name of a column is not known');
  return name;
}

/** What hangs on the column by itself alone is dropped before by TypeORM, and would go with it. */
function dropColumn([table, column, ifExists]: readonly Value[]): string[] {
  return [
    `ALTER TABLE ${tableSql(table)} DROP COLUMN ${truthy(ifExists) ? 'IF EXISTS ' : ''}${quote(columnName(column))}`,
  ];
}

function renameColumn([table, from, to]: readonly Value[]): string[] {
  return [`ALTER TABLE ${tableSql(table)} RENAME COLUMN ${quote(columnName(from))} TO ${quote(columnName(to))}`];
}

/** Both columns have to be written out: else TypeORM compares with the database, and may drop and add the column. */
function changeColumn([table, from, to]: readonly Value[]): string[] {
  if (!isFields(from) || !isFields(to)) {
    throw new Unclear('TypeORM compares with the column in the database, and may drop it and add it anew');
  }
  const differs = (key: string): boolean => sameText(from, key) !== sameText(to, key);
  if (['type', 'length', 'isArray', 'asExpression', 'generatedType'].some(differs)) {
    return [...dropColumn([table, from]), ...addColumn([table, to])];
  }
  if (['isPrimary', 'isGenerated', 'generationStrategy', 'enum', 'comment', 'collation'].some(differs)) {
    throw new Unclear('Airlock does not know what TypeORM makes of this change of a column');
  }
  const column = columnName(to);
  const alter = `ALTER TABLE ${tableSql(table)} ALTER COLUMN ${quote(column)}`;
  const unique = quote(madeName('UQ', table, [column]));
  return [
    ...(differs('name') ? renameColumn([table, from, to]) : []),
    ...(differs('precision') || differs('scale') ? [`${alter} TYPE ${fullType(to)}`] : []),
    ...(differs('isNullable') ? [`${alter} ${truthy(to.get('isNullable')) ? 'DROP' : 'SET'} NOT NULL`] : []),
    ...(differs('isUnique')
      ? [
          truthy(to.get('isUnique'))
            ? `ALTER TABLE ${tableSql(table)} ADD CONSTRAINT ${unique} UNIQUE (${quote(column)})`
            : `ALTER TABLE ${tableSql(table)} DROP CONSTRAINT ${unique}`,
        ]
      : []),
    ...(differs('default')
      ? [defaultOf(to) === undefined ? `${alter} DROP DEFAULT` : `${alter} SET DEFAULT ${defaultOf(to)}`]
      : []),
  ];
}

/** An option as a text; what is absent is the same as false. */
function sameText(column: Value, key: string): string {
  const value = field(column, key);
  if (value === undefined || value === null || value === false) return '';
  if (isFragment(value) && value.isHole) throw new Unclear('a column is put together when it runs');
  return isList(value) ? value.map(textOfValue).join() : textOfValue(value);
}

function dropTable([table, ifExists]: readonly Value[]): string[] {
  return [`DROP TABLE ${truthy(ifExists) ? 'IF EXISTS ' : ''}${tableSql(table)}`];
}

function dropIndex([table, index, ifExists]: readonly Value[]): string[] {
  const concurrently = isFields(index) && truthy(index.get('isConcurrent')) ? 'CONCURRENTLY ' : '';
  const name =
    givenName(index) ??
    (isFields(index) ? madeName('IDX', table, textsOf(index, 'columnNames'), optionOf(index, 'where')) : '${name}');
  return [`DROP INDEX ${concurrently}${truthy(ifExists) ? 'IF EXISTS ' : ''}${inSchemaOf(table, name)}`];
}

function adding(make: (table: Value, constraint: Value) => string): Make {
  return ([table, constraint]) => [`ALTER TABLE ${tableSql(table)} ADD ${make(table, constraint)}`];
}

function dropping(kind: 'UQ' | 'FK' | 'CHK' | 'XCL'): Make {
  return ([table, constraint, ifExists]) => {
    const columns = isFields(constraint) ? textsOf(constraint, 'columnNames') : [];
    const made = columns.length > 0 ? madeName(kind, table, columns) : undefined;
    const name = givenName(constraint) ?? made;
    if (name === undefined) throw new Unclear('the name of the constraint is not known');
    return [`ALTER TABLE ${tableSql(table)} DROP CONSTRAINT ${truthy(ifExists) ? 'IF EXISTS ' : ''}${quote(name)}`];
  };
}

/** The same for a list of them. */
function each(make: Make): Make {
  return ([table, all, ...rest]) => listOf(all).flatMap((one) => make([table, one, ...rest]));
}

function createPrimaryKey([table, columns, name]: readonly Value[]): string[] {
  const names = listOf(columns).map(textOfValue);
  const own = name === undefined ? madeName('PK', table, names) : textOfValue(name);
  return [`ALTER TABLE ${tableSql(table)} ADD CONSTRAINT ${quote(own)} PRIMARY KEY (${list(names)})`];
}

function schemaName(value: Value): string {
  return quote(textOfValue(value).split('.').at(-1) ?? '');
}

function viewParts(view: Value): string {
  return isFields(view) && truthy(view.get('materialized')) ? 'MATERIALIZED VIEW' : 'VIEW';
}

function createView([view]: readonly Value[]): string[] {
  const query = optionOf(view, 'expression');
  if (query === undefined || query.startsWith('${')) throw new Unclear('the query of the view is not known');
  return [`CREATE ${viewParts(view)} ${tableSql(view)} AS ${query}`];
}

const createForeignKey = adding(foreignSql);
const createUnique = adding(uniqueSql);
const createCheck = adding(checkSql);
const createExclusion = adding(exclusionSql);
const createIndex: Make = ([table, index]) => [indexSql(table, index)];

/** What a QueryRunner has, by name. */
export const operations: Readonly<Record<string, Make>> = {
  addColumn,
  addColumns: each(addColumn),
  changeColumn,
  changeColumns: ([table, all]) =>
    listOf(all).flatMap((one) => changeColumn([table, field(one, 'oldColumn'), field(one, 'newColumn')])),
  changeTableComment: ([table, comment]) => [
    `COMMENT ON TABLE ${tableSql(table)} IS ${comment === undefined ? 'NULL' : commentText(textOfValue(comment))}`,
  ],
  clearTable: ([table, options]) => [
    `TRUNCATE TABLE ${tableSql(table)}${truthy(field(options, 'cascade')) ? ' CASCADE' : ''}`,
  ],
  createCheckConstraint: createCheck,
  createCheckConstraints: each(createCheck),
  createDatabase: ([name]) => [`CREATE DATABASE ${quote(textOfValue(name))}`],
  createExclusionConstraint: createExclusion,
  createExclusionConstraints: each(createExclusion),
  createForeignKey,
  createForeignKeys: each(createForeignKey),
  createIndex,
  createIndices: each(createIndex),
  createPrimaryKey,
  createSchema: ([name, ifNotExists]) => [
    `CREATE SCHEMA ${truthy(ifNotExists) ? 'IF NOT EXISTS ' : ''}${schemaName(name)}`,
  ],
  createTable,
  createUniqueConstraint: createUnique,
  createUniqueConstraints: each(createUnique),
  createView,
  dropCheckConstraint: dropping('CHK'),
  dropCheckConstraints: each(dropping('CHK')),
  dropColumn,
  dropColumns: each(dropColumn),
  dropDatabase: ([name, ifExists]) => [
    `DROP DATABASE ${truthy(ifExists) ? 'IF EXISTS ' : ''}${quote(textOfValue(name))}`,
  ],
  dropExclusionConstraint: dropping('XCL'),
  dropForeignKey: dropping('FK'),
  dropForeignKeys: each(dropping('FK')),
  dropIndex,
  dropIndices: each(dropIndex),
  dropSchema: ([name, ifExists, cascade]) => [
    `DROP SCHEMA ${truthy(ifExists) ? 'IF EXISTS ' : ''}${schemaName(name)}${truthy(cascade) ? ' CASCADE' : ''}`,
  ],
  dropTable,
  dropUniqueConstraint: dropping('UQ'),
  dropUniqueConstraints: each(dropping('UQ')),
  dropView: ([view, ifExists]) => [`DROP ${viewParts(view)} ${truthy(ifExists) ? 'IF EXISTS ' : ''}${tableSql(view)}`],
  renameColumn,
  renameTable: ([table, name]) => [`ALTER TABLE ${tableSql(table)} RENAME TO ${quote(tableParts(name).name)}`],
};

/** Methods whose statements hang on what TypeORM finds in the database. */
export const lookedUp = new Set([
  'dropPrimaryKey',
  'updatePrimaryKeys',
  'clearDatabase',
  'executeMemoryDownSql',
  'executeMemoryUpSql',
]);
