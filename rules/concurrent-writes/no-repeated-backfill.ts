import type { ParsedStatement } from '../../server/src/sql/statement.js';
import type { Insert, Update } from '../../server/src/sql/action.js';
import type { SchemaState } from '../../server/src/schema/state.js';
import { isKeyword, nameOf as tokenName, type Token } from '../../server/src/sql/lexer.js';
import { lexed } from '../../server/src/sql/lexed.js';
import { isEmptied } from '../questions/emptied.js';
import { commits, isSame } from '../questions/in-file.js';
import { defineRule, type RuleContext } from '../engine/define-rule.js';
import { leadingWords, nameOf } from '../engine/words.js';

/** `SET a = a + 1` is right once. A migration that stops behind it and runs again does it twice. */
export default defineRule({
  meta: {
    id: 'no-repeated-backfill',
    category: 'concurrent-writes',
    severity: 'warning',
    summary: 'Write a backfill so that running it twice changes nothing more.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-update.html'],
    messages: {
      repeats:
        'This UPDATE computes {column} of {table} from its own old value, and nothing says which rows are done. If a later statement of this migration fails and it runs again, {column} is changed twice.\nAdd a condition that no changed row fulfils, or put the migration into one transaction.',
      doubles:
        'This INSERT copies rows into {table}, where no key keeps out a row that is there already. If a later statement of this migration fails and it runs again, each of them stands there twice.\nAdd WHERE NOT EXISTS for the rows that are there, or a unique key with ON CONFLICT DO NOTHING, or put the migration into one transaction.',
    },
  },

  check: {
    insert(action, context) {
      const { before, earlier, runsLater, statement } = context;
      if (runsLater || action.reads.length === 0 || action.onConflict || !before.table(action.table)?.complete) return;
      if (before.isUnused(action.table) || !doubles(action, before)) return;
      // It asks the table itself what is there; a DELETE in WITH takes the rows away, so that there are none the next time.
      if (action.reads.some((name) => isSame(name, action.table)) || statement.actions.length > 1) return;
      if (isEmptied(action.table, earlier) || !mayRunAgain(context)) return;
      return { at: leadingWords(statement), message: 'doubles', data: { table: nameOf(action.table) } };
    },
    update(action, context) {
      if (context.runsLater || context.before.isNew(action.table)) return;
      // A query in WITH may have chosen the rows by the very column.
      const { statement } = context;
      if (/\bwith\b/i.test(statement.text) && statement.tokens().some((token) => isKeyword(token, 'WITH'))) return;
      const columns = context.before.table(action.table)?.columns;
      const assigned = action.sets.map(({ column }) => column);
      // A condition on a column that this UPDATE assigns is how a repetition is stopped.
      if (action.where && identifiers(lexed(action.where.text)).some((name) => assigned.includes(name))) return;
      const twice = action.sets.find(
        ({ column, value }) =>
          mayGrow(columns?.get(column)?.type?.name, value.text) &&
          growsFrom(column, lexed(value.text), value.text, action),
      );
      if (!twice || !mayRunAgain(context)) return;
      return { at: twice.value.span, message: 'repeats', data: { column: twice.column, table: nameOf(action.table) } };
    },
  },
});

/** True where no unique key of the table has all its columns from the query: a row can be there twice. */
function doubles({ table: name, columns, selects }: Insert, before: SchemaState): boolean {
  const table = before.table(name);
  if (!table) return false;
  const names = [...table.columns.keys()];
  const given = columns ?? (typeof selects === 'number' ? names.slice(0, selects) : names);
  return ![...table.indexes].some((key) => {
    const index = before.relationByKey(key);
    if (index?.kind !== 'index' || !index.unique) return false;
    return index.columns.every((column) => column === undefined || given.includes(column));
  });
}

/** What is rolled back as a whole starts from the same rows again; so does the last statement of a file. */
function mayRunAgain({ transaction, later }: RuleContext): boolean {
  // A block is all or nothing by itself; what stands behind it may still fail, but the block does not show that.
  if (transaction.by === 'framework' || transaction.by === 'block') return false;
  return (transaction.by === 'begin' ? later.behind(commits) : later).some(doesSomething);
}

/** JSON and hstore objects that are merged a second time stay as they are; a column of a type nobody knows may be one. */
function mayGrow(type: string | undefined, value: string): boolean {
  if (type !== undefined) return !/^(jsonb?|hstore)$/.test(type);
  return !lexed(value).some((token) => token.text === '||') || lexed(value).some((token) => token.kind === 'string');
}

function doesSomething({ actions }: ParsedStatement): boolean {
  return actions.some((action) => action.kind !== 'transaction' && action.kind !== 'setVariable');
}

const arithmetic = new Set(['+', '-', '*', '/', '||']);
const appending = new Set(['concat', 'concat_ws', 'array_append', 'array_prepend', 'array_cat']);

/**
 * True for `a + 1`, `a || 'x'`, `NOT a`: another value each time. CASE and subqueries may hold their own condition;
 * JSON that is merged or loses a key stays as it is the second time.
 */
function growsFrom(column: string, tokens: readonly Token[], text: string, { table, reads }: Update): boolean {
  if (
    tokens.some((token) => isKeyword(token, 'CASE') || isKeyword(token, 'SELECT')) ||
    /jsonb?|'\s*\{|hstore/i.test(text)
  )
    return false;
  const own = tokens.findIndex((token, index) => {
    if (
      (token.kind !== 'word' && token.kind !== 'quoted') ||
      tokenName(token) !== column ||
      tokens[index + 1]?.kind === 'open'
    )
      return false;
    if (tokens[index - 1]?.kind !== 'dot') return tokens[index + 1]?.kind !== 'dot';
    const qualifier = tokens[index - 2];
    return reads.length === 0 || (qualifier !== undefined && tokenName(qualifier) === table.name);
  });
  if (own < 0) return false;
  if (
    isKeyword(tokens[own - 1], 'NOT') ||
    tokens.some(
      (token, index) => token.kind === 'word' && appending.has(tokenName(token)) && tokens[index + 1]?.kind === 'open',
    )
  )
    return true;
  return tokens.some((token, index) => {
    if (token.kind !== 'operator' || !arithmetic.has(token.text)) return false;
    const [left, right] = [tokens[index - 1], tokens[index + 1]];
    // `a - 'key'` takes a key out of JSON; `-1` is a number.
    return left !== undefined && !(token.text === '-' && right?.kind === 'string') && !isNeutral(token, right);
  });
}

function isNeutral(operator: Token, right: Token | undefined): boolean {
  if (right?.kind !== 'number') return right?.text === "''" && operator.text === '||';
  return operator.text === '*' || operator.text === '/' ? Number(right.text) === 1 : Number(right.text) === 0;
}

function identifiers(tokens: readonly Token[]): string[] {
  return tokens.filter((token) => token.kind === 'word' || token.kind === 'quoted').map(tokenName);
}
