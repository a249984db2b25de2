import type { ConstraintDefinition, QualifiedName } from './action.js';
import { isReservedWord } from './keywords.js';
import { hasPlaceholder, isBarePlaceholder } from './placeholders.js';

/** An identifier as PostgreSQL's quote_ident() prints it: quoted only where it must be. */
export function quoteIdentifier(name: string): string {
  if (/^[a-z_][a-z0-9_]*$/.test(name) && !isReservedWord(name)) return name;
  if (isBarePlaceholder(name)) return name;
  return `"${name.replaceAll('"', '""')}"`;
}

/** A string as PostgreSQL's quote_literal() prints it; the E'…' form where it holds backslashes. */
export function quoteLiteral(text: string): string {
  const doubled = text.replaceAll("'", "''");
  return text.includes('\\') ? `E'${doubled.replaceAll('\\', '\\\\')}'` : `'${doubled}'`;
}

/** A name with its schema, both quoted where they must be. */
export function qualify(schema: string | undefined, name: string): string {
  return schema === undefined ? quoteIdentifier(name) : `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
}

/** The name of an object, quoted where it must be. */
export function objectSql({ schema, name }: QualifiedName): string {
  return qualify(schema, name);
}

/** NAMEDATALEN - 1: PostgreSQL cuts longer names, with a notice only. */
export const NAME_BYTES = 63;

/** The name as PostgreSQL keeps it: its first 63 bytes. */
export function cutName(name: string): string {
  return clip(name, NAME_BYTES);
}

/** `base_suffix`, the base cut so that the whole fits into 63 bytes; never in the middle of a character. */
export function truncateName(base: string, suffix: string): string {
  return `${clip(base, NAME_BYTES - byteLength(suffix) - 1)}_${suffix}`;
}

/**
 * The name that PostgreSQL generates for an unnamed object: `chooseName(['table', 'column'], 'idx')`. The suffix is
 * idx, key, pkey, fkey, check, seq … Follows makeObjectName() and ChooseIndexNameAddition() of indexcmds.c:
 * the columns are joined, and the longer of table and columns is cut until all fits into 63 bytes.
 * A server appends a number when that name is taken.
 */
export function chooseName(parts: readonly string[], suffix: string): string {
  const whole = `${parts.join('_')}_${suffix}`;
  if (byteLength(whole) <= NAME_BYTES) return whole;
  const [table = '', ...columns] = parts;
  const addition = joinColumns(columns);
  const overhead = byteLength(suffix) + 1 + (columns.length > 0 ? 1 : 0);
  let tableBytes = byteLength(table);
  let columnBytes = byteLength(addition);
  while (tableBytes + columnBytes > NAME_BYTES - overhead) {
    if (tableBytes > columnBytes) tableBytes--;
    else columnBytes--;
  }
  const names = columns.length > 0 ? [clip(table, tableBytes), clip(addition, columnBytes)] : [clip(table, tableBytes)];
  return [...names, suffix].join('_');
}

function joinColumns(columns: readonly string[]): string {
  let joined = '';
  for (const column of columns) {
    if (joined !== '') joined += '_';
    joined += clip(column, NAME_BYTES);
    if (byteLength(joined) > NAME_BYTES) break;
  }
  return joined;
}

/** The length in UTF-8, in which PostgreSQL counts. */
export function byteLength(text: string): number {
  let bytes = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x80) bytes++;
    else if (code < 0x800) bytes += 2;
    else if (isHigh(code) && isLow(text.charCodeAt(index + 1))) {
      bytes += 4;
      index++;
    } else bytes += 3;
  }
  return bytes;
}

/** The halves of a character beyond U+FFFF. */
function isHigh(code: number): boolean {
  return code >= 0xd800 && code < 0xdc00;
}

function isLow(code: number): boolean {
  return code >= 0xdc00 && code < 0xe000;
}

function characterBytes(character: string): number {
  const code = character.codePointAt(0)!;
  return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}

/**
 * The longest start of the text that has at most so many UTF-8 bytes. A text in which a placeholder stands stays whole:
 * nobody knows how long it will be, and half a placeholder is none.
 */
function clip(text: string, bytes: number): string {
  if (hasPlaceholder(text)) return text;
  let kept = '';
  let used = 0;
  for (const character of text) {
    used += characterBytes(character);
    if (used > bytes) break;
    kept += character;
  }
  return kept;
}

/** What PostgreSQL writes behind the name of a constraint that it names itself (ChooseConstraintName). */
export const constraintSuffixes: Readonly<Record<ConstraintDefinition['kind'], string>> = {
  primaryKey: 'pkey',
  unique: 'key',
  check: 'check',
  foreignKey: 'fkey',
  exclusion: 'excl',
  notNull: 'not_null',
};
