import type { Table } from '../../server/src/schema/model.js';
import type { Delete, Update } from '../../server/src/sql/action.js';
import { isKeyword, lex, nameOf as tokenName, type Token } from '../../server/src/sql/lexer.js';
import type { Span } from '../../server/src/sql/span.js';
import { defineRule, type RuleContext } from '../engine/define-rule.js';
import { nameOf } from '../engine/words.js';

/** A ctid is a place in one table's file: rows of two partitions have the same one (measured on the page). */
export default defineRule({
  meta: {
    id: 'no-ctid-across-partitions',
    category: 'data-loss',
    severity: 'error',
    summary: 'Choose rows of a partitioned table by tableoid and ctid together, or by their key.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/ddl-system-columns.html'],
    messages: {
      across:
        'A ctid is unique within one {part} only: this {verb} every row of {table} that has one of these ctids, in all its {parts}, and not only the rows that were chosen.\nCompare (tableoid, ctid) with both, or choose the rows by the primary key.',
    },
  },

  check: {
    update: (action, context) => check(action, 'changes', context),
    delete: (action, context) => check(action, 'deletes', context),
  },
});

function check(action: Update | Delete, verb: string, { before, statement }: RuleContext) {
  const table = before.table(action.table);
  const { where } = action;
  if (!table || !where || before.isNew(action.table)) return undefined;
  if (table.partitionBy === undefined && table.children.size === 0) return undefined;
  const from = statement.tokens().findIndex((token) => token.start === action.keyword.start);
  if (
    statement
      .tokens()
      .slice(from, from + 3)
      .some((token) => isKeyword(token, 'ONLY'))
  )
    return undefined;
  const found = comparedCtid(lex(statement.text, where.span.start, where.span.end), table);
  if (!found) return undefined;
  const [part, parts] = table.partitionBy ? ['partition', 'partitions'] : ['table', 'child tables'];
  return {
    at: found.at,
    message: 'across' as const,
    data: { table: nameOf(action.table), verb, part, parts },
    // Whatever else is asked of a row is true of the wrong ones, too.
    ...(found.alone ? {} : { severity: 'warning' as const }),
  };
}

/**
 * The ctid that a condition compares, outside of its sub-queries, and whether nothing else is asked. Undefined where
 * tableoid or a partition key keeps the partitions apart.
 */
function comparedCtid(tokens: readonly Token[], table: Table): { at: Span; alone: boolean } | undefined {
  const keys = new Set(['tableoid', ...(table.partitionBy?.columns ?? [])]);
  // For each open bracket whether a query stands in it.
  const open: boolean[] = [];
  let at: Span | undefined;
  let alone = true;
  for (const [index, token] of tokens.entries()) {
    const next = tokens[index + 1];
    if (token.kind === 'open') open.push(isKeyword(next, 'SELECT') || isKeyword(next, 'WITH'));
    else if (token.kind === 'close') open.pop();
    else if (open.includes(true)) {
      if (tokenName(token) === 'tableoid') return undefined;
    } else if (isKeyword(token, 'AND') || isKeyword(token, 'OR')) alone = false;
    else if (token.kind === 'word' || token.kind === 'quoted') {
      const name = tokenName(token);
      if (keys.has(name)) return undefined;
      if (name === 'ctid' && (next?.text === '=' || isKeyword(next, 'IN')))
        at ??= { start: token.start, end: token.end };
    }
  }
  return at && { at, alone };
}
