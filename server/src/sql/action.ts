import type { LockMode } from './lock-modes.js';
import type { Span } from './span.js';

/**
 * Actions: what a statement does, one for each sub-command (PostgreSQL's manual calls the parts of
 * ALTER TABLE "actions") or object. The schema, the impact, the rules, the rewrites and the rollback
 * all read these and never the parse tree. Every span is relative to the statement's text.
 */

/** The name of an object, folded as PostgreSQL folds it. */
export interface ObjectName {
  readonly schema: string | undefined;
  readonly name: string;
  /** The whole name in the text; undefined where the parser does not tell. */
  readonly span: Span | undefined;
}

/** A piece of the author's text, such as an expression. */
export interface SourceText {
  readonly text: string;
  readonly span: Span;
}

export interface TypeRef {
  readonly schema: string | undefined;
  /** PostgreSQL's internal name for built-in types (int4, varchar, timestamptz), else the name as written, folded. */
  readonly name: string;
  /** Type modifiers as written: [10, 2] for numeric(10,2). */
  readonly modifiers: readonly number[];
  readonly arrayDimensions: number;
  readonly text: string;
  readonly span: Span;
}

export type ReferentialAction = 'no action' | 'restrict' | 'cascade' | 'set null' | 'set default';

export interface ConstraintDefinition {
  readonly kind: 'primaryKey' | 'unique' | 'check' | 'foreignKey' | 'exclusion' | 'notNull';
  readonly name: string | undefined;
  readonly columns: readonly string[];
  /** The expression of a CHECK, without its parentheses. */
  readonly expression: SourceText | undefined;
  readonly references:
    | {
        readonly table: ObjectName;
        readonly columns: readonly string[];
        readonly onDelete: ReferentialAction;
        readonly onUpdate: ReferentialAction;
      }
    | undefined;
  readonly notValid: boolean;
  readonly notEnforced: boolean;
  readonly noInherit: boolean;
  readonly deferrable: boolean;
  readonly usingIndex: string | undefined;
  readonly span: Span;
  readonly text: string;
}

export interface ColumnDefinition {
  readonly name: string;
  readonly nameSpan: Span;
  readonly type: TypeRef | undefined;
  /** The NOT NULL words, when they are there. */
  readonly notNull: Span | undefined;
  readonly default: { readonly expression: SourceText; readonly clause: Span } | undefined;
  readonly generated:
    | { readonly storage: 'stored' | 'virtual'; readonly expression: SourceText; readonly clause: Span }
    | undefined;
  readonly identity: { readonly always: boolean; readonly clause: Span } | undefined;
  readonly collation: string | undefined;
  /** PRIMARY KEY, UNIQUE, CHECK and REFERENCES written at the column. */
  readonly constraints: readonly ConstraintDefinition[];
  readonly span: Span;
}

interface OnTable {
  readonly table: ObjectName;
  /** ALTER TABLE IF EXISTS. */
  readonly ifExists: boolean;
  /** ALTER TABLE ONLY. */
  readonly only: boolean;
  /** The sub-command alone. */
  readonly span: Span;
}

interface OnColumn extends OnTable {
  readonly column: string;
  readonly columnSpan: Span;
}

interface Whole {
  readonly span: Span;
}

export interface CreateTable extends Whole {
  readonly kind: 'createTable';
  readonly table: ObjectName;
  readonly columns: readonly ColumnDefinition[];
  readonly constraints: readonly ConstraintDefinition[];
  readonly ifNotExists: boolean;
  readonly temporary: boolean;
  readonly unlogged: boolean;
  readonly partitionBy: { readonly strategy: string; readonly columns: readonly string[] } | undefined;
  readonly partitionOf:
    | { readonly parent: ObjectName; readonly bound: string; readonly isDefault: boolean }
    | undefined;
  readonly inherits: readonly ObjectName[];
  readonly like: readonly ObjectName[];
  /** CREATE TABLE AS and SELECT INTO: the columns are not known from the text. */
  readonly asQuery: boolean;
  /** What that query reads; it reads no row WITH NO DATA. */
  readonly reads: readonly ObjectName[];
  readonly withData: boolean;
}

