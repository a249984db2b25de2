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

/** "1 file", "2 files". In: a noun that takes an s. */
export function counted(number: number, word: string, words = `${word}s`): string {
  return `${number} ${number === 1 ? word : words}`;
}

/** The first two words of a statement, "ALTER TABLE", or the first where the second is no word. */
export function leadingWords(statement: ParsedStatement): Span {
  const words = withoutComments(statement.tokens());
  const last = words[1]?.kind === 'word' ? words[1] : words[0];
  return { start: 0, end: last?.end ?? statement.text.length };
}

/**
 * What is underlined of a constraint: `CONSTRAINT orders_customer_fk`, `FOREIGN KEY`, `REFERENCES customers`. The whole
 * of it is three lines as a rule. In: the span of the constraint in its statement.
 */
export function headOf({ start, end }: Span, statement: ParsedStatement): Span {
  const tokens = withoutComments(statement.tokens()).filter((token) => token.start >= start && token.end <= end);
  const [first, second] = tokens;
  if (!first || !second) return { start, end };
  if (/^references$/i.test(first.text)) {
    // The name may have its schema before it.
    const last = tokens.findIndex(
      (token, index) => index > 0 && tokens[index + 1]?.kind !== 'dot' && token.kind !== 'dot',
    );
    return { start, end: tokens[last]?.end ?? end };
  }
  const isLong = /^(?:constraint|foreign|primary)$/i.test(first.text);
  return { start, end: isLong ? second.end : first.end };
}
