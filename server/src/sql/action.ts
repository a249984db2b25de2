import type { ObjectKind, OtherStatement, TableSubcommand } from './kinds.js';
import type { LockMode } from './lock-modes.js';
import type { RowSource, RowsWritten } from './row-selection.js';
import type { Span } from './span.js';

export type { ObjectKind, OtherStatement, TableSubcommand } from './kinds.js';

/**
 * Actions: what a statement does, one for each sub-command (PostgreSQL's manual calls the parts of
 * ALTER TABLE "actions") or object. The schema, the impact, the rules, the rewrites and the rollback
 * all read these and never the parse tree. Every span is relative to the statement's text.
 */

/** A name with its schema where it is written, folded as PostgreSQL folds it. */
export interface QualifiedName {
  readonly schema: string | undefined;
  readonly name: string;
}

/** The name of an object as a statement has it. */
export interface ObjectName extends QualifiedName {
  /** The whole name in the text; undefined where the parser does not show. */
  readonly span: Span | undefined;
  /** ONLY stands before it: its partitions and inheriting tables are left out. */
  readonly only?: true;
}

/** A function that a statement calls, with those of its arguments that are plain strings. */
export interface FunctionCall {
  readonly function: QualifiedName;
  readonly strings: readonly (string | undefined)[];
}

/** The name of a function or a type in an expression. */
export type UsedName = QualifiedName;

/** A plain string that is read as a value of a type. */
export interface TypedLiteral {
  readonly value: string;
  /** What it is cast to; or the column that it is compared with. */
  readonly type?: UsedName;
  readonly column?: { readonly table: UsedName; readonly name: string };
  readonly isArray: boolean;
}

/** A value that has a type of its own, and the column, or the place of the column, that it is written to. */
export interface TypedValue {
  readonly to: string | number;
  readonly output: ViewOutput;
}

/** What an expression or a query reads, and what else it needs. */
export interface Uses {
  readonly reads: readonly ObjectName[];
  /** The functions that it calls, each once, built-in ones among them. */
  readonly calls: readonly UsedName[];
  /** The types that it casts to, each once; none of pg_catalog. */
  readonly types: readonly UsedName[];
  /** Every column that it names in any place; undefined with a "*" or a whole row. */
  readonly mentions: readonly string[] | undefined;
}

