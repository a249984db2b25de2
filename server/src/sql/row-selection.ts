import type { ObjectName } from './action.js';

/**
 * Which rows a statement chooses: of which relations, by which conditions. Plain data from PostgreSQL's parse tree;
 * how many rows that are, the schema knows (schema/rows-chosen.ts).
 */

/** A column in a condition. */
export interface ConditionColumn {
  /** The name that its relation has in the statement; undefined where it may be of several. */
  readonly of: string | undefined;
  readonly column: string;
}

/** A bound of a range: the number where it is one. */
export type RangeBound = number | 'value';

export type RowCondition =
  /** Holds for every row, and for none. */
  | { readonly kind: 'every' }
  | { readonly kind: 'never' }
  | { readonly kind: 'all' | 'any'; readonly of: readonly RowCondition[] }
  /**
   * `a = 1`, `a IN (1, 2)`, `(a, b) = (1, 2)`, `a = ANY ('{1,2}')`: one of a number of values, undefined where it is an
   * array from outside. `names` stand in the values without a relation: variables of PL/pgSQL, or columns after all.
   */
  | {
      readonly kind: 'values';
      readonly columns: readonly ConditionColumn[];
      readonly count: number | undefined;
      readonly names: readonly string[];
      /** The value is true or false. */
      readonly isFlag: boolean;
    }
  | {
      readonly kind: 'range';
      readonly columns: readonly ConditionColumn[];
      readonly lower: RangeBound | undefined;
      readonly upper: RangeBound | undefined;
      readonly names: readonly string[];
    }
  /** Columns of two relations. */
  | { readonly kind: 'joined'; readonly left: ConditionColumn; readonly right: ConditionColumn }
  /** IN (SELECT …), = ANY (ARRAY (SELECT …)). */
  | { readonly kind: 'found'; readonly columns: readonly ConditionColumn[]; readonly by: RowSource }
  | { readonly kind: 'null' | 'not null'; readonly column: ConditionColumn }
  /** WHERE CURRENT OF a cursor. */
  | { readonly kind: 'current' }
  /** An expression of columns that is compared with a value. */
  | { readonly kind: 'computed'; readonly of: readonly (string | undefined)[] }
  /** Anything else, with the relations that it names; undefined for a name that may be of several. */
  | { readonly kind: 'other'; readonly of: readonly (string | undefined)[] };

/** Where rows come from. */
export interface RowSource {
  /** LIMIT, VALUES, an aggregate, a function: no more rows than somebody has written down. */
  readonly isBounded: boolean;
  /** One row of many: an aggregate reads them all. */
  readonly isAggregate?: true;
  readonly table?: ObjectName;
  readonly query?: RowSelection;
}

export interface RowSelection {
  /** By the name that each has in the statement. */
  readonly relations: ReadonlyMap<string, RowSource>;
  readonly condition: RowCondition;
}

/** The rows of a table that a statement writes. */
export interface RowsWritten extends RowSelection {
  /** The name that the table has in the statement, which is among the relations. */
  readonly target: string;
}
