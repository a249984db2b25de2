import { isKeyword, nameOf, type Token, withoutComments } from '../../server/src/sql/lexer.js';

/** The parts of UPDATE or DELETE … LIMIT, which PostgreSQL does not have. */
export interface BatchParts {
  readonly verb: Token;
  /** The table's words, with its alias. */
  readonly table: {
    readonly start: number;
    readonly end: number;
    readonly name: string;
    readonly schema: string | undefined;
  };
  readonly where: Token | undefined;
  /** It reads other tables, too: FROM of an UPDATE, USING of a DELETE. */
  readonly joins: boolean;
  /** ORDER or LIMIT, whichever comes first: where PostgreSQL's grammar stops. */
  readonly clause: Token;
}

/** The parts of a statement that fails because of LIMIT or ORDER BY at the end of UPDATE or DELETE. */
export function batchParts(all: readonly Token[]): BatchParts | undefined {
  const tokens = withoutComments(all);
  const [verb] = tokens;
  if (!verb || !(isKeyword(verb, 'UPDATE') || isKeyword(verb, 'DELETE'))) return undefined;
  let index = isKeyword(verb, 'DELETE') ? 2 : 1;
  if (tokens[index] && isKeyword(tokens[index] as Token, 'ONLY')) index++;
  const names: string[] = [];
  const start = tokens[index]?.start;
  let end = tokens[index]?.end ?? 0;
  for (; tokens[index]; index += 2) {
    const token = tokens[index] as Token;
    if (token.kind !== 'word' && token.kind !== 'quoted') return undefined;
    names.push(nameOf(token));
    end = token.end;
    if (tokens[index + 1]?.kind !== 'dot') break;
  }
  if (start === undefined || names.length === 0) return undefined;
  const alias = aliasAt(tokens, index + 1);
  if (alias) end = alias.end;
  let joins = false;
  let depth = 0;
  let where: Token | undefined;
  for (const token of tokens.slice(index + 1)) {
    if (token.kind === 'open') depth++;
    else if (token.kind === 'close') depth--;
    if (depth !== 0) continue;
    if (isKeyword(token, 'WHERE')) where ??= token;
    if (!where && (isKeyword(token, 'FROM') || isKeyword(token, 'USING'))) joins = true;
    if (isKeyword(token, 'LIMIT') || isKeyword(token, 'ORDER')) {
      return {
        verb,
        table: {
          start,
          end,
          name: names[names.length - 1] ?? '',
          schema: names.length > 1 ? names[names.length - 2] : undefined,
        },
        where,
        joins,
        clause: token,
      };
    }
  }
  return undefined;
}

/** The alias of the table, behind AS or by itself. */
function aliasAt(tokens: readonly Token[], index: number): Token | undefined {
  const token = tokens[index];
  if (!token) return undefined;
  if (isKeyword(token, 'AS')) return tokens[index + 1];
  const ends = ['SET', 'FROM', 'USING', 'WHERE', 'LIMIT', 'ORDER', 'RETURNING'];
  const isName = token.kind === 'quoted' || token.kind === 'word';
  return isName && !ends.some((word) => isKeyword(token, word)) ? token : undefined;
}
