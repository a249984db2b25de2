import { field, isFields, isList, listOf, textOfValue, truthy, Unclear, type Value } from '../support/value.js';
import { escapeValue, quoteIdentifier, quoteTable, whereSql } from './words.js';

// The methods of queryInterface on rows and on what is no table.

export function bulkInsert([table, rows, options]: readonly Value[]): string[] {
  const conflict = truthy(field(options, 'ignoreDuplicates')) ? ' ON CONFLICT DO NOTHING' : '';
  const all = isList(rows) ? rows : [];
  const columns = [...new Set(all.flatMap((row) => (isFields(row) ? [...row.keys()] : [])))];
  if (columns.length === 0 || !all.every(isFields))
    return [`INSERT INTO ${quoteTable(table)} VALUES (\${rows})${conflict}`];
  const tuples = all.map(
    (row) => `(${columns.map((column) => escapeValue(isFields(row) ? row.get(column) : null)).join(',')})`,
  );
  return [
    `INSERT INTO ${quoteTable(table)} (${columns.map(quoteIdentifier).join(',')}) VALUES ${tuples.join(',')}${conflict}`,
  ];
}

export function bulkUpdate([table, values, where]: readonly Value[]): string[] {
  const sets = isFields(values)
    ? [...values].map(([column, value]) => `${quoteIdentifier(column)}=${escapeValue(value)}`)
    : ['${column}=${value}'];
  const condition = whereSql(where);
  return [`UPDATE ${quoteTable(table)} SET ${sets.join(',')}${condition === undefined ? '' : ` WHERE ${condition}`}`];
}

export function bulkDelete([table, where, options]: readonly Value[]): string[] {
  if (field(options, 'truncate') === true) {
    return [
      `TRUNCATE ${quoteTable(table)}${truthy(field(options, 'restartIdentity')) ? ' RESTART IDENTITY' : ''}${truthy(field(options, 'cascade')) ? ' CASCADE' : ''}`,
    ];
  }
  const condition = whereSql(where);
  return [`DELETE FROM ${quoteTable(table)}${condition === undefined ? '' : ` WHERE ${condition}`}`];
}

export function createSchema([name]: readonly Value[]): string[] {
  return [`CREATE SCHEMA IF NOT EXISTS ${quoteIdentifier(textOfValue(name))}`];
}

export function dropSchema([name]: readonly Value[]): string[] {
  return [`DROP SCHEMA IF EXISTS ${quoteIdentifier(textOfValue(name))} CASCADE`];
}

export function dropEnum([name]: readonly Value[]): string[] {
  return [`DROP TYPE IF EXISTS ${quoteIdentifier(textOfValue(name))}`];
}

export function createDatabase([name]: readonly Value[]): string[] {
  return [`CREATE DATABASE ${quoteTable(name)}`];
}

export function dropDatabase([name]: readonly Value[]): string[] {
  return [`DROP DATABASE IF EXISTS ${quoteTable(name)}`];
}

function paramsSql(params: Value): string {
  return listOf(params)
    .map((param) => {
      const of = (key: string): string[] => (field(param, key) === undefined ? [] : [textOfValue(field(param, key))]);
      return [...of('direction'), ...of('name'), ...of('type')].join(' ');
    })
    .join(', ');
}

export function createFunction([name, params, returns, language, body, rest, options]: readonly Value[]): string[] {
  if (body === undefined) throw new Unclear('the body of the function is not known');
  const words = rest === undefined ? '' : listOf(rest).map(textOfValue).join(' ');
  const variables = field(options, 'variables');
  const declared =
    variables === undefined
      ? ''
      : listOf(variables)
          .map((each) => {
            const initial = field(each, 'default');
            return `DECLARE ${textOfValue(field(each, 'name'))} ${textOfValue(field(each, 'type'))}${initial === undefined ? '' : ` := ${textOfValue(initial)}`};`;
          })
          .join(' ');
  const head = truthy(field(options, 'force')) ? 'CREATE OR REPLACE FUNCTION' : 'CREATE FUNCTION';
  return [
    `${head} ${textOfValue(name)}(${paramsSql(params)}) RETURNS ${textOfValue(returns)} AS $func$ ${declared} BEGIN ${textOfValue(body)} END; $func$ language '${textOfValue(language)}'${words}`,
  ];
}

export function dropFunction([name, params]: readonly Value[]): string[] {
  return [`DROP FUNCTION ${textOfValue(name)}(${paramsSql(params)}) RESTRICT`];
}

export function renameFunction([from, params, to]: readonly Value[]): string[] {
  return [`ALTER FUNCTION ${textOfValue(from)}(${paramsSql(params)}) RENAME TO ${textOfValue(to)}`];
}

export function dropTrigger([table, name]: readonly Value[]): string[] {
  return [`DROP TRIGGER ${quoteIdentifier(textOfValue(name))} ON ${quoteTable(table)} RESTRICT`];
}

export function renameTrigger([table, from, to]: readonly Value[]): string[] {
  return [
    `ALTER TRIGGER ${quoteIdentifier(textOfValue(from))} ON ${quoteTable(table)} RENAME TO ${quoteIdentifier(textOfValue(to))}`,
  ];
}
