import { diffArrays } from 'diff';
import { scriptSections } from '../sql/script-marks.js';
import type { Span } from '../sql/span.js';
import { split } from '../sql/split.js';
import { wordsOf } from './calls.js';
import { isSameSql } from './same-sql.js';
import type { Script, ScriptPiece } from './script.js';

/** A statement of a script. */
export interface ScriptStatement {
  readonly direction: 'up' | 'down';
  /** That of its section; "one-query" is "none", as each call is sent by itself. */
  readonly scope: string;
  readonly sql: string;
  /** Offsets in the script. */
  readonly span: Span;
  /** The comments above it, without their marks. */
  readonly comments: readonly string[];
}

/** The statements of a script, in its order. */
export function statementsOf(script: string): ScriptStatement[] {
  return scriptSections(script).flatMap(({ direction, scope, span }) => {
    const text = script.slice(span.start, span.end);
    const { pieces, comments } = split(text);
    let at = 0;
    return pieces.map((piece) => {
      const above = comments.filter((each) => each.span.start >= at && each.span.end <= piece.span.start);
      at = piece.fullEnd;
      return {
        direction,
        scope: scope === 'one-query' ? 'none' : scope,
        sql: text.slice(piece.span.start, piece.span.end),
        span: { start: span.start + piece.span.start, end: span.start + piece.span.end },
        comments: above.map((each) => wordsOf(each.text)),
      };
    });
  });
}

/** True where two scripts run the same statements in these directions, in the same kind of transaction. */
export function isSameScript(one: string, other: string, directions: readonly ScriptStatement['direction'][]): boolean {
  const [a, b] = [one, other].map((script) =>
    statementsOf(script).filter(({ direction }) => directions.includes(direction)),
  );
  return (
    a?.length === b?.length &&
    a?.every((each, index) => {
      const wanted = b?.[index];
      return (
        wanted !== undefined &&
        each.direction === wanted.direction &&
        each.scope === wanted.scope &&
        isSameSql(each.sql, wanted.sql)
      );
    }) === true
  );
}

/** What becomes of one piece. */
export interface Change {
  readonly piece: ScriptPiece;
  /** Its statements, and what each is to be: undefined for one that goes. */
  readonly own: { readonly was: ScriptStatement; wanted: ScriptStatement | undefined }[];
  /** What is to run before each of its statements, by index; behind the last at the end. */
  readonly added: ScriptStatement[][];
}

/** Which statement of the script becomes which of the wanted one. */
export function changesOf(
  script: Script,
  wanted: string,
): { readonly all: readonly Change[] } | { readonly refused: string } {
  const before = statementsOf(script.text);
  const after = statementsOf(wanted);
  const pieces: Change[] = script.pieces.map((piece) => {
    const own = before
      .filter(({ span }) => span.start >= piece.span.start && span.end <= piece.span.end)
      .map((was) => ({ was, wanted: undefined }));
    return { piece, own, added: Array.from({ length: own.length + 1 }, () => []) };
  });
  const placeOf = (was: ScriptStatement): [Change, number] | undefined => {
    for (const change of pieces) {
      const index = change.own.findIndex((each) => each.was === was);
      if (index >= 0) return [change, index];
    }
    return undefined;
  };
  const key = ({ direction, sql }: ScriptStatement): string => `${direction} ${sql}`;
  const parts = diffArrays(before.map(key), after.map(key));
  let [from, to] = [0, 0];
  for (let index = 0; index < parts.length; index++) {
    const part = parts[index];
    if (!part) continue;
    if (!part.added && !part.removed) {
      for (let count = 0; count < part.value.length; count++) {
        const was = before[from++];
        const place = was && placeOf(was);
        const own = place?.[0].own[place[1]];
        if (own) own.wanted = after[to];
        to++;
      }
      continue;
    }
    const removed = part.removed ? part.value.length : 0;
    const next = parts[index + 1];
    const added = part.added ? part.value.length : part.removed && next?.added ? next.value.length : 0;
    if (part.removed && next?.added) index++;
    const gone = before.slice(from, from + removed);
    const come = after.slice(to, to + added);
    from += removed;
    to += added;
    if (!place(gone, come, before[from - removed - 1], before[from], placeOf))
      return { refused: 'The code has no place for what is to be added.' };
  }
  return { all: pieces };
}

/** Gives each new statement its place: in that of the statement that it is made of, or beside one that stays. */
function place(
  gone: readonly ScriptStatement[],
  come: readonly ScriptStatement[],
  behind: ScriptStatement | undefined,
  next: ScriptStatement | undefined,
  placeOf: (was: ScriptStatement) => [Change, number] | undefined,
): boolean {
  const left = [...gone];
  // What comes stands before the statement that follows, and behind the last where none does.
  let before: ScriptStatement[] = [];
  let at: [Change, number] | undefined = behind && placeOf(behind);
  for (const statement of come) {
    const former = mostAlike(statement, left);
    if (!former) {
      before.push(statement);
      continue;
    }
    left.splice(0, left.indexOf(former) + 1);
    at = placeOf(former);
    if (!at) return false;
    const [change, index] = at;
    const own = change.own[index];
    if (own) own.wanted = statement;
    change.added[index]?.push(...before);
    before = [];
  }
  if (before.length === 0) return true;
  // In the place of what goes; else behind what stands before, or before what follows.
  const [first] = left;
  const goes = first && placeOf(first);
  if (goes) goes[0].added[goes[1]]?.push(...before);
  else if (at && before[0]?.direction === (behind ?? gone.at(-1))?.direction) at[0].added[at[1] + 1]?.push(...before);
  else {
    const follows = next && placeOf(next);
    if (!follows) return false;
    follows[0].added[follows[1]]?.push(...before);
  }
  return true;
}

const ALIKE = 0.5;

/** The statement that another was made of: the one that shares the most words with it, and enough of them. */
function mostAlike(one: ScriptStatement, others: readonly ScriptStatement[]): ScriptStatement | undefined {
  const words = (sql: string): Set<string> => new Set(sql.toLowerCase().match(/\w+/g) ?? []);
  const own = words(one.sql);
  let [best, most]: [ScriptStatement | undefined, number] = [undefined, ALIKE];
  for (const other of others) {
    const theirs = words(other.sql);
    const shared = [...theirs].filter((word) => own.has(word)).length;
    const share = shared / Math.max(1, theirs.size);
    if (other.direction === one.direction && share > most) [best, most] = [other, share];
  }
  return best;
}
