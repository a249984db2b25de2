import { isWordPart, KINDS, Kind, scanToken, skipSpace } from './lexer.js';

/**
 * Migration tools put placeholders into SQL: `${name}` (Flyway, Liquibase), `$NAME` (goose), `{{ .name }}`
 * (tern, morph), `:name`, `:'name'`, `:"name"` (psql, graphile). They are replaced by SQL of the same length,
 * so that every offset stays good.
 */

interface Placeholder {
  readonly start: number;
  readonly end: number;
  /** `brace`: can stand for any SQL. `name`, `literal`, `quoted`: psql puts one name or literal there. */
  readonly kind: 'brace' | 'name' | 'literal' | 'quoted';
}

/** The placeholders of a text, outside strings, quoted names and comments; and psql's commands inside it. */
function findPlaceholders(text: string): Placeholder[] {
  const found: Placeholder[] = [];
  const to = text.length;
  for (let at = skipSpace(text, 0, to); at < to; ) {
    const packed = scanToken(text, at, to);
    const kind = packed % KINDS;
    let end = (packed - kind) / KINDS;
    if (kind === Kind.bad) {
      const c = text.charCodeAt(at);
      if ((c === 36 || c === 123) && text.charCodeAt(end - 1) === 125) found.push({ start: at, end, kind: 'brace' });
      else if (c === 36 && end === at + 1 && end < to && isWordPart(text.charCodeAt(end))) {
        end = wordEnd(text, end);
        found.push({ start: at, end, kind: 'brace' });
      }
    } else if (kind === Kind.colon && end < to && !endsOperand(text, at)) {
      const next = scanToken(text, end, to);
      const name = PSQL_KINDS[next % KINDS];
      if (name) {
        end = (next - (next % KINDS)) / KINDS;
        found.push({ start: at, end, kind: name });
      }
    }
    at = skipSpace(text, end, to);
  }
  return found;
}

const PSQL_KINDS: Readonly<Record<number, Placeholder['kind']>> = {
  [Kind.word]: 'name',
  [Kind.string]: 'literal',
  [Kind.quoted]: 'quoted',
};

/** Whether a name or a closing bracket ends right before the offset: `a:text` is a cast gone wrong. */
function endsOperand(text: string, at: number): boolean {
  const c = at > 0 ? text.charCodeAt(at - 1) : 32;
  return isWordPart(c) || c === 34 || c === 39 || c === 41 || c === 93 || c === 58;
}

function wordEnd(text: string, from: number): number {
  let end = from;
  while (end < text.length && isWordPart(text.charCodeAt(end))) end++;
  return end;
}

/** Whether the text has placeholders that can stand for any SQL, so that a refusal by PostgreSQL proves nothing. */
export function hasOpenPlaceholders(text: string): boolean {
  return findPlaceholders(text).some((found) => found.kind === 'brace');
}

/**
 * The text with each placeholder replaced by an identifier (or, for `:'x'`, a literal) of the same length; the
 * letters of its name stay, so that different placeholders stay different names. A text that is nothing but one
 * placeholder becomes blank. `as` chooses blanks or digits instead. Without placeholders the text comes back as is.
 */
export function blankPlaceholders(text: string, as: 'name' | 'blank' | 'number' = 'name'): string {
  const lines = blankCommands(text);
  const found = findPlaceholders(lines);
  if (found.length === 0) return lines;
  const [only] = found;
  if (found.length === 1 && only!.kind === 'brace' && lines.slice(only!.end).trim() === '') {
    if (lines.slice(0, only!.start).trim() === '') return ' '.repeat(text.length);
  }
  let out = '';
  let at = 0;
  for (const placeholder of found) {
    const source = lines.slice(placeholder.start, placeholder.end);
    out += lines.slice(at, placeholder.start) + replacement(source, placeholder.kind, as);
    at = placeholder.end;
  }
  return out + lines.slice(at);
}

function replacement(source: string, kind: Placeholder['kind'], as: 'name' | 'blank' | 'number'): string {
  if (kind === 'literal') return `'p${source.slice(2)}`;
  if (kind === 'quoted') return `"p${source.slice(2)}`;
  if (kind === 'brace' && as === 'blank') return ' '.repeat(source.length);
  if (kind === 'brace' && as === 'number') return '1'.padEnd(source.length);
  return `p${source.slice(1).replace(/[^A-Za-z0-9]/g, '_')}`;
}

/** Commands of psql on lines of their own inside a statement (`\if`, `\echo`), replaced by blanks. */
function blankCommands(text: string): string {
  if (!text.includes('\\')) return text;
  const to = text.length;
  let out = text;
  for (let at = skipSpace(text, 0, to); at < to; ) {
    const packed = scanToken(text, at, to);
    let end = (packed - (packed % KINDS)) / KINDS;
    if (text.charCodeAt(at) === 92 && /(?:^|\n)[^\S\n]*$/.test(text.slice(Math.max(0, at - 200), at))) {
      const line = text.indexOf('\n', at);
      end = line < 0 ? to : line;
      out = out.slice(0, at) + ' '.repeat(end - at) + out.slice(end);
    }
    at = skipSpace(text, end, to);
  }
  return out;
}
