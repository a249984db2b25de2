/** What of an object is not as it was. */
export interface Difference {
  /** For people: "index orders_total_idx", "column public.orders.note". */
  readonly object: string;
  readonly kind: 'missing' | 'extra' | 'changed' | 'rows';
  /** What was there and what is there instead, as far as they differ. */
  readonly was: string;
  readonly is: string;
}

const name = '(?:"(?:[^"]|"")*"|[^\\s.("]+)(?:\\.(?:"(?:[^"]|"")*"|[^\\s.("]+))*';

/** How the line of an object begins, up to what it is known by. */
const heads: readonly RegExp[] = [
  new RegExp(`^constraint ${name} on (?:domain )?${name}`),
  new RegExp(`^index CREATE (?:UNIQUE )?INDEX (${name}) ON (?:ONLY )?${name}`),
  new RegExp(`^trigger CREATE (?:CONSTRAINT )?TRIGGER ${name}(?=[\\s\\S]* ON (${name}))`),
  new RegExp(`^(?:policy) ${name} on ${name}`),
  new RegExp(`^rule on ${name} CREATE RULE ${name}`),
  /^function [^(]*\([^)]*\)/,
  /^comment on [\s\S]*?: /,
  /^(?:role|member|settings of role|default rights of|cast|operator|collation|extension|publication|event trigger) \S+(?: (?:of|in|to|for|from) \S+)*/,
  new RegExp(
    `^(?:table|partitioned table|view|materialized view|foreign table|composite type|schema|column|sequence|type|extended statistics) ${name}`,
  ),
  new RegExp(`^${name} inherits ${name}`),
];

function headOf(line: string): string {
  for (const head of heads) {
    const [found] = head.exec(line) ?? [];
    if (found !== undefined) return found;
  }
  return line;
}

function shown(head: string): string {
  return head
    .replace(/^index CREATE (?:UNIQUE )?INDEX /, 'index ')
    .replace(/^trigger CREATE (?:CONSTRAINT )?TRIGGER /, 'trigger ')
    .replace(/ ON (?:ONLY )?/, ' on ')
    .replace(/: $/, '');
}

/** The objects in which two schemas differ. In: the lines of catalogSnapshot. The order of columns is not looked at. */
export function schemaDifference(before: readonly string[], after: readonly string[]): Difference[] {
  const [was, is] = [new Set(before), new Set(after)];
  const gone = new Map(
    before
      .filter((line) => !is.has(line))
      .map((line) => [headOf(line).replace('CREATE UNIQUE INDEX', 'CREATE INDEX'), line]),
  );
  const found: Difference[] = [];
  for (const line of after) {
    if (was.has(line)) continue;
    const head = headOf(line).replace('CREATE UNIQUE INDEX', 'CREATE INDEX');
    const old = gone.get(head);
    gone.delete(head);
    if (old === undefined)
      found.push({ object: shown(head), kind: 'extra', was: '', is: line.slice(headOf(line).length).trim() });
    else found.push({ object: shown(head), kind: 'changed', ...changedWords(old, line) });
  }
  for (const [head, line] of gone)
    found.push({ object: shown(head), kind: 'missing', was: line.slice(headOf(line).length).trim(), is: '' });
  return withoutParts(found);
}

/** A table that is missing says that its columns and indexes are, and an object that its comment is. */
function withoutParts(found: readonly Difference[]): Difference[] {
  const wholes = new Set(found.filter(({ kind }) => kind !== 'changed').map(({ kind, object }) => `${kind} ${object}`));
  const kinds = ['table', 'partitioned table', 'materialized view', 'view', 'foreign table', 'composite type'];
  return found.filter(({ kind, object }) => {
    const of =
      /^column (.+)\.[^.]+$/.exec(object)?.[1] ?? /^(?:index|constraint|trigger|policy) .* on (\S+)$/.exec(object)?.[1];
    if (of !== undefined && kinds.some((each) => wholes.has(`${kind} ${each} ${of}`))) return false;
    const [, commented] = /^comment on (.+)$/.exec(object) ?? [];
    return commented === undefined || !wholes.has(`${kind} ${commented.replaceAll('pg_catalog.', '')}`);
  });
}

/** Extensions and roles that a migration has made: others may use them, so that a way back often leaves them on purpose. */
export function isShared({ object, kind }: Difference): boolean {
  return kind === 'extra' && /^(?:comment on )?(?:extension|role|member|settings of role) /.test(object);
}

/** The words in which two lines differ, with a word before them. */
function changedWords(old: string, now: string): { readonly was: string; readonly is: string } {
  const [a, b] = [old.split(' '), now.split(' ')];
  let from = 0;
  while (from < a.length && from < b.length && a[from] === b[from]) from++;
  let end = 0;
  while (end < a.length - from && end < b.length - from && a.at(-1 - end) === b.at(-1 - end)) end++;
  const start = Math.max(0, from - 1);
  return { was: a.slice(start, a.length - end).join(' '), is: b.slice(start, b.length - end).join(' ') };
}

/** One line for people. */
export function differenceText({ object, kind, was, is }: Difference): string {
  if (kind === 'missing') return `${object} is missing`;
  if (kind === 'extra') return `${object} is left behind`;
  if (kind === 'rows')
    return was === ''
      ? `${object}`
      : `${object}, such as ${clipped(was)}${is === '' ? '' : `, which became ${clipped(is)}`}`;
  return `${object} differs: it was "${clipped(was)}" and is "${clipped(is)}"`;
}

function clipped(text: string): string {
  return text.length > 160 ? `${text.slice(0, 159)}…` : text;
}

/** The rows of tables, each as the text of a JSON object whose keys are in PostgreSQL's order. */
export type Rows = ReadonlyMap<string, readonly string[]>;