export interface AddColumn extends OnTable {
  readonly kind: 'addColumn';
  readonly column: ColumnDefinition;
  readonly ifNotExists: boolean;
}
export interface DropColumn extends OnColumn {
  readonly kind: 'dropColumn';
  readonly ifColumnExists: boolean;
  readonly cascade: boolean;
}
export interface AlterColumnType extends OnColumn {
  readonly kind: 'alterColumnType';
  readonly type: TypeRef;
  readonly using: SourceText | undefined;
  /** The types that USING casts the column itself to, first cast first; undefined where it computes, or is not there. */
  readonly usingCasts: readonly TypeRef[] | undefined;
  readonly collation: string | undefined;
}
export interface SetDefault extends OnColumn {
  readonly kind: 'setDefault';
  readonly expression: SourceText;
}
export interface DropDefault extends OnColumn {
  readonly kind: 'dropDefault';
}
export interface SetNotNull extends OnColumn {
  readonly kind: 'setNotNull';
}
export interface DropNotNull extends OnColumn {
  readonly kind: 'dropNotNull';
}
export interface AddConstraint extends OnTable {
  readonly kind: 'addConstraint';
  readonly constraint: ConstraintDefinition;
}
export interface ValidateConstraint extends OnTable {
  readonly kind: 'validateConstraint';
  readonly constraint: string;
  readonly constraintSpan: Span;
}
export interface DropConstraint extends OnTable {
  readonly kind: 'dropConstraint';
  readonly constraint: string;
  readonly constraintSpan: Span;
  readonly ifConstraintExists: boolean;
  readonly cascade: boolean;
}
export interface AttachPartition extends OnTable {
  readonly kind: 'attachPartition';
  readonly partition: ObjectName;
  readonly bound: string;
  readonly isDefault: boolean;
}
export interface DetachPartition extends OnTable {
  readonly kind: 'detachPartition';
  readonly partition: ObjectName;
  readonly concurrently: boolean;
  readonly finalize: boolean;
}
/** Every other sub-command of ALTER TABLE, by PostgreSQL's own tag ("AT_SetStatistics"). */
export interface AlterTableOther extends OnTable {
  readonly kind: 'alterTableOther';
  readonly subcommand: string;
  /** "OBJECT_TABLE", "OBJECT_INDEX", "OBJECT_VIEW" … */
  readonly objectType: string;
  readonly name: string | undefined;
}

export interface RenameTable extends Whole {
  readonly kind: 'renameTable';
  readonly table: ObjectName;
  readonly to: string;
  readonly toSpan: Span;
  readonly ifExists: boolean;
}
export interface RenameColumn extends Whole {
  readonly kind: 'renameColumn';
  readonly table: ObjectName;
  readonly column: string;
  readonly columnSpan: Span;
  readonly to: string;
  readonly toSpan: Span;
  readonly ifExists: boolean;
}
export interface RenameConstraint extends Whole {
  readonly kind: 'renameConstraint';
  readonly table: ObjectName;
  readonly constraint: string;
  readonly to: string;
}
/** A rename of anything else; `objectType` as PostgreSQL's parser names it ("OBJECT_INDEX"). */
export interface RenameObject extends Whole {
  readonly kind: 'renameObject';
  readonly objectType: string;
  readonly object: ObjectName;
  readonly to: string;
}
export interface SetSchema extends Whole {
  readonly kind: 'setSchema';
  readonly objectType: string;
  readonly object: ObjectName;
  readonly to: string;
}

