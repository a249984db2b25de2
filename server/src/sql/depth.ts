import { KINDS, Kind, scanToken, skipSpace } from './lexer.js';

/**
 * PostgreSQL's C code walks a parse tree by recursion, and in WebAssembly it shares the stack of JavaScript.
 * Measured with Node's default stack: 2,000 nested subqueries and chains of 3,000 operators, UNIONs or
 * AT TIME ZONEs are fine; 3,000 subqueries and 5,000 COLLATEs overflow. The limit stays below that.
 */
export const DEPTH_LIMIT = 2600;

/** A subquery costs more stack than an operator. */
const BRACKET_WEIGHT = 2;

/** Words that put one tree node above another, as operators do. */
const CHAINING = new Set([
  'is',
  'isnull',
  'notnull',
  'not',
  'in',
  'like',
  'ilike',
  'similar',
  'between',
  'collate',
  'at',
]);
/** Words that chain whole queries and tables; a comma does not end such a chain. */
const JOINING = new Set(['union', 'except', 'intersect', 'join']);
/** Words behind which a new expression starts. AND and OR become one flat list. */
const RESETTING = new Set(['and', 'or', 'select', 'where', 'from', 'set', 'values', 'when', 'then', 'union', 'on']);

/**
 * An upper bound of how deep PostgreSQL's parse tree of the text gets, from its tokens alone: brackets and
 * CASE that are open, and for each of them the operators in a row. Lists, rows of VALUES, AND and OR are flat.
 */
export function estimateDepth(text: string): number {
  const outer: number[] = [];
  let below = 0;
  let chain = 0;
  let joins = 0;
  let cases = 0;
  let deepest = 0;
  for (let at = skipSpace(text, 0, text.length); at < text.length; ) {
    const packed = scanToken(text, at, text.length);
    const kind = packed % KINDS;
    const end = (packed - kind) / KINDS;
    if (kind === Kind.operator) chain++;
    else if (kind === Kind.comma) chain = 0;
    else if (kind === Kind.open) {
      outer.push(chain, joins, cases);
      below += BRACKET_WEIGHT + chain + joins + cases;
      chain = joins = cases = 0;
    } else if (kind === Kind.close && outer.length > 0) {
      cases = outer.pop()!;
      joins = outer.pop()!;
      chain = outer.pop()!;
      below -= BRACKET_WEIGHT + chain + joins + cases;
    } else if (kind === Kind.word && end - at <= 9) {
      const word = text.slice(at, end).toLowerCase();
      if (RESETTING.has(word)) chain = 0;
      if (CHAINING.has(word)) chain++;
      else if (JOINING.has(word)) joins++;
      else if (word === 'case') cases += BRACKET_WEIGHT;
      else if (word === 'end' && cases > 0) cases -= BRACKET_WEIGHT;
    }
    if (below + chain + joins + cases > deepest) deepest = below + chain + joins + cases;
    at = skipSpace(text, end, text.length);
  }
  return deepest;
}
