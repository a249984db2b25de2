import { integerOfSerial } from '../../server/src/schema/apply-table.js';
import type { Column, Index, Table } from '../../server/src/schema/model.js';
import { isSerial } from '../../server/src/schema/apply-table.js';
import { typeText } from '../../server/src/schema/column-type.js';
import type { SchemaState } from '../../server/src/schema/state.js';
import type { ColumnDefinition, CreateIndex, CreateTable } from '../../server/src/sql/action.js';

/** In what something that is there differs from what a statement writes. */
export interface Difference {
  readonly aspect: 'type' | 'notNull' | 'default' | 'key';
  /** "text instead of bigint" */
  readonly words: string;
}

/** What a column that is there lacks of the definition; nothing where the history does not say what it is. */
export function columnDifferences(
  wanted: ColumnDefinition,
  there: Column,
  table: Table,
  before: SchemaState,
  key: readonly string[] = [],
): Difference[] {
  const found: Difference[] = [];
  if (!there.type || there.notNull === undefined || there.generated || wanted.generated) return found;
  if (wanted.type && typeKey(wanted.type) !== typeKey(there.type))
    found.push({ aspect: 'type', words: `${typeText(there.type)} instead of ${typeText(wanted.type)}` });
  const isKey = key.includes(wanted.name) || wanted.constraints.some(({ kind }) => kind === 'primaryKey');
  const hasNumbers = wanted.identity !== undefined || isSerial(wanted.type);
  const isRequired = wanted.notNull !== undefined || isKey || hasNumbers;
  if (isRequired && !there.notNull) found.push({ aspect: 'notNull', words: 'nullable instead of NOT NULL' });
  const given = meant(wanted.default?.expression.text);
  const has = meant(there.default);
  if (given !== undefined && given !== has)
    found.push({
      aspect: 'default',
      words: `${has === undefined ? 'without a default' : `DEFAULT ${there.default}`} instead of DEFAULT ${wanted.default?.expression.text ?? ''}`,
    });
  if (hasNumbers && there.sequence === undefined && has === undefined)
    found.push({ aspect: 'default', words: 'without a sequence' });
  return table.complete ? [...found, ...missingKeys(wanted, table, before)] : found;
}

/** UNIQUE, PRIMARY KEY and REFERENCES at the column which the table has not. */
function missingKeys({ name, constraints }: ColumnDefinition, table: Table, before: SchemaState): Difference[] {
  const isUnique = (): boolean =>
    [...table.indexes].some((each) => {
      const index = before.relationByKey(each);
      return index?.kind === 'index' && index.unique && index.columns.length === 1 && index.columns[0] === name;
    });
  const points = (): boolean =>
    [...table.constraints.values()].some(({ kind, columns }) => kind === 'foreignKey' && columns.includes(name));
  return constraints.flatMap(({ kind }): Difference[] => {
    if (kind === 'unique' && !isUnique()) return [{ aspect: 'key', words: 'without UNIQUE' }];
    return kind === 'foreignKey' && !points() ? [{ aspect: 'key', words: 'without its foreign key' }] : [];
  });
}

/** Types that take the same values have the same key: varchar without a length is text. */
function typeKey({
  schema,
  name,
  modifiers,
  arrayDimensions,
}: Pick<NonNullable<Column['type']>, 'schema' | 'name' | 'modifiers' | 'arrayDimensions'>): string {
  const own = schema === undefined ? (integerOfSerial[name] ?? name) : name;
  const base = own === 'varchar' && modifiers.length === 0 ? 'text' : own;
  return `${base}(${modifiers.join()})${arrayDimensions > 0 ? '[]' : ''}`;
}

/** A default without its casts, brackets and letter case; undefined for none. */
function meant(expression: string | undefined): string | undefined {
  if (expression === undefined) return undefined;
  let text = expression.replace(
    /::\s*[\w".]+(?:\s+(?:varying|precision|with(?:out)?\s+time\s+zone))?(?:\([\d, ]*\))?(?:\[\])?/gi,
    '',
  );
  text = squeezed(text);
  for (; /^\([^()]*(?:\([^()]*\)[^()]*)*\)$/.test(text) && !/^\(.*\).*\(.*\)$/.test(text); ) text = text.slice(1, -1);
  if (/^null$/.test(text)) return undefined;
  if (/^(?:current_timestamp|now\(\)|transaction_timestamp\(\))$/.test(text)) return 'now()';
  return text.replace(/^'(-?\d+(?:\.\d+)?|true|false)'$/, '$1');
}

/** What an index that is there has otherwise. */
export function indexDifferences(wanted: CreateIndex, there: Index, table: string | undefined): string[] {
  const found: string[] = [];
  if (table !== undefined && there.table !== table) found.push(`on ${there.table.replace(/^public\./, '')}`);
  const columns = wanted.columns.map((each) => each.name ?? each.expression ?? '');
  let expression = 0;
  const has = there.columns.map((name) => name ?? there.expressions[expression++] ?? '');
  if (squeezed(columns.join()) !== squeezed(has.join()))
    found.push(`on (${has.join(', ')}) instead of (${columns.join(', ')})`);
  if (wanted.unique !== there.unique) found.push(there.unique ? 'UNIQUE' : 'not UNIQUE');
  if (squeezed(wanted.predicate?.text ?? '') !== squeezed(there.predicate ?? ''))
    found.push(there.predicate === undefined ? 'without a condition' : `with WHERE ${there.predicate}`);
  if (wanted.method !== there.method) found.push(`${there.method} instead of ${wanted.method}`);
  return found;
}

/** Letters without blanks and in lower case, outside strings and quoted names. */
export function squeezed(text: string): string {
  return text.replace(/'(?:[^']|'')*'|"[^"]*"|\s+|[A-Z]+/g, (part) =>
    /^['"]/.test(part) ? part : part.trim().toLowerCase(),
  );
}

/** Columns of the definition that the table has not. */
export function missingColumns({ columns }: CreateTable, there: Table): string[] {
  return there.complete ? columns.flatMap(({ name }) => (there.columns.has(name) ? [] : [name])) : [];
}