export interface IndexColumn {
  /** Undefined for an expression. */
  readonly name: string | undefined;
  readonly expression: string | undefined;
}
export interface CreateIndex extends Whole {
  readonly kind: 'createIndex';
  readonly index: string | undefined;
  readonly table: ObjectName;
  readonly unique: boolean;
  readonly concurrently: boolean;
  readonly ifNotExists: boolean;
  readonly only: boolean;
  readonly method: string;
  readonly columns: readonly IndexColumn[];
  readonly include: readonly string[];
  readonly predicate: SourceText | undefined;
  /** The word INDEX. */
  readonly keyword: Span;
}
export interface DropIndex extends Whole {
  readonly kind: 'dropIndex';
  readonly index: ObjectName;
  readonly concurrently: boolean;
  readonly ifExists: boolean;
  readonly cascade: boolean;
  /** How many indexes the statement names. */
  readonly among: number;
  readonly keyword: Span;
}
export interface Reindex extends Whole {
  readonly kind: 'reindex';
  readonly target: 'index' | 'table' | 'schema' | 'system' | 'database';
  readonly object: ObjectName | undefined;
  readonly concurrently: boolean;
  /** The word REINDEX. */
  readonly keyword: Span;
}

export interface DropTable extends Whole {
  readonly kind: 'dropTable';
  readonly table: ObjectName;
  readonly ifExists: boolean;
  readonly cascade: boolean;
}
/** A drop of anything but tables, columns, constraints and indexes. */
export interface DropObject extends Whole {
  readonly kind: 'dropObject';
  readonly objectType: string;
  readonly object: ObjectName;
  /** The table of a trigger, policy or rule. */
  readonly table: ObjectName | undefined;
  readonly ifExists: boolean;
  readonly cascade: boolean;
}
export interface Truncate extends Whole {
  readonly kind: 'truncate';
  readonly table: ObjectName;
  readonly cascade: boolean;
  readonly restartIdentity: boolean;
}

export interface Insert extends Whole {
  readonly kind: 'insert';
  readonly table: ObjectName;
  readonly reads: readonly ObjectName[];
}
export interface Update extends Whole {
  readonly kind: 'update';
  readonly table: ObjectName;
  readonly assigns: readonly string[];
  readonly where: SourceText | undefined;
  readonly reads: readonly ObjectName[];
  /** The word UPDATE. */
  readonly keyword: Span;
}
export interface Delete extends Whole {
  readonly kind: 'delete';
  readonly table: ObjectName;
  readonly where: SourceText | undefined;
  readonly reads: readonly ObjectName[];
  /** The word DELETE. */
  readonly keyword: Span;
}
/** A query that changes nothing by itself; `locksRows` for SELECT … FOR UPDATE. */
export interface Select extends Whole {
  readonly kind: 'select';
  readonly reads: readonly ObjectName[];
  readonly locksRows: boolean;
}
export interface Copy extends Whole {
  readonly kind: 'copy';
  readonly table: ObjectName | undefined;
  readonly from: boolean;
}

export interface SetVariable extends Whole {
  readonly kind: 'setVariable';
  readonly variable: string;
  /** The values joined by ", "; undefined for RESET and DEFAULT. */
  readonly value: string | undefined;
  readonly local: boolean;
}
export interface Transaction extends Whole {
  readonly kind: 'transaction';
  readonly operation: 'begin' | 'commit' | 'rollback' | 'savepoint' | 'release' | 'rollbackTo' | 'prepare' | 'other';
  readonly savepoint: string | undefined;
}
export interface Vacuum extends Whole {
  readonly kind: 'vacuum';
  readonly full: boolean;
  /** False for ANALYZE alone. */
  readonly vacuum: boolean;
  readonly tables: readonly ObjectName[];
}
export interface Cluster extends Whole {
  readonly kind: 'cluster';
  readonly table: ObjectName | undefined;
}
export interface LockTable extends Whole {
  readonly kind: 'lockTable';
  readonly table: ObjectName;
  readonly mode: LockMode;
  readonly nowait: boolean;
}
export interface RefreshMaterializedView extends Whole {
  readonly kind: 'refreshMaterializedView';
  readonly view: ObjectName;
  readonly concurrently: boolean;
  readonly withData: boolean;
}

