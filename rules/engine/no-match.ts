import type { ObjectName, SourceText } from '../../server/src/sql/action.js';
import { isKeyword, nameOf as tokenName, type Token, withoutComments } from '../../server/src/sql/lexer.js';
import type { RuleContext } from './define-rule.js';
import { nullColumns } from './few-rows.js';

/**
 * The column of a condition `c IS NULL` that no row fulfils: it is NOT NULL, or ADD COLUMN … DEFAULT of this release has
 * filled it in every row (measured: count 0) and nothing has written to it since. Undefined where rows may match.
 */
export function neverNull(
  table: ObjectName,
  where: SourceText | undefined,
  { before, earlier }: Pick<RuleContext, 'before' | 'earlier'>,
): string | undefined {
  return where && nullColumns(where.text).find((name) => isFilledEverywhere(name, table, { before, earlier }));
}

/** The same for a batch that a query of the statement chooses: `FROM table WHERE c IS NULL`. */
export function neverNullInBatch(
  table: ObjectName,
  tokens: readonly Token[],
  context: Pick<RuleContext, 'before' | 'earlier'>,
): string | undefined {
  const words = withoutComments(tokens);
  for (const [at, token] of words.entries()) {
    const [name, where, column, is, nil, behind] = words.slice(at + 1, at + 7);
    if (!isKeyword(token, 'FROM') || !name || !column || tokenName(name) !== table.name) continue;
    const isBatch = isKeyword(where, 'WHERE') && isKeyword(is, 'IS') && isKeyword(nil, 'NULL');
    if (isBatch && !isKeyword(behind, 'OR') && isFilledEverywhere(tokenName(column), table, context))
      return tokenName(column);
  }
  return undefined;
}

function isFilledEverywhere(
  name: string,
  table: ObjectName,
  { before, earlier }: Pick<RuleContext, 'before' | 'earlier'>,
): boolean {
  const column = before.table(table)?.columns.get(name);
  if (!column || column.notNull === true) return column !== undefined;
  const isNew = column.release === before.release && column.default !== undefined && !/^null\b/i.test(column.default);
  return isNew && cameFilled(name, table, earlier);
}

/** True when ADD COLUMN brought the default along; SET DEFAULT fills no row that is there. */
function cameFilled(column: string, table: ObjectName, earlier: RuleContext['earlier']): boolean {
  let filled = false;
  for (const action of earlier.naming(table.name)) {
    if (action.kind === 'addColumn' && action.column.name === column) filled = action.column.default !== undefined;
    else if (action.kind === 'update' && action.assigns.includes(column)) filled = false;
    else if (action.kind === 'insert' || action.kind === 'copy' || action.kind === 'merge') filled = false;
  }
  return filled;
}
