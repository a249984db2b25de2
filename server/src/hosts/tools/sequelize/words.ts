import { isHole, isOpenName } from '../support/holes.js';
import { field, isFields, isFragment, isList, plainJson, textOfValue, Unclear, type Value } from '../support/value.js';

// How Sequelize writes names and values for PostgreSQL.

export function quoteIdentifier(name: string): string {
  return isOpenName(name) ? name : `"${name.replaceAll('"', '')}"`;
}

/** A name that may have a schema before it: "a.b". */
export function quoteIdentifiers(name: string): string {
  if (name.includes('${')) return quoteIdentifier(name);
  const parts = name.split('.');
  const last = parts.pop() ?? '';
  return parts.length === 0 ? quoteIdentifier(last) : `${quoteIdentifier(parts.join('->'))}.${quoteIdentifier(last)}`;
}

/** A table: a string, which is one name, or a record of tableName and schema. */
export function quoteTable(table: Value): string {
  if (!isFields(table)) return quoteIdentifier(textOfValue(named(table)));
  const schema = table.get('schema');
  const own = quoteIdentifier(textOfValue(named(table.get('tableName'))));
  return schema === undefined ? own : `${quoteIdentifier(textOfValue(schema))}.${own}`;
}

/** The table of an index or a constraint: there a string may have its schema before it. */
export function quoteTableName(table: Value): string {
  return isFields(table) ? quoteTable(table) : quoteIdentifiers(textOfValue(named(table)));
}

function named(value: Value): Value {
  if (value === undefined || value === null || isList(value)) throw new Unclear('the name of a table is not known');
  return value;
}

export function bareTable(table: Value): string {
  return textOfValue(named(isFields(table) ? table.get('tableName') : table));
}

/** `someName_otherName` in small letters, as the library `inflection` has it. */
export function underscored(name: string): string {
  if (name.includes('${')) return name;
  return name
    .replace(/([A-Z])/g, '_$1')
    .replace(/^_/, '')
    .toLowerCase();
}

/** A value in SQL. */
export function escapeValue(value: Value): string {
  if (value === null || value === undefined) return 'NULL';
  if (isFragment(value)) return value.sql;
  if (typeof value === 'string') return isHole(value) ? value : `'${value.replaceAll("'", "''")}'`;
  if (isList(value)) return `ARRAY[${value.map(escapeValue).join(',')}]`;
  if (isFields(value)) return jsonSql(value);
  return String(value);
}

/** A record or a list as JSON. */
export function jsonSql(value: Value): string {
  const plain = plainJson(value);
  return plain === undefined ? '${value}' : `'${JSON.stringify(plain).replaceAll("'", "''")}'`;
}

const operators: Readonly<Record<string, string>> = {
  eq: '=',
  ne: '!=',
  gt: '>',
  gte: '>=',
  lt: '<',
  lte: '<=',
  is: 'IS',
  not: 'IS NOT',
  like: 'LIKE',
  notLike: 'NOT LIKE',
  iLike: 'ILIKE',
  notILike: 'NOT ILIKE',
  regexp: '~',
  contains: '@>',
  contained: '<@',
};

/** The condition that a record of columns asks for; undefined for none. */
export function whereSql(where: Value): string | undefined {
  if (where === undefined || where === null) return undefined;
  if (isFragment(where)) return where.isHole ? '${condition}' : where.sql;
  if (!isFields(where)) return '${condition}';
  const conditions = [...where].map(([key, value]) => oneCondition(key, value));
  return conditions.length === 0 ? undefined : conditions.join(' AND ');
}

function oneCondition(key: string, value: Value): string {
  const joining = /^\[Op\.(and|or)\]$/.exec(key)?.[1];
  if (joining) {
    const parts = isList(value)
      ? value.map((each) => whereSql(each) ?? 'true')
      : isFields(value)
        ? [...value].map(([name, each]) => oneCondition(name, each))
        : ['${condition}'];
    return parts.length === 1 ? (parts[0] ?? '') : `(${parts.join(joining === 'or' ? ' OR ' : ' AND ')})`;
  }
  const column = key.includes('.') ? quoteIdentifiers(key) : quoteIdentifier(key);
  if (value === null) return `${column} IS NULL`;
  if (isList(value)) return inSql(column, value, 'IN');
  if (!isFields(value)) return `${column} = ${escapeValue(value)}`;
  const all = [...value].map(([operator, each]) => compared(column, operator, each));
  return all.length === 1 ? (all[0] ?? '') : `(${all.join(' AND ')})`;
}

function inSql(column: string, values: readonly Value[], word: string): string {
  return `${column} ${word} (${values.length === 0 ? 'NULL' : values.map(escapeValue).join(', ')})`;
}

function compared(column: string, key: string, value: Value): string {
  const name = /^\[Op\.(\w+)\]$/.exec(key)?.[1] ?? key.replace(/^\$/, '');
  if (name === 'in' || name === 'notIn') {
    return isList(value) ? inSql(column, value, name === 'in' ? 'IN' : 'NOT IN') : `${column} IN (\${values})`;
  }
  if (name === 'or' || name === 'and') {
    const list = isList(value) ? value : [value];
    return `(${list.map((each) => (isFields(each) ? [...each].map(([op, one]) => compared(column, op, one)).join(' AND ') : `${column} = ${escapeValue(each)}`)).join(name === 'or' ? ' OR ' : ' AND ')})`;
  }
  if ((name === 'between' || name === 'notBetween') && isList(value)) {
    return `${column} ${name === 'between' ? '' : 'NOT '}BETWEEN ${escapeValue(value[0])} AND ${escapeValue(value[1])}`;
  }
  const operator = operators[name];
  if (operator === undefined) return '${condition}';
  if (value === null && (name === 'eq' || name === 'is')) return `${column} IS NULL`;
  if (value === null && (name === 'ne' || name === 'not')) return `${column} IS NOT NULL`;
  if (name === 'not' && isList(value)) return inSql(column, value, 'NOT IN');
  const isWord = name === 'is' || (name === 'not' && typeof value === 'boolean');
  return `${column} ${name === 'not' && !isWord ? '!=' : operator} ${escapeValue(value)}`;
}

/** The value of an option that has to be known. */
export function optionText(options: Value, key: string): string | undefined {
  const value = field(options, key);
  return value === undefined || value === null || value === '' ? undefined : textOfValue(value);
}
