import type { CatalogObject, Column, Constraint, Index, SqlText } from '../sql/catalog/model.js';
import { fullName, oidsIn } from '../sql/catalog/print.js';
import { quoteIdentifier } from '../sql/quote.js';
import { belongings } from './print/common.js';
import { locking, repeatable, type Sql } from './print/sql.js';
import { constraintSql, createIndexSql, indexExtras } from './print/tables.js';
import type { UndoContext } from './undo.js';

/**
 * What is computed of a column: PostgreSQL writes casts into it when the type of the column changes, and leaves them there
 * when it changes back (measured: int → numeric → int makes `n > 5` into `(n)::numeric > 5`, which no query with `n > 5`
 * finds its index by). So it is made anew as its author wrote it.
 */
export interface OverColumn {
  readonly checks: readonly Constraint[];
  readonly indexes: readonly Index[];
}

/** The CHECKs and indexes over a column; those of a partitioned table's indexes stay, as their parts have own names. */
export function overColumn(column: Column, table: CatalogObject, { before, after }: UndoContext): OverColumn {
  const names = (text: SqlText | undefined): boolean => oidsIn(text).includes(column.oid);
  const isThere = ({ oid }: CatalogObject): boolean => after.get(oid) !== undefined;
  const isPartitioned = table.kind === 'table' && table.partitionBy !== undefined;
  return {
    checks: before
      .childrenOfKind(table.oid, 'constraint')
      .filter((each) => each.type === 'CHECK' && !each.inherited && names(each.definition) && isThere(each)),
    indexes: isPartitioned
      ? []
      : before
          .indexesOf(table.oid)
          .filter((each) => each.constraint === undefined && each.partOf === undefined && isThere(each))
          .filter((each) => names(each.where) || each.elements.some((text) => names(text) && isExpression(text))),
  };
}

function isExpression(text: SqlText): boolean {
  return text.some((piece) => typeof piece === 'string' && piece.includes('('));
}

/** The change of a column's type with its CHECKs around it: one statement, so that no row goes unchecked. */
export function withChecks({ checks }: OverColumn, text: string, { old }: UndoContext): string {
  const drops = checks.map(({ name }) => `DROP CONSTRAINT IF EXISTS ${quoteIdentifier(name)}`);
  return [...drops, text, ...checks.map((each) => `ADD ${constraintSql(each, old)}`)].join(', ');
}

/** The change between the going and the coming of the indexes, and what belongs to both. */
export function withIndexes({ checks, indexes }: OverColumn, change: Sql, { old }: UndoContext): Sql[] {
  const plain = { ...old, concurrently: false };
  return [
    ...indexes.map((index) => repeatable(locking(`DROP INDEX IF EXISTS ${fullName(index)}`))),
    change,
    ...indexes.flatMap((index) => [...createIndexSql(index, plain), ...indexExtras(index, old)]),
    ...checks.flatMap((each) => belongings(each, old)),
  ];
}
