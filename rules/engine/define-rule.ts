import type { Impact, Target } from '../../server/src/impact/impact.js';
import type { SchemaState } from '../../server/src/schema/state.js';
import type { Action, ActionKind, ActionOf } from '../../server/src/sql/action.js';
import type { Span } from '../../server/src/sql/span.js';
import type { ParsedStatement } from '../../server/src/sql/statement.js';

/** The risk categories of a review, in the order in which they are reported. */
export const categories = [
  'lock-contention',
  'concurrent-writes',
  'missing-rollback',
  'data-loss',
  'replication-lag',
  'constraint-validation',
  'index-dependency',
  'foreign-key',
  'application-compatibility',
  'execution',
] as const;

export type Category = (typeof categories)[number];

/**
 * - error: ship this and there will be an incident, or PostgreSQL rejects it → BLOCK
 * - warning: a hazard the author must check → FLAG
 * - info, hint: never change a verdict
 */
export type Severity = 'error' | 'warning' | 'info' | 'hint';

/** safe: same final schema, never less available; may run in bulk and on save. unsafe: needs a deliberate click. */
export type Safety = 'safe' | 'unsafe';

/** Replaces `span` (relative to the statement's text) by `text`. */
export interface Edit {
  readonly span: Span;
  readonly text: string;
}

export interface Fix {
  /** Imperative, no full stop. */
  readonly title: string;
  readonly safety: Safety;
  readonly edits: readonly Edit[];
}

export interface RuleMeta<M extends string = string> {
  readonly id: string;
  /** Ids of other linters that mean the same; accepted in configuration and suppressions. */
  readonly aliases?: readonly string[];
  readonly category: Category;
  readonly severity: Severity;
  /** One line: what is demanded. It becomes the table cell. */
  readonly summary: string;
  readonly recommended: boolean;
  readonly fix: Safety | 'none';
  readonly since: string;
  readonly sources: readonly string[];
  readonly messages: Readonly<Record<M, string>>;
}

/** Why a transaction is open at a statement. */
export interface TransactionContext {
  readonly open: boolean;
  /** "begin": the file says BEGIN. "framework": the migration tool wraps the file. "block": inside a DO block or function. */
  readonly by: 'begin' | 'framework' | 'block' | undefined;
  /** The BEGIN, absolute. */
  readonly begin: Span | undefined;
}

/** Everything a rule may know of a statement; `before` is the schema just before it. */
export interface RuleContext {
  readonly statement: ParsedStatement;
  readonly before: SchemaState;
  readonly impact: Impact;
  readonly target: Target;
  readonly transaction: TransactionContext;
  /** Name of the migration tool, for messages. */
  readonly framework: string;
  /** True for SQL in a function body: it does not run when the migration runs. */
  readonly runsLater: boolean;
  /** True while a lock_timeout is in effect. */
  readonly lockTimeout: boolean;
  /** The statements behind this one in the file, in order. */
  readonly later: readonly ParsedStatement[];
  /** The statements before this one in the file, in order. */
  readonly earlier: readonly ParsedStatement[];
  /** True when an earlier statement of this file has had a finding of the same rule. */
  readonly reportedBefore: boolean;
  readonly options: Readonly<Record<string, unknown>>;
}

export interface Related {
  /** Absolute. */
  readonly span: Span;
  readonly message: string;
}

export interface Report<M extends string = string> {
  /** What is underlined; relative to the statement. */
  readonly at: Span;
  readonly message: NoInfer<M>;
  readonly data?: Readonly<Record<string, string>>;
  readonly fixes?: readonly Fix[];
  readonly related?: readonly Related[];
  /** Lower than the rule's own where the case is milder. */
  readonly severity?: Severity;
}

type Reports<M extends string> = Report<M> | readonly Report<M>[] | undefined;

export interface Rule<M extends string = string> {
  readonly meta: RuleMeta<M>;
  /** One function for each kind of action that matters. */
  readonly check?: { readonly [K in ActionKind]?: (action: ActionOf<K>, context: RuleContext) => Reports<M> };
  /** For what concerns the statement as a whole. */
  readonly checkStatement?: (context: RuleContext) => Reports<M>;
  /** For statements that do not parse. */
  readonly checkProblem?: (context: RuleContext) => Reports<M>;
}

/** Keeps the message ids known to the compiler. */
export function defineRule<const M extends string>(rule: Rule<M>): Rule<M> {
  return rule;
}

/** A rule with its message ids forgotten, as the runner and the lists hold it. */
export type AnyRule = Rule<string>;

export type { Action };
