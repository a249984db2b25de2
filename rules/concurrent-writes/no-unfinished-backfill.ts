import type { Table } from '../../server/src/schema/model.js';
import type { Update } from '../../server/src/sql/action.js';
import { isKeyword, nameOf as tokenName, type Token } from '../../server/src/sql/lexer.js';
import type { RowCondition, RowSelection } from '../../server/src/sql/row-selection.js';
import { type Body, bodyOf, contains, type Region } from '../questions/block.js';
import { defineRule, type Report, type RuleContext } from '../engine/define-rule.js';
import { nameOf } from '../engine/words.js';

type Message = 'never' | 'mayNever' | 'early' | 'rounds';

/** A loop that asks how many rows its UPDATE has changed ends when there is none: too early at a gap, or never. */
export default defineRule({
  meta: {
    id: 'no-unfinished-backfill',
    category: 'concurrent-writes',
    severity: 'warning',
    summary: 'End the loop of a backfill where its work ends, and not at the first batch without a row.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/plpgsql-statements.html#PLPGSQL-STATEMENTS-DIAGNOSTICS'],
    messages: {
      never:
        'This loop ends when its UPDATE finds no row, and it finds the same rows of {table} again and again: no changed row stops fulfilling the condition.\nChoose the rows by a condition that a changed row does not fulfil, or walk the key.',
      mayNever:
        'This loop ends when its UPDATE finds no row of {table} with NULL in {column}, and rows in which {source} is NULL keep theirs: once a batch holds nothing else, it never ends.\nAdd AND {source} IS NOT NULL to the condition of the batch, or walk the key.',
      rounds:
        'This loop ends after {rounds} batches, whatever is left: the rows of {table} behind them stay as they are, and the migration succeeds.\nEnd it when a batch changes no row.',
      early:
        'This loop ends with the first batch that changes no row of {table}: a gap of that width in the keys is enough, and all rows behind it stay as they are.\nEnd it when the key is past its greatest value.',
    },
  },

  checkStatement(context) {
    const { statement, runsLater } = context;
    const isBlock = statement.actions.some(({ kind }) => kind === 'doBlock');
    const isProcedure = statement.actions.some((action) => action.kind === 'createFunction' && action.procedure);
    if (runsLater || !(isBlock || isProcedure) || statement.embedded.length === 0) return;
    const body = bodyOf(statement);
    if (!body?.regions.some(({ kind }) => kind === 'loop')) return;
    return inBody(body, isBlock, context);
  },
});

function inBody(body: Body, isBlock: boolean, context: RuleContext): Report<Message>[] {
  const { embedded } = context.statement;
  const reports: Report<Message>[] = [];
  for (const [index, { parsed, start }] of embedded.entries()) {
    const update = parsed.actions.find((action) => action.kind === 'update');
    const loop = update && body.regions.find((region) => region.kind === 'loop' && contains(region, start));
    if (!update || !loop || context.before.isUnused(update.table)) continue;
    const next = embedded.slice(index + 1).find((each) => each.start > start);
    const rounds = roundsOf(loop, body.tokens);
    if (rounds !== undefined) {
      const verb = body.tokens.find((token) => token.start >= start);
      if (!verb || !isFreshBatch(update)) continue;
      reports.push({
        at: { start: verb.start, end: verb.end },
        message: 'rounds',
        data: { table: nameOf(update.table), rounds },
        severity: isBlock ? 'warning' : 'info',
      });
      continue;
    }
    if (!isEndless(loop, body.tokens) || !asksForRows(loop, start + parsed.text.length, next?.start, body.tokens))
      continue;
    const found = ofUpdate(update, context.before.table(update.table));
    const verb = body.tokens.find((token) => token.start >= start);
    if (!found || !verb) continue;
    // A procedure does nothing before it is called.
    const severity = isBlock ? ('warning' as const) : ('info' as const);
    const { message, ...more } = found;
    const data = { table: nameOf(update.table), ...more };
    reports.push({ at: { start: verb.start, end: verb.end }, message, data, severity });
  }
  return reports;
}

/** LOOP by itself, or WHILE true: FOR ends by itself, and other conditions may do so. */
function isEndless({ start }: Region, tokens: readonly Token[]): boolean {
  const at = tokens.findIndex((token) => token.start >= start);
  const before = tokens[at - 1];
  if (isKeyword(before, 'TRUE') && isKeyword(tokens[at - 2], 'WHILE')) return true;
  const opens = ['BEGIN', 'THEN', 'ELSE', 'LOOP'].some((word) => isKeyword(before, word));
  return before === undefined || before.kind === 'semicolon' || before.text === '>>' || opens;
}

/** How often FOR i IN 1..100 runs its loop; undefined for any other loop, and where a bound is computed. */
function roundsOf({ start }: Region, tokens: readonly Token[]): string | undefined {
  const at = tokens.findIndex((token) => token.start >= start);
  const [lower, dots, upper] = tokens.slice(at - 3, at);
  if (lower?.kind !== 'number' || dots?.text !== '..' || upper?.kind !== 'number') return undefined;
  const rounds = Number(upper.text) - Number(lower.text) + 1;
  return rounds > 1 ? rounds.toLocaleString('en-US') : undefined;
}

