import type { Span } from '../../../sql/span.js';
import type { Expression } from '../../code.js';
import type { BuiltPart, NativeEdit } from '../../migration.js';
import { resolved, type Scope } from '../../values.js';

/** SQL that a part of a call makes. */
export interface Origin {
  readonly sql: string;
  readonly place: Span;
  /** The edits by which the call does not make it any more. */
  readonly removal?: readonly NativeEdit[] | undefined;
}

/** Where each part's SQL stands in that of the whole call: apart, and in order. */
export function builtParts(sql: string, origins: readonly Origin[]): readonly BuiltPart[] {
  const found: BuiltPart[] = [];
  for (const { sql: own, place, removal } of origins) {
    if (own === '') continue;
    let start = sql.indexOf(own);
    while (start >= 0) {
      const span = { start, end: start + own.length };
      if (found.every((part) => part.sql.end <= span.start || span.end <= part.sql.start)) {
        found.push({ sql: span, place, ...(removal ? { removal } : {}) });
        break;
      }
      start = sql.indexOf(own, start + 1);
    }
  }
  return found.sort((a, b) => a.sql.start - b.sql.start);
}

/** What may follow the columns of a table. */
const behindColumns = /,\s*(?:CONSTRAINT|UNIQUE \(|PRIMARY KEY \(|LIKE )|\n?\)[^,]*$/;

/**
 * The stretch of each column in CREATE TABLE or ALTER TABLE … ADD, by their names in quotes. In: one statement, and the
 * columns in its order.
 */
export function columnOrigins(
  sql: string,
  columns: readonly { readonly name: string; readonly place: Span }[],
): Origin[] {
  const starts: { readonly at: number; readonly place: Span }[] = [];
  let from = Math.max(0, sql.search(/\(|\bADD /));
  for (const { name, place } of columns) {
    const at = sql.indexOf(`"${name}" `, from);
    if (at < 0) return [];
    starts.push({ at, place });
    from = at + name.length + 2;
  }
  return starts.map(({ at, place }, index) => {
    const next = starts[index + 1]?.at;
    const rest = sql.slice(at, next);
    const end =
      next === undefined ? rest.search(behindColumns) : rest.search(/,\s*(?:ADD (?:COLUMN |IF NOT EXISTS )?)?$/);
    return { sql: end < 0 ? rest : rest.slice(0, end), place };
  });
}

/** The entries of a record with their keys, as columns. */
export function entryColumns(
  value: Expression | undefined,
  scope: Scope,
): readonly { readonly name: string; readonly place: Span }[] {
  const record = value && resolved(value, scope);
  if (record?.kind !== 'record') return [];
  return record.entries.flatMap(({ key, span }) => (key === undefined ? [] : [{ name: key, place: span }]));
}
