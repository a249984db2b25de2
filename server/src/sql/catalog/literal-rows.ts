import type { ParsedStatement } from '../statement.js';
import { as, constant, field, has, inner, list, tagOf, text, type Tree } from './tree.js';

/** The rows of INSERT … VALUES, as far as they are literals. */
export interface LiteralRows {
  /** The columns that it names; empty for none. */
  readonly columns: readonly string[];
  /** Each value as SQL; undefined for what is no literal. */
  readonly rows: readonly (readonly (string | undefined)[])[];
}

/** The rows of an INSERT with VALUES and without ON CONFLICT; undefined for any other statement. */
export function literalRows(statement: ParsedStatement): LiteralRows | undefined {
  const stmt = statement.node && as({ ...statement.node }, 'InsertStmt');
  const select = stmt && as(field(stmt, 'selectStmt'), 'SelectStmt');
  if (!stmt || !select || has(stmt, 'onConflictClause') || !has(select, 'valuesLists')) return undefined;
  const columns = list(stmt, 'cols').map((each) => text(inner(each), 'name') ?? '');
  return { columns, rows: list(select, 'valuesLists').map((row) => list(inner(row), 'items').map(literalOf)) };
}

function literalOf(node: Tree): string | undefined {
  const cast = as(node, 'TypeCast');
  if (cast) return literalOf(field(cast, 'arg'));
  if (tagOf(node) !== 'A_Const') return undefined;
  const content = inner(node);
  const value = constant(content);
  if (value === undefined) return undefined;
  return has(content, 'sval') ? `'${value.replaceAll("'", "''")}'` : value;
}