/** A batch with a LIMIT that is chosen anew in each round, by columns of the table alone. */
function isFreshBatch({ rows }: Update): boolean {
  const own = partsOf(rows);
  const batches = own.filter((part) => part.kind === 'found');
  const query = batches.length === 1 && batches[0]?.by.isBounded ? batches[0].by.query : undefined;
  const [source] = query ? query.relations.values() : [];
  if (!query || query.relations.size > 1 || source?.table?.name !== rows.relations.get(rows.target)?.table?.name)
    return false;
  const parts = [...partsOf(query), ...own.filter(({ kind }) => kind !== 'found')];
  return parts.length > 0 && parts.every(isPlain);
}

/** EXIT by FOUND or by ROW_COUNT, which speak of the UPDATE as no other statement stands between. */
function asksForRows(loop: Region, end: number, next: number | undefined, tokens: readonly Token[]): boolean {
  const behind = tokens.filter((token) => token.start >= end && token.start < Math.min(next ?? loop.end, loop.end));
  const asks = behind.findIndex((token) => token.kind === 'word' && /^(?:found|row_count)$/i.test(token.text));
  if (asks < 0) return false;
  const inLoop = tokens.filter((token) => contains(loop, token.start));
  // Another way out may be the one that counts.
  const ways = inLoop.filter((token) => isKeyword(token, 'EXIT') || isKeyword(token, 'RETURN'));
  if (ways.length !== 1) return false;
  const [way] = ways;
  const name = isKeyword(behind[asks], 'FOUND') ? 'found' : rowCountOf(behind, asks);
  if (!way || name === undefined) return false;
  return isWhenNone(inLoop, name);
}

/** The variable of GET DIAGNOSTICS n = ROW_COUNT. */
function rowCountOf(tokens: readonly Token[], at: number): string | undefined {
  const name = tokens[at - 2];
  return name && (name.kind === 'word' || name.kind === 'quoted') ? tokenName(name) : undefined;
}

/** EXIT WHEN NOT FOUND, EXIT WHEN n = 0, IF NOT FOUND THEN EXIT: nothing else is asked. */
function isWhenNone(tokens: readonly Token[], name: string): boolean {
  const words = tokens.map((token) => token.text.toLowerCase()).join(' ');
  const asked = name === 'found' ? 'not found' : `${name} (?:=|<=) 0|${name} < 1|0 = ${name}`;
  return new RegExp(
    `\\bexit when \\(? ?(?:${asked}) ?\\)? ?;|\\bif \\(? ?(?:${asked}) ?\\)? ?then (?:exit|return)\\b`,
  ).test(words);
}

type Found =
  | { readonly message: 'never' | 'early' }
  | { readonly message: 'mayNever'; readonly column: string; readonly source: string };

function ofUpdate({ rows, assigns, sets }: Update, table: Table | undefined): Found | undefined {
  const own = partsOf(rows);
  if (isBetween(own)) return { message: 'early' };
  const batch = own.flatMap((part) =>
    part.kind === 'found' && part.by.isBounded && part.by.query ? part.by.query : [],
  );
  const [only] = batch;
  const [source] = only ? only.relations.values() : [];
  // The batch is taken from the table itself, and from nothing else.
  if (
    !only ||
    batch.length > 1 ||
    only.relations.size > 1 ||
    source?.table?.name !== rows.relations.get(rows.target)?.table?.name
  )
    return undefined;
  const parts = [...partsOf(only), ...own.filter(({ kind }) => kind !== 'found')];
  if (!parts.every(isPlain)) return undefined;
  const columns = parts.flatMap(columnsOf);
  if (!columns.some((column) => assigns.includes(column))) return { message: 'never' };
  for (const part of parts) {
    if (part.kind !== 'null') continue;
    const { column } = part.column;
    const value = sets.find((set) => set.column === column)?.value.text;
    const from = table?.columns.get(nullFrom(value ?? '') ?? '');
    const isAsked = parts.some((each) => each.kind === 'not null' && each.column.column === from?.name);
    if (from && from.notNull !== true && !isAsked && from.name !== column)
      return { message: 'mayNever', column, source: from.name };
  }
  return undefined;
}

/** The column whose NULL makes the value NULL: the column itself, a cast of it, a strict function of it alone (pg_proc). */
function nullFrom(value: string): string | undefined {
  const inside =
    /^(?:lower|upper|initcap|trim|btrim|ltrim|rtrim|md5|length|reverse|abs|round|floor|ceil|date)\s*\(\s*(\w+)\s*\)$/i;
  return (/^([a-z_]\w*)(?:::[\w ]+)?$/.exec(value) ?? inside.exec(value))?.[1];
}

function partsOf({ condition }: RowSelection): readonly RowCondition[] {
  return condition.kind === 'all' ? condition.of : condition.kind === 'every' ? [] : [condition];
}

/** id > i AND id <= i + 1000. */
function isBetween(parts: readonly RowCondition[]): boolean {
  const ranges = parts.flatMap((part) => (part.kind === 'range' && part.names.length > 0 ? part : []));
  return ranges.some(
    (lower) =>
      lower.lower !== undefined &&
      ranges.some((upper) => upper.upper !== undefined && lower.columns[0]?.column === upper.columns[0]?.column),
  );
}

/** A condition on columns alone: no variable moves it on. */
function isPlain(part: RowCondition): boolean {
  return (
    part.kind === 'null' ||
    part.kind === 'not null' ||
    ((part.kind === 'values' || part.kind === 'range') && part.names.length === 0)
  );
}

function columnsOf(part: RowCondition): string[] {
  if (part.kind === 'null' || part.kind === 'not null') return [part.column.column];
  return part.kind === 'values' || part.kind === 'range' ? part.columns.map(({ column }) => column) : [];
}
