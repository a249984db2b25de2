import type { ParsedStatement } from './statement.js';

/** What an INSERT gives: the columns of its list, how many values a row has, whether one of them comes from a sequence. */
export interface Inserted {
  readonly names: readonly string[];
  /** Undefined for a query. */
  readonly width: number | undefined;
  readonly isFromSequence: boolean;
}

/** Undefined for anything but INSERT. */
export function insertedColumns(statement: ParsedStatement): Inserted | undefined {
  const { text, columnUses: uses } = statement;
  const named = uses.filter(({ isTarget }) => isTarget).map(({ column }) => column);
  if (named.length > 0) return { names: named, width: undefined, isFromSequence: /\bnextval\s*\(/i.test(text) };
  const { node } = statement;
  if (!node || !('InsertStmt' in node)) return undefined;
  const { selectStmt } = node.InsertStmt;
  const rows = selectStmt && 'SelectStmt' in selectStmt ? selectStmt.SelectStmt.valuesLists : undefined;
  const width = rows?.[0] && 'List' in rows[0] ? rows[0].List.items?.length : undefined;
  return { names: [], width, isFromSequence: selectStmt === undefined || /\bnextval\s*\(/i.test(text) };
}

/** The whole numbers that VALUES gives in one place of its rows; undefined where one of them is anything else. */
export function insertedNumbers({ node }: ParsedStatement, position: number): number[] | undefined {
  if (!node || !('InsertStmt' in node) || position < 0) return undefined;
  const { selectStmt } = node.InsertStmt;
  const rows = selectStmt && 'SelectStmt' in selectStmt ? selectStmt.SelectStmt.valuesLists : undefined;
  const found: number[] = [];
  for (const row of rows ?? []) {
    const value = 'List' in row ? row.List.items?.[position] : undefined;
    if (!value || !('A_Const' in value) || !value.A_Const.ival) return undefined;
    found.push(value.A_Const.ival.ival ?? 0);
  }
  return found.length > 0 ? found : undefined;
}
