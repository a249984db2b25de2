import type { Analysis } from '../analysis/analyze.js';
import { positionsOf } from '../analysis/positions.js';
import { psqlRuns } from '../sql/psql-runs.js';
import type { Span } from '../sql/span.js';
import { unreadCode } from '../sql/script-marks.js';
import { visibleLine } from '../sql/visible.js';

/** How many statements of what is yet to ship were judged by facts, and where the others stand. */
export interface Coverage {
  readonly statements: number;
  /** SQL that is put together while it runs, or code that cannot be read without running it; "file:line" each. */
  readonly dynamic: readonly string[];
  /** Statements of which no facts are known; "file:line" each. */
  readonly unknown: readonly string[];
}

/** Of no statements yet. */
export const noCoverage: Coverage = { statements: 0, dynamic: [], unknown: [] };

/** With the statements of one more file. In: the file as the user named it. */
export function withStatements(coverage: Coverage, analysis: Analysis, name: string): Coverage {
  const tops = new Map<number, 'known' | 'dynamic' | 'unknown'>();
  const { statements } = analysis.document;
  for (const { top, origin, impact, statement } of analysis.steps) {
    const before = tops.get(top) ?? 'known';
    // The body of a function that nobody calls does not run now.
    if (before === 'dynamic' || origin === 'function') tops.set(top, before);
    else if (isDynamic(statement)) tops.set(top, 'dynamic');
    else tops.set(top, impact.known ? before : 'unknown');
  }
  const named = (kind: string): string[] =>
    [...tops].flatMap(([top, each]) => {
      const span = each === kind ? statements[top]?.span : undefined;
      return span ? [`${name}:${positionsOf(analysis).at(span.start).line + 1}`] : [];
    });
  const elsewhere = runsElsewhere(analysis).map(({ start }) => `${name}:${positionsOf(analysis).at(start).line + 1}`);
  return {
    statements: coverage.statements + tops.size + elsewhere.length,
    dynamic: [...coverage.dynamic, ...named('dynamic'), ...elsewhere],
    unknown: [...coverage.unknown, ...named('unknown')],
  };
}

/** Commands of psql that run SQL which stands elsewhere: each counts as a statement that nobody has read. */
export function runsElsewhere({ document, host }: Pick<Analysis, 'document' | 'host'>): Span[] {
  return host ? [] : psqlRuns(document.text);
}

function isDynamic({ dynamic, text }: Analysis['steps'][number]['statement']): boolean {
  return dynamic.some(({ origin }) => origin === 'do') || unreadCode(text) !== undefined;
}

/** More places than these are only counted. */
const NAMED = 5;

/** "212 of 214 statements understood, 2 dynamic (a.sql:3, b.sql:1)"; nothing where all are. */
export function coverageLine({ statements, dynamic, unknown }: Coverage): string {
  const understood = statements - dynamic.length - unknown.length;
  if (understood === statements) return '';
  const others = [
    ...(dynamic.length > 0 ? [`${dynamic.length} dynamic ${places(dynamic)}`] : []),
    ...(unknown.length > 0 ? [`${unknown.length} unknown ${places(unknown)}`] : []),
  ];
  const noun = statements === 1 ? 'statement' : 'statements';
  return `${[`${understood} of ${statements} ${noun} understood`, ...others].join(', ')}\n`;
}

function places(all: readonly string[]): string {
  const more = all.length > NAMED ? `, ${all.length - NAMED} more` : '';
  return `(${all.slice(0, NAMED).map(visibleLine).join(', ')}${more})`;
}

/** The same for programs. */
export function jsonCoverage({ statements, dynamic, unknown }: Coverage): object {
  const understood = statements - dynamic.length - unknown.length;
  return { statements, understood, dynamic: dynamic.length };
}
