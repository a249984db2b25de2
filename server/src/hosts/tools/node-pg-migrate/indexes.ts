import { field, isFields, isFragment, listOf, textOfValue, truthy, Unclear, type Value } from '../support/value.js';
import { bareName, nameSql, when } from './words.js';

const expression = /->>|->|#>>|#>|@\?|@@|@>|<@|\?\||\?&|\?|#-|\|\||::|^[\w.]+\(|\s+[+*/-]\s+/;

/** A column in the name of an index; an expression in parentheses, as the tool writes it. */
function plainName(value: Value): string {
  const text = textOfValue(isFields(value) ? value.get('name') : value);
  return isExpression(text) ? `(${text})` : text;
}

function isExpression(text: string): boolean {
  return expression.test(text) || (/[=<>!]+/.test(text) && /[a-zA-Z0-9]/.test(text));
}

/** The index's name: as given, or table_columns_index. Only where it is dropped does the tool put the schema before it. */
function indexNameSql(table: Value, columns: readonly Value[], options: Value, schema?: Value): string {
  const given = field(options, 'name');
  const named = (name: string): string =>
    nameSql(
      schema === undefined
        ? name
        : new Map<string, Value>([
            ['schema', schema],
            ['name', name],
          ]),
    );
  if (given !== undefined && given !== null) return named(textOfValue(given));
  if (columns.some((each) => isFragment(each))) throw new Unclear('the name of the index is not known');
  const unique = truthy(field(options, 'unique')) ? '_unique' : '';
  return named(`${bareName(table)}_${columns.map(plainName).join('_')}${unique}_index`);
}

function columnSql(value: Value): string {
  if (isFragment(value)) return value.sql;
  const name = plainName(value);
  if (!/[^\w".]/.test(name)) return nameSql(textOfValue(value));
  return name.endsWith(')') ? name : `(${name})`;
}

function columnWithOptions(value: Value): string {
  if (!isFields(value)) return columnSql(value);
  const opclass = value.get('opclass');
  const sort = value.get('sort');
  return [
    columnSql(value.get('name') ?? null),
    ...(opclass === undefined ? [] : [nameSql(opclass)]),
    ...(sort === undefined ? [] : [textOfValue(sort)]),
  ].join(' ');
}

export function createIndex([table, columns, options]: readonly Value[]): string[] {
  const list = listOf(columns);
  const of = (key: string): Value => field(options, key);
  const method = of('method') === undefined ? '' : ` USING ${textOfValue(of('method'))}`;
  const where = of('where') === undefined ? '' : ` WHERE ${textOfValue(of('where'))}`;
  const include = of('include') === undefined ? '' : ` INCLUDE (${listOf(of('include')).map(nameSql).join(', ')})`;
  const nulls = of('nulls') === undefined ? '' : ` NULLS ${textOfValue(of('nulls')).toUpperCase()}`;
  const words = `${when(options, 'unique', ' UNIQUE')} INDEX${when(options, 'concurrently', ' CONCURRENTLY')}${when(options, 'ifNotExists', ' IF NOT EXISTS')}`;
  return [
    `CREATE${words} ${indexNameSql(table, list, options)} ON ${nameSql(table)}${method} (${list.map(columnWithOptions).join(', ')})${include}${nulls}${where}`,
  ];
}

export function dropIndex([table, columns, options]: readonly Value[]): string[] {
  const words = `${when(options, 'concurrently', ' CONCURRENTLY')}${when(options, 'ifExists', ' IF EXISTS')}`;
  const schema = isFields(table) ? table.get('schema') : undefined;
  return [
    `DROP INDEX${words} ${indexNameSql(table, listOf(columns), options, schema)}${when(options, 'cascade', ' CASCADE')}`,
  ];
}
