import type { Analysis } from '../analysis/analyze.js';
import { catalogBehind, type CatalogBehind, catalogsInOrder } from '../sql/catalog/replay.js';
import { withWayBack } from '../hosts/calls.js';
import { restorePlaceholders } from '../sql/placeholders.js';
import { isReadableSql } from '../sql/parse.js';
import type { Span } from '../sql/span.js';
import type { SqlDocument } from '../sql/statement.js';
import { apartFirst, isRepeatable } from './arrange.js';
import { checkSteps } from './check.js';
import { fileText } from './file-text.js';
import type { Sql } from './print/sql.js';
import { stepsOf } from './steps.js';
import { type Grade, worstOf } from './undo.js';

export { worstOf };

/** How one action of a migration is taken back. */
export interface RollbackStep {
  /** The action in the migration; absolute. */
  readonly span: Span;
  readonly grade: Grade;
  readonly reason: string;
  /** What runs; "" when there is nothing to run. */
  readonly sql: string;
  readonly transactional: boolean;
}

export interface RollbackFile {
  readonly path: string;
  readonly sql: string;
  /** False when the file must not run inside a transaction. */
  readonly transactional: boolean;
}

export interface Rollback {
  /** Empty when the file takes a migration back itself. */
  readonly files: readonly RollbackFile[];
  /** In the order in which they run: the last action of the migration comes first. */
  readonly steps: readonly RollbackStep[];
  readonly worst: Grade;
  /** One sentence: how many steps are lossless, lossy, impossible. */
  readonly summary: string;
}

/** A step before it is printed. */
export interface Step {
  readonly span: Span;
  readonly grade: Grade;
  readonly reason: string;
  readonly sql: readonly Sql[];
  /** Statements that are right only under a condition, as comments. */
  readonly hints: readonly { readonly condition: string; readonly sql: string }[];
  /** The role that was set when the action ran. */
  readonly role: string | undefined;
  /** The search_path along which it found a table that no file makes; undefined where every name is found without. */
  readonly path: readonly string[] | undefined;
}

/**
 * The migration that takes a migration back, with an honest grade for each of its steps: the difference between the
 * catalog before and behind each action, printed as DDL.
 * In: the analysis of the migration and the files that run before it, in their order. Out: one file, where the
 * migration tool keeps it; every statement of it has been read by PostgreSQL's grammar, and the whole has been
 * replayed on the catalog behind the migration.
 */
export function rollback(analysis: Analysis, history: readonly SqlDocument[]): Rollback {
  return rollbackFrom(analysis, history, catalogBehind);
}

/**
 * The rollbacks of many migrations, asked for in their order: what stands before two of them is replayed once. In: the
 * files that run before one, the same objects each time.
 */
export function rollbacksInOrder(
  historyOf: (path: string) => readonly SqlDocument[],
): (analysis: Analysis) => Rollback {
  const behind = catalogsInOrder();
  return (analysis) => rollbackFrom(analysis, historyOf(analysis.path), behind);
}

function rollbackFrom(analysis: Analysis, history: readonly SqlDocument[], behind: CatalogBehind): Rollback {
  const { framework, path, project, document } = analysis;
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (framework.directionOf(path, project) === 'down') {
    const summary = `${name} takes a migration back itself: there is no rollback of a rollback.`;
    return { files: [], steps: [], worst: 'lossless', summary };
  }
  const wrapped = analysis.transaction !== 'none';
  const before = behind(history, { whole: analysis.config.schema !== undefined, wrapped });
  const { steps, after } = stepsOf(analysis, before);
  const check = (list: readonly Step[]) => checkSteps(list, before, after, analysis);
  const all = withUnread(wrapped ? check(steps.map(readable)) : arranged(steps.map(readable), check), analysis);
  const printed = all.map(printedStep);
  const summary = summaryOf(printed);
  const transactional = printed.every((step) => step.transactional);
  const sql = restorePlaceholders(
    fileText(name, all, summary, transactional, {
      wrapped,
      lockTimeout: analysis.config.lockTimeout,
    }),
  );
  const written = writtenInCode(analysis, sql, transactional) ?? {
    ...framework.rollback({ path, text: document.text }, { sql, outside: !transactional }, project),
  };
  return {
    files: [
      { path: written.file.path, sql: written.file.text, transactional },
      ...written.beside.map((each) => ({ path: each.path, sql: each.text, transactional: true })),
    ],
    steps: printed,
    worst: worstOf(printed),
    summary,
  };
}

/** The way back in the code of the migration itself; what needs another kind of transaction than that stands apart. */
function writtenInCode({ host, path, sections }: Analysis, sql: string, transactional: boolean) {
  const isOutside = sections.every(({ scope }) => scope === 'none');
  const text = host && (transactional || isOutside) ? withWayBack(host, sql) : undefined;
  return text === undefined ? undefined : { file: { path, text }, beside: [] };
}

/** The checked steps, in an order in which the file can be run again wherever it stopped, if there is one. */
function arranged(steps: readonly Step[], check: (steps: readonly Step[]) => readonly Step[]): readonly Step[] {
  const checked = check(steps);
  if (isRepeatable(checked) || checked.some(({ grade }) => grade === 'impossible')) return checked;
  const other = apartFirst(steps);
  if (!other) return checked;
  const found = check(other);
  return found.some(({ grade }) => grade === 'impossible') ? checked : found;
}

/** What Airlock has not read may have done anything, and nobody may think that there is nothing to take back. */
function withUnread(steps: readonly Step[], { document }: Analysis): Step[] {
  const all = [...steps];
  for (const { parsed, span } of document.statements) {
    if (!parsed.problem?.isOwnLimit) continue;
    const behind = all.findIndex((step) => step.span.start < span.start);
    all.splice(behind < 0 ? all.length : behind, 0, {
      span,
      grade: 'impossible',
      reason: `Airlock has not read this statement: ${parsed.problem.message}. Take it back by hand.`,
      sql: [],
      hints: [],
      role: undefined,
      path: undefined,
    });
  }
  return all;
}

function printedStep({ span, grade, reason, sql }: Step): RollbackStep {
  return {
    span,
    grade,
    reason: restorePlaceholders(reason),
    sql: restorePlaceholders(sql.map(({ text }) => `${text}\n`).join('')),
    transactional: sql.every((each) => each.transactional),
  };
}

/** SQL that PostgreSQL's grammar refuses is not shown to anybody. */
function readable(step: Step): Step {
  const broken = step.sql.some(({ text }) => !isReadableSql(text));
  if (!broken) return step;
  return { ...step, sql: [], grade: 'impossible', reason: 'Airlock cannot write this one yet. Write it by hand.' };
}

/** In one sentence: how many steps are lossless, lossy, impossible. */
export function summaryOf(steps: readonly RollbackStep[]): string {
  if (steps.length === 0) return 'nothing has to be taken back.';
  const counts = (['lossless', 'lossy', 'impossible'] as const)
    .map((grade) => [steps.filter((step) => step.grade === grade).length, grade] as const)
    .filter(([count]) => count > 0)
    .map(([count, grade]) => `${count} ${grade}`);
  return `${steps.length} ${steps.length === 1 ? 'step' : 'steps'}, ${counts.join(', ')}.`;
}