/** In which tables rows are not as they were. In: the rows before, and those that have to be there besides. */
export function rowDifference(before: Rows, after: Rows, written: Rows = new Map()): Difference[] {
  const found: Difference[] = [];
  for (const [table, rows] of before) {
    const others = after.get(table);
    // Nobody has written to it since it was read.
    if (!others || (others === rows && !written.has(table))) continue;
    const left = counted(others);
    const lost = rows.filter((row) => !take(left, row));
    const newer = (written.get(table) ?? []).filter((row) => !takeLike(left, row));
    const extra = [...left.values()].reduce((sum, count) => sum + count, 0);
    if (lost.length > 0 || extra > newer.length) {
      const count = Math.max(lost.length, extra - newer.length);
      const object = `${count} of ${Math.max(rows.length, count)} rows of ${table} ${count === 1 ? 'differs' : 'differ'}`;
      found.push({ object, kind: 'rows', ...example(lost[0], left) });
    } else if (newer.length > 0) {
      const object = `${newer.length} of the rows that were written to ${table} in between ${newer.length === 1 ? 'differs' : 'differ'}`;
      found.push({ object, kind: 'rows', ...example(newer[0], left) });
    }
  }
  return found;
}

/**
 * What has to be there behind a way back where triggers answer what is written in between: the rows before, with what the
 * triggers did to them. In: the rows before the migration, those before and behind the writes, and what was written. A
 * table in which that cannot be followed, since the migration changed its columns, is left out.
 */
export function withoutFired(before: Rows, quiet: Rows, busy: Rows, written: Rows): Rows {
  const found = new Map<string, readonly string[]>();
  for (const [table, rows] of before) {
    if (quiet.get(table) === rows && busy.get(table) === rows) {
      found.set(table, rows);
      continue;
    }
    const [was, is] = [counted(quiet.get(table) ?? []), counted(busy.get(table) ?? [])];
    for (const row of written.get(table) ?? []) take(is, row);
    for (const row of [...was.keys()]) while ((is.get(row) ?? 0) > 0 && take(was, row)) take(is, row);
    const [gone, come] = [uncounted(was), uncounted(is)];
    const expected = counted(rows);
    const isFollowed = gone.every((row) => take(expected, row));
    if (isFollowed && (come.length === 0 || columnsOf(come[0]) === columnsOf(rows[0])))
      found.set(table, [...uncounted(expected), ...come]);
  }
  return found;
}

function columnsOf(row: string | undefined): string {
  return row === undefined ? '' : Object.keys(JSON.parse(row) as object).join('\n');
}

/** What of the rows that were written stands there as it was written: triggers may have changed others. */
export function stillThere(written: Rows, busy: Rows): Map<string, readonly string[]> {
  return new Map(
    [...written].map(([table, rows]) => {
      const left = counted(busy.get(table) ?? []);
      return [table, rows.filter((row) => take(left, row))];
    }),
  );
}

/** The tables of which the rows are not as they were, with what they were. */
export function changedRows(before: Rows, after: Rows): Rows {
  const found = new Map<string, readonly string[]>();
  for (const [table, rows] of before) {
    if (after.get(table) === rows) continue;
    const left = counted(after.get(table) ?? []);
    const isSame = rows.every((row) => take(left, row)) && uncounted(left).length === 0;
    if (!isSame) found.set(table, rows);
  }
  return found;
}

function uncounted(counts: ReadonlyMap<string, number>): string[] {
  return [...counts].flatMap(([row, count]) => Array<string>(count).fill(row));
}

/** A row and the one that is most like it, as far as they differ. */
function example(
  row: string | undefined,
  left: ReadonlyMap<string, number>,
): { readonly was: string; readonly is: string } {
  if (row === undefined) return { was: '', is: '' };
  const wanted = JSON.parse(row) as Record<string, unknown>;
  let best: { readonly names: readonly string[]; readonly values: Readonly<Record<string, unknown>> } | undefined;
  for (const [each, count] of left) {
    if (count === 0) continue;
    const values = JSON.parse(each) as Record<string, unknown>;
    const names = Object.keys(wanted).filter((name) => JSON.stringify(values[name]) !== JSON.stringify(wanted[name]));
    if (!best || names.length < best.names.length) best = { names, values };
  }
  if (!best) return { was: row, is: '' };
  const shown = (of: Readonly<Record<string, unknown>>): string =>
    (best?.names ?? [])
      .slice(0, 3)
      .map((name) => `${name} ${JSON.stringify(of[name] ?? null)}`)
      .join(', ');
  return { was: shown(wanted), is: shown(best.values) };
}

function counted(rows: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(row, (counts.get(row) ?? 0) + 1);
  return counts;
}

function take(counts: Map<string, number>, row: string): boolean {
  const count = counts.get(row) ?? 0;
  if (count > 0) counts.set(row, count - 1);
  return count > 0;
}

/** A value whatever type held it: 7 and "7", a time with the zone UTC and without one, char(3) with what fills it up. */
function asWritten(value: unknown): string {
  return typeof value === 'string' ? value.replace(/\+00:00$| +$/, '') : JSON.stringify(value);
}

/** Takes a row that agrees in all columns that both have: one that was written while the table had other columns. */
function takeLike(counts: Map<string, number>, row: string): boolean {
  if (take(counts, row)) return true;
  const wanted = JSON.parse(row) as Record<string, unknown>;
  for (const [each, count] of counts) {
    if (count === 0) continue;
    const present = JSON.parse(each) as Record<string, unknown>;
    const agrees = Object.entries(present).every(
      ([key, value]) => !(key in wanted) || asWritten(wanted[key]) === asWritten(value),
    );
    if (agrees) return take(counts, each);
  }
  return false;
}
