import type { UsedName } from '../action.js';
import type { Span } from '../span.js';

/** The name spaces of PostgreSQL, as far as people look for what stands in them: tables, indexes, views and sequences share one. */
export type NameKind = 'relation' | 'column' | 'constraint' | 'type' | 'function' | 'trigger' | 'policy' | 'schema';

/**
 * What a statement does with the thing of the name. `replace`: CREATE OR REPLACE. `rename` stands at the old name and
 * `named` at the new one.
 */
export type NameRole = 'make' | 'replace' | 'change' | 'drop' | 'rename' | 'named' | 'use';

/** A name in a statement. */
export interface NameUse {
  readonly kind: NameKind;
  readonly role: NameRole;
  readonly schema: string | undefined;
  readonly name: string;
  /** The relation of a column, a constraint, a trigger or a policy. */
  readonly of?: UsedName | undefined;
  /** It belongs to one of these relations, and the text does not show to which. */
  readonly among?: readonly UsedName[] | undefined;
  /** Relative to the statement: the name alone, without its schema; what is made, where the name is PostgreSQL's choice. */
  readonly span: Span;
  /** PostgreSQL chooses the name. */
  readonly isImplied?: true | undefined;
  /** IF NOT EXISTS. */
  readonly isMaybe?: true | undefined;
  /** DROP … CASCADE. */
  readonly isCascade?: true | undefined;
  /** Behind a rename or a move. */
  readonly to?: UsedName | undefined;
  /** What is made: "table", "index", "view", "enum" … */
  readonly what?: string | undefined;
}
