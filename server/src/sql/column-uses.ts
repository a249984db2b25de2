import type { Node } from '@pgsql/types';
import { Finder } from './column-finder.js';
import type { Token } from './lexer.js';
import type { Span } from './span.js';

export interface RelationName {
  readonly schema: string | undefined;
  readonly name: string;
}

/** A column that a query names, and the relation that it can only belong to. */
export interface ColumnUse {
  readonly relation: RelationName;
  readonly column: string;
  readonly span: Span;
  /** True where nothing but a column can stand: in SET and in the list of INSERT. In PL/pgSQL other names may be variables. */
  readonly isTarget: boolean;
  /** True when the query says to which relation it belongs: t.a. */
  readonly isQualified: boolean;
}

/** A name that PostgreSQL may find nowhere. */
export type StrayName =
  /** A column of one of these relations, or of none. */
  | {
      readonly kind: 'column';
      readonly relations: readonly RelationName[];
      readonly column: string;
      readonly span: Span;
    }
  /** A column that a query inside does not give. */
  | {
      readonly kind: 'output';
      readonly query: string;
      readonly column: string;
      readonly span: Span;
      readonly outputs: readonly string[];
    }
  /** A relation that stands in no FROM; `alias` is what it is called there. */
  | { readonly kind: 'relation'; readonly name: string; readonly span: Span; readonly alias: string | undefined };

export interface NamesUsed {
  readonly columns: readonly ColumnUse[];
  readonly stray: readonly StrayName[];
}

const none: NamesUsed = { columns: [], stray: [] };

const kinds: ReadonlySet<string> = new Set([
  'SelectStmt',
  'UpdateStmt',
  'DeleteStmt',
  'InsertStmt',
  'MergeStmt',
  'CopyStmt',
  'VacuumStmt',
  'ViewStmt',
  'CreateTableAsStmt',
  'CreatePolicyStmt',
  'AlterPolicyStmt',
  'CreateStatsStmt',
  'CreateTrigStmt',
  'RuleStmt',
  'CreatePublicationStmt',
  'AlterPublicationStmt',
]);

/**
 * The columns that a statement names. Certain are those qualified by a name of its own FROM, and those without one where
 * there is one relation in that FROM and no query around; what may be of several relations, or of none, is stray.
 */
export function namesUsed(node: Node, readTokens: () => readonly Token[]): NamesUsed {
  const [kind] = Object.keys(node);
  if (kind === undefined || !kinds.has(kind)) return none;
  const finder = new Finder(readTokens());
  finder.statement(node, undefined);
  return finder.finish();
}
