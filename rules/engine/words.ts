import { withoutComments } from '../../server/src/sql/lexer.js';
import type { SchemaState } from '../../server/src/schema/state.js';
import type { AddColumn, ObjectName } from '../../server/src/sql/action.js';
import type { Span } from '../../server/src/sql/span.js';
import type { ParsedStatement } from '../../server/src/sql/statement.js';

/** An object's name as a person reads it: schema.name where the author wrote the schema. */
export function nameOf(name: ObjectName): string {
  return name.schema === undefined ? name.name : `${name.schema}.${name.name}`;
}

/** True for ADD COLUMN IF NOT EXISTS of a column that is there: it takes its lock and does nothing. */
export function isThere(action: AddColumn, before: SchemaState): boolean {
  return action.ifNotExists && before.table(action.table)?.columns.has(action.column.name) === true;
}

/** "a", "a and b", "a, b and c". */
export function listed(items: readonly string[], conjunction: 'and' | 'or' = 'and'): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} ${conjunction} ${items[items.length - 1]}`;
}

/** The first two words of a statement, "ALTER TABLE", or the first where the second is no word. */
export function leadingWords(statement: ParsedStatement): Span {
  const words = withoutComments(statement.tokens());
  const last = words[1]?.kind === 'word' ? words[1] : words[0];
  return { start: 0, end: last?.end ?? statement.text.length };
}
