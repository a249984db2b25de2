import { gradeLine } from '../rollback/file-text.js';
import { type Rollback, type RollbackStep, summaryOf, worstOf } from '../rollback/rollback.js';
import { differenceText } from './differences.js';
import type { FileResult } from './rehearse.js';

/** What running a migration and its way back has shown: plain data that a report may take. */
export interface Proof {
  /** Which PostgreSQL it was: "PostgreSQL 18 (PGlite)". */
  readonly engine: string;
  /** "lossy": the schema comes back, and what the migration itself throws away does not. */
  readonly verdict: 'equal' | 'lossy' | 'different' | 'failed' | 'not run';
  /** For people: "run on PostgreSQL 18 (PGlite): schema and 1,200 rows equal". */
  readonly text: string;
  readonly by: 'author' | 'airlock' | undefined;
  readonly rows: number;
  /** Objects and rows that are not as they were. */
  readonly differences: readonly string[];
}

/** What a rehearsal of a file proves of its way back. */
export function proofOf({ back, up, again, rows }: FileResult, engine: string): Proof {
  const base = { engine, by: back?.by, rows: back?.rows ?? rows };
  const run = `run on ${engine}`;
  if (!back)
    return {
      ...base,
      verdict: 'not run',
      differences: [],
      text: up.stopped
        ? `not run: the migration fails on ${engine}: ${up.stopped.message}`
        : 'not run: nothing takes it back',
    };
  if (back.left.length > 0)
    return { ...base, verdict: 'not run', differences: [], text: `not run: ${back.left[0]?.left ?? ''}` };
  if (back.stopped)
    return { ...base, verdict: 'failed', differences: [], text: `${run}: it fails: ${back.stopped.message}` };
  const differences = back.differences.map(differenceText);
  if (differences.length > 0)
    return { ...base, verdict: 'different', differences, text: `${run}: ${differences.join('; ')}` };
  if (again?.stopped)
    return {
      ...base,
      verdict: 'failed',
      differences: [],
      text: `${run}: the migration cannot run again behind it: ${again.stopped.message}`,
    };
  const lost = back.losses.map(({ object }) => object);
  if (lost.length > 0)
    return { ...base, verdict: 'lossy', differences: lost, text: `${run}: schema equal, ${lost.join('; ')}` };
  const refused =
    back.refusedByWrites === undefined
      ? ''
      : `; refused where rows like these were written since: ${back.refusedByWrites}`;
  const compared =
    back.rows === 0 && back.uncompared.length === 0
      ? 'schema equal, on empty tables'
      : `schema and ${back.rows.toLocaleString('en')} rows equal`;
  const left = back.uncompared.length > 0 ? `; too many rows to compare: ${back.uncompared.join(', ')}` : '';
  return { ...base, verdict: 'equal', differences: [], text: `${run}: ${compared}${left}${refused}` };
}

/** A rollback whose grades say no more than what running it has shown. */
export function provenRollback(given: Rollback, proof: Proof): Rollback {
  const lower = (step: RollbackStep, grade: RollbackStep['grade']): RollbackStep => ({
    ...step,
    grade,
    reason: `${proof.text}. By the files alone: ${step.reason}`,
  });
  const claims = given.steps.filter(({ grade }) => grade === 'lossless');
  let steps = given.steps;
  if (proof.verdict === 'failed')
    steps = steps.map((step) => (step.grade === 'impossible' ? step : lower(step, 'impossible')));
  const isContradicted = proof.verdict === 'different' || (proof.verdict === 'lossy' && claims.length === steps.length);
  if (isContradicted) {
    // The step that names the object; where none does, nobody knows which it is.
    const meant = claims.filter(({ sql, reason }) =>
      proof.differences.some((each) => names(each).some((name) => `${sql} ${reason}`.includes(name))),
    );
    const wrong = new Set(meant.length > 0 ? meant : claims);
    steps = steps.map((step) => (wrong.has(step) ? lower(step, 'lossy') : step));
  }
  const proven = { ...given, steps, worst: worstOf(steps), summary: summaryOf(steps) };
  return { ...proven, files: given.files.map((file) => ({ ...file, sql: withProof(file.sql, given, proven, proof) })) };
}

/**
 * The text of a rollback with what running it has shown, below the line that says what it takes back; above each step
 * stands its new grade.
 */
function withProof(text: string, given: Rollback, proven: Rollback, proof: Proof): string {
  const isRun = proof.verdict !== 'not run';
  let out = text.replace(
    /^([ \t]*-- Takes .* back: ).*$/m,
    (_, head: string) =>
      `${head}${proven.summary}${isRun ? `\n${head.slice(0, head.indexOf('--'))}-- ${sentence(proof.text)}` : ''}`,
  );
  for (const [index, step] of proven.steps.entries()) {
    const old = given.steps[index];
    if (old && old !== step) out = out.replace(gradeLine(old), () => gradeLine(step));
  }
  return out;
}

function sentence(text: string): string {
  const line = text.replace(/[\r\n]+/g, ' ');
  return `${line.charAt(0).toUpperCase()}${line.slice(1)}.`;
}

function names(difference: string): string[] {
  const [, object = ''] = /^(?:[a-z ]+ )?(\S+)/.exec(difference) ?? [];
  return [object.replace(/[":]/g, '').split('.').at(-1) ?? ''].filter((name) => name.length > 1);
}
