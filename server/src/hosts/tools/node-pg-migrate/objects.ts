import { field, isFields, isList, listOf, textOfValue, truthy, Unclear, type Value } from '../support/value.js';
import { escapeValue, nameSql, sequenceClauses, type Shorthands, when, withType } from './words.js';

// Types, domains, sequences, schemas, extensions, roles and rights.

function typeSql(value: Value, shorthands: Shorthands): string {
  return textOfValue(withType(value, shorthands).get('type'));
}

export function createType([name, options]: readonly Value[], shorthands: Shorthands): string[] {
  if (isList(options)) return [`CREATE TYPE ${nameSql(name)} AS ENUM (${options.map(escapeValue).join(', ')})`];
  if (!isFields(options)) throw new Unclear('what the type is made of is not known');
  const attributes = [...options].map(([key, value]) => `${nameSql(key)} ${typeSql(value, shorthands)}`);
  return [`CREATE TYPE ${nameSql(name)} AS (\n${attributes.join(',\n')}\n)`];
}

export function addTypeValue([name, value, options]: readonly Value[]): string[] {
  const before = field(options, 'before');
  const after = field(options, 'after');
  const place =
    before !== undefined ? ` BEFORE ${escapeValue(before)}` : after !== undefined ? ` AFTER ${escapeValue(after)}` : '';
  return [
    `ALTER TYPE ${nameSql(name)} ADD VALUE${when(options, 'ifNotExists', ' IF NOT EXISTS')} ${escapeValue(value)}${place}`,
  ];
}

export function addTypeAttribute([name, attribute, type]: readonly Value[], shorthands: Shorthands): string[] {
  return [`ALTER TYPE ${nameSql(name)} ADD ATTRIBUTE ${nameSql(attribute)} ${typeSql(type, shorthands)}`];
}

export function setTypeAttribute([name, attribute, type]: readonly Value[], shorthands: Shorthands): string[] {
  return [
    `ALTER TYPE ${nameSql(name)} ALTER ATTRIBUTE ${nameSql(attribute)} SET DATA TYPE ${typeSql(type, shorthands)}`,
  ];
}

export function dropTypeAttribute([name, attribute, options]: readonly Value[]): string[] {
  return [`ALTER TYPE ${nameSql(name)} DROP ATTRIBUTE ${nameSql(attribute)}${when(options, 'ifExists', ' IF EXISTS')}`];
}

export function renameTypeAttribute([name, from, to]: readonly Value[]): string[] {
  return [`ALTER TYPE ${nameSql(name)} RENAME ATTRIBUTE ${nameSql(from)} TO ${nameSql(to)}`];
}

export function renameTypeValue([name, from, to]: readonly Value[]): string[] {
  return [`ALTER TYPE ${nameSql(name)} RENAME VALUE ${escapeValue(from)} TO ${escapeValue(to)}`];
}

export function createDomain([name, type, options]: readonly Value[], shorthands: Shorthands): string[] {
  const of = (key: string): Value => field(options, key);
  const words: string[] = [];
  if (of('collation') !== undefined) words.push(`COLLATE ${textOfValue(of('collation'))}`);
  if (of('default') !== undefined) words.push(`DEFAULT ${escapeValue(of('default'))}`);
  const isNotNull = truthy(of('notNull'));
  if (isNotNull || of('check') !== undefined) {
    if (of('constraintName') !== undefined) words.push(`CONSTRAINT ${nameSql(of('constraintName'))}`);
    words.push(isNotNull ? 'NOT NULL' : `CHECK (${textOfValue(of('check'))})`);
  }
  return [[`CREATE DOMAIN ${nameSql(name)} AS ${typeSql(type, shorthands)}`, ...words].join(' ')];
}

