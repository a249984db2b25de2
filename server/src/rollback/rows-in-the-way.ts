import type { Constraint, Index } from '../sql/catalog/model.js';
import { fullName } from '../sql/catalog/print.js';
import { quoteIdentifier, quoteLiteral } from '../sql/quote.js';
import { checkingBlock } from './print/blocks.js';
import { type Printing, type Sql, sqlOf } from './print/sql.js';

/** Raises when there are rows that a unique index would refuse, before anything has changed. */
export function duplicateCheck(index: Index, printing: Printing): Sql[] {
  const table = printing.catalog.get(index.parent);
  if (!table) return [];
  const elements = index.elements.map((each) => keyOf(sqlOf(each, printing)));
  const conditions = index.nullsNotDistinct ? [] : elements.map((each) => `(${each}) IS NOT NULL`);
  if (index.where) conditions.unshift(`(${sqlOf(index.where, printing)})`);
  const where = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '';
  const query = `SELECT FROM ${fullName(table)}${where} GROUP BY ${elements.map((each) => `(${each})`).join(', ')} HAVING count(*) > 1`;
  return [raiseWhen(query, `${table.name} holds duplicates that ${index.name} refuses`)];
}

/** The value of an index column without DESC, NULLS FIRST, an operator class or a collation. */
function keyOf(element: string): string {
  const match = /^("(?:[^"]|"")*"|[\w$]+)(?:\s.*)?$/s.exec(element);
  if (match?.[1] !== undefined && !element.includes('(')) return match[1];
  const close = closingAt(element);
  return close < 0 ? element : element.slice(0, close + 1);
}

function closingAt(element: string): number {
  let depth = 0;
  for (let at = 0; at < element.length; at += 1) {
    if (element[at] === '(') depth += 1;
    if (element[at] === ')' && --depth === 0) return at;
  }
  return -1;
}

/** A block that stops the rollback when a query finds a row, and says what to do with such rows. */
export function raiseWhen(query: string, message: string, remedy = 'correct those rows'): Sql {
  const text = quoteLiteral(`${message.replaceAll('%', '%%')}: ${remedy}, then run this again`);
  return checkingBlock(`BEGIN\n  IF EXISTS (${query}) THEN\n    RAISE EXCEPTION ${text};\n  END IF;\nEND`);
}

/** Rows that break a CHECK or a foreign key stop the rollback before anything has changed. */
export function violationCheck(constraint: Constraint, printing: Printing): Sql[] {
  const { catalog } = printing;
  const table = catalog.get(constraint.parent);
  if (!table) return [];
  const name = fullName(table);
  if (constraint.type === 'CHECK') {
    const expression = sqlOf(constraint.definition, printing)
      .replace(/^CHECK \(/, '')
      .replace(/\)$/s, '');
    const only = constraint.noInherit ? 'ONLY ' : '';
    return [
      raiseWhen(
        `SELECT FROM ${only}${name} WHERE NOT (${expression})`,
        `${table.name} holds rows that ${constraint.name} refuses`,
      ),
    ];
  }
  const query = orphanQuery(constraint, printing);
  const target = catalog.get(constraint.references?.table);
  if (query === undefined || !target) return [];
  return [
    raiseWhen(query, `${table.name} holds rows without their row in ${target.name}, which ${constraint.name} refuses`),
  ];
}

/** The rows of a foreign key without their row in the other table. */
export function orphanQuery(constraint: Constraint, { catalog }: Printing): string | undefined {
  const table = catalog.get(constraint.parent);
  const target = catalog.get(constraint.references?.table);
  if (!table || !constraint.references || !target || constraint.references.columns.length !== constraint.columns.length)
    return undefined;
  const pairs = constraint.columns.map((oid, index) => {
    const other = catalog.get(constraint.references?.columns[index]);
    return [quoteIdentifier(catalog.get(oid)?.name ?? ''), quoteIdentifier(other?.name ?? '')] as const;
  });
  const filled = pairs.map(([own]) => `c.${own} IS NOT NULL`).join(' AND ');
  const same = pairs.map(([own, other]) => `p.${other} = c.${own}`).join(' AND ');
  return `SELECT FROM ${fullName(table)} c WHERE ${filled} AND NOT EXISTS (SELECT FROM ${fullName(target)} p WHERE ${same})`;
}
