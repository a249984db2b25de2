import type {
  ConstraintDefinition,
  CreateFunction,
  CreateTrigger,
  PolicyTerms,
  ReferentialAction,
  ReplicaIdentity,
  RoutineSecurity,
  TriggerEvent,
  TypeRef,
  UsedName,
  ViewOutput,
} from '../sql/action.js';
import type { ParsedStatement } from '../sql/statement.js';

/**
 * The schema that the migrations build, as far as they show it. What no migration has said is unknown,
 * never absent: a table that is not here is assumed to exist and to be large.
 */

/** Where the history makes something, or uses what no file has made before. */
export interface Place {
  /** As people are to see it: relative to the project, or the name of the file. */
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly made: boolean;
}

/** A type without its place in a text. */
export type ColumnType = Pick<TypeRef, 'schema' | 'name' | 'modifiers' | 'arrayDimensions' | 'text'>;

export interface Column {
  readonly name: string;
  readonly type: ColumnType | undefined;
  /** Undefined when the history does not show. */
  readonly notNull: boolean | undefined;
  readonly default: string | undefined;
  readonly generated: { readonly storage: 'stored' | 'virtual'; readonly expression: string } | undefined;
  readonly identity: 'always' | 'byDefault' | undefined;
  readonly collation: string | undefined;
  /** Key of the sequence that belongs to a serial or identity column. */
  readonly sequence: string | undefined;
  /** The release in which the column came (see Table.release); 0 when the history does not show. */
  readonly release: number;
  /** Undefined in the file that is looked at. */
  readonly place?: Place | undefined;
  /** What else has been set for it, in words: a comment, privileges, a statistics target. */
  readonly attributes?: readonly string[];
}

export interface Constraint {
  readonly name: string;
  readonly kind: ConstraintDefinition['kind'];
  readonly columns: readonly string[];
  readonly expression: string | undefined;
  readonly references:
    | { readonly table: string; readonly columns: readonly string[]; readonly onDelete: ReferentialAction }
    | undefined;
  readonly validated: boolean;
  readonly enforced: boolean;
  /** True when it came down from the table above: it can't be dropped here. */
  readonly inherited?: true;
  /** As the author wrote it, from the kind's first word on, without CONSTRAINT name. */
  readonly definition: string;
}

export interface Index {
  readonly kind: 'index';
  readonly key: string;
  readonly schema: string;
  readonly name: string;
  /** Key of the table. */
  readonly table: string;
  readonly unique: boolean;
  readonly method: string;
  /** Column names; undefined in the place of an expression. */
  readonly columns: readonly (string | undefined)[];
  /** What stands behind each column: DESC, an operator class, a collation; "" for nothing. */
  readonly options: readonly string[];
  /** Columns that it only carries along. */
  readonly include: readonly string[];
  /** The expressions among its columns. */
  readonly expressions: readonly string[];
  readonly predicate: string | undefined;
  /** The constraint that owns it. */
  readonly constraint: string | undefined;
  /** Key of the index of the partitioned table that it is a part of. */
  readonly partOf: string | undefined;
  readonly release: number;
  readonly place?: Place | undefined;
}

