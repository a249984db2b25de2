/**
 * What a database would have in its catalogs (pg_class, pg_attribute, pg_constraint …) after the statements of the
 * history, as plain data. Objects know each other by number, as in PostgreSQL, so a rename changes one name only.
 */
export type Oid = number;

/** A place in a text that names an object, printed with the name that the object has then. */
export interface Ref {
  readonly oid: Oid;
  /** name: the last part alone; full: with its schema where needed; literal: full, as a string. */
  readonly as: 'name' | 'full' | 'literal';
  /** A column of a select list: the name that it gave to the output, which a rename does not change. */
  readonly output?: string;
}

/** SQL with the names of objects left open. */
export type SqlText = readonly (string | Ref)[];

/**
 * - defined: the files hold the statement that made it
 * - mayPredate: first met with IF NOT EXISTS, so it may have been there, and may look different
 * - unknown: only named by the files
 */
export type Origin = 'defined' | 'mayPredate' | 'unknown';

/**
 * "grantee privilege" → may be passed on; a default right that was taken away is "revoked", one that some databases
 * have from their beginning and others have not is "unsure".
 */
export type Rights = ReadonlyMap<string, 'plain' | 'grantable' | 'revoked' | 'unsure'>;
export type Options = ReadonlyMap<string, string>;

interface Shared {
  readonly oid: Oid;
  readonly name: string;
  /** Undefined for what lies in no schema. */
  readonly schema: string | undefined;
  /** True when the schema has to be written: the author wrote it, or the search_path was set. */
  readonly qualified: boolean;
  /** The table of a column, constraint, index, trigger …; the type of an attribute; the domain of a CHECK. */
  readonly parent: Oid | undefined;
  readonly origin: Origin;
  /** What certain statements have set on an object that is not defined: "default", "option fillfactor" … */
  readonly seen: ReadonlySet<string>;
  /** As a literal; undefined for none. */
  readonly comment: string | undefined;
  /** Undefined for the role that runs the migrations. */
  readonly owner: string | undefined;
  readonly rights: Rights;
  /** What it needs besides what its texts name. */
  readonly needs: readonly Oid[];
}

export interface Table extends Shared {
  readonly kind: 'table';
  readonly foreign: { readonly server: string; readonly options: SqlText } | undefined;
  readonly persistence: 'permanent' | 'unlogged' | 'temporary';
  readonly partitionBy: SqlText | undefined;
  readonly partitionOf: Oid | undefined;
  readonly bound: SqlText | undefined;
  readonly inherits: readonly Oid[];
  readonly ofType: Oid | undefined;
  readonly options: Options;
  readonly tablespace: string | undefined;
  readonly accessMethod: string | undefined;
  readonly rowSecurity: boolean;
  readonly forceRowSecurity: boolean;
  /** default, full, nothing, or the index. */
  readonly replicaIdentity: 'default' | 'full' | 'nothing' | Oid;
  readonly clusterOn: Oid | undefined;
  /** In order. */
  readonly columns: readonly Oid[];
  /** The query of CREATE TABLE AS, whose columns have types that no file shows. */
  readonly asQuery: SqlText | undefined;
}

export interface Column extends Shared {
  readonly kind: 'column';
  readonly type: SqlText | undefined;
  /** The same for two spellings of one type: "int4", "varchar(10)", "#17[]". */
  readonly typeKey: string | undefined;
  readonly collation: string | undefined;
  readonly notNull: boolean;
  readonly default: SqlText | undefined;
  readonly generated: { readonly expression: SqlText; readonly storage: 'STORED' | 'VIRTUAL' } | undefined;
  readonly identity: 'ALWAYS' | 'BY DEFAULT' | undefined;
  readonly statistics: string | undefined;
  readonly storage: string | undefined;
  readonly compression: string | undefined;
  readonly options: Options;
  readonly foreignOptions: SqlText | undefined;
  /** It came down from a parent. */
  readonly inherited: boolean;
  /** It stands in its own table's definition as well. */
  readonly local: boolean;
}

export type ConstraintType = 'PRIMARY KEY' | 'UNIQUE' | 'CHECK' | 'FOREIGN KEY' | 'EXCLUDE' | 'NOT NULL';

export interface Constraint extends Shared {
  readonly kind: 'constraint';
  readonly type: ConstraintType;
  readonly columns: readonly Oid[];
  /** From the kind's first word on, without name, DEFERRABLE, NOT VALID and NO INHERIT. */
  readonly definition: SqlText;
  readonly deferrable: boolean;
  readonly deferred: boolean;
  readonly validated: boolean;
  readonly noInherit: boolean;
  readonly notEnforced: boolean;
  readonly references: { readonly table: Oid; readonly columns: readonly Oid[]; readonly onDelete: string } | undefined;
  readonly inherited: boolean;
  /** The author gave it a name. */
  readonly named: boolean;
}

