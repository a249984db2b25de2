import type { Analysis } from '../analysis/analyze.js';
import type { Finding, Step } from '../analysis/finding.js';
import { readMigration, sqlIn } from '../analysis/sections.js';
import { lineOfMessage } from '../analysis/finding-message.js';
import { sumsBeside } from '../frameworks/atlas-sum.js';
import { baseName, directoryOf, type Project, type WrittenFile } from '../frameworks/framework.js';
import { withWritten } from '../frameworks/written-files.js';
import { type MigrationFile, type PlannedFiles, planFiles } from '../rewrite/files.js';
import { isPlan, isRefused, type Plan, type PlanOutcome, type Refusal } from '../rewrite/plan.js';
import { patternOfStatement } from '../rewrite/patterns/of-statement.js';
import { planFor } from '../rewrite/rewrite.js';
import { tableDifferences } from '../schema/compare-tables.js';
import { keyFor } from '../schema/keys.js';
import { constraintName } from '../schema/names.js';
import { unwrittenValue } from '../schema/own-names.js';
import { restorePlaceholders } from '../sql/placeholders.js';
import type { Span } from '../sql/span.js';
import type { SqlDocument, Statement } from '../sql/statement.js';
import { isBroken, newErrors } from './errors.js';
import { withoutDoubleUndo } from './way-back.js';
import {
  leansOn,
  type NameOf,
  namesOf,
  type Unfinished,
  unfinishedBy,
  unfinishedByPattern,
  viewsOf,
} from './leans-on.js';

/** A statement in its safe form, as files. */
export interface Split extends PlannedFiles {
  readonly title: string;
  /** The value that only the author knows, to be written before anything runs. */
  readonly value: { readonly path: string; readonly span: Span } | undefined;
}

export type SplitOutcome = Split | Refusal | undefined;

/** What stands around the file. */
export interface SplitSurroundings {
  /** The paths of all migrations, in the form of `analysis.path`. */
  existing(): readonly string[];
  /** Now, in milliseconds since 1970 (UTC), for the names of new migrations. */
  now(): number;
  /** What is to be written already, in place of what is on the disk: by a split of another statement of the file. */
  written?(): readonly WrittenFile[];
  /** The migrations that run behind the file. */
  later(): readonly { readonly path: string; readonly document: SqlDocument }[];
  /** Analyses files that run one after the other, the first in the place of the file. `beside`: what is written, too. */
  analyseInTurn(
    files: readonly Pick<MigrationFile, 'path' | 'sql'>[],
    beside: readonly WrittenFile[],
  ): readonly Analysis[];
}

export function isSplit(outcome: SplitOutcome): outcome is Split {
  return outcome !== undefined && 'files' in outcome;
}

/** Plans of an analysis by their step; made when first asked for, gone with the analysis. */
const plans = {
  split: new WeakMap<Analysis, ReadonlyMap<Step, PlannedStep>>(),
  pattern: new WeakMap<Analysis, ReadonlyMap<Step, PlannedStep>>(),
};

interface PlannedStep {
  readonly plan: PlanOutcome;
  readonly unfinished: readonly Unfinished[];
  /** Key of the table. */
  readonly table: string;
  /** The views that read it. */
  readonly views: ReadonlySet<string>;
}

/**
 * The safe form of the statement that a finding is about, where that answers the finding; a refusal with its reason
 * where the statement has one that cannot be had here. It is planned over the whole file and the files behind it: what
 * needs the change runs behind its last step. What comes out has been analysed: it ends in the schema that the
 * statement makes, has no error-level finding that the file had not, and PostgreSQL's parser takes it.
 */
export function planSplit(analysis: Analysis, finding: Finding, around: SplitSurroundings): SplitOutcome {
  const { step } = finding;
  // A file that may already have run is left alone: if it has, the work is done; if not, it would still run first.
  if (step === undefined || step.origin !== 'file' || finding.status === 'PASS' || analysis.applied) return undefined;
  if (step.impact.fails || step.statement.problem) return undefined;
  const planned = plansOf(analysis).get(step);
  if (!planned) return undefined;
  const { plan } = planned;
  if (isRefused(plan)) return plan;
  const written = analysis.framework.writtenBy?.(analysis.path);
  if (written !== undefined) return { refused: written };
  return isPlan(plan) && plan.mends.includes(finding.rule)
    ? splitWith(plan, planned, step, analysis, around)
    : undefined;
}

/**
 * The pattern that the statement is the usual form of, over several releases, on the same conditions: a column or a table
 * that is renamed or dropped, a primary key that becomes bigint. For a person who asks: nothing else takes it by itself.
 */
