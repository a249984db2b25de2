import type { Analysis } from '../analysis/analyze.js';
import { type Finding, weightOfApplied } from '../analysis/finding.js';
import { lineOfMessage } from '../analysis/finding-message.js';
import { type Positions, positionsOf } from '../analysis/positions.js';
import { whoWaits } from '../impact/locks.js';
import { splitTitle } from '../planning/plan-split.js';
import { review, shownResult } from '../review/review.js';
import { rollbacksInOrder } from '../rollback/rollback.js';
import { restorePlaceholders } from '../sql/placeholders.js';
import { visibleLine } from '../sql/visible.js';
import type { FileProblem } from '../workspace/files.js';
import { pageOf } from '../workspace/package-info.js';
import { withCodeUses } from './code-uses.js';
import type { Opened } from './desk.js';
import { ToolError } from './tool.js';

/** Answers stay short: an agent reads all of it. */
const MOST_FINDINGS = 40;
const MOST_LINES = 30;

/** So many files are analysed before others may work: in an editor a person types meanwhile. */
const FILES_IN_A_ROW = 16;

/** A name of the author's, on one line and with its placeholders. */
export function readable(name: string): string {
  return visibleLine(restorePlaceholders(name));
}

/** The first items of a list, for an answer that stays short. */
export function firstOf<T>(list: readonly T[], most: number = MOST_LINES): T[] {
  return list.slice(0, most);
}

/** The analysis of the one file of a call. Throws ToolError when there is none, or there are several. */
export function onlyFile(opened: Opened): Analysis {
  const { files, workspace } = opened;
  const [{ path, name }] = files;
  if (files.length > 1) throw new ToolError(`This tool takes one file, not ${files.length}: ${name} and others.`);
  return analysed(workspace.analyze(path), name);
}

/** Throws ToolError where a file could not be read. */
export function analysed<T extends object>(result: T | FileProblem, name: string): T {
  if (isProblem(result)) throw new ToolError(`${name}: ${result.message}`);
  return result;
}

function isProblem(result: object): result is FileProblem {
  return 'message' in result;
}

/** The migrations of a call as one release: categories, verdict and findings. Applied ones are counted and not judged. */
export async function judged(opened: Opened, mostFindings = MOST_FINDINGS) {
  const { files, workspace, leftOut, nameOf } = opened;
  const unread: string[] = [];
  const found: (Analysis | undefined)[] = files.map(() => undefined);
  for (let from = 0; from < files.length; from += FILES_IN_A_ROW) {
    await opened.breathe();
    workspace.analyzeEach(
      files.slice(from, from + FILES_IN_A_ROW).map(({ path }) => path),
      (result, index) => {
        if (isProblem(result)) unread.push(`${files[from + index]?.name ?? ''}: ${result.message}`);
        else found[from + index] = result;
      },
    );
  }
  const all = await withCodeUses(
    found.filter((each) => each !== undefined),
    opened,
  );
  if (all.length === 0) throw new ToolError(firstOf(unread).join(' '));
  const looked = all.filter((each) => each.leftAlone === undefined);
  const result = review(looked, rollbacksInOrder(workspace.historiesOf()));
  const problems = [...opened.problems(), ...unread];
  const findings = looked
    .map((each) => (each.applied ? { ...each, findings: weightOfApplied(each.findings) } : each))
    .flatMap((analysis) => findingsOf(analysis, nameOf(analysis.path), nameOf))
    .sort((a, b) => Number(b.status === 'BLOCK') - Number(a.status === 'BLOCK'));
  const names = new Map(looked.map((each) => [baseNameOf(each.path), nameOf(each.path)]));
  const pending = looked.filter((each) => !each.applied);
  const steps = pending.flatMap((each) => each.steps.filter(({ origin }) => origin !== 'function'));
  return {
    ...shownResult(result, problems.length === 0),
    postgres: result.postgres,
    files: firstOf(pending.map((each) => nameOf(each.path))),
    judged: pending.length,
    applied: result.applied,
    statements: steps.length,
    unknown: steps.filter(({ impact }) => !impact.known).length,
    categories: Object.fromEntries(result.categories.map(({ category, status }) => [category, status])),
    notChecked: result.categories.flatMap(({ category, checked }) => (checked ? [] : [category])),
    findings: firstOf(findings, mostFindings),
    moreFindings: Math.max(0, findings.length - mostFindings),
    locks: firstOf(result.locks).map(({ relation, mode, long, file, line }) => ({
      table: readable(relation),
      mode,
      waits: whoWaits(mode),
      long,
      file: names.get(file) ?? visibleLine(file),
      line,
    })),
    verify: firstOf(result.verify).map(({ file, line, text, query }) => ({
      file: names.get(file) ?? visibleLine(file),
      line,
      text: readable(text),
      ...(query === undefined ? {} : { query }),
    })),
    notJudged: firstOf([
      ...leftOut.map(({ name, why }) => ({ file: name, why: `This file ${why}.` })),
      ...all.flatMap(({ path, leftAlone }) =>
        leftAlone === undefined ? [] : [{ file: nameOf(path), why: `This file ${leftAlone}.` }],
      ),
    ]),
    notes: [
      ...firstOf(problems),
      ...result.notes.map(readable),
      ...(files.length === 1 ? appliedNotes(opened, all) : []),
    ],
  };
}

function baseNameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** What is said of a file that may have run. */
export function appliedNotes({ workspace, nameOf }: Opened, analyses: readonly Analysis[]): string[] {
  return analyses
    .filter((each) => each.applied)
    .map(
      ({ path }) =>
        `${nameOf(path)} counts as applied (${workspace.appliedWords(path)}), so it is not to be edited. Write a new migration.`,
    );
}

/** The findings of a file that count, as an agent reads them. */
export function findingsOf(analysis: Analysis, name: string, nameOf: Opened['nameOf']) {
  const positions = positionsOf(analysis);
  return analysis.findings.flatMap((finding) => {
    const { status } = finding;
    return status === 'PASS' ? [] : [{ ...shownFinding(finding, { analysis, positions, name, nameOf }), status }];
  });
}

function shownFinding(
  finding: Finding,
  {
    analysis,
    positions,
    name,
    nameOf,
  }: { analysis: Analysis; positions: Positions; name: string; nameOf: Opened['nameOf'] },
) {
  const { rule, category, span, fixes, code } = finding;
  const uses = code?.places ?? [];
  const page = pageOf(finding);
  return {
    file: name,
    line: positions.at(span.start).line + 1,
    rule,
    category,
    message: lineOfMessage(finding),
    ...(page === undefined ? {} : { page }),
    ...(uses.length === 0 ? {} : { uses: uses.map((each) => ({ file: nameOf(each.path), line: each.line + 1 })) }),
    fix: fixes.length > 0 || splitTitle(analysis, finding) !== undefined,
  };
}
