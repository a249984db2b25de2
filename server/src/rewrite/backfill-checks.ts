import { volatilityOf } from '../impact/volatility.js';
import { typeText } from '../schema/column-type.js';
import type { SchemaState } from '../schema/state.js';
import { analyseExpression } from '../sql/expressions.js';
import { objectSql, quoteIdentifier } from '../sql/quote.js';
import type { BackfillColumn } from './backfill-spec.js';
import type { Backfill } from './backfill-request.js';

/** A query about the rows of a backfill, without its semicolon. */
export interface Check {
  /** What its answer means, one line. */
  readonly title: string;
  readonly sql: string;
}

/**
 * What is known before a row is changed: how many there are to fill, how many would get NULL or a value that is too
 * long, and which values a unique key would refuse. Each computes the new values: where one cannot be computed (a text
 * that is no number), the query fails as the backfill would.
 */
export function checksBefore(backfill: Backfill, state: SchemaState): Check[] {
  const { name, table, specs } = backfill;
  const [{ set, predicate }] = specs;
  const relation = objectSql(name);
  const open = closed(predicate);
  const counts = ['count(*) AS all_rows', `count(*) FILTER (WHERE ${open}) AS rows_to_fill`];
  const words: string[] = [];
  for (const { column, expression } of written(set)) {
    const known = table.columns.get(column);
    counts.push(`count(*) FILTER (WHERE ${open} AND ${closed(expression)} IS NULL) AS ${alias(column, 'null')}`);
    if (known?.notNull === true) words.push(`${column} is NOT NULL, so a NULL stops the backfill`);
    const length = /^(?:character varying|character|varchar|char)\((\d+)\)$/.exec(
      known?.type ? typeText(known.type) : '',
    )?.[1];
    if (length === undefined) continue;
    const long = `char_length(${closed(expression)}::text) > ${length}`;
    counts.push(`count(*) FILTER (WHERE ${open} AND ${long}) AS ${alias(column, 'too_long')}`);
    words.push(`${column} holds ${length} characters, and a longer value stops the backfill`);
  }
  const fails =
    written(set).length > 0 ? ' Where a new value cannot be computed, this fails, and nothing has been changed.' : '';
  return [
    {
      title: `How many rows, and their new values.${words.map((each) => ` ${each}.`).join('')}${fails}`,
      sql: `SELECT ${counts.join(',\n  ')}\nFROM ${relation}`,
    },
    ...uniqueKeys(backfill, state).map((columns) => ({
      title: `Values of (${columns.join(', ')}) that would be there more than once: its unique key refuses them. 0 is good.`,
      sql: twice(relation, columns, set, open),
    })),
  ];
}

/** What is looked at when it is done: rows that are left, and whether each column has the value of its expression. */
export function checksAfter({ name, table, specs }: Backfill, state: SchemaState): Check[] {
  const [{ set, predicate }] = specs;
  const relation = objectSql(name);
  const compared = written(set).flatMap(({ column, expression }) => {
    const type = table.columns.get(column)?.type;
    return type && canBeCompared(expression, set, state) ? [{ column, expression, type: typeText(type) }] : [];
  });
  return [
    {
      title: 'Rows that are left to fill: 0, or those whose value is NULL or that were written since.',
      sql: `SELECT count(*) AS rows_left FROM ${relation} WHERE ${closed(predicate)}`,
    },
    ...compared.map(({ column, expression, type }) => {
      const name = quoteIdentifier(column);
      const wanted = `(${closed(expression)}::${type})`;
      const sum = (value: string): string => `sum(hashtextextended(${value}::text, 0))`;
      return {
        title: `Old against new: rows whose ${column} is not its expression, and a checksum of both. Rows that had a value before count too.`,
        sql: `SELECT count(*) FILTER (WHERE ${name}::text IS DISTINCT FROM ${wanted}::text) AS rows_that_differ,
  ${sum(wanted)} AS checksum_old,
  ${sum(name)} AS checksum_new
FROM ${relation}`,
      };
    }),
  ];
}

interface Written {
  readonly column: string;
  readonly expression: string;
}

function written(set: readonly BackfillColumn[]): Written[] {
  return set.flatMap(({ column, expression }) =>
    expression === undefined || /^\s*default\s*$/i.test(expression) ? [] : [{ column, expression }],
  );
}

/** An expression that can be put beside others, even with a comment at its end. */
function closed(expression: string): string {
  return expression.includes('--') ? `(${expression}\n)` : `(${expression})`;
}

function alias(column: string, what: string): string {
  return quoteIdentifier(`${column}_${what}`);
}

/** The unique keys that hold a column which is set. One with a predicate or an expression is left to PostgreSQL. */
function uniqueKeys({ table, specs: [{ set }] }: Backfill, state: SchemaState): string[][] {
  const isSet = (column: string): boolean => written(set).some((each) => each.column === column);
  const found = new Map<string, string[]>();
  for (const { kind, columns } of table.constraints.values())
    if ((kind === 'unique' || kind === 'primaryKey') && columns.some(isSet)) found.set(columns.join(), [...columns]);
  for (const key of table.indexes) {
    const index = state.relationByKey(key);
    if (index?.kind !== 'index' || !index.unique || index.predicate !== undefined) continue;
    const columns = index.columns.flatMap((column) => column ?? []);
    if (columns.length === index.columns.length && columns.some(isSet)) found.set(columns.join(), columns);
  }
  return [...found.values()];
}

function twice(relation: string, columns: readonly string[], set: readonly BackfillColumn[], open: string): string {
  const values = columns.map((column, index) => {
    const own = quoteIdentifier(column);
    const found = written(set).find((each) => each.column === column);
    const value = found ? `CASE WHEN ${open} THEN ${closed(found.expression)} ELSE ${own} END` : own;
    return `${value} AS v${index + 1}`;
  });
  const names = columns.map((_, index) => `v${index + 1}`);
  const there = names.map((each) => `${each} IS NOT NULL`).join(' AND ');
  return `SELECT count(*) AS values_more_than_once FROM (
  SELECT FROM (SELECT ${values.join(', ')} FROM ${relation}) AS filled
  WHERE ${there} GROUP BY ${names.join(', ')} HAVING count(*) > 1
) AS more`;
}

/** Functions whose answer is another one at another time. */
const ofTheMoment = /^(?:now|current_\w+|local\w+|\w*_timestamp|timeofday|session_user|user)$/;

/** Whether the expression says the same of a row behind the backfill as during it. */
function canBeCompared(expression: string, set: readonly BackfillColumn[], state: SchemaState): boolean {
  const facts = analyseExpression(expression);
  if (!facts || facts.columns.length === 0 || facts.hasSubquery) return false;
  if (facts.columns.some((column) => set.some((each) => each.column === column))) return false;
  return (
    volatilityOf(expression, state).kind !== 'volatile' && !facts.functions.some(({ name }) => ofTheMoment.test(name))
  );
}
