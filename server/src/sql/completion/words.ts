import { isKeyword, nameOf, type Token } from '../lexer.js';

/** A relation as a text names it. */
export interface NamedRelation {
  readonly schema: string | undefined;
  readonly name: string;
  /** What it is called in the statement. */
  readonly alias: string;
}

/** True for a token that can be a name. */
export function isName(token: Token | undefined): token is Token {
  return token?.kind === 'word' || token?.kind === 'quoted';
}

/** The word in upper case; "" for anything but a word without quotes. */
export function wordOf(token: Token | undefined): string {
  return token?.kind === 'word' ? token.text.toUpperCase() : '';
}

/** A possibly qualified name that starts at a token; undefined where none does. */
export function nameFrom(
  tokens: readonly Token[],
  at: number,
): { readonly schema: string | undefined; readonly name: string; readonly next: number } | undefined {
  const first = tokens[at];
  if (!isName(first)) return undefined;
  const second = tokens[at + 1]?.kind === 'dot' ? tokens[at + 2] : undefined;
  if (isName(second)) return { schema: nameOf(first), name: nameOf(second), next: at + 3 };
  return { schema: undefined, name: nameOf(first), next: at + 1 };
}

/** Words that stand behind a relation in FROM and are no alias. */
const behindRelation = new Set(
  (
    'ON USING WHERE SET JOIN LEFT RIGHT FULL INNER CROSS NATURAL GROUP ORDER HAVING LIMIT OFFSET UNION EXCEPT INTERSECT ' +
    'RETURNING VALUES SELECT WHEN FOR WINDOW FETCH TABLESAMPLE DEFAULT OVERRIDING AS LATERAL WITH DO LOOP'
  ).split(' '),
);

/** Words in front of a relation in a query. */
const beforeRelation = new Set(['FROM', 'JOIN', 'INTO', 'UPDATE', 'USING']);

/** The relations that a query names, in order, each with what it is called there. What stands in brackets is seen everywhere. */
export function relationsIn(tokens: readonly Token[]): NamedRelation[] {
  const found: NamedRelation[] = [];
  let inList = false;
  tokens.forEach((token, index) => {
    const word = wordOf(token);
    const isComma = token.kind === 'comma' && inList;
    if (!beforeRelation.has(word) && !isComma) {
      if (behindRelation.has(word) && word !== 'AS' && word !== 'LATERAL') inList = false;
      return;
    }
    if (word === 'FROM' && wordOf(tokens[index - 1]) === 'DISTINCT') return;
    if (word === 'UPDATE' && ['FOR', 'ON', 'DO', 'BEFORE', 'AFTER', 'OR', 'KEY'].includes(wordOf(tokens[index - 1])))
      return;
    const at = wordOf(tokens[index + 1]) === 'ONLY' || wordOf(tokens[index + 1]) === 'LATERAL' ? index + 2 : index + 1;
    const named = nameFrom(tokens, at);
    if (word === 'FROM') inList = true;
    if (!named || behindRelation.has(wordOf(tokens[at]))) return;
    const next = wordOf(tokens[named.next]) === 'AS' ? named.next + 1 : named.next;
    const alias = tokens[next];
    const isAlias = isName(alias) && !behindRelation.has(wordOf(alias));
    found.push({ schema: named.schema, name: named.name, alias: isAlias ? nameOf(alias) : named.name });
  });
  return found;
}

/** The table that a statement of the schema is about: behind ALTER TABLE, behind ON. */
export function subjectOf(tokens: readonly Token[]): NamedRelation | undefined {
  const head = wordOf(tokens[0]);
  let at = -1;
  if (head === 'ALTER') {
    at = tokens.findIndex((each, index) => index < 4 && ['TABLE', 'VIEW', 'SEQUENCE'].includes(wordOf(each)));
    if (at >= 0) at += 1;
  } else if (head === 'CREATE' || head === 'DROP') at = tokens.findIndex((each) => isKeyword(each, 'ON')) + 1 || -1;
  else if (head === 'COMMENT') at = tokens.findIndex((each, index) => index > 1 && isKeyword(each, 'ON')) + 1 || -1;
  else if (['COPY', 'VACUUM', 'ANALYZE', 'CLUSTER', 'TRUNCATE', 'LOCK'].includes(head)) at = 1;
  if (at < 0) return undefined;
  while (['IF', 'EXISTS', 'ONLY', 'TABLE'].includes(wordOf(tokens[at]))) at++;
  const named = nameFrom(tokens, at);
  return named && { schema: named.schema, name: named.name, alias: named.name };
}
