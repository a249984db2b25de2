import type { Expression, Text, TextPart } from '../../code.js';
import { resolved, type Scope } from '../../values.js';
import { type Mark, parameterSql, withMarks } from '../support/raw.js';
import { entriesOf } from '../support/reading.js';
import { columnize, rawSqlOf } from './names.js';

/** The SQL of `knex.raw(sql, bindings)`: bindings that are written out are put in, `\?` is a question mark. */
export function boundText(text: Text, bindings: Expression | undefined, scope: Scope): Text {
  const known = bindings && resolved(bindings, scope);
  const plain = unescapedMarks(text);
  if (!known) return plain;
  if (known.kind === 'record') return named(plain, known, scope);
  const items = known.kind === 'list' ? known.items : [known];
  let index = 0;
  return withMarks(plain, (stretch, isEscape) =>
    isEscape
      ? []
      : [...stretch.matchAll(/\?\??/g)].map((found): Mark => {
          const value = items[index++];
          const isName = found[0] === '??';
          return { start: found.index, end: found.index + found[0].length, put: putFor(value ?? known, isName, scope) };
        }),
  );
}

function putFor(value: Expression, isName: boolean, scope: Scope): string | Expression {
  if (isName) return columnize(value, scope) ?? value;
  return parameterSql(value, scope) ?? rawSqlOf(value, scope) ?? value;
}

/** `:name` and `:name:` with what a record has for them. */
function named(text: Text, record: Expression, scope: Scope): Text {
  const entries = entriesOf(record, scope);
  return withMarks(text, (stretch) =>
    [...stretch.matchAll(/(?<![:\w]):(\w+):?(?!:)/g)].flatMap((found): Mark[] => {
      const value = entries?.get(found[1] ?? '');
      if (!value) return [];
      const put = putFor(value, found[0].endsWith(':'), scope);
      return [{ start: found.index, end: found.index + found[0].length, put }];
    }),
  );
}

/** Without the backslash before a question mark that is none of Knex's: it stands there for Knex alone. */
function unescapedMarks(text: Text): Text {
  const parts: TextPart[] = [];
  for (const part of text.parts) {
    const last = parts.at(-1);
    const isBehind = last?.kind === 'escape' && last.text === '\\' && part.kind === 'verbatim' && part.text[0] === '?';
    if (!isBehind) {
      parts.push(part);
      continue;
    }
    const { start, end } = part.span;
    parts.pop();
    parts.push({ ...last, span: { start: last.span.start, end: start + 1 }, text: '?' });
    if (end > start + 1) parts.push({ ...part, span: { start: start + 1, end }, text: part.text.slice(1) });
  }
  return withMarks({ ...text, parts }, (stretch) =>
    [...stretch.matchAll(/\\\?/g)].map((found) => ({ start: found.index, end: found.index + 2, put: '?' })),
  );
}
