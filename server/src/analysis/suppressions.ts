import type { RuleMeta } from '../../../rules/engine/define-rule.js';
import type { Span } from '../sql/span.js';
import type { SqlDocument } from '../sql/statement.js';
import { closest, slipsInWord } from '../../../rules/engine/closest.js';
import { ruleIdFor } from './config.js';
import { isDay } from './days.js';

/** A comment that silences a rule: for the statement it stands at, or for the file. */
export interface Suppression {
  readonly rule: string;
  /** True for a comment that was written for another tool: it is read, and nothing is said of it. */
  readonly isBorrowed: boolean;
  /** Index of the statement; undefined for the whole file. */
  readonly statement: number | undefined;
  /** The comment. */
  readonly span: Span;
}

export interface SuppressionProblem {
  readonly kind: 'unknown rule' | 'no reason' | 'no statement' | 'no day' | 'expired';
  readonly span: Span;
  /** A rule, or what stands in its place. */
  readonly word: string;
  readonly suggestion: string | undefined;
  /** What stands behind "until". */
  readonly until?: string;
}

/** There are fewer rules. What is behind them in a comment is no list any more. */
const MOST_WORDS = 200;

const head = /^(?:--|\/\*)\s*airlock-ignore(-file)?(?=[\s:*]|$)/;

/** Comments of squawk and of Postgres Language Server; a file that moves to Airlock may have hundreds. */
const borrowedHead = /^(?:--|\/\*)\s*(squawk|pgls|pgt|pglt)-ignore(-file|-all)?(?=[\s:*]|$)/;

/**
 * What a comment for another tool silences: rules by their names there. One without a name silences all that the tool
 * has. `-- squawk-ignore ban-drop-column`, `-- pgls-ignore lint/safety/banDropColumn: reason`.
 */
function readBorrowed(comment: string, rules: readonly RuleMeta[]): { forFile: boolean; ids: string[] } | undefined {
  const found = borrowedHead.exec(comment);
  if (!found) return undefined;
  const rest = comment.slice(found[0].length).replace(/\*\/$/, '');
  const names = (rest.split(':', 1)[0] ?? '').split(/[\s,]+/, MOST_WORDS).filter((each) => each !== '');
  const ids = names.flatMap((name) => {
    const last = name.slice(name.lastIndexOf('/') + 1).replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    return ruleIdFor(last, rules) ?? [];
  });
  const all = rules.filter(({ aliases = [] }) => aliases.length > 0).map(({ id }) => id);
  return { forFile: found[2] !== undefined, ids: names.length === 0 ? all : ids };
}

/** True when the last day of a suppression is over; where nobody knows what day it is, it is not. */
export function isOver(until: string | undefined, today: () => string | undefined): until is string {
  if (until === undefined) return false;
  const now = today();
  return now !== undefined && now > until;
}

/** What a comment silences, why and until when; undefined for any other comment. Linear in its length. */
function read(
  comment: string,
): { forFile: boolean; words: string; reason: string; until: string | undefined } | undefined {
  const found = head.exec(comment);
  if (!found) return undefined;
  const end = comment.endsWith('*/') ? comment.length - 2 : comment.length;
  const rest = comment.slice(found[0].length, Math.max(end, found[0].length));
  const colon = rest.indexOf(':');
  const [words = '', ...until] = (colon < 0 ? rest : rest.slice(0, colon)).split(/[\s,(]until(?=[\s=]|$)/i);
  const reason = colon < 0 ? '' : rest.slice(colon + 1).trim();
  return {
    forFile: found[1] !== undefined,
    words: words.trim(),
    // One that is meant to end and is written otherwise must not hold for ever.
    until: until.length === 0 ? endOf(reason) : until.join(' ').replace(/^\s*=/, '').trim(),
    reason,
  };
}

/** The day with which a reason ends: "the table is small until 2027-01-31". */
function endOf(reason: string): string | undefined {
  return /(?:^|[\s(])until (\d{4}-\d\d-\d\d)[).]{0,2}$/i.exec(reason.slice(-40))?.[1];
}

/** The statement a comment speaks of: the one it stands in, the one whose line it ends, or the next. */
function statementAt(document: SqlDocument, comment: Span): number | undefined {
  const { statements, text } = document;
  let low = 0;
  let high = statements.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((statements[middle]?.span.end ?? 0) <= comment.start) low = middle + 1;
    else high = middle;
  }
  const previous = statements[low - 1];
  if (previous && !/[\r\n]/.test(text.slice(previous.span.end, comment.start))) return low - 1;
  return low < statements.length ? low : undefined;
}

/**
 * Reads the suppressions of a file. Reasons are required: one without a reason silences nothing and is reported, and so
 * is one whose last day is over. `today` is asked only where a comment names a day.
 */
export function readSuppressions(
  document: SqlDocument,
  rules: readonly RuleMeta[],
  today: () => string | undefined = () => undefined,
): { suppressions: Suppression[]; problems: SuppressionProblem[] } {
  const suppressions: Suppression[] = [];
  const problems: SuppressionProblem[] = [];
  for (const comment of document.comments) {
    if (!comment.text.includes('-ignore')) continue;
    const borrowed = readBorrowed(comment.text, rules);
    if (borrowed) {
      const statement = borrowed.forFile ? undefined : statementAt(document, comment.span);
      if (!borrowed.forFile && statement === undefined) continue;
      for (const rule of borrowed.ids) suppressions.push({ rule, isBorrowed: true, statement, span: comment.span });
      continue;
    }
    const found = read(comment.text);
    if (!found) continue;
    const { forFile, words, reason, until } = found;
    const { span } = comment;
    for (const word of words.split(/[\s,]+/, MOST_WORDS).filter((each) => each !== '')) {
      const rule = ruleIdFor(word, rules);
      if (rule === undefined) {
        problems.push({
          kind: 'unknown rule',
          span,
          word,
          suggestion: closest(
            word,
            rules.map((each) => each.id),
            slipsInWord(word),
          ),
        });
        continue;
      }
      if (reason.trim() === '') {
        problems.push({ kind: 'no reason', span, word: rule, suggestion: undefined });
        continue;
      }
      if (until !== undefined && !isDay(until)) {
        problems.push({ kind: 'no day', span, word: rule, suggestion: undefined, until });
        continue;
      }
      if (isOver(until, today)) {
        problems.push({ kind: 'expired', span, word: rule, suggestion: undefined, until });
        continue;
      }
      const statement = forFile ? undefined : statementAt(document, span);
      if (!forFile && statement === undefined)
        problems.push({ kind: 'no statement', span, word: rule, suggestion: undefined });
      else suppressions.push({ rule, isBorrowed: false, statement, span });
    }
    if (words.trim() === '') problems.push({ kind: 'unknown rule', span, word: '', suggestion: undefined });
  }
  return { suppressions, problems };
}
