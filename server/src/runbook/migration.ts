import type { Analysis } from '../analysis/analyze.js';
import type { Step } from '../analysis/finding.js';
import { positionsOf } from '../analysis/positions.js';
import { commandsOf, type ToolCommands } from '../frameworks/commands.js';
import { migrationName } from '../frameworks/framework.js';
import type { RelationLock, RelationRef } from '../impact/impact.js';
import { atLeast } from '../impact/locks.js';
import type { RehearsedWayBack } from '../review/rehearsed.js';
import type { Rollback } from '../rollback/rollback.js';
import { type Estimate, estimatesOf } from '../sizes/estimate.js';
import { objectSql } from '../sql/quote.js';
import { rowsThatBreak } from './queries/rows-that-break.js';
import type { Query } from '../page/page.js';

/** A migration as a runbook is made of it. */
export interface RunbookMigration {
  readonly analysis: Analysis;
  readonly rollback: Rollback;
  /** A path as people write it from where they stand. */
  readonly shown: (path: string) => string;
  /** What running its way back has shown; undefined where nobody has run it. */
  readonly proof?: RehearsedWayBack | undefined;
}

/** A statement of the file with everything inside it: a DO block is one step, and so is the call of a function. */
export interface RunStep {
  /** From 1, within the migration. */
  readonly number: number;
  readonly line: number;
  readonly step: Step;
  /** What runs inside it. */
  readonly inner: readonly Step[];
  /** The strongest lock on each relation that was there before. */
  readonly locks: readonly RelationLock[];
  readonly estimates: readonly Estimate[];
}

/** A migration with what all sections ask of it. */
export interface PlannedMigration extends RunbookMigration {
  readonly name: string;
  readonly commands: ToolCommands;
  readonly steps: readonly RunStep[];
  /** The existing tables that it locks, each once, as SQL names them. */
  readonly tables: readonly { readonly label: string; readonly sql: string }[];
  readonly rowsThatBreak: readonly Query[];
}

/** Reads a migration once more from the state before it. */
export function planned(migration: RunbookMigration): PlannedMigration {
  const { analysis } = migration;
  const positions = positionsOf(analysis);
  const groups = new Map<number, { step: Step; inner: Step[]; estimates: Estimate[] }>();
  analysis.walk((step, before) => {
    if (step.origin === 'function' && step.called === undefined) return;
    const group = groups.get(step.top) ?? { step, inner: [], estimates: [] };
    if (groups.has(step.top)) group.inner.push(step);
    groups.set(step.top, group);
    group.estimates.push(...estimatesOf(step, before, analysis.config.statistics));
  });
  const steps = [...groups.values()]
    .filter(({ step }) => !isSession(step))
    .map(({ step, inner, estimates }, index) => ({
      number: index + 1,
      line: positions.at(step.span.start).line + 1,
      step,
      inner,
      locks: strongest([step, ...inner]),
      estimates,
    }));
  return {
    ...migration,
    name: migrationName(analysis.path),
    commands: commandsOf(analysis.path, analysis.project, migration.shown),
    steps,
    tables: tablesOf(steps),
    rowsThatBreak: rowsThatBreak(analysis),
  };
}

/** SET, BEGIN and COMMIT are part of how it runs, not steps of their own. */
function isSession({ statement: { actions } }: Step): boolean {
  return actions.length > 0 && actions.every(({ kind }) => kind === 'setVariable' || kind === 'transaction');
}

function strongest(steps: readonly Step[]): RelationLock[] {
  const found = new Map<string, RelationLock>();
  for (const lock of steps.flatMap(({ impact }) => impact.locks)) {
    if (lock.isNew) continue;
    const known = found.get(lock.relation.key);
    if (!known || (atLeast(lock.mode, known.mode) && lock.mode !== known.mode)) found.set(lock.relation.key, lock);
  }
  return [...found.values()];
}

function tablesOf(steps: readonly RunStep[]): { label: string; sql: string }[] {
  const found = new Map<string, RelationRef>();
  for (const { relation, kind } of steps.flatMap(({ locks }) => locks))
    if (kind === 'table' && !found.has(relation.key)) found.set(relation.key, relation);
  return [...found.values()].map((relation) => ({ label: relation.label, sql: objectSql(relation) }));
}