export function planPattern(analysis: Analysis, finding: Finding, around: SplitSurroundings): SplitOutcome {
  const { step } = finding;
  if (step === undefined || step.origin !== 'file' || finding.status === 'PASS' || analysis.applied) return undefined;
  if (step.impact.fails || step.statement.problem) return undefined;
  if (analysis.framework.writtenBy?.(analysis.path) !== undefined) return undefined;
  const planned = plansOf(analysis, 'pattern').get(step);
  if (!planned) return undefined;
  const { plan } = planned;
  if (isRefused(plan)) return plan;
  return isPlan(plan) && plan.mends.includes(finding.rule)
    ? splitWith(plan, planned, step, analysis, around)
    : undefined;
}

/**
 * The title of the split that `planSplit` may offer for a finding: cheap, for reports on thousands of them. Whether the
 * files behind stand in its way is not looked at.
 */
export function splitTitle(analysis: Analysis, { step, rule, status }: Finding): string | undefined {
  if (step === undefined || step.origin !== 'file' || status === 'PASS' || analysis.applied || step.impact.fails)
    return undefined;
  if (analysis.framework.writtenBy?.(analysis.path) !== undefined) return undefined;
  const plan = plansOf(analysis).get(step)?.plan;
  return isPlan(plan) && plan.mends.includes(rule) ? restorePlaceholders(plan.title) : undefined;
}

function splitWith(
  plan: Plan,
  { unfinished, table, views }: PlannedStep,
  step: Step,
  analysis: Analysis,
  around: SplitSurroundings,
): SplitOutcome {
  const { document } = analysis;
  const statement = document.statements[step.top];
  if (!statement) return undefined;
  if (keepsBothStrangely(analysis))
    return {
      refused:
        'This file has the marks of a tool that keeps both directions in one file, and the new files would not have them: name the tool with "framework" in airlock.config.json.',
    };
  const [first] = unfinished;
  if (!first) return undefined;
  const { section, statements } = sectionAround(analysis, step.top);
  const behind = statements.filter((each) => each.span.start > statement.span.start);
  const movesRest = behind.some(({ parsed }) => leansOn(parsed, unfinished, views));
  const moved = movesRest ? namesOf(behind) : undefined;
  for (const { path, document: file } of around.later()) {
    const leans = file.statements.some(({ parsed }) => leansOn(parsed, unfinished, views));
    const name = leans ? first.table.name : moved && [...namesOf(file.statements)].find((each) => moved.has(each));
    if (name === undefined) continue;
    const isRead = file.statements.every(({ parsed }) => !parsed.problem);
    const uses = isRead ? `uses ${name}` : 'holds a statement that PostgreSQL does not read';
    return { refused: `${baseName(path)} runs behind this file and ${uses}: the new files would come behind it.` };
  }
  const { by } = step.transaction;
  if (movesRest && by === 'begin')
    return {
      refused: `What stands behind it in the same transaction uses ${first.table.name}, and would have to wait for the last step.`,
    };
  const project = { ...analysis.project, files: withWritten(analysis.project.files, around.written?.() ?? []) };
  const files = planFiles(plan, {
    path: analysis.path,
    text: document.text,
    start: statement.span.start,
    end: statement.fullEnd,
    section,
    settings: settingsAlone(statements, statement),
    transaction: by === 'begin' || by === 'framework' ? by : undefined,
    movesRest,
    around: {
      lockTimeout: analysis.config.lockTimeout,
      setElsewhere: analysis.config.timeouts === 'set-elsewhere',
      settings: step.settings,
    },
    write: {
      project,
      existing: around.existing(),
      directory: directoryOf(analysis.path),
      now: around.now(),
    },
  });
  if (isRefused(files)) return files;
  const { beside } = files;
  const restored: PlannedFiles = { files: files.files.map(restoredFile), downs: files.downs.map(restoredFile), beside };
  const judged = harmOf(restored, table, analysis, around);
  if (typeof judged === 'string') return { refused: judged };
  const whole = withoutDoubleUndo(restored, analysis, judged.after);
  return { title: restorePlaceholders(plan.title), ...withSums(whole, project), value: valueIn(whole.files) };
}

/** The files with the sums that Atlas keeps of their folders, made of what they have become. */
export function withSums<T extends PlannedFiles>(planned: T, { files }: Project): T {
  const written = [...planned.files, ...planned.downs].map(({ path, sql }) => ({ path, text: sql }));
  const beside = new Map(planned.beside.map((each) => [each.path, each]));
  for (const each of sumsBeside([...written, ...planned.beside], files)) beside.set(each.path, each);
  return { ...planned, beside: [...beside.values()] };
}

