import type { Action, ObjectName } from '../../server/src/sql/action.js';
import { isKeyword, nameOf as tokenName, type Token } from '../../server/src/sql/lexer.js';
import { type Body, bodyOf, contains, type Region } from '../questions/block.js';
import { defineRule, type Report, type RuleContext, type Severity } from '../engine/define-rule.js';
import { neverNull } from '../questions/no-match.js';
import { nameOf } from '../engine/words.js';

/** The rows that a batch may change before its locks and its WAL are felt. */
const LARGE = 10_000;

type Message = 'noCommit' | 'noPause' | 'large';

/** Batches help only when each is committed: a loop in one transaction keeps every row lock to the end. */
export default defineRule({
  meta: {
    id: 'no-unthrottled-backfill',
    category: 'concurrent-writes',
    severity: 'warning',
    summary: 'Commit after each batch of a backfill, pause, and change at most 10,000 rows in one.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/plpgsql-transactions.html'],
    messages: {
      noCommit:
        'This loop changes {table} in batches, but commits none of them: the whole {what} is one transaction, so every row stays locked until the last batch is done, and VACUUM cleans nothing meanwhile.\nPut COMMIT behind each batch, and run it outside a transaction.',
      noPause:
        'This loop changes {table} batch after batch without a pause, so replicas and autovacuum get no time to catch up.\nPut PERFORM pg_sleep(0.1) behind each COMMIT.',
      large:
        'A batch of {rows} rows of {table} holds as many row locks until it commits, and reaches the replicas in one piece.\nChange at most 10,000 rows at a time.',
    },
  },

  check: {
    update: (action, context) => single(action.table, action.keyword.start, context),
    delete: (action, context) => single(action.table, action.keyword.start, context),
  },

  checkStatement(context) {
    const { statement, runsLater } = context;
    const procedure = statement.actions.find((action) => action.kind === 'createFunction');
    const isBlock = statement.actions.some((action) => action.kind === 'doBlock');
    // A function cannot commit, and works on the rows it is called for.
    if (runsLater || !(isBlock || procedure?.procedure)) return;
    const body = statement.embedded.length > 0 ? bodyOf(statement) : undefined;
    return body && inBody(body, isBlock ? 'DO block' : 'procedure', context);
  },
});

function inBody(body: Body, what: string, context: RuleContext): Report<Message>[] {
  const reports: Report<Message>[] = [];
  // A procedure does nothing before it is called.
  const milder = (severity: Severity): Severity => (what === 'procedure' ? 'info' : severity);
  const reported = new Set<Region>();
  for (const { parsed, start } of context.statement.embedded) {
    const loop = body.regions.find((region) => region.kind === 'loop' && contains(region, start));
    const write = parsed.actions.map(writtenTable).find((table) => table !== undefined);
    const update = parsed.actions.find((action) => action.kind === 'update');
    // What changes nothing is reported as that.
    if (update && neverNull(update, context) !== undefined) continue;
    if (!loop || !write || context.before.isUnused(write) || context.before.view(write)) continue;
    const inside = body.tokens.filter((token) => contains(loop, token.start));
    if (!isBatch(parsed.tokens(), inside)) continue;
    const verb = body.tokens.find((token) => token.start >= start) as Token;
    const at = { start: verb.start, end: verb.end };
    const data = { table: nameOf(write), what };
    const rows = rowsOf(parsed.tokens(), body.tokens);
    if (rows !== undefined)
      reports.push({ at, message: 'large', data: { ...data, rows: counted(rows) }, severity: milder('warning') });
    if (reported.has(loop)) continue;
    reported.add(loop);
    const loops = body.regions.filter((region) => region.kind === 'loop' && contains(region, start));
    const around = body.tokens.filter((token) => loops.some((region) => contains(region, token.start)));
    if (!around.some((token) => isKeyword(token, 'COMMIT')))
      reports.push({ at, message: 'noCommit', data, severity: milder('warning') });
    else if (!around.some((token) => token.kind === 'word' && /sleep/i.test(token.text)))
      reports.push({ at, message: 'noPause', data, severity: 'info' });
  }
  return reports;
}

/** A statement by itself that changes more rows at once than a batch may have. */
function single(table: ObjectName, at: number, context: RuleContext): Report<Message> | undefined {
  const { before, statement, runsLater } = context;
  if (runsLater || context.transaction.by === 'block' || before.isUnused(table)) return;
  const rows = rowsOf(statement.tokens(), []);
  const token = statement.tokens().find((each) => each.start === at);
  if (rows === undefined || !token) return;
  return {
    at: { start: token.start, end: token.end },
    message: 'large',
    data: { table: nameOf(table), rows: counted(rows) },
  };
}

function writtenTable(action: Action): ObjectName | undefined {
  if (action.kind === 'update' || action.kind === 'delete' || action.kind === 'merge') return action.table;
  return action.kind === 'insert' && action.reads.length > 0 ? action.table : undefined;
}

/** A LIMIT, a range of keys or of pages, or rows that an earlier query of the loop has collected. */
function isBatch(tokens: readonly Token[], loop: readonly Token[]): boolean {
  const has = (word: string): boolean => tokens.some((token) => isKeyword(token, word));
  const compares = (sign: string): boolean =>
    tokens.some((token) => token.kind === 'operator' && token.text.startsWith(sign) && token.text.length <= 2);
  if (has('LIMIT') || has('BETWEEN') || (compares('<') && compares('>'))) return true;
  return has('ANY') && loop.some((token) => isKeyword(token, 'LIMIT'));
}

/** How many rows the literals say: LIMIT n, LIMIT variable, key + n, BETWEEN n AND m. Only when more than a batch may have. */
function rowsOf(tokens: readonly Token[], body: readonly Token[]): number | undefined {
  for (const [index, token] of tokens.entries()) {
    const next = tokens[index + 1];
    let rows: number | undefined;
    if (isKeyword(token, 'LIMIT') && next)
      rows = next.kind === 'word' ? declared(tokenName(next), body) : numberOf(next);
    else if (isKeyword(token, 'BETWEEN') && next && isKeyword(tokens[index + 2], 'AND')) {
      const [low, high] = [numberOf(next), numberOf(tokens[index + 3])];
      if (low !== undefined && high !== undefined) rows = high - low + 1;
    }
    if (rows !== undefined && rows > LARGE) return rows;
  }
  return undefined;
}

/** The number that a variable is declared with. */
function declared(name: string, body: readonly Token[]): number | undefined {
  const at = body.findIndex(
    (token, index) => token.kind === 'word' && tokenName(token) === name && body[index + 1]?.kind === 'word',
  );
  if (at < 0) return undefined;
  const end = body.findIndex((token, index) => index > at && token.kind === 'semicolon');
  return numberOf(body[end - 1]);
}

function numberOf(token: Token | undefined): number | undefined {
  return token?.kind === 'number' ? Number(token.text.replaceAll('_', '')) : undefined;
}

function counted(rows: number): string {
  return rows.toLocaleString('en-US');
}