export interface Table {
  readonly kind: 'table' | 'foreignTable';
  readonly key: string;
  readonly schema: string;
  readonly name: string;
  /** True when the history holds its CREATE TABLE, so that a column that is not here does not exist. */
  readonly complete: boolean;
  readonly columns: ReadonlyMap<string, Column>;
  readonly constraints: ReadonlyMap<string, Constraint>;
  /** Keys of its indexes. */
  readonly indexes: ReadonlySet<string>;
  readonly partitionBy: { readonly strategy: string; readonly columns: readonly string[] } | undefined;
  /** Key of the table it is a partition of. */
  readonly partitionOf: string | undefined;
  readonly isDefaultPartition: boolean;
  /** The bound as the author wrote it, for a partition. */
  readonly bound: string | undefined;
  /** Keys of the tables that it inherits from; a partition's is in partitionOf. */
  readonly inherits: readonly string[];
  /** Keys of partitions and of children by inheritance. */
  readonly children: ReadonlySet<string>;
  /** Keys of the tables whose foreign keys point here. */
  readonly referencedBy: ReadonlySet<string>;
  readonly replicaIdentity: ReplicaIdentity;
  readonly temporary: boolean;
  readonly unlogged: boolean;
  /** The release that created it; 0 when an earlier one did or the history does not show. */
  readonly release: number;
  /** Where it is made, or used first when no file makes it. */
  readonly place?: Place | undefined;
  /** True when it was made by CREATE TABLE IF NOT EXISTS, so that another table of the name may have been there. */
  readonly mayPredate: boolean;
  /** How much SQL that nobody can read had run when it was made (SchemaState.disturbances). */
  readonly disturbances: number;
  /** True when it was made without its schema, under the search_path that every session has. */
  readonly unqualified: boolean;
  /** True when this release has put rows into it by a query or by COPY. */
  readonly filled: boolean;
  /** True when the release that made it has put rows of VALUES into it, and no migration has deleted any. */
  readonly seeded?: boolean;
  /** Whether row level security is on; undefined when the history does not show. */
  readonly rowSecurity: boolean | undefined;
  /** Whether its owner is bound by it as well (FORCE); undefined when the history does not show. */
  readonly rowSecurityForced: boolean | undefined;
  /** Which rights the history has given to everybody (true) or taken from them (false): see schema/rights.ts. */
  readonly rights: ReadonlyMap<string, boolean>;
  /** True when a policy of row level security has been made for it. */
  readonly hasPolicy: boolean;
  /** Foreign keys that the last release which dropped any has dropped. */
  readonly droppedKeys: readonly { readonly key: Constraint; readonly release: number }[];
  /** Keys of the objects that belong to it or read it (see Dependent). */
  readonly dependents: ReadonlySet<string>;
  /** Keys of the tables with a column of its row type. */
  readonly rowTypeUsers: ReadonlySet<string>;
  /** Key of the composite type that it is made of. */
  readonly ofType: string | undefined;
  /** The index that CLUSTER follows. */
  readonly clusteredOn: string | undefined;
  /** Undefined when the history does not show. */
  readonly owner: string | undefined;
}

/** What PostgreSQL ties to tables and to single columns of them, besides what a table holds itself (pg_depend). */
export interface Dependent {
  /** "policy po on m.t", "function m.f", "statistics m.s", "publication p". */
  readonly key: string;
  readonly kind:
    | 'trigger'
    | 'policy'
    | 'rule'
    | 'function'
    | 'statistics'
    | 'publication'
    | 'published'
    | 'aggregate'
    | 'event trigger';
  readonly name: string;
  /** Key of the table that it belongs to. */
  readonly on: string | undefined;
  /** Keys of the relations that it reads besides. */
  readonly reads: readonly string[];
  /** Every column that it names; undefined where it names a whole row. */
  readonly mentions: readonly string[] | undefined;
  /** Keys of the functions that its expressions call; the bare name of one that no file has made. */
  readonly calls: readonly string[];
  /** Keys of the types that its expressions cast to; the bare name of one that no file has made. */
  readonly types: readonly string[];
  /** Key of the function that a trigger calls. */
  readonly function: string | undefined;
  /** What makes a trigger fire. */
  readonly events: readonly TriggerEvent[];
  /** False for a trigger that DISABLE TRIGGER has put to rest. */
  readonly enabled: boolean;
  /** What a publication publishes, and whether of all tables, or of all in some schemas. */
  readonly publishes?: {
    readonly allTables: boolean;
    readonly schemas: readonly string[];
    readonly changes: readonly string[];
  };
  /** What a policy says; undefined where the history does not show. */
  readonly policy?: PolicyTerms;
  /** A trigger that fires for each row, which every partition has as well. */
  readonly forEachRow: boolean;
  /** The columns of UPDATE OF, and whether a trigger has a WHEN. */
  readonly ofColumns: readonly string[];
  readonly hasWhen: boolean;
  /** The WHEN of a BEFORE trigger compares the whole new row, which CREATE TRIGGER refuses beside a generated column. */
  readonly comparesNewRow: boolean;
  /** Of a constraint trigger, as in CreateTrigger. */
  readonly deferred: CreateTrigger['deferred'];
}