/** True for a file with its way back in it, of a tool that keeps that in a file of its own: it is another tool's file. */
function keepsBothStrangely(analysis: Analysis): boolean {
  const { project, path, document } = analysis;
  const isKeptApart = project.framework.downPath(path, project) !== undefined;
  return isKeptApart && readMigration(document.text, analysis, 'down').sections.length > 0;
}

/** The stretch of the file that runs together with a statement, and its statements. */
function sectionAround(
  { document: { statements, text }, sections }: Analysis,
  top: number,
): { readonly section: Span; readonly statements: readonly Statement[] } {
  const at = statements[top]?.span.start ?? 0;
  const { span = { start: 0, end: text.length } } =
    sections.find(({ span: { start, end } }) => at >= start && at < end) ?? {};
  return {
    section: span,
    statements: statements.filter((each) => each.span.start >= span.start && each.span.start < span.end),
  };
}

/**
 * Where nothing but timeouts is set beside a statement, and a transaction begun for it: those. They mean nothing outside
 * a transaction.
 */
function settingsAlone(statements: readonly Statement[], statement: Statement): Span[] | undefined {
  const others = statements.filter((each) => each !== statement);
  const isTimeout = ({ parsed: { actions } }: Statement): boolean =>
    actions.length > 0 &&
    actions.every(
      (action) =>
        (action.kind === 'transaction' && (action.operation === 'begin' || action.operation === 'commit')) ||
        (action.kind === 'setVariable' && /^(?:lock|statement)_timeout$/.test(action.variable)),
    );
  return others.every(isTimeout) ? others.map(({ span, fullEnd }) => ({ start: span.start, end: fullEnd })) : undefined;
}

function restoredFile(file: MigrationFile): MigrationFile {
  const { sql, gate } = file;
  return { ...file, sql: restorePlaceholders(sql), gate: gate && restorePlaceholders(gate) };
}

/** Why the files are not offered; the analysis of the last when they do what the statement does and nothing else. */
function harmOf(
  { files, downs, beside }: PlannedFiles,
  table: string,
  analysis: Analysis,
  around: SplitSurroundings,
): string | Analysis {
  const { text } = analysis.document;
  for (const { path, sql } of [...files, ...downs])
    if (isBroken(path === analysis.path ? text : '', sqlIn(sql, { ...analysis, path })))
      return `Airlock could not write ${baseName(path)} so that PostgreSQL reads it.`;
  const analyses = around.analyseInTurn(files, beside);
  const [error] = newErrors([analysis], analyses);
  if (error) return `One of the steps would be refused: ${lineOfMessage(error)}`;
  const last = analyses.at(-1);
  const [difference] = last ? tableDifferences(analysis.after, last.after, table) : [];
  return difference === undefined ? (last ?? analysis) : `The steps would not end in the same schema: ${difference}.`;
}

/** The NULL in whose place the author writes a value. */
function valueIn(files: readonly MigrationFile[]): Split['value'] {
  for (const { path, sql } of files) {
    const span = unwrittenValue(sql);
    if (span) return { path, span };
  }
  return undefined;
}

/** One replay of the file gives every statement the schema before it. */
function plansOf(analysis: Analysis, which: keyof typeof plans = 'split'): ReadonlyMap<Step, PlannedStep> {
  const known = plans[which].get(analysis);
  if (known !== undefined) return known;
  const made = new Map<Step, PlannedStep>();
  const wanted = new Set<Step | undefined>(analysis.findings.map((finding) => finding.step));
  let index = 0;
  // The state goes on changing: what is needed of it is taken here.
  analysis.walk(({ statement }, before) => {
    const step = analysis.steps[index];
    index += 1;
    if (!step || !wanted.has(step)) return;
    const { target } = step;
    const inTransaction = step.transaction.by === 'begin' || step.transaction.by === 'framework';
    const plan =
      which === 'split'
        ? planFor({ statement, before, target, inTransaction })
        : patternOfStatement(statement.actions, { state: before, target });
    if (plan === undefined) return;
    const nameOf: NameOf = (table, definition) => constraintName(before, before.named(table), definition);
    const unfinished =
      which === 'split'
        ? unfinishedBy(statement.actions, nameOf, before)
        : unfinishedByPattern(statement.actions, before);
    const [first] = unfinished;
    if (!first) return;
    made.set(step, { plan, unfinished, table: keyFor(before, first.table), views: viewsOf(first.table, before) });
  });
  plans[which].set(analysis, made);
  return made;
}
