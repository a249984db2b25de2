import type { Analysis } from '../analysis/analyze.js';
import type { Action } from '../sql/action.js';
import { isReadableSql } from '../sql/parse.js';
import { restorePlaceholders } from '../sql/placeholders.js';
import { type Span, shift } from '../sql/span.js';
import type { ParsedStatement, SqlDocument } from '../sql/statement.js';
import { History, sameName } from './history.js';
import { type Grade, impossible, type Undo, type UndoContext } from './undo.js';
import { undoOf } from './undo-of.js';

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
  readonly files: readonly RollbackFile[];
  /** In the order in which they run: the last action of the migration comes first. */
  readonly steps: readonly RollbackStep[];
  readonly worst: Grade;
  /** One sentence: how many steps are lossless, lossy, impossible. */
  readonly summary: string;
}

/**
 * The migration that takes a migration back, with an honest grade for each of its steps.
 * In: the analysis of the migration and the files that run before it, in their order. Out: one file, where the
 * migration tool keeps it; every statement of it has been read by PostgreSQL's grammar.
 */
export function rollback(analysis: Analysis, history: readonly SqlDocument[]): Rollback {
  const past = new History(history.flatMap(({ statements }) => statements.map(({ parsed }) => parsed)));
  const earlier: ParsedStatement[] = [];
  const steps: RollbackStep[] = [];
  analysis.walk((step, before) => {
    if (step.origin !== 'file') {
      return;
    }
    const context: UndoContext = {
      statement: step.statement,
      before,
      history: past.with(earlier),
      own: new History([...earlier]),
      target: analysis.target,
      concurrently: analysis.transaction === 'none',
    };
    steps.unshift(...stepsOf(step.statement, context, step.span.start));
    earlier.push(step.statement);
  });
  const worst = worstOf(steps);
  const summary = summaryOf(steps);
  return { files: [fileOf(analysis, steps, summary)], steps, worst, summary };
}

/** The steps of one statement, its last action first. */
function stepsOf(statement: ParsedStatement, context: UndoContext, start: number): RollbackStep[] {
  if (statement.problem) {
    return [];
  }
  return [...statement.actions].reverse().flatMap((action) => {
    const undo = goesWithItsTable(action, context) ? undefined : readable(undoOf(action, context));
    if (!undo) {
      return [];
    }
    const { grade, transactional = true } = undo;
    const [sql, reason] = [restorePlaceholders(undo.sql), restorePlaceholders(undo.reason)];
    return [{ span: shift(action.span, start), grade, reason, sql, transactional }];
  });
}

/** What is done to a table that the same migration makes is taken back by dropping the table. */
function goesWithItsTable(action: Action, { before, own }: UndoContext): boolean {
  if (!('table' in action) || !action.table || keepsItsOwnUndo.has(action.kind)) {
    return false;
  }
  const { table } = action;
  const made = own.last('createTable', (earlier) => sameName(earlier.table, table));
  return made !== undefined && before.table(table)?.release === before.release;
}

const keepsItsOwnUndo: ReadonlySet<Action['kind']> = new Set(['createTable', 'dropTable', 'renameTable']);

/** SQL that PostgreSQL's grammar refuses is not shown to anybody. */
function readable(undo: Undo | undefined): Undo | undefined {
  if (!undo || undo.sql === '') {
    return undo;
  }
  return isReadableSql(undo.sql)
    ? undo
    : impossible('Airlock could not write SQL that takes this back. Write it by hand.');
}

function fileOf({ framework, path }: Analysis, steps: readonly RollbackStep[], summary: string): RollbackFile {
  const transactional = steps.every((step) => step.transactional);
  const name = path.slice(path.lastIndexOf('/') + 1);
  const head = [`-- Takes ${name} back: ${summary}\n`];
  if (!transactional) {
    head.push('-- Must not run inside a transaction.\n');
  }
  let bounded = false;
  const body = steps.map(({ sql, grade, reason }) => {
    const words =
      grade === 'lossless' ? reason : `${grade === 'lossy' ? 'Loses data' : 'Cannot be taken back'}: ${reason}`;
    const timeout = sql === '' ? '' : timeoutFor(sql, bounded);
    if (sql !== '') bounded = !isConcurrent(sql);
    return `\n-- ${words.replace(/[\r\n]+/g, ' ')}\n${timeout}${sql}`;
  });
  return {
    path: framework.downPath(path),
    sql: `${head.join('')}${body.join('')}`,
    transactional,
  };
}

function isConcurrent(sql: string): boolean {
  return /\bCONCURRENTLY\b/.test(sql);
}

/**
 * What comes before a statement so that it does not make others wait behind it. A concurrent one makes nobody wait,
 * and one that runs into lock_timeout leaves an invalid index behind (measured: timeout-lock_timeout-*).
 */
function timeoutFor(sql: string, bounded: boolean): string {
  if (isConcurrent(sql)) return bounded ? 'RESET lock_timeout;\n' : '';
  return bounded ? '' : "SET lock_timeout = '2s';\n";
}

const weight: Readonly<Record<Grade, number>> = { lossless: 0, lossy: 1, impossible: 2 };

/** The worst grade of all; lossless when there is nothing to take back. */
export function worstOf(steps: readonly Pick<RollbackStep, 'grade'>[]): Grade {
  return steps.reduce<Grade>((worst, { grade }) => (weight[grade] > weight[worst] ? grade : worst), 'lossless');
}

function summaryOf(steps: readonly RollbackStep[]): string {
  if (steps.length === 0) {
    return 'nothing has to be taken back.';
  }
  const counts = (['lossless', 'lossy', 'impossible'] as const)
    .map((grade) => [steps.filter((step) => step.grade === grade).length, grade] as const)
    .filter(([count]) => count > 0)
    .map(([count, grade]) => `${count} ${grade}`);
  return `${steps.length} ${steps.length === 1 ? 'step' : 'steps'}, ${counts.join(', ')}.`;
}