export interface View {
  readonly kind: 'view' | 'materializedView';
  readonly key: string;
  readonly schema: string;
  readonly name: string;
  /** Keys of the relations it reads. */
  readonly reads: readonly string[];
  /** The names of its columns in order; undefined where the history does not show. */
  readonly columns: readonly (string | undefined)[] | undefined;
  /** Their types; undefined where the history does not show them. */
  readonly outputTypes: readonly (ViewOutput['type'] | undefined)[] | undefined;
  /** What it reads of each relation, by key (see ColumnsRead). */
  readonly uses: readonly {
    readonly relation: string;
    readonly all: boolean;
    readonly columns: readonly string[];
    readonly certain: readonly string[];
  }[];
  /** As in Dependent. */
  readonly calls: readonly string[];
  readonly types: readonly string[];
  /** Keys of the indexes of a materialized view. */
  readonly indexes: readonly string[];
  /** The query of a materialized view, as the author wrote it. */
  readonly query: string | undefined;
  /** False for a materialized view that has no rows yet, and cannot be read. */
  readonly populated: boolean;
  /** It reads with the rights of the caller. */
  readonly securityInvoker: boolean;
  readonly release: number;
  readonly place?: Place | undefined;
}

export interface Sequence {
  readonly kind: 'sequence';
  readonly key: string;
  readonly schema: string;
  readonly name: string;
  /** int2, int4 or int8: where it ends; undefined when the history does not show. */
  readonly type: string | undefined;
  readonly release: number;
  readonly place?: Place | undefined;
}

/** Tables, indexes, views and sequences share one name space in PostgreSQL. */
export type Relation = Table | Index | View | Sequence;

export interface EnumType {
  readonly kind: 'enum';
  readonly key: string;
  readonly schema: string;
  readonly name: string;
  readonly values: readonly string[];
  /** Values added in the transaction that is open; not usable in it before PostgreSQL knows them committed. */
  readonly addedInTransaction: readonly string[];
  readonly release: number;
  readonly place?: Place | undefined;
}

export interface DomainType {
  readonly kind: 'domain';
  readonly key: string;
  readonly schema: string;
  readonly name: string;
  readonly base: ColumnType | undefined;
  readonly constrained: boolean;
  /** The names of its CHECKs; undefined in the place of one that has none in the text. */
  readonly constraints: readonly (string | undefined)[];
  /** Keys of the functions that its default and its CHECKs call. */
  readonly calls: readonly string[];
}

/** CREATE TYPE … AS (…). */
export interface CompositeType {
  readonly kind: 'composite';
  readonly key: string;
  readonly schema: string;
  readonly name: string;
  /** Keys of the tables that are made OF it. */
  readonly tables: readonly string[];
  /** Keys of the tables with a column of it. */
  readonly users: readonly string[];
  /** As far as the history shows them. */
  readonly attributes: readonly { readonly name: string; readonly type: UsedName | undefined }[];
}

export type UserType = EnumType | DomainType | CompositeType;

/** One of the functions of a name. */
export interface Overload extends Pick<CreateFunction, 'argumentNames' | 'required' | 'result' | 'procedure'> {
  /** As in CreateFunction. */
  readonly arguments: readonly string[];
  readonly returns: string | undefined;
  /** The user's types among those of its arguments and its result, by key. */
  readonly types: readonly string[];
  /** The text of the statement that made it; undefined where it was not kept. */
  readonly written: string | undefined;
  readonly routine: RoutineSecurity;
  /** The release that created it. */
  readonly release: number;
}

/** The functions of a name, as far as the history shows. */
export interface FunctionBody {
  readonly statements: readonly ParsedStatement[];
  /** True when it puts SQL together while it runs. */
  readonly isDynamic: boolean;
}

export interface UserFunction {
  readonly key: string;
  readonly schema: string;
  readonly name: string;
  readonly overloads: readonly Overload[];
  /** The weakest volatility among the overloads. */
  readonly volatility: 'immutable' | 'stable' | 'volatile';
  readonly language: string;
  /** True for a procedure that ends the transaction itself. */
  readonly commits: boolean;
  /** It has a SET clause, inside which no procedure may commit. */
  readonly setsVariables: boolean;
  /** Keys of tables with a trigger or an expression that has called it; some may do so no more. */
  readonly users: readonly string[];
  /** What the planner may put in the place of a call (CreateFunction.inlined). */
  readonly inlined: string | undefined;
  /** What a call of it does; undefined when its body is not SQL or PL/pgSQL. */
  readonly body: FunctionBody | undefined;
}
