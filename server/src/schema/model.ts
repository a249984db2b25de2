import type { ConstraintDefinition, TypeRef } from '../sql/action.js';

/**
 * The schema that the migrations build, as far as they tell it. What no migration has said is unknown,
 * never absent: a table that is not here is assumed to exist and to be large.
 */

/** A type without its place in a text. */
export type ColumnType = Pick<TypeRef, 'schema' | 'name' | 'modifiers' | 'arrayDimensions' | 'text'>;

export interface Column {
  readonly name: string;
  readonly type: ColumnType | undefined;
  /** Undefined when the history does not tell. */
  readonly notNull: boolean | undefined;
  readonly default: string | undefined;
  readonly generated: { readonly storage: 'stored' | 'virtual'; readonly expression: string } | undefined;
  readonly identity: 'always' | 'byDefault' | undefined;
  readonly collation: string | undefined;
  /** Key of the sequence that belongs to a serial or identity column. */
  readonly sequence: string | undefined;
  /** The release in which the column came (see Table.release); 0 when the history does not tell. */
  readonly release: number;
}

export interface Constraint {
  readonly name: string;
  readonly kind: ConstraintDefinition['kind'];
  readonly columns: readonly string[];
  readonly expression: string | undefined;
  readonly references: { readonly table: string; readonly columns: readonly string[] } | undefined;
  readonly validated: boolean;
  readonly enforced: boolean;
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
  /** The expressions among its columns. */
  readonly expressions: readonly string[];
  readonly predicate: string | undefined;
  /** The constraint that owns it. */
  readonly constraint: string | undefined;
  /** The statement that created it; undefined for an index that belongs to a constraint. */
  readonly definition: string | undefined;
  readonly release: number;
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
  /** Keys of partitions and of children by inheritance. */
  readonly children: ReadonlySet<string>;
  /** Keys of the tables whose foreign keys point here. */
  readonly referencedBy: ReadonlySet<string>;
  readonly temporary: boolean;
  readonly unlogged: boolean;
  /** The release that created it; 0 when an earlier one did or the history does not tell. */
  readonly release: number;
  /** True when this release has put rows into it by a query or by COPY. */
  readonly filled: boolean;
}

export interface View {
  readonly kind: 'view' | 'materializedView';
  readonly key: string;
  readonly schema: string;
  readonly name: string;
  /** Keys of the relations it reads. */
  readonly reads: readonly string[];
  readonly release: number;
}

export interface Sequence {
  readonly kind: 'sequence';
  readonly key: string;
  readonly schema: string;
  readonly name: string;
  readonly release: number;
}

/** Tables, indexes, views and sequences share one name space in PostgreSQL. */
export type Relation = Table | Index | View | Sequence;

export interface EnumType {
  readonly kind: 'enum';
  readonly key: string;
  readonly values: readonly string[];
  /** Values added in the transaction that is open; not usable in it before PostgreSQL knows them committed. */
  readonly addedInTransaction: readonly string[];
  readonly release: number;
}

export interface DomainType {
  readonly kind: 'domain';
  readonly key: string;
  readonly base: ColumnType | undefined;
  readonly constrained: boolean;
}

export type UserType = EnumType | DomainType;

export interface UserFunction {
  readonly key: string;
  /** The weakest volatility among the overloads. */
  readonly volatility: 'immutable' | 'stable' | 'volatile';
  readonly language: string;
}
