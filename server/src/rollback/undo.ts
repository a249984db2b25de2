import type { Target } from '../impact/impact.js';
import type { SchemaState } from '../schema/state.js';
import type { ObjectName } from '../sql/action.js';
import { qualify } from '../sql/quote.js';
import type { ParsedStatement } from '../sql/statement.js';
import type { History } from './history.js';

/**
 * How well a step can be taken back.
 * - lossless: afterwards everything is as it was
 * - lossy: the schema comes back, and some data does not
 * - impossible: PostgreSQL has no way back, or the history does not tell what was there
 */
export type Grade = 'lossless' | 'lossy' | 'impossible';

/** What takes one action back. */
export interface Undo {
  /** Whole statements, each with its semicolon and a newline; "" when there is nothing to run. */
  readonly sql: string;
  readonly grade: Grade;
  /** One or two sentences: what is lost and how to keep it, or what to do instead. */
  readonly reason: string;
  /** False for what PostgreSQL refuses inside a transaction. Default: true. */
  readonly transactional?: boolean;
}

/** What an undo may know of the action that it takes back. */
export interface UndoContext {
  readonly statement: ParsedStatement;
  /** The schema just before the statement: what has to come back. */
  readonly before: SchemaState;
  /** Everything that ran before the statement. */
  readonly history: History;
  /** The statements before it in the same migration. */
  readonly own: History;
  readonly target: Target;
  /** True when the migration tool runs statements by themselves, so that CONCURRENTLY is allowed. */
  readonly concurrently: boolean;
}

export function lossless(sql: string, reason: string, transactional = true): Undo {
  return { sql, grade: 'lossless', reason, transactional };
}

export function lossy(sql: string, reason: string, transactional = true): Undo {
  return { sql, grade: 'lossy', reason, transactional };
}

export function impossible(reason: string): Undo {
  return { sql: '', grade: 'impossible', reason };
}

/** The name of an object as SQL text, with its schema when the author wrote one. */
export function sqlName({ schema, name }: Pick<ObjectName, 'schema' | 'name'>): string {
  return qualify(schema, name);
}

/** One ALTER TABLE on a line of its own. In: the sub-command as SQL text. */
export function alterTable(table: Pick<ObjectName, 'schema' | 'name'>, command: string): string {
  return `ALTER TABLE ${sqlName(table)} ${command};\n`;
}
