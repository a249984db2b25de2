import type { Impact, RelationLock, Target } from '../../server/src/impact/impact.js';
import type { Age, OpenEnd } from '../../server/src/schema/open-ends.js';
import type { SchemaState } from '../../server/src/schema/state.js';
import type { Action, ActionKind, ActionOf } from '../../server/src/sql/action.js';
import type { Span } from '../../server/src/sql/span.js';
import type { ParsedStatement } from '../../server/src/sql/statement.js';

/**
 * The risk categories of a review, in the order in which they are reported. `security` is looked at and shown only where
 * the project is one of Supabase or says who may do what.
 */
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
  'security',
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
  /** True when its harm grows with the rows of the table: where the file has deleted them all, it is information. */
  readonly byRows?: boolean;
  /** True when its harm is that the work takes long on a large table: what the table statistics call small is information. */
  readonly bySize?: boolean;
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
  /** Inside a block: who opened the transaction around it; undefined when the block is its own transaction. */
  readonly around?: TransactionContext['by'];
  /** What the tool's transaction holds, where it has opened one. */
  readonly scope?: 'per-file' | 'all-pending' | 'one-query' | 'pipeline';
}

/** What opens a transaction around a file, in words for messages. */
export interface Wrapping {
  /** A sentence without its end: "airlock.config.json says that each file runs in one transaction". */
  readonly says: string;
  /** What else may be wrong, behind the advice: ", or correct …"; "" where the tool itself does it. */
  readonly orElse: string;
  /** Where a statement goes that cannot run inside it, behind "Move it". */
  readonly where: string;
}

/** A project of Supabase, whose API gives tables of the schema public to whoever calls it. */
export interface SupabaseProject {
  /** Whether tables that the file makes come with rights for the roles of the API; undefined where it depends on the project. */
  readonly givesRights: boolean | undefined;
  /** The same of tables that another file has made, by its path. */
  gaveRights(path: string): boolean | undefined;
}

/** A blocking lock on a table or view that was there before this release, and the statement that took it. */
export interface HeldLock {
  readonly lock: RelationLock;
  readonly statement: ParsedStatement;
  /** Of the statement; absolute. */
  readonly span: Span;
}

/** A statement that has been reached before this one, with what it did. */
export interface PastStep {
  readonly statement: ParsedStatement;
  /** Absolute. */
  readonly span: Span;
  readonly transaction: TransactionContext;
  readonly impact: Impact;
}

/** Actions in the order of the file. */
export interface ActionList<T> extends Iterable<T> {
  some(test: (action: T) => boolean): boolean;
  find(test: (action: T) => boolean): T | undefined;
}

/** Asks something of one statement alone. It is a function of the module: a file keeps its answers by it. */
export type StatementTest = (statement: ParsedStatement) => boolean;

/**
 * A stretch of the file. Rules look ahead from every statement, so what they look for is found by its kind or by a
 * name, and never by reading the file. Actions are those of statements and of the SQL in DO blocks.
 */
export interface FileSide {
  actions<K extends ActionKind>(kind: K): ActionList<ActionOf<K>>;
  /** The actions about an object of that name, whatever its schema and kind. */
  naming(name: string): ActionList<Action>;
  /** True when a statement passes; a DO block counts as a whole. */
  some(test: StatementTest): boolean;
  statements(test: StatementTest): Iterable<ParsedStatement>;
  /** The stretch before the first statement that passes; all of it when none does. */
  until(test: StatementTest): FileSide;
  /** The stretch behind the first statement that passes; nothing when none does. */
  behind(test: StatementTest): FileSide;
}

