import type { CreateIndex } from '../../server/src/sql/action.js';
import { quoteIdentifier } from '../../server/src/sql/quote.js';
import type { ParsedStatement } from '../../server/src/sql/statement.js';
import type { Edit } from '../engine/define-rule.js';
import { before as putBefore, inCaseOf, newlineOf } from './edit.js';

/**
 * Takes away the invalid index that an interrupted concurrent build has left under the name. It drops a valid one as
 * well, so a fix with it is unsafe. None for an index without a name.
 */
export function dropLeftover({ table, index }: CreateIndex, statement: ParsedStatement): Edit[] {
  if (index === undefined) return [];
  const schema = table.schema === undefined ? '' : `${quoteIdentifier(table.schema)}.`;
  const drop = `${inCaseOf(statement, 'DROP INDEX CONCURRENTLY IF EXISTS')} ${schema}${quoteIdentifier(index)}`;
  return [putBefore([drop], newlineOf(statement))];
}
