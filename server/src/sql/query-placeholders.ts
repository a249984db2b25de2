import { lex } from './lexer.js';

/** What may stand before and behind a "?" that stands for a value; elsewhere it is an operator of jsonb. */
const before =
  '(?<=(?:[=(,<>+*/|%\\[-]|\\b(?:in|like|ilike|limit|offset|and|or|values|set|between|then|else|when|any|all|from|to|by|select|returning|not|interval|distinct|fetch|is))\\s*)';
const behind =
  '(?=\\s*(?:$|[,);:+*/|=<>\\]-]|(?:and|or|limit|offset|order|group|returning|then|else|end|when|as|from|where|for|union|on|having|asc|desc|escape|rows?)\\b))';

/**
 * What drivers and generators of code put for values: `sqlc.arg(name)`, `%(name)s`, `%s`, `:name`, `@name`, `?`. The first
 * groups are the names.
 */
const placeholder = new RegExp(
  [
    "sqlc\\.(?:n?arg|slice)\\(\\s*'?(\\w+)'?\\s*\\)",
    '%\\((\\w+)\\)s',
    '(?<![:\\w\\])]):([A-Za-z_]\\w*)',
    '(?<![@\\w<])@([A-Za-z_]\\w*)',
    '%s\\b',
    `${before}\\?(?![?|&])${behind}`,
  ].join('|'),
  'gi',
);

/**
 * A query with $1, $2 … for its values, whichever way they are written. Lines stay where they are. A text that has such
 * numbers keeps them.
 */
export function withNumbers(given: string): string {
  const text = given.replace(/\bsqlc\.embed\(\s*(\w+)\s*\)/gi, '$1.*');
  const masked = maskOf(text);
  const numbers = [...masked.matchAll(/\$(\d+)/g)].map(([, digits]) => Number(digits));
  let last = Math.max(0, ...numbers);
  const known = new Map<string, number>();
  let out = '';
  let at = 0;
  for (const found of masked.matchAll(placeholder)) {
    const [whole, argument, percent, colon, commercial] = found;
    if (numbers.length > 0 && argument === undefined) continue;
    const name = argument ?? percent ?? colon ?? commercial;
    const number = (name === undefined ? undefined : known.get(name)) ?? ++last;
    if (name !== undefined) known.set(name, number);
    out += `${text.slice(at, found.index)}$${number}`;
    at = found.index + whole.length;
  }
  return out + text.slice(at);
}

/** The text with quotes for its strings and quoted names, and blanks for its comments; `sqlc.arg('name')` keeps its name. */
function maskOf(text: string): string {
  let out = '';
  let at = 0;
  for (const { kind, start, end } of lex(text)) {
    const isString = kind === 'string' || kind === 'quoted';
    if (!isString && kind !== 'lineComment' && kind !== 'blockComment') continue;
    if (isString && /sqlc\.\w+\(\s*$/i.test(text.slice(Math.max(0, start - 30), start))) continue;
    out += text.slice(at, start) + (isString ? "'" : ' ').repeat(end - start);
    at = end;
  }
  return out + text.slice(at);
}
