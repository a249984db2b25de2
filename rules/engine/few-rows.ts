import { isKeyword, nameOf as tokenName, type Token } from '../../server/src/sql/lexer.js';
import { lexed } from '../../server/src/sql/lexed.js';

/** True for a condition that every row fulfils. */
export function isAlwaysTrue(where: string): boolean {
  return /^\(*\s*(true|1\s*=\s*1|'t'|not\s+false)\s*\)*$/i.test(where);
}

const comparisons = new Set(['<', '<=', '>', '>=']);

/** How many rows a condition chooses: a batch or rows by their keys; those with some value; or as many as there are. */
export type Choice = 'few' | 'some' | 'many';

/** Columns by whose value one row or a handful are meant. */
const keyLike = /(?:^|_)(?:id|ids|uuid|guid|key|slug|name|code|email|number|hash|token|sku|url|path)$/;

/**
 * What the condition of an UPDATE or DELETE of `table` looks like: few are a LIMIT in a subquery, a range, a cursor, or
 * a key that is compared with a value, or with a variable where there are any. `column IS NULL` and a join alone
 * choose nothing. `keys` are columns that are unique.
 */
export function rowsChosen(where: string, table: string, variables = false, keys: ReadonlySet<string> = none): Choice {
  const tokens = lexed(where);
  let lower = false;
  let upper = false;
  let choice: Choice = 'many';
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index] as Token;
    if (isKeyword(token, 'LIMIT') && !isForEachRow(tokens, index, table)) return 'few';
    if (isKeyword(token, 'BETWEEN') || isKeyword(token, 'CURRENT')) return 'few';
    if (token.kind === 'word' && tokenName(token) === 'ctid') return 'few';
    if (token.kind === 'operator' && comparisons.has(token.text)) {
      if (token.text.startsWith('<')) upper = true;
      else lower = true;
      if (lower && upper) return 'few';
    }
    const next = tokens[index + 1];
    const isEqual = token.kind === 'operator' && token.text === '=';
    // Rows that are listed are few; rows that a subquery finds are as many as it finds.
    const isListed = isKeyword(token, 'IN') && next?.kind === 'open' && isValue(tokens[index + 2]);
    if (isEqual && variables) return 'few';
    if (!(isEqual && isValue(next)) && !isListed) continue;
    const left = tokens[index - 1];
    if (isKeyword(left, 'NOT')) continue;
    const column = left && (left.kind === 'word' || left.kind === 'quoted') ? tokenName(left) : undefined;
    if (column !== undefined && (keyLike.test(column.toLowerCase()) || keys.has(column))) return 'few';
    choice = 'some';
  }
  return choice;
}

const none: ReadonlySet<string> = new Set();

/** True for `= (SELECT … WHERE other.a = table.a LIMIT 1)`: one row for every row of the table. */
function isForEachRow(tokens: readonly Token[], limit: number, table: string): boolean {
  let depth = 0;
  for (let index = limit - 1; index >= 0; index--) {
    const token = tokens[index] as Token;
    if (token.kind === 'close') depth++;
    else if (token.kind === 'open' && depth > 0) depth--;
    else if (token.kind === 'open') {
      if (tokens[index - 1]?.text !== '=') return false;
      return tokens
        .slice(index, limit)
        .some((each, at, inside) => inside[at + 1]?.kind === 'dot' && tokenName(each) === table);
    }
  }
  return false;
}

/** The columns of `c IS NULL` when all rows must fulfil it. */
export function nullColumns(where: string): string[] {
  const tokens = lexed(where);
  if (tokens.some((token) => isKeyword(token, 'OR') || isKeyword(token, 'CASE'))) return [];
  return tokens.flatMap((token, at) => {
    const isColumn = (token.kind === 'word' || token.kind === 'quoted') && !isKeyword(token, 'AND');
    const isNull = isKeyword(tokens[at + 1], 'IS') && isKeyword(tokens[at + 2], 'NULL');
    return isColumn && isNull && !tokens.slice(0, at).some((each) => each.kind === 'open') ? [tokenName(token)] : [];
  });
}

/** A literal, a parameter or a variable-free cast of one. */
function isValue(token: Token | undefined): boolean {
  return token?.kind === 'string' || token?.kind === 'number' || token?.kind === 'parameter';
}
