import type { Target } from '../impact/impact.js';
import type { SchemaState } from '../schema/state.js';
import type { ObjectName } from '../sql/action.js';
import { restorePlaceholders } from '../sql/placeholders.js';
import { objectSql } from '../sql/quote.js';
import type { ParsedStatement } from '../sql/statement.js';

/** A statement of a phase, without its semicolon. */
export interface PhaseStatement {
  readonly sql: string;
  /**
   * `short`: it waits for a blocking lock, and others wait behind it. `unbounded`: it blocks nobody, and a timeout
   * would leave half of it behind. `none`: it waits for nothing, or sets its own timeouts.
   */
  readonly wait: 'short' | 'unbounded' | 'none';
  /** What a person reads above it. */
  readonly note?: string;
}

/** One step of a safe form: what runs together, between two migrations. Each can be run again where it stopped. */
export interface Phase {
  /** Words for a file name, such as "backfill_orders_status". */
  readonly slug: string;
  /** Imperative, one line. */
  readonly title: string;
  readonly why: string;
  /** More that a person has to know before running it, a sentence each. */
  readonly notes?: readonly string[];
  readonly statements: readonly PhaseStatement[];
  /** False for what PostgreSQL refuses inside a transaction, or what would hold its locks too long in one. */
  readonly transactional: boolean;
  /** What must be deployed before this phase: it ships in a later release than the phase before. */
  readonly gate?: string | undefined;
  /** A query that shows that the phase has done its work, with what it has to answer. */
  readonly verify?: string | undefined;
  /** What restores the state before the phase, rows written since included. */
  readonly back: readonly PhaseStatement[];
  /** False when the way back must not run inside a transaction. */
  readonly backTransactional: boolean;
  /** Who takes it back, where this phase by itself does not: one sentence. */
  readonly backNote?: string;
  /** Why there is no way back; then `back` is empty. */
  readonly noWayBack?: string;
}

/** A statement in its safe form. After the last phase the schema is the one that the statement makes. */
export interface Plan {
  /** For a lightbulb, such as "Split into 3 migrations: nullable column → backfill → NOT NULL". */
  readonly title: string;
  /** What must be true before the first phase. */
  readonly before?: string | undefined;
  readonly phases: readonly Phase[];
  /** The rules whose findings it answers. */
  readonly mends: readonly string[];
  /** The pattern and its values, as words of the command line: what the next phase is made of (`changeWords`). */
  readonly change?: string | undefined;
}

/** Why a statement that has a safe form does not get it here: one sentence that names the object. */
export interface Refusal {
  readonly refused: string;
}

export type PlanOutcome = Plan | Refusal | undefined;

export function isPlan(outcome: PlanOutcome): outcome is Plan {
  return outcome !== undefined && 'phases' in outcome;
}

export function isRefused<T extends object>(outcome: T | Refusal | undefined): outcome is Refusal {
  return outcome !== undefined && 'refused' in outcome;
}

/** What a rewrite may know of the statement it replaces. */
export interface RewriteContext {
  readonly statement: ParsedStatement;
  /** The schema just before the statement. */
  readonly before: SchemaState;
  readonly target: Target;
  /** True where the tool or the file has opened a transaction around it. */
  readonly inTransaction?: boolean;
}

/** The title of a plan: how many migrations it makes, for how many releases, and what they do, where that is said. */
export function titleOf(phases: readonly Phase[], words?: string): string {
  const releases = 1 + phases.filter(({ gate }) => gate !== undefined).length;
  const when = releases > 1 ? ` for ${releases} releases` : '';
  return `Split into ${phases.length} migrations${when}${words === undefined ? '' : `: ${words}`}`;
}

/** One ALTER TABLE. In: the sub-command as SQL text. */
export function alterTable(table: ObjectName, command: string): string {
  return `ALTER TABLE ${objectSql(table)} ${command}`;
}

/** A statement that takes a blocking lock for an instant. */
export function short(sql: string, note?: string): PhaseStatement {
  return note === undefined ? { sql, wait: 'short' } : { sql, wait: 'short', note };
}

/** A statement that blocks nobody and must not be ended by a timeout. */
export function unbounded(sql: string, note?: string): PhaseStatement {
  return note === undefined ? { sql, wait: 'unbounded' } : { sql, wait: 'unbounded', note };
}

/** A statement that waits for no lock that others need. */
export function harmless(sql: string): PhaseStatement {
  return { sql, wait: 'none' };
}

/** A slug out of names: what cannot stand in a file name becomes "_". */
export function slugOf(...words: string[]): string {
  const slug = restorePlaceholders(words.join('_'))
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_');
  return slug.replace(/^_+|_+$/g, '').slice(0, 80) || 'step';
}