export interface CreateEnum extends Whole {
  readonly kind: 'createEnum';
  readonly type: ObjectName;
  readonly values: readonly string[];
}
export interface AddEnumValue extends Whole {
  readonly kind: 'addEnumValue';
  readonly type: ObjectName;
  readonly value: string;
  readonly valueSpan: Span;
  readonly ifNotExists: boolean;
}
export interface RenameEnumValue extends Whole {
  readonly kind: 'renameEnumValue';
  readonly type: ObjectName;
  readonly value: string;
  readonly to: string;
}
export interface CreateDomain extends Whole {
  readonly kind: 'createDomain';
  readonly domain: ObjectName;
  readonly type: TypeRef | undefined;
  readonly constrained: boolean;
}
export interface CreateView extends Whole {
  readonly kind: 'createView';
  readonly view: ObjectName;
  readonly materialized: boolean;
  readonly replace: boolean;
  readonly reads: readonly ObjectName[];
}
export interface CreateFunction extends Whole {
  readonly kind: 'createFunction';
  readonly function: ObjectName;
  readonly procedure: boolean;
  readonly replace: boolean;
  readonly language: string;
  readonly volatility: 'immutable' | 'stable' | 'volatile';
}
export interface CreateTrigger extends Whole {
  readonly kind: 'createTrigger';
  readonly trigger: string;
  readonly table: ObjectName;
  readonly replace: boolean;
}
export interface CreateSchema extends Whole {
  readonly kind: 'createSchema';
  readonly schema: string;
  readonly ifNotExists: boolean;
}
export interface CreateSequence extends Whole {
  readonly kind: 'createSequence';
  readonly sequence: ObjectName;
  readonly ifNotExists: boolean;
  readonly temporary: boolean;
}
export interface CreateExtension extends Whole {
  readonly kind: 'createExtension';
  readonly extension: string;
  readonly ifNotExists: boolean;
}
export interface Comment extends Whole {
  readonly kind: 'comment';
  readonly objectType: string;
  readonly object: ObjectName | undefined;
}
export interface DoBlock extends Whole {
  readonly kind: 'doBlock';
  readonly language: string;
}
export interface Call extends Whole {
  readonly kind: 'call';
  readonly procedure: ObjectName;
}
export interface Merge extends Whole {
  readonly kind: 'merge';
  readonly table: ObjectName;
  readonly reads: readonly ObjectName[];
  /** The word MERGE. */
  readonly keyword: Span;
}
export interface AlterDomain extends Whole {
  readonly kind: 'alterDomain';
  readonly domain: ObjectName;
  readonly operation:
    | 'addConstraint'
    | 'dropConstraint'
    | 'validateConstraint'
    | 'setNotNull'
    | 'dropNotNull'
    | 'setDefault';
  /** The constraint's name, when the statement tells it. */
  readonly constraint: string | undefined;
  readonly notValid: boolean;
}
/** A statement that parses and that none of the above describes; `tag` is the parse tree's. */
export interface Other extends Whole {
  readonly kind: 'other';
  readonly tag: string;
  /** The relations that it names. */
  readonly relations: readonly ObjectName[];
}

export type TableAction =
  | AddColumn
  | DropColumn
  | AlterColumnType
  | SetDefault
  | DropDefault
  | SetNotNull
  | DropNotNull
  | AddConstraint
  | ValidateConstraint
  | DropConstraint
  | AttachPartition
  | DetachPartition
  | AlterTableOther;

export type Action =
  | TableAction
  | CreateTable
  | RenameTable
  | RenameColumn
  | RenameConstraint
  | RenameObject
  | SetSchema
  | CreateIndex
  | DropIndex
  | Reindex
  | DropTable
  | DropObject
  | Truncate
  | Insert
  | Update
  | Delete
  | Select
  | Copy
  | SetVariable
  | Transaction
  | Vacuum
  | Cluster
  | LockTable
  | RefreshMaterializedView
  | CreateEnum
  | AddEnumValue
  | RenameEnumValue
  | CreateDomain
  | CreateView
  | CreateFunction
  | CreateTrigger
  | CreateSchema
  | CreateSequence
  | CreateExtension
  | Comment
  | DoBlock
  | Call
  | Merge
  | AlterDomain
  | Other;

export type ActionKind = Action['kind'];
export type ActionOf<K extends ActionKind> = Extract<Action, { kind: K }>;