export function alterDomain([name, options]: readonly Value[]): string[] {
  const of = (key: string): Value => field(options, key);
  const actions: string[] = [];
  if (of('default') === null) actions.push('DROP DEFAULT');
  else if (of('default') !== undefined) actions.push(`SET DEFAULT ${escapeValue(of('default'))}`);
  if (truthy(of('notNull'))) actions.push('SET NOT NULL');
  else if (of('notNull') === false || truthy(of('allowNull'))) actions.push('DROP NOT NULL');
  if (of('check') !== undefined) {
    const named = of('constraintName') === undefined ? '' : `CONSTRAINT ${nameSql(of('constraintName'))} `;
    actions.push(`${named}CHECK (${textOfValue(of('check'))})`);
  }
  return actions.map((action) => `ALTER DOMAIN ${nameSql(name)} ${action}`);
}

export function createSequence([name, options]: readonly Value[], shorthands: Shorthands): string[] {
  const words = `${when(options, 'temporary', ' TEMPORARY')} SEQUENCE${when(options, 'ifNotExists', ' IF NOT EXISTS')}`;
  return [[`CREATE${words} ${nameSql(name)}`, ...sequenceClauses(options, shorthands)].join('\n  ')];
}

export function alterSequence([name, options]: readonly Value[], shorthands: Shorthands): string[] {
  const restart = field(options, 'restart');
  const again = restart === undefined ? [] : [restart === true ? 'RESTART' : `RESTART WITH ${textOfValue(restart)}`];
  return [[`ALTER SEQUENCE ${nameSql(name)}`, ...sequenceClauses(options, shorthands), ...again].join('\n  ')];
}

export function createSchema([name, options]: readonly Value[]): string[] {
  const owner = field(options, 'authorization');
  return [
    `CREATE SCHEMA${when(options, 'ifNotExists', ' IF NOT EXISTS')} ${nameSql(name)}${owner === undefined ? '' : ` AUTHORIZATION ${textOfValue(owner)}`}`,
  ];
}

export function createExtension([names, options]: readonly Value[]): string[] {
  const schema = field(options, 'schema');
  return listOf(names).map(
    (name) =>
      `CREATE EXTENSION${when(options, 'ifNotExists', ' IF NOT EXISTS')} ${nameSql(name)}${schema === undefined ? '' : ` SCHEMA ${nameSql(schema)}`}`,
  );
}

export function dropExtension([names, options]: readonly Value[]): string[] {
  return listOf(names).flatMap((name) => drop('EXTENSION')([name, options]));
}

/** DROP of a kind of object that has a name and nothing else. */
export function drop(kind: string): (args: readonly Value[]) => string[] {
  return ([name, options]) => [
    `DROP ${kind}${when(options, 'ifExists', ' IF EXISTS')} ${nameSql(name)}${when(options, 'cascade', ' CASCADE')}`,
  ];
}

/** A new name for such an object. */
export function rename(kind: string): (args: readonly Value[]) => string[] {
  return ([from, to]) => [`ALTER ${kind} ${nameSql(from)} RENAME TO ${nameSql(to)}`];
}

function rolesSql(roles: Value): string {
  return listOf(roles)
    .map((role) => (role === 'PUBLIC' ? 'PUBLIC' : nameSql(role)))
    .join(', ');
}

function tablesSql(options: Value): string {
  const schema = field(options, 'schema');
  return schema === undefined
    ? listOf(field(options, 'tables')).map(nameSql).join(', ')
    : `ALL TABLES IN SCHEMA ${nameSql(schema)}`;
}

function privilegesSql(options: Value): string {
  return listOf(field(options, 'privileges')).map(textOfValue).join(', ');
}

export function grantOnTables([options]: readonly Value[]): string[] {
  return [
    `GRANT ${privilegesSql(options)} ON ${tablesSql(options)} TO ${rolesSql(field(options, 'roles'))}${when(options, 'withGrantOption', ' WITH GRANT OPTION')}`,
  ];
}

