import type { Span } from '../../sql/span.js';
import type { BuiltPart } from '../migration.js';

// SQL is put together of strings. Where a stretch of it comes from is marked in the string itself, by characters that
// stand for nothing, until the whole is there.

const opening = '\ue000';
const between = '\ue001';
const closing = '\ue002';

/** The SQL, marked as what a part of the file says. */
export function placed(sql: string, { start, end }: Span): string {
  return `${opening}${start},${end}${between}${sql}${closing}`;
}

/** The mark with which a marked SQL begins; "" for one that begins with none. */
export function markOf(marked: string): string {
  return /^(?:\ue000[\d,]+\ue001)+/.exec(marked)?.[0] ?? '';
}

/** The SQL without its marks, and what they say. The innermost mark counts. */
export function unplaced(marked: string): { readonly sql: string; readonly parts: readonly BuiltPart[] } {
  if (!marked.includes(opening)) return { sql: marked, parts: [] };
  const parts: BuiltPart[] = [];
  const open: { readonly from: number; readonly place: Span; hasInner: boolean }[] = [];
  let sql = '';
  for (let at = 0; at < marked.length; at++) {
    const character = marked[at] ?? '';
    if (character === opening) {
      const end = marked.indexOf(between, at);
      const [start = 0, stop = 0] = marked
        .slice(at + 1, end)
        .split(',')
        .map(Number);
      const outer = open.at(-1);
      if (outer) outer.hasInner = true;
      open.push({ from: sql.length, place: { start, end: stop }, hasInner: false });
      at = end;
    } else if (character === closing) {
      const mark = open.pop();
      if (mark && !mark.hasInner) parts.push({ sql: { start: mark.from, end: sql.length }, place: mark.place });
    } else sql += character;
  }
  return { sql, parts };
}
