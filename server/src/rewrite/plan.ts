import type { Target } from '../impact/impact.js';
import type { SchemaState } from '../schema/state.js';
import type { ObjectName } from '../sql/action.js';
import { restorePlaceholders } from '../sql/placeholders.js';
import { objectSql } from '../sql/quote.js';
import type { ParsedStatement } from '../sql/statement.js';

/** One step of a safe form: what runs together, between two deploys of the application or two migrations. */
export interface Phase {
  /** Words for a file name, such as "backfill_orders_status". */
  readonly slug: string;
  /** Imperative, one line. */
  readonly title: string;
  readonly why: string;
  /** Whole statements, each with its semicolon and the last with a newline. */
  readonly sql: string;
  /** False for what PostgreSQL refuses inside a transaction, or what would hold its locks too long in one. */
  readonly transactional: boolean;
  /** What the application must do before the next phase. */
  readonly deploy?: string | undefined;
  /** A query that shows that the phase has done its work, with what it has to answer. */
  readonly verify?: string | undefined;
  /** SQL that restores the state before the phase. */
  readonly back?: string | undefined;
}

/** A statement in its safe form. After the last phase the schema is the one that the statement makes. */
export interface Plan {
  /** For a lightbulb, such as "Split into 3 migrations: nullable column → backfill → NOT NULL". */
  readonly title: string;
  /** What must be true before the first phase. */
  readonly before?: string | undefined;
  readonly phases: readonly Phase[];
}

/** What a rewrite may know of the statement it replaces. */
export interface RewriteContext {
  readonly statement: ParsedStatement;
  /** The schema just before the statement. */
  readonly before: SchemaState;
  readonly target: Target;
}

/** Gives up after this long and leaves everything as it was, instead of making later queries wait behind it. */
export const lockTimeout = "SET lock_timeout = '2s';\n";

/** One ALTER TABLE on a line of its own. In: the sub-command as SQL text. */
export function alterTable(table: ObjectName, command: string): string {
  return `ALTER TABLE ${objectSql(table)} ${command};\n`;
}

/** A slug out of names: what cannot stand in a file name becomes "_". */
export function slugOf(...words: string[]): string {
  const slug = restorePlaceholders(words.join('_'))
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_');
  return slug.replace(/^_+|_+$/g, '').slice(0, 80) || 'step';
}
/** Text that stays on its line after `-- `, whatever a name in it contains. */
export function commentText(text: string): string {
  return text.replace(/[\r\n]+/g, ' ');
}