export interface Index extends Shared {
  readonly kind: 'index';
  readonly unique: boolean;
  readonly method: string;
  readonly elements: readonly SqlText[];
  readonly include: readonly Oid[];
  readonly nullsNotDistinct: boolean;
  readonly options: Options;
  readonly tablespace: string | undefined;
  readonly where: SqlText | undefined;
  readonly constraint: Oid | undefined;
  readonly partOf: Oid | undefined;
  /** False for one made with ON ONLY until every partition's is attached. */
  readonly only: boolean;
  /** The author gave it a name. */
  readonly named: boolean;
  /** Target by column number. */
  readonly statistics: Options;
}

export interface View extends Shared {
  readonly kind: 'view';
  readonly materialized: boolean;
  /** The names in parentheses behind its own; undefined when there are none. */
  readonly columnNames: readonly string[] | undefined;
  readonly query: SqlText;
  /** Its columns, when they are known. */
  readonly columns: readonly Oid[];
  readonly options: Options;
  readonly tablespace: string | undefined;
  readonly populated: boolean;
  /** A "*" whose columns are not known, or a name that cannot be followed through renames. */
  readonly loose: boolean;
  readonly recursive: boolean;
}

export interface Sequence extends Shared {
  readonly kind: 'sequence';
  /** As written: "start" → "5"; what is not there is the default. */
  readonly options: Options;
  readonly ownedBy: Oid | undefined;
  /** Made for a serial or identity column. */
  readonly implicit: 'serial' | 'identity' | undefined;
  readonly persistence: 'permanent' | 'unlogged' | 'temporary';
}

export interface UserType extends Shared {
  readonly kind: 'type';
  readonly type: 'enum' | 'composite' | 'domain' | 'other';
  readonly labels: readonly string[];
  readonly columns: readonly Oid[];
  readonly base: SqlText | undefined;
  readonly baseKey: string | undefined;
  readonly collation: string | undefined;
  readonly default: SqlText | undefined;
  readonly notNull: boolean;
  /** The statement, for a range or a base type. */
  readonly text: SqlText;
}

export interface Routine extends Shared {
  readonly kind: 'routine';
  readonly type: 'FUNCTION' | 'PROCEDURE' | 'AGGREGATE';
  /** The types of its input arguments, as keys. */
  readonly signature: readonly string[];
  /** The same as they are written in DROP FUNCTION. */
  readonly arguments: SqlText;
  readonly resultKey: string;
  /** The names of its parameters, which CREATE OR REPLACE may not change. */
  readonly parameters: string;
  readonly text: SqlText;
  /** What stands behind the name in each ALTER FUNCTION since. */
  readonly alters: readonly SqlText[];
  /** True when the whole text is known. */
  readonly bodyText: string;
}

/** A trigger, rule, or anything whose statement is kept as it was written. */
export interface Definition extends Shared {
  readonly kind: 'definition';
  /** As in DROP: "TRIGGER", "OPERATOR", "TEXT SEARCH CONFIGURATION". */
  readonly type: string;
  /** What DROP and COMMENT name, behind the type. */
  readonly identity: SqlText;
  readonly text: SqlText;
  readonly alters: readonly SqlText[];
  /** ENABLE, DISABLE, ENABLE ALWAYS, ENABLE REPLICA: of triggers, rules and event triggers. */
  readonly enabled: string;
  /** The target of statistics, the version of an extension. */
  readonly detail: string | undefined;
  /** OPTIONS (…) of foreign objects, and the attributes of a role. */
  readonly options: Options;
  readonly forEachRow: boolean;
}

export interface Policy extends Shared {
  readonly kind: 'policy';
  readonly permissive: boolean;
  readonly command: string;
  readonly roles: string;
  readonly using: SqlText | undefined;
  readonly check: SqlText | undefined;
}

export interface Publication extends Shared {
  readonly kind: 'publication';
  readonly all: boolean;
  readonly tables: ReadonlyMap<Oid, SqlText>;
  readonly schemas: readonly string[];
  readonly options: Options;
}

/** What stands by itself under a key: default privileges, memberships, settings of a role. */
export interface Setting extends Shared {
  readonly kind: 'setting';
  readonly type: 'default privileges' | 'membership' | 'configuration';
  /** The statement around the value, such as "ALTER DEFAULT PRIVILEGES IN SCHEMA app". */
  readonly head: string;
  readonly value: string;
}

export type CatalogObject =
  | Table
  | Column
  | Constraint
  | Index
  | View
  | Sequence
  | UserType
  | Routine
  | Definition
  | Policy
  | Publication
  | Setting;

export type KindOf<K extends CatalogObject['kind']> = Extract<CatalogObject, { kind: K }>;
