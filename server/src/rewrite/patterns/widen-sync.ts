import { objectSql, quoteIdentifier } from '../../sql/quote.js';
import { type PhaseStatement, short } from '../plan.js';
import { syncFunction } from '../sync-trigger.js';
import type { WidenedTable } from './widened-tables.js';

function functionName({ table, sync }: WidenedTable): string {
  return objectSql({ schema: table.schema, name: sync.replace(/^~+/, '') });
}

/**
 * What makes the trigger that keeps the columns of a table equal, as SQL text. `forward`: before the swap, the bigint
 * columns follow. `back`: behind it, the old ones do.
 */
export function makeSync(each: WidenedTable, direction: 'forward' | 'back'): string[] {
  const { table, columns, sync } = each;
  const [relation, trigger] = [objectSql(table), quoteIdentifier(sync)];
  const pairs = columns.map(({ column, next, old }) => ({
    from: column.name,
    to: direction === 'forward' ? next : old,
    type: column.type?.name ?? '',
  }));
  const name = functionName(each);
  return [
    syncFunction(name, pairs, direction),
    `DROP TRIGGER IF EXISTS ${trigger} ON ${relation}`,
    `CREATE TRIGGER ${trigger} BEFORE INSERT OR UPDATE ON ${relation} FOR EACH ROW EXECUTE FUNCTION ${name}()`,
  ];
}

export function dropSync(each: WidenedTable): PhaseStatement[] {
  return [
    short(`DROP TRIGGER IF EXISTS ${quoteIdentifier(each.sync)} ON ${objectSql(each.table)}`),
    short(`DROP FUNCTION IF EXISTS ${functionName(each)}()`),
  ];
}