/** What a query reads of a relation in its FROM. */
export interface ColumnsRead {
  readonly relation: ObjectName;
  /** With a "*". */
  readonly all: boolean;
  /** Names that may be its columns. */
  readonly columns: readonly string[];
  /** Names that are its columns, as they stand behind its name or as there is no other relation. */
  readonly certain: readonly string[];
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
  /** The columns of INCLUDE. */
  readonly include: readonly string[];
  /** What an EXCLUDE compares, expressions among it. */
  readonly elements?: readonly Pick<IndexColumn, 'name' | 'expression'>[];
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
  /** What is altered when it is no table: a type, a view … */
  readonly objectKind?: ObjectKind;
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
  /** The composite type of CREATE TABLE … OF. */
  readonly ofType?: ObjectName;
  readonly like: readonly ObjectName[];
  /** LIKE … INCLUDING DEFAULTS or INCLUDING ALL: a serial column draws from the sequence of the table that it is like. */
  readonly likeDefaults?: true;
  /** LIKE … INCLUDING IDENTITY or INCLUDING ALL: identity columns get sequences of their own. */
  readonly likeIdentity?: true;
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
  /** ALTER TYPE … ADD ATTRIBUTE … CASCADE. */
  readonly cascade: boolean;
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
  /** ALTER TYPE … ALTER ATTRIBUTE … CASCADE. */
  readonly cascade: boolean;
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
  /** Strings in it that are values of other types. */
  readonly literals?: readonly TypedLiteral[];
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
/** That by which subscribers know which row has changed; the primary key by default. */
export type ReplicaIdentity = 'default' | 'full' | 'nothing' | { readonly index: string };

/** Every other sub-command of ALTER TABLE, ALTER INDEX, ALTER VIEW … */
export interface AlterTableOther extends OnTable {
  readonly kind: 'alterTableOther';
  readonly subcommand: TableSubcommand;
  readonly objectKind: ObjectKind;
  readonly name: string | undefined;
  /** Of REPLICA IDENTITY. */
  readonly replicaIdentity?: ReplicaIdentity;
  /** The other relation: of INHERIT and NO INHERIT, of ALTER INDEX … ATTACH PARTITION; the type of OF. */
  readonly other?: ObjectName;
  /** The names of what SET (…) and RESET (…) change, "toast." before those of the TOAST table. */
  readonly options?: readonly string[];
  /** What SET (…) and RESET (…) make of security_invoker. */
  readonly securityInvoker?: boolean;
  /** IF EXISTS behind the sub-command: of DROP IDENTITY, DROP EXPRESSION. */
  readonly ifMissing?: true;
  /** Of OWNER TO. */
  readonly owner?: string;
  /** GENERATED ALWAYS or BY DEFAULT of ADD and SET GENERATED; undefined where it stays. */
  readonly always?: boolean;
  /** The words ENFORCED, NOT ENFORCED of ALTER CONSTRAINT. */
  readonly enforced?: boolean;
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
/** A rename of anything else; of a column when it is not a table's. */
export interface RenameObject extends Whole {
  readonly kind: 'renameObject';
  readonly objectKind: ObjectKind;
  readonly object: ObjectName;
  /** The trigger, policy or rule of the table `object`. */
  readonly part?: string;
  readonly to: string;
  /** The table that is reached as well: ALTER TYPE … RENAME ATTRIBUTE … CASCADE. */
  readonly cascade: boolean;
}
export interface SetSchema extends Whole {
  readonly kind: 'setSchema';
  readonly objectKind: ObjectKind;
  readonly object: ObjectName;
  readonly to: string;
}

export interface IndexColumn {
  /** Undefined for an expression. */
  readonly name: string | undefined;
  readonly expression: string | undefined;
  /** What stands behind a column's name: DESC, an operator class, a collation. */
  readonly options: string;
}
export interface CreateIndex extends Whole {
  readonly kind: 'createIndex';
  /** Strings in it that are values of other types. */
  readonly literals?: readonly TypedLiteral[];
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
  readonly nullsNotDistinct: boolean;
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
  readonly objectKind: ObjectKind;
  readonly object: ObjectName;
  /** The types of a function's arguments as in CreateFunction; undefined where the statement does not name them. */
  readonly arguments: readonly string[] | undefined;
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
  readonly typed?: readonly TypedValue[];
  /** Strings in it that are values of other types. */
  readonly literals?: readonly TypedLiteral[];
  readonly table: ObjectName;
  readonly reads: readonly ObjectName[];
  /** Where its rows come from; undefined for DEFAULT VALUES. */
  readonly source?: RowSource | undefined;
  /** The columns that it names. */
  readonly columns?: readonly string[];
  /** How many values a row of VALUES has; undefined for a query. */
  readonly width?: number;
  /** Rows of VALUES that have not the same length. */
  readonly isUneven?: true;
  /** How many columns a query gives, or the relation all of whose columns it gives; undefined for any other "*". */
  readonly selects?: number | UsedName;
  /** The places of the word DEFAULT among them, in any row. */
  readonly defaulted?: readonly number[];
  /** The places at which every row says DEFAULT. */
  readonly alwaysDefaulted?: readonly number[];
  /** Plain strings among the values of the first rows, by their places. */
  readonly strings?: readonly { readonly at: number; readonly value: string }[];
  readonly onConflict?: OnConflict;
  /** OVERRIDING SYSTEM VALUE, OVERRIDING USER VALUE. */
  readonly overriding?: 'system' | 'user';
  readonly calls?: readonly FunctionCall[];
}
/** ON CONFLICT of an INSERT. */
export interface OnConflict {
  /** Of ON CONSTRAINT. */
  readonly constraint: string | undefined;
  /** The columns that it names; undefined with an expression, or where it names nothing. */
  readonly columns: readonly string[] | undefined;
  /** It has a WHERE behind its columns, by which a partial index may be meant. */
  readonly hasPredicate: boolean;
  /** What DO UPDATE sets, to another value than DEFAULT. */
  readonly sets: readonly string[];
}
export interface Update extends Whole {
  readonly kind: 'update';
  readonly typed?: readonly TypedValue[];
  /** Strings in it that are values of other types. */
  readonly literals?: readonly TypedLiteral[];
  readonly table: ObjectName;
  readonly assigns: readonly string[];
  /** Each `column = value` of SET; columns that are assigned in a list are left out. */
  readonly sets: readonly { readonly column: string; readonly value: SourceText }[];
  readonly where: SourceText | undefined;
  /** Which rows it changes. */
  readonly rows: RowsWritten;
  readonly reads: readonly ObjectName[];
  readonly calls?: readonly FunctionCall[];
  /** The word UPDATE. */
  readonly keyword: Span;
}
export interface Delete extends Whole {
  readonly kind: 'delete';
  /** Strings in it that are values of other types. */
  readonly literals?: readonly TypedLiteral[];
  readonly table: ObjectName;
  readonly where: SourceText | undefined;
  /** Which rows it takes. */
  readonly rows: RowsWritten;
  readonly reads: readonly ObjectName[];
  /** The word DELETE. */
  readonly keyword: Span;
}
/** A query that changes nothing by itself; `locksRows` for SELECT … FOR UPDATE. */
export interface Select extends Whole {
  readonly kind: 'select';
  /** Strings in it that are values of other types. */
  readonly literals?: readonly TypedLiteral[];
  readonly reads: readonly ObjectName[];
  readonly locksRows: boolean;
  /** Those of what it reads whose rows it locks. */
  readonly locked: readonly ObjectName[];
  readonly calls: readonly FunctionCall[];
}
export interface Copy extends Whole {
  readonly kind: 'copy';
  readonly table: ObjectName | undefined;
  readonly from: boolean;
  /** What the query of COPY (query) TO reads. */
  readonly reads: readonly ObjectName[];
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
  readonly index: string | undefined;
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
  /** The names of its constraints, as far as they are written. */
  readonly constraints: readonly (string | undefined)[];
  /** The functions that its default and its CHECKs call. */
  readonly calls: readonly UsedName[];
}
/** Where the type of a view's column comes from: from a column, or from what it is cast to. */
export interface ViewOutput {
  readonly column?: { readonly table: UsedName; readonly name: string };
  readonly type?: Pick<TypeRef, 'schema' | 'name' | 'modifiers' | 'arrayDimensions'>;
}
export interface CreateView extends Whole {
  readonly kind: 'createView';
  /** Strings in it that are values of other types. */
  readonly literals?: readonly TypedLiteral[];
  readonly view: ObjectName;
  readonly materialized: boolean;
  readonly replace: boolean;
  /** Which only materialized views can say. */
  readonly ifNotExists: boolean;
  /** The query of a materialized view. */
  readonly query?: string;
  readonly reads: readonly ObjectName[];
  /** The names of its columns in order, undefined in the place of one that the text does not show; undefined with a "*". */
  readonly columns: readonly (string | undefined)[] | undefined;
  /** In the order of its columns; undefined for what the text does not show. */
  readonly outputs: readonly (ViewOutput | undefined)[] | undefined;
  /** What it reads of each relation, one entry for each place in which the relation stands. */
  readonly uses: readonly ColumnsRead[];
  /** As in Uses. */
  readonly calls: readonly UsedName[];
  readonly types: readonly UsedName[];
  /** False for a materialized view WITH NO DATA. */
  readonly withData: boolean;
  readonly temporary?: boolean;
  /** WITH (security_invoker): undefined where nothing is said of it. */
  readonly securityInvoker?: boolean;
}
/** What a routine gives back. */
export interface RoutineResult {
  readonly type: string | undefined;
  readonly isSet: boolean;
  /** OUT and INOUT parameters and the columns of RETURNS TABLE: "name type". */
  readonly columns: readonly string[];
}

export interface CreateFunction extends Whole {
  readonly kind: 'createFunction';
  readonly function: ObjectName;
  readonly procedure: boolean;
  readonly replace: boolean;
  readonly language: string;
  readonly volatility: 'immutable' | 'stable' | 'volatile';
  /** The types of the arguments that a caller gives: "int4", "text[]", "app.mood", "variadic text[]". */
  readonly arguments: readonly string[];
  /** How many of them have no default. */
  readonly required: number;
  /** The names of those arguments; "" for one without. */
  readonly argumentNames: readonly string[];
  /** What it gives, with SETOF, and its OUT parameters; a procedure's are those alone. */
  readonly result: RoutineResult;
  /** The type of the result, such as "trigger"; undefined for a procedure. */
  readonly returns: string | undefined;
  /** A procedure in PL/pgSQL whose body says COMMIT or ROLLBACK. */
  readonly commits: boolean;
  /** It has a SET clause, inside which no procedure may commit. */
  readonly setsVariables: boolean;
  readonly routine: RoutineSecurity;
  /** The expression of a function in SQL that is one SELECT without FROM, which the planner may put in its place. */
  readonly inlined: string | undefined;
  /** What a body in SQL reads, of which PostgreSQL looks at once; it depends on it when it is no string. */
  readonly body: (Uses & { readonly isString: boolean }) | undefined;
  /** The types of its arguments and of its result. */
  readonly types: readonly TypeRef[];
}
export interface CreateTrigger extends Whole {
  readonly kind: 'createTrigger';
  readonly trigger: string;
  readonly table: ObjectName;
  readonly replace: boolean;
  readonly forEachRow: boolean;
  readonly function: ObjectName;
  /** The table behind FROM of a constraint trigger. */
  readonly from: ObjectName | undefined;
  /** The columns of UPDATE OF and of WHEN; undefined where a whole row is compared. */
  readonly mentions: readonly string[] | undefined;
  /** The functions that WHEN calls. */
  readonly calls: readonly UsedName[];
  /** What makes it fire, in the words of the statement. */
  readonly events: readonly TriggerEvent[];
  readonly timing: 'before' | 'after' | 'instead of';
  /** The columns of UPDATE OF. */
  readonly ofColumns: readonly string[];
  readonly hasWhen: boolean;
  /** When a constraint trigger fires: `may` where SET CONSTRAINTS can put it off to the end of the transaction. */
  readonly deferred: 'no' | 'may' | 'yes';
  /** What WHEN reads of the old and the new row: columns, "*" for the whole row. */
  readonly when: { readonly old: readonly string[]; readonly new: readonly string[]; readonly hasSubquery: boolean };
}
export type TriggerEvent = 'INSERT' | 'UPDATE' | 'DELETE' | 'TRUNCATE';
export interface CreateSchema extends Whole {
  readonly kind: 'createSchema';
  readonly schema: string;
  readonly ifNotExists: boolean;
}
/** The numbers among the options of a sequence, as digits: they may be too great for a number of JavaScript. */
export type SequenceNumbers = Readonly<
  Partial<Record<'increment' | 'minimum' | 'maximum' | 'start' | 'restart' | 'cache', string>>
>;
export interface CreateSequence extends Whole {
  readonly kind: 'createSequence';
  readonly sequence: ObjectName;
  readonly ifNotExists: boolean;
  readonly temporary: boolean;
  readonly ownedBy: OwnedBy | undefined;
  /** Behind AS: int2, int4 or int8. */
  readonly type: string | undefined;
  readonly numbers: SequenceNumbers;
}
/** OWNED BY table.column; `none` takes it back. */
export type OwnedBy = { readonly table: ObjectName; readonly column: string } | 'none';
export interface AlterSequence extends Whole {
  readonly kind: 'alterSequence';
  readonly sequence: ObjectName;
  readonly ifExists: boolean;
  readonly ownedBy: OwnedBy | undefined;
  /** Behind AS: int2, int4 or int8. */
  readonly type: string | undefined;
  readonly numbers: SequenceNumbers;
}
export interface CreateExtension extends Whole {
  readonly kind: 'createExtension';
  readonly extension: string;
  readonly ifNotExists: boolean;
}
export interface Comment extends Whole {
  readonly kind: 'comment';
  readonly objectKind: ObjectKind;
  readonly object: ObjectName | undefined;
  /** The table of a constraint, trigger, policy or rule. */
  readonly table: ObjectName | undefined;
  /** The column of `object`, for COMMENT ON COLUMN. */
  readonly column?: string;
}
export interface DoBlock extends Whole {
  readonly kind: 'doBlock';
  readonly language: string;
  /** It says COMMIT or ROLLBACK in a block that has an EXCEPTION part, which PostgreSQL always refuses. */
  readonly commitsInException: boolean;
}
export interface Call extends Whole {
  readonly kind: 'call';
  readonly procedure: ObjectName;
}
export interface Merge extends Whole {
  readonly kind: 'merge';
  /** Strings in it that are values of other types. */
  readonly literals?: readonly TypedLiteral[];
  readonly table: ObjectName;
  readonly reads: readonly ObjectName[];
  /** Its rows, and those of the source that they meet. */
  readonly rows: RowsWritten;
  /** It has a WHEN that updates or deletes. */
  readonly changesRows: boolean;
  /** The columns that WHEN MATCHED THEN UPDATE sets; undefined when rows are inserted as well. */
  readonly assigns: readonly string[] | undefined;
  /** The columns that an UPDATE of it sets to another value than DEFAULT. */
  readonly sets: readonly string[];
  /** The columns of each INSERT of it, undefined without a list, and which of its values are DEFAULT. */
  readonly inserts: readonly {
    readonly columns: readonly string[] | undefined;
    readonly width: number;
    readonly defaulted: readonly number[];
    readonly overriding: boolean;
  }[];
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
  /** The constraint's name, when the statement has it. */
  readonly constraint: string | undefined;
  readonly notValid: boolean;
  /** The functions that the new default or CHECK calls. */
  readonly calls: readonly UsedName[];
}
/** Rights that a statement gives or takes. */
export interface RightsChange {
  readonly gives: boolean;
  readonly on: 'table' | 'sequence' | 'function' | 'schema' | 'other';
  readonly of: 'named' | 'all in schema' | 'new objects';
  /** Of ALL … IN SCHEMA, of GRANT … ON SCHEMA, and of ALTER DEFAULT PRIVILEGES, where none means every one. */
  readonly schemas: readonly string[];
  /** The functions that are named. */
  readonly functions: readonly ObjectName[];
  /** In lower case; none for ALL. */
  readonly rights: readonly string[];
  /** "public" for PUBLIC. */
  readonly roles: readonly string[];
  /** REVOKE GRANT OPTION FOR, which leaves the right itself. */
  readonly optionAlone: boolean;
}
/** What a policy of row level security says. */
export interface PolicyTerms {
  readonly command: 'all' | 'select' | 'insert' | 'update' | 'delete';
  readonly isRestrictive: boolean;
  /** "public" for PUBLIC, also where nothing is said. */
  readonly roles: readonly string[];
  /** `true` for the constant; undefined where it is not there. */
  readonly using: 'true' | 'condition' | undefined;
  readonly check: 'true' | 'condition' | undefined;
}
/** What a statement says of whose rights a routine has, and of the search_path that it runs with. */
export interface RoutineSecurity {
  /** SECURITY DEFINER; undefined where nothing is said of it. */
  readonly definer: boolean | undefined;
  /** The schemas of SET search_path; none for FROM CURRENT; `reset` where it is taken back; undefined without it. */
  readonly path: readonly string[] | 'reset' | undefined;
}
/** A statement that parses and that none of the above describes. */
export interface Other extends Whole {
  readonly kind: 'other';
  /** Strings in it that are values of other types. */
  readonly literals?: readonly TypedLiteral[];
  readonly statement: OtherStatement;
  /** The relations that it names. */
  readonly relations: readonly ObjectName[];
  /** What it makes, changes or drops: a policy, a rule, a publication, statistics, a type, an aggregate, a database, a role; the tablespace that is emptied. */
  readonly name?: ObjectName;
  /** What the expressions of a policy, a rule or statistics read; the functions that an aggregate or an event trigger calls. */
  readonly uses?: Uses;
  /** The attributes of a composite type. */
  readonly attributes?: readonly { readonly name: string; readonly type: UsedName | undefined }[];
  /** The columns that GRANT and REVOKE name. */
  readonly columns?: readonly string[];
  /** Of GRANT, REVOKE and ALTER DEFAULT PRIVILEGES; `relations` are those that a named one is about. */
  readonly rights?: RightsChange;
  /** Of CREATE POLICY. */
  readonly policy?: PolicyTerms;
  /** Of ALTER FUNCTION, whose function is `name`. */
  readonly routine?: RoutineSecurity;
  /** The names of its options, with their values where those are words. */
  readonly options?: ReadonlyMap<string, string>;
  /** The columns and the condition of each table of a publication. */
  readonly published?: readonly {
    readonly table: ObjectName;
    readonly mentions: readonly string[];
    /** The list of columns alone; empty for all of them. */
    readonly listed: readonly string[];
    /** What its condition reads. */
    readonly filtered: readonly string[];
  }[];
  /** What ALTER PUBLICATION does with its tables; REFRESH PUBLICATION of a subscription. */
  readonly operation?: 'add' | 'set' | 'drop' | 'refresh';
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
  | AlterSequence
  | CreateExtension
  | Comment
  | DoBlock
  | Call
  | Merge
  | AlterDomain
  | Other;

export type ActionKind = Action['kind'];
export type ActionOf<K extends ActionKind> = Extract<Action, { kind: K }>;
