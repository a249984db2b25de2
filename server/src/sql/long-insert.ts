import { KINDS, Kind, scanToken, skipSpace } from './lexer.js';

/** Shorter statements (UTF-16 units) are parsed as they are: the tree of a longer INSERT takes seconds and gigabytes. */
const LONG = 200_000;

/** So many rows stay at the start; one stays at the end. */
const KEPT_ROWS = 500;

/**
 * A long `INSERT … VALUES (…), (…), …` with the rows in the middle blanked, so that every offset stays good; any other
 * text as it is. The rows say nothing about what the statement locks, and nobody reads their tree.
 */
export function withoutMiddleRows(text: string): string {
  if (text.length <= LONG || !/^insert\s/i.test(text)) return text;
  const rows = rowsBehindValues(text);
  const first = rows[KEPT_ROWS];
  const last = rows.at(-1);
  if (first === undefined || last === undefined || last <= first) return text;
  return text.slice(0, first) + ' '.repeat(last - first) + text.slice(last);
}

/** The offsets of the parentheses that open a row of VALUES. */
function rowsBehindValues(text: string): number[] {
  const rows: number[] = [];
  let depth = 0;
  let isValues = false;
  let isRowNext = false;
  for (let at = skipSpace(text, 0, text.length); at < text.length; ) {
    const packed = scanToken(text, at, text.length);
    const kind = packed % KINDS;
    const end = (packed - kind) / KINDS;
    if (kind === Kind.open) {
      if (depth === 0 && isRowNext) rows.push(at);
      depth++;
    } else if (kind === Kind.close) {
      depth--;
    } else if (kind === Kind.word && depth === 0) {
      // Behind the rows: ON CONFLICT or RETURNING.
      if (isValues) break;
      isValues = text.slice(at, end).toLowerCase() === 'values';
    }
    if (kind !== Kind.lineComment && kind !== Kind.blockComment) {
      isRowNext = depth === 0 && isValues && (kind === Kind.comma || kind === Kind.word);
    }
    at = skipSpace(text, end, text.length);
  }
  return rows;
}
