import type { Span } from '../../../sql/span.js';
import type { Expression } from '../../code.js';
import type { NativeEdit } from '../../migration.js';
import { isSameSql } from '../../same-sql.js';

/** One way to say a statement otherwise: what it does to the SQL, and the edits of the call that say it. */
export interface Wording {
  change(sql: string): string;
  readonly edits: readonly NativeEdit[];
}

/** Says a wanted statement by some of the wordings at once; undefined where none leads there. */
export function rewordBy(
  sql: string,
  wordings: readonly Wording[],
): (wanted: string) => readonly NativeEdit[] | undefined {
  return (wanted) => {
    for (let chosen = 1; chosen < 2 ** wordings.length; chosen++) {
      const some = wordings.filter((_, index) => chosen & (1 << index));
      if (
        isSameSql(
          some.reduce((text, { change }) => change(text), sql),
          wanted,
        )
      ) {
        return some.flatMap(({ edits }) => edits);
      }
    }
    return undefined;
  };
}

/** The edits that put `key: value` into a record of options, or give one behind the last argument. */
export function withOption(
  text: string,
  options: Expression | undefined,
  args: Span,
  entry: string,
): readonly NativeEdit[] | undefined {
  if (options === undefined) {
    const end = args.end - 1;
    const isTrailing = /,\s*$/.test(text.slice(args.start, end));
    const at = isTrailing ? end : args.start + text.slice(args.start, end).trimEnd().length;
    return [{ span: { start: at, end: at }, text: `${isTrailing ? ' ' : ', '}{ ${entry} }` }];
  }
  if (options.kind !== 'record') return undefined;
  const first = options.entries[0];
  const at = first?.span.start ?? options.span.start + 1;
  return [{ span: { start: at, end: at }, text: first ? `${entry}, ` : ` ${entry} ` }];
}

/** `CREATE INDEX CONCURRENTLY`, where it says CREATE INDEX. */
export function createConcurrently(sql: string): string {
  return sql.replace(/^(create\s+(?:unique\s+)?index)\b(?!\s+concurrently)/i, '$1 concurrently');
}

/** `DROP INDEX CONCURRENTLY`, where it says DROP INDEX. */
export function dropConcurrently(sql: string): string {
  return sql.replace(/^(drop\s+index)\b(?!\s+concurrently)/i, '$1 concurrently');
}

/** With IF NOT EXISTS behind the kind of object. */
export function ifNotExists(sql: string): string {
  return sql.replace(
    /^(create\s+(?:unique\s+)?(?:table|index(?:\s+concurrently)?|schema|sequence|extension|materialized view))\b(?!\s+if\b)/i,
    '$1 if not exists',
  );
}

/** With IF EXISTS behind the kind of object. */
export function ifExists(sql: string): string {
  return sql.replace(
    /^(drop\s+(?:table|index(?:\s+concurrently)?|schema|sequence|extension|type|view|materialized view|function|trigger|domain))\b(?!\s+if\b)/i,
    '$1 if exists',
  );
}
