import type { Category } from '../../../rules/engine/define-rule.js';
import type { Analysis } from '../analysis/analyze.js';
import { categoryStatuses } from '../analysis/rules-in-use.js';
import { type Finding, statusOf, verdictOf } from '../analysis/finding.js';
import { positionsOf } from '../analysis/positions.js';
import type { Span } from '../sql/span.js';
import type { Verification } from './to-verify.js';

/** What running a migration and its way back has shown, as plain data: a review runs nothing. */
export interface RehearsedFacts {
  readonly proof: RehearsedWayBack;
  readonly remarks: readonly RehearsedRemark[];
}

export interface RehearsedWayBack {
  readonly verdict: 'equal' | 'lossy' | 'different' | 'failed' | 'not run';
  /** For people: "run on PostgreSQL 18 (PGlite): schema and 1,200 rows equal". */
  readonly text: string;
  readonly by: 'author' | 'airlock' | undefined;
}

export interface RehearsedRemark {
  /** "unknown": it could not be rehearsed. */
  readonly severity: 'error' | 'warning' | 'info' | 'unknown';
  readonly about: 'up' | 'rollback' | 'again' | 'queries';
  /** In the document of the file; undefined for the file as a whole. */
  readonly span: Span | undefined;
  readonly message: string;
}

/** What stands in the place of a rule for what a rehearsal has found. It has no page. */
export const rehearsalRule = 'rehearsal';

const categoryOf: Readonly<Record<RehearsedRemark['about'], Category>> = {
  up: 'execution',
  rollback: 'missing-rollback',
  again: 'missing-rollback',
  queries: 'application-compatibility',
};

/**
 * The analysis with what a rehearsal has found in it, and without what the rehearsal contradicts. A rollback that Airlock
 * has written for it is no fault of the file: what is wrong with that is asked of the author (`rehearsalQuestions`).
 */
export function withRehearsal(analysis: Analysis, { proof, remarks }: RehearsedFacts): Analysis {
  const isAuthors = proof.by === 'author';
  const isEqual = isAuthors && proof.verdict === 'equal';
  const kept = analysis.findings
    .filter(({ rule }) => !isEqual || rule !== wayBackRule)
    .map((finding) => {
      const shown = remarks.find((remark) => remark.about === 'up' && saysTheSame(finding, remark));
      return shown ? proven(finding, shown) : finding;
    });
  const found = remarks.flatMap((remark): Finding[] => {
    const { severity, about, message } = remark;
    if (severity !== 'error' && severity !== 'warning') return [];
    if ((about === 'rollback' || about === 'again') && !isAuthors) return [];
    // What the files show already stands there with its advice.
    if (about === 'up' && kept.some((finding) => saysTheSame(finding, remark))) return [];
    return [
      {
        rule: rehearsalRule,
        category: about === 'up' && severity === 'warning' ? 'constraint-validation' : categoryOf[about],
        severity,
        status: statusOf(severity),
        message,
        advice: '',
        span: remark.span ?? headOf(analysis),
        step: remark.span && analysis.steps.find(({ span }) => contains(span, remark.span)),
        action: undefined,
        fixes: [],
        related: [],
        applied: false,
      },
    ];
  });
  return withFindings(
    analysis,
    [...kept, ...found].sort((one, two) => one.span.start - two.span.start),
  );
}

/** The way back's own file, without what running it contradicts. */
export function withoutContradicted(wayBack: Analysis, { proof }: RehearsedFacts): Analysis {
  if (proof.by !== 'author' || proof.verdict !== 'equal') return wayBack;
  return withFindings(
    wayBack,
    wayBack.findings.filter(({ rule }) => rule !== wayBackRule),
  );
}

/** The rule that compares a way back with its migration by the files. */
const wayBackRule = 'require-complete-rollback';

function withFindings(analysis: Analysis, findings: readonly Finding[]): Analysis {
  return {
    ...analysis,
    findings: [...findings],
    verdict: verdictOf(findings),
    categories: categoryStatuses(findings, analysis.asksForSecurity),
  };
}

/** A finding that the files show and PostgreSQL has refused, too: it is certain now, and keeps its advice. */
function proven(finding: Finding, { severity, message }: RehearsedRemark): Finding {
  const advice = `${finding.advice} Rehearsed: ${message}`.trim();
  if (severity !== 'error') return { ...finding, advice };
  return { ...finding, severity, status: statusOf(severity), advice };
}

function saysTheSame(finding: Finding, { span, severity }: RehearsedRemark): boolean {
  if (severity !== 'error' && severity !== 'warning') return false;
  const category = severity === 'warning' ? 'constraint-validation' : 'execution';
  if (finding.category !== category || finding.status === 'PASS') return false;
  return span === undefined || overlap(finding.step?.span ?? finding.span, span);
}

function overlap(one: Span, other: Span): boolean {
  return one.start < other.end && other.start < one.end;
}

function contains(outer: Span, inner: Span | undefined): boolean {
  return inner !== undefined && outer.start <= inner.start && inner.start < outer.end;
}

/** The first line of the first statement. */
function headOf({ document: { statements, text } }: Analysis): Span {
  const start = statements[0]?.span.start ?? 0;
  const line = /[\r\n]|$/.exec(text.slice(start))?.index ?? 0;
  return { start, end: Math.min(start + line, statements[0]?.span.end ?? text.length) };
}

/**
 * What a rehearsal leaves open: what could not be run, what is lost, and what is wrong with a rollback that nobody has
 * written yet. In: undefined facts where the migration was not rehearsed at all; the line that loses something, from 1.
 */
export function rehearsalQuestions(
  analysis: Analysis,
  file: string,
  facts: RehearsedFacts | undefined,
  lossAt?: number,
): Verification[] {
  const positions = positionsOf(analysis);
  const asked = (category: Category, text: string, span?: Span): Verification => ({
    categories: [category],
    file,
    line: positions.at((span ?? headOf(analysis)).start).line + 1,
    text,
  });
  if (!facts) return [asked('execution', 'that it runs, and how it is taken back: it was not rehearsed')];
  const { proof, remarks } = facts;
  const found = remarks
    .filter(({ severity, about }) => severity === 'unknown' && about !== 'rollback')
    .map(({ message, span }) => asked('execution', `that it runs as a whole. ${message}`, span));
  // The up that fails is a finding; of its way back nothing is known.
  const isOpen = proof.verdict === 'not run' || proof.verdict === 'lossy' || proof.by !== 'author';
  if (!isOpen || proof.verdict === 'equal') return found;
  const question = asked('missing-rollback', `how this is taken back: ${proof.text}`);
  return [...found, lossAt === undefined ? question : { ...question, line: lossAt }];
}