export function revokeOnTables([options]: readonly Value[]): string[] {
  return [
    `REVOKE${when(options, 'onlyGrantOption', ' GRANT OPTION FOR')} ${privilegesSql(options)} ON ${tablesSql(options)} FROM ${rolesSql(field(options, 'roles'))}${when(options, 'cascade', ' CASCADE')}`,
  ];
}

function schemasSql(options: Value): string {
  return listOf(field(options, 'schemas')).map(nameSql).join(', ');
}

export function grantOnSchemas([options]: readonly Value[]): string[] {
  return [
    `GRANT ${privilegesSql(options)} ON SCHEMA ${schemasSql(options)} TO ${rolesSql(field(options, 'roles'))}${when(options, 'withGrantOption', ' WITH GRANT OPTION')}`,
  ];
}

export function revokeOnSchemas([options]: readonly Value[]): string[] {
  return [
    `REVOKE${when(options, 'onlyGrantOption', ' GRANT OPTION FOR')} ${privilegesSql(options)} ON SCHEMA ${schemasSql(options)} FROM ${rolesSql(field(options, 'roles'))}${when(options, 'cascade', ' CASCADE')}`,
  ];
}

export function grantRoles([from, to, options]: readonly Value[]): string[] {
  return [
    `GRANT ${listOf(from).map(nameSql).join(', ')} TO ${listOf(to).map(nameSql).join(', ')}${when(options, 'withAdminOption', ' WITH ADMIN OPTION')}`,
  ];
}

export function revokeRoles([roles, from, options]: readonly Value[]): string[] {
  return [
    `REVOKE${when(options, 'onlyAdminOption', ' ADMIN OPTION FOR')} ${listOf(roles).map(nameSql).join(', ')} FROM ${listOf(from).map(nameSql).join(', ')}${when(options, 'cascade', ' CASCADE')}`,
  ];
}

function roleOptions(options: Value): string {
  const of = (key: string): Value => field(options, key);
  const words: string[] = [];
  for (const key of ['superuser', 'createdb', 'createrole', 'inherit', 'login', 'replication', 'bypassrls']) {
    if (of(key) !== undefined) words.push(`${truthy(of(key)) ? '' : 'NO'}${key.toUpperCase()}`);
  }
  if (truthy(of('limit'))) words.push(`CONNECTION LIMIT ${textOfValue(of('limit'))}`);
  if (of('password') !== undefined) {
    words.push(`${of('encrypted') === false ? 'UNENCRYPTED' : 'ENCRYPTED'} PASSWORD ${escapeValue(of('password'))}`);
  }
  if (of('valid') !== undefined)
    words.push(`VALID UNTIL ${truthy(of('valid')) ? escapeValue(of('valid')) : "'infinity'"}`);
  const list = (key: string): string => listOf(of(key)).map(textOfValue).join(', ');
  if (of('inRole') !== undefined) words.push(`IN ROLE ${list('inRole')}`);
  if (of('role') !== undefined) words.push(`ROLE ${list('role')}`);
  if (of('admin') !== undefined) words.push(`ADMIN ${list('admin')}`);
  return words.join(' ');
}

export function createRole([name, options]: readonly Value[]): string[] {
  const all = new Map<string, Value>([
    ...(isFields(options) ? options : []),
    ...['superuser', 'createdb', 'createrole', 'login', 'replication'].map((key): [string, Value] => [
      key,
      truthy(field(options, key)),
    ]),
    ['inherit', field(options, 'inherit') !== false],
  ]);
  return [`CREATE ROLE ${nameSql(name)} WITH ${roleOptions(all)}`];
}

export function alterRole([name, options]: readonly Value[]): string[] {
  const words = roleOptions(options);
  return words === '' ? [] : [`ALTER ROLE ${nameSql(name)} WITH ${words}`];
}

export function dropRole([name, options]: readonly Value[]): string[] {
  return [`DROP ROLE${when(options, 'ifExists', ' IF EXISTS')} ${nameSql(name)}`];
}
