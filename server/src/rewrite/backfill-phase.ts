import type { SchemaState } from '../schema/state.js';
import type { ObjectName } from '../sql/action.js';
import { objectSql, quoteIdentifier } from '../sql/quote.js';
import { type BackfillSpec, backfillSql } from './backfill.js';
import { type Phase, slugOf } from './plan.js';
import { walkingKey } from './table-key.js';

/**
 * The phase that fills a column where it is NULL.
 * In: the value as SQL text over the columns of the row, undefined when only the author knows it.
 */
export function fillNullsPhase(
  state: SchemaState,
  table: ObjectName,
  column: string,
  expression: string | undefined,
): Phase {
  const name = quoteIdentifier(column);
  const spec: BackfillSpec = {
    schema: table.schema,
    table: table.name,
    key: walkingKey(state, state.table(table)),
    set: [{ column, expression }],
    predicate: `${name} IS NULL`,
  };
  return {
    slug: slugOf('backfill', table.name, column),
    title: `Fill ${table.name}.${column} where it is NULL`,
    why:
      expression === undefined
        ? 'Only you know what the old rows get: the file fails on the first of them until you write the value into it.'
        : 'Every batch is a transaction of its own, so that no row stays locked for longer than its batch.',
    sql: backfillSql(spec),
    transactional: false,
    verify: `SELECT count(*) FROM ${objectSql(table)} WHERE ${name} IS NULL; -- 0`,
  };
}