/** Everything a rule may know of a statement. */
export interface RuleContext {
  readonly statement: ParsedStatement;
  /** The schema just before the action; where a rule looks at the whole statement, before that. */
  readonly before: SchemaState;
  /** The schema before the whole statement, whatever its sub-commands that run earlier do. */
  readonly beforeStatement: SchemaState;
  readonly impact: Impact;
  readonly target: Target;
  readonly transaction: TransactionContext;
  /** Undefined for a project of any other tool. */
  readonly supabase: SupabaseProject | undefined;
  /** What opens a transaction around the file, where something does. */
  readonly wrapping: Wrapping;
  /** True for SQL in a function body: it does not run when the migration runs. */
  readonly runsLater: boolean;
  /** True while a lock_timeout is in effect. */
  readonly lockTimeout: boolean;
  /** The variables that the file itself has set and that hold here, by name. */
  readonly settings: ReadonlyMap<string, string>;
  /** The lock_timeout that a fix writes, such as "5s". */
  readonly lockTimeoutToSet: string;
  /** The blocking locks (SHARE and stronger) that the open transaction holds already, by the key of the relation. */
  readonly held: ReadonlyMap<string, HeldLock>;
  /** What stands behind this statement in the file; in a DO block the rest of the block, too. */
  readonly later: FileSide;
  /** This statement and what stands behind it. */
  readonly fromHere: FileSide;
  /** The whole file. */
  readonly file: FileSide;
  /** What stands before this statement in the file. */
  readonly earlier: FileSide;
  /** What stands before this statement in the transaction that is open; nothing outside of one and in a block. */
  readonly earlierInTransaction: FileSide;
  /**
   * True when a statement passes in a file that runs behind this one and is shipped with it, as far as those are known.
   * In: what stands in the text of such a file.
   */
  shippedBehind(words: RegExp, test: StatementTest): boolean;
  /** What has run before this statement in the file, SQL in blocks included, with its impact: the nearest first. */
  past(): Iterable<PastStep>;
  /** True when an earlier statement of this file has had a finding of the same rule. */
  readonly reportedBefore: boolean;
  readonly options: Readonly<Record<string, unknown>>;
}

/** A migration among the others of its project, as far as that is known. */
export interface HistoryPlace {
  /** What its name is ordered by, such as "0007"; "" for none. */
  readonly version: string;
  /** True where the version counts up by one, false for a date. */
  readonly isNumbered: boolean;
  /** Other migrations of its folder with the same version, by their names. */
  readonly sameVersion: readonly string[];
  /** How it differs from what the default branch has under its name. */
  readonly changed: 'statements' | 'comments' | undefined;
  /** The first migration of the default branch that runs behind this one, which the branch does not have. */
  readonly runsBefore: string | undefined;
  /** Migrations of the default branch that are no longer there: at the file that one has become, or at the last one. */
  readonly gone: readonly { readonly name: string; readonly renamedTo: string | undefined }[];
  /** True for the last migration. */
  readonly isLast: boolean;
  /** How long ago a migration came, by its path for people; undefined for one that is not there, or is the first. */
  ageOf(path: string): Age | undefined;
}

/** What takes a migration back, beside what the migration did. Each object as people call it: "the column orders.status". */
export interface WayBackFacts {
  /** It does nothing, and the migration does something. */
  readonly isEmpty: boolean;
  /** What the migration has made and is still there behind it. */
  readonly leaves: readonly string[];
  /** What the migration has taken away and is not there again. */
  readonly misses: readonly string[];
  /** What the migration has changed and is still as it has made it. */
  readonly stays: readonly string[];
}

/** A statement that the migration tool sends in pieces. Offsets are absolute. */
export interface CutStatement {
  /** Its first words. */
  readonly at: Span;
  /** With its semicolon. */
  readonly whole: Span;
  readonly tool: string;
  /** The lines between which the tool takes it as a whole. */
  readonly marks: { readonly begin: string; readonly end: string };
  /** The line end of the file. */
  readonly newline: string;
}

/** A file as a whole. */
export interface FileContents {
  /** Its name without folders. */
  readonly name: string;
  /** How many statements it has. */
  readonly statements: number;
  /** True for a file that counts as applied. */
  readonly applied: boolean;
  /** Where something that concerns the whole file is shown. */
  readonly head: Span;
  readonly place: HistoryPlace | undefined;
  /** Statements that the migration tool would send in pieces. */
  readonly cut: readonly CutStatement[];
  /** Of a file or a section that takes a migration back; undefined for any other. */
  readonly wayBack: WayBackFacts | undefined;
  /** What earlier releases have begun and nothing has ended; at the last migration alone. */
  readonly openEnds: readonly OpenEnd[];
  /** What the configuration says behind the severity of a rule. */
  optionsOf(rule: string): Readonly<Record<string, unknown>>;
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
  /** For what concerns the file as a whole; `at` is absolute. */
  readonly checkFile?: (file: FileContents) => Reports<M>;
  /** For statements that do not parse. */
  readonly checkProblem?: (context: RuleContext) => Reports<M>;
}

/** Keeps the message ids known to the compiler. */
export function defineRule<const M extends string>(rule: Rule<M>): Rule<M> {
  return rule;
}

/** A rule with its message ids forgotten, as the runner and the lists hold it. */
export type AnyRule = Rule<string>;
