import type { Analysis } from '../analysis/analyze.js';
import { type RehearsedFacts, withoutContradicted, withRehearsal } from '../review/rehearsed.js';
import { type ReleaseRehearsal, type Review, review, shownResult } from '../review/review.js';
import type { Verification } from '../review/to-verify.js';
import { rollbacksInOrder } from '../rollback/rollback.js';
import { Sha256 } from '../sql/sha256.js';
import { visibleLine } from '../sql/visible.js';
import { packageInfo } from '../workspace/package-info.js';
import type { Arguments } from './arguments.js';
import { withoutKnown } from './baseline.js';
import type { FileProblem } from '../workspace/files.js';
import { ownSystem, type System } from './cache/questions.js';
import type { RehearsalSystem } from './rehearsal-run.js';
import { CodeUses } from './code-uses.js';
import {
  type GateReport,
  type ReportedFile,
  type ReportedFinding,
  isReported,
  reportedFile,
  verifyRule,
} from './formats/report.js';
import { baselineLine, baselineOf, keepSince } from './gate.js';
import { isProblem, openSession, reportHistory, type Session, type Terminal } from './session.js';

/** A release with what is said of it: for people, and for programs. */
export interface Judged {
  readonly session: Session;
  readonly review: Review;
  readonly report: GateReport;
}

/**
 * Judges the migrations that a call names as one release, as --since and --baseline have it. What cannot be read is
 * reported to the terminal. Throws UsageError, also where git cannot say what is new.
 */
export async function judge(given: Arguments, terminal: Terminal, system: System = ownSystem): Promise<Judged> {
  const session = await openSession(given, terminal, system);
  const baseline = baselineOf(given);
  keepSince(given, session, terminal);
  const leftOut = [...session.leftOut];
  const judged: ({ readonly name: string; readonly analysis: Analysis } | undefined)[] = [];
  const keep = (result: Analysis | FileProblem, index: number): void => {
    const name = session.files[index]?.name ?? '';
    if (isProblem(result)) {
      terminal.err(`${visibleLine(name)}: ${result.message}\n`);
      session.failed = true;
    } else if (result.leftAlone !== undefined) leftOut.push({ name, why: result.leftAlone });
    else judged[index] = { name, analysis: baseline ? withoutKnown(result, name, baseline) : result };
  };
  const code = new CodeUses(session.workspace, system.files, system.code, session.files.length, terminal.progress);
  session.workspace.analyzeEach(
    session.files.map((file) => file.path),
    (result, index) => code.add(result, (each) => keep(each, index)),
  );
  code.finish();
  const read = judged.filter((each) => each !== undefined);
  const rehearsal = await rehearsalOf(given, session, read, {
    files: system.files,
    code: system.code,
    progress: terminal.progress,
  });
  const found = rehearsal ? withProofs(read, rehearsal) : read;
  reportHistory(session, terminal);
  if (baseline) terminal.err(baselineLine(baseline));
  terminal.progress?.('putting the review together');
  const made = review(
    found.map(({ analysis }) => analysis),
    rollbacksInOrder(session.workspace.historiesOf()),
    rehearsal,
  );
  const verbose = given.values.verbose === true;
  // The review knows its pending migrations by names of its own, in the same order.
  const pending = found.filter(({ analysis }) => !analysis.applied);
  const report: GateReport = {
    ...packageInfo(),
    postgres: made.postgres,
    verdict: shownResult(made, !session.failed).verdict,
    failed: session.failed,
    files: found
      .filter(({ analysis }) => isReported(analysis))
      .map((each) =>
        withVerifications(reportedFile(each.analysis, each.name, verbose), made.files[pending.indexOf(each)], made),
      ),
    leftOut,
    notes: made.notes.map((note) => `Verify: ${note}`),
  };
  return { session, review: made, report };
}

interface NamedAnalysis {
  readonly name: string;
  readonly analysis: Analysis;
}

/** Runs what is pending, where the call or the configuration wants it. */
async function rehearsalOf(
  given: Arguments,
  session: Session,
  found: readonly NamedAnalysis[],
  system: RehearsalSystem,
): Promise<ReleaseRehearsal | undefined> {
  const isWanted = ({ config }: Analysis): boolean => given.values.rehearse === true || config.rehearsal.review;
  const files = found
    .filter(({ analysis }) => !analysis.applied && isWanted(analysis))
    .map(({ name, analysis: { path } }) => ({ name, path }));
  if (files.length === 0) return undefined;
  return (await import('./apart.js')).rehearseRelease(given, session, files, system, { withPlans: true });
}

/** The analyses with what a rehearsal has found, and without what it contradicts. */
function withProofs(found: readonly NamedAnalysis[], rehearsal: ReleaseRehearsal): NamedAnalysis[] {
  const downs = new Map<string, RehearsedFacts>();
  for (const { analysis } of found) {
    const facts = rehearsal.of(analysis.path);
    const down = facts && analysis.project.framework.downPath(analysis.path, analysis.project);
    if (facts && down !== undefined && down !== analysis.path) downs.set(down, facts);
  }
  return found.map(({ name, analysis }) => {
    const facts = rehearsal.of(analysis.path);
    const ofUp = downs.get(analysis.path);
    if (facts) return { name, analysis: withRehearsal(analysis, facts) };
    return { name, analysis: ofUp ? withoutContradicted(analysis, ofUp) : analysis };
  });
}

/** 0 nothing at or above `failOn`, 1 findings, 2 could not run. What has to be looked up counts as a warning. */
export function exitCodeOf(judged: Judged, failOn: 'error' | 'warning' | 'never'): number {
  if (judged.session.failed) return 2;
  const { verdict } = judged.review;
  const bad = verdict === 'BLOCK' ? failOn !== 'never' : verdict === 'SAFE WITH MODIFICATIONS' && failOn === 'warning';
  return bad ? 1 : 0;
}

/** In: the name by which the review speaks of the file. */
function withVerifications(file: ReportedFile, name: string | undefined, { verify }: Review): ReportedFile {
  const seen = new Map<string, number>();
  const asked = verify
    .filter((each) => each.file === name)
    .map((each) => {
      const times = seen.get(each.text) ?? 0;
      seen.set(each.text, times + 1);
      return asFinding(each, file.path, times);
    });
  return { ...file, findings: [...file.findings, ...asked] };
}

/**
 * What the author has to look up, as programs read findings: information, as only its answer is a fault. In: how often
 * the same was asked of the file before.
 */
function asFinding(
  { categories: [category = 'execution'], line, text, query }: Verification,
  path: string,
  times: number,
): ReportedFinding {
  const place = { line: line - 1, character: 0 };
  const digest = new Sha256().add(new TextEncoder().encode(`${verifyRule}\n${path}\n${text}\n${times}`)).digest();
  return {
    rule: verifyRule,
    category,
    severity: 'info',
    status: 'FLAG',
    message: query === undefined ? `Verify: ${text}` : `Verify: ${text}\n${query}`,
    range: { start: place, end: place },
    fingerprint: [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join(''),
    fixes: [],
    places: [],
  };
}
