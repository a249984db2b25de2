import type { Delete, Update } from '../../server/src/sql/action.js';
import { isKeyword, lex, nameOf as tokenName, type Token } from '../../server/src/sql/lexer.js';
import { defineRule, type RuleContext } from '../engine/define-rule.js';
import { nameOf } from '../engine/words.js';

/** One UPDATE of many rows keeps a lock on each until it commits, doubles them on disk and floods the replicas. */
export default defineRule({
  meta: {
    id: 'no-unbatched-write',
    category: 'concurrent-writes',
    severity: 'error',
    summary: 'Change many rows in batches, each with a commit of its own.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-ROWS'],
    messages: {
      whole:
        'This {verb} changes every row of {table} at once: writers of those rows wait until it commits, the table bloats and replicas fall behind. Change at most 10,000 rows at a time, by key, with a commit after each batch.',
      unbatched:
        'This {verb} changes every row of {table} that matches, at once: their writers wait until it commits, the table bloats and replicas fall behind. Unless few rows match, change at most 10,000 at a time, by key, with a commit after each batch.',
    },
  },

  check: {
    update: (action, context) => report(action, context),
    delete: (action, context) => report(action, context),
  },
});

function report(action: Update | Delete, context: RuleContext) {
  // A function's body works on the rows it is called for.
  if (context.runsLater || context.before.isUnused(action.table) || context.before.view(action.table)) return;
  const data = { verb: action.kind.toUpperCase(), table: nameOf(action.table) };
  if (!action.where || isAlwaysTrue(action.where.text)) return { at: action.keyword, message: 'whole' as const, data };
  const { statement, transaction } = context;
  // A batch may be chosen by a query in WITH.
  if (statement.tokens().some((token) => token.end <= action.keyword.start && isKeyword(token, 'LIMIT'))) return;
  // In a block `id = x` compares with a variable, as a loop does, unless a second table is there to join.
  const variables = transaction.by === 'block' && action.reads.length === 0;
  if (choosesFewRows(action.where.text, variables)) return;
  return { at: action.keyword, message: 'unbatched' as const, data, severity: 'warning' as const };
}

function isAlwaysTrue(where: string): boolean {
  return /^\(*\s*(true|1\s*=\s*1|'t'|not\s+false)\s*\)*$/i.test(where);
}

const comparisons = new Set(['<', '<=', '>', '>=']);

/**
 * True when the condition looks like a batch or like chosen rows: a LIMIT in a subquery, a range, a cursor, or a column
 * that is compared with a value, or with a variable where there are any. `column IS NULL` and a join alone choose nothing.
 */
export function choosesFewRows(where: string, variables = false): boolean {
  const tokens = lex(where).filter((token) => token.kind !== 'lineComment' && token.kind !== 'blockComment');
  let lower = false;
  let upper = false;
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index] as Token;
    if (isKeyword(token, 'LIMIT') || isKeyword(token, 'BETWEEN') || isKeyword(token, 'CURRENT')) return true;
    if (token.kind === 'word' && tokenName(token) === 'ctid') return true;
    if (token.kind === 'operator' && comparisons.has(token.text)) {
      if (token.text.startsWith('<')) upper = true;
      else lower = true;
      if (lower && upper) return true;
    }
    if (token.kind === 'operator' && token.text === '=' && (variables || isValue(tokens[index + 1]))) return true;
    // Rows that are listed are few; rows that a subquery finds are as many as it finds.
    if (
      isKeyword(token, 'IN') &&
      tokens[index + 1]?.kind === 'open' &&
      isValue(tokens[index + 2]) &&
      !isKeyword(tokens[index - 1] ?? token, 'NOT')
    )
      return true;
  }
  return false;
}

/** A literal, a parameter or a variable-free cast of one. */
function isValue(token: Token | undefined): boolean {
  return token?.kind === 'string' || token?.kind === 'number' || token?.kind === 'parameter';
}
