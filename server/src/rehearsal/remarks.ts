import type { Span } from '../sql/span.js';
import { differenceText } from './differences.js';
import type { BrokenQuery } from './old-code.js';
import type { FileResult } from './rehearse.js';
import type { Stopped } from './run-statements.js';

/** What a rehearsal says about a migration. */
export interface Remark {
  /** "unknown": it could not be rehearsed here, which says nothing about the migration. */
  readonly severity: 'error' | 'warning' | 'info' | 'unknown';
  /** "queries": those of the application, which run beside it. */
  readonly about: 'up' | 'rollback' | 'again' | 'queries';
  /** In the document of the file; undefined where it is the file as a whole, or its way back. */
  readonly span: Span | undefined;
  readonly message: string;
}

/** How a rehearsal of a file went. */
export type Outcome = 'passed' | 'failed' | 'not rehearsed';

/** A statement that takes longer is said; on an empty database this is long. In ms. */
const slow = 5000;

/** Objects that no file makes: the history does not begin at zero, or a part of it could not be replayed. */
const undefinedObject: ReadonlySet<string> = new Set(['42P01', '3F000', '42704', '42883', '42703']);

/** In: the result of a file, and whether Airlock is certain by the files alone that a statement at this place fails. */
export function remarksOf(result: FileResult, isCertain: (span: Span) => boolean): Remark[] {
  const { up, back, again, rows, refusedRows } = result;
  const found: Remark[] = [];
  for (const { span, left } of up.left)
    found.push({ severity: 'unknown', about: 'up', span, message: `Not run: ${left ?? ''}.` });
  for (const { statement, ms } of up.statements)
    if (ms >= slow)
      found.push({
        severity: 'info',
        about: 'up',
        span: statement.span,
        message: `It took ${(ms / 1000).toFixed(1)} s on a few rows.`,
      });
  if (up.stopped) found.push(upRemark(up.stopped, result.isBehindGap, isCertain));
  if (refusedRows !== undefined && !up.stopped) found.push(rowsRemark(refusedRows, rows));
  for (const each of result.oldCode?.broken ?? []) found.push(queryRemark(each));
  if (back) found.push(...backRemarks(back));
  if (again?.stopped)
    found.push({
      severity: 'error',
      about: 'again',
      span: again.stopped.statement?.span,
      message: `Behind its rollback the migration fails: ${again.stopped.message}.`,
    });
  for (const difference of again?.differences ?? [])
    found.push({
      severity: 'warning',
      about: 'again',
      span: undefined,
      message: `The second run does not end as the first: ${differenceText(difference)}.`,
    });
  return found;
}

function upRemark(stopped: Stopped, isBehindGap: boolean, isCertain: (span: Span) => boolean): Remark {
  const span = stopped.statement?.span;
  const base = { about: 'up', span: placed(stopped, span) } as const;
  if (stopped.lost) return { ...base, severity: 'error', message: `It was ended: ${stopped.message}` };
  const message = `PostgreSQL refuses it: ${stopped.message} (${stopped.code ?? ''}).`;
  if (/^extension ".*" is not available$/.test(stopped.message))
    return { ...base, severity: 'unknown', message: `Not rehearsed: the ${stopped.message}.` };
  // What a migration raises by itself is often that something is missing.
  const isMissing =
    isBehindGap &&
    (undefinedObject.has(stopped.code ?? '') || stopped.code === 'P0001') &&
    (span === undefined || !isCertain(span));
  return isMissing
    ? {
        ...base,
        severity: 'unknown',
        message: `Not rehearsed: ${stopped.message}. No file that ran before it makes that.`,
      }
    : { ...base, severity: 'error', message };
}

/** From the place that PostgreSQL names to the end of the statement. */
function placed({ at }: Stopped, span: Span | undefined): Span | undefined {
  return span && at !== undefined && at > span.start && at < span.end ? { start: at, end: span.end } : span;
}

function queryRemark({ query, code, message, by, isOfValues }: BrokenQuery): Remark {
  const at = `${query.file}:${query.line}`;
  const which = `The query at ${at} ("${firstLine(query.text)}") runs before the migration and fails behind it`;
  const because = `${message}${code === undefined ? '' : ` (${code})`}`;
  const cause = by ? ` It fails from "${firstLine(by.parsed.text)}" on.` : '';
  return {
    // Which keys are taken, the rows decide: those here were made.
    severity: isOfValues || code === '23505' ? 'warning' : 'error',
    about: 'queries',
    span: by?.span,
    message: `${which}${isOfValues ? ', with values made for it' : ''}: ${because}.${cause}`,
  };
}

function rowsRemark(refused: string, rows: number): Remark {
  return rows === 0
    ? {
        severity: 'warning',
        about: 'up',
        span: undefined,
        message: `It runs on empty tables alone. With rows in them PostgreSQL refuses: ${refused}.`,
      }
    : {
        severity: 'info',
        about: 'up',
        span: undefined,
        message: `It runs on ordinary rows. With rows at the edge PostgreSQL refuses: ${refused}.`,
      };
}

function backRemarks(back: NonNullable<FileResult['back']>): Remark[] {
  const base = { about: 'rollback', span: undefined } as const;
  const whose = back.by === 'author' ? 'The way back' : 'The rollback that Airlock writes';
  const found: Remark[] = back.left.map(({ left }) => ({
    ...base,
    severity: 'unknown',
    message: `${whose} is not run as a whole: ${left ?? ''}.`,
  }));
  if (back.stopped)
    found.push({
      ...base,
      severity: 'error',
      message: `${whose} fails: ${back.stopped.message}${back.stopped.statement ? `, at "${firstLine(back.stopped.statement.parsed.text)}"` : ''}.`,
    });
  for (const each of back.shared)
    found.push({ ...base, severity: 'info', message: `${whose} leaves what others may use: ${differenceText(each)}.` });
  if (back.isPartial && !back.stopped)
    for (const difference of back.differences)
      found.push({
        ...base,
        severity: 'info',
        message: `As its grade says, not all comes back: ${differenceText(difference)}.`,
      });
  for (const difference of back.isPartial ? [] : back.differences)
    found.push({
      ...base,
      severity: 'error',
      message: `${whose} does not bring back what was there: ${differenceText(difference)}.`,
    });
  for (const loss of back.losses)
    found.push({
      ...base,
      severity: 'info',
      message: `What the migration throws away does not come back: ${differenceText(loss)}.`,
    });
  if (back.refusedByWrites !== undefined)
    found.push({
      ...base,
      severity: 'warning',
      message: `${whose} is refused where an application has written in between: ${back.refusedByWrites}.`,
    });
  return found;
}

function firstLine(text: string): string {
  const line = text.trim().replace(/\s+/g, ' ');
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}

export function outcomeOf(remarks: readonly Remark[]): Outcome {
  if (remarks.some(({ severity }) => severity === 'error')) return 'failed';
  return remarks.some(({ severity, about }) => severity === 'unknown' && about === 'up') ? 'not rehearsed' : 'passed';
}
