import { lex } from '../../server/src/sql/lexer.js';
import { formHistory, forms } from './forms.js';
import type { Random } from './random.js';

/** Texts to begin with. */
const seeds: readonly string[] = [...forms.map((form) => `${form};\n`), formHistory];

/** Bits that lexers stumble over. */
const bits: readonly string[] = [
  '',
  ';',
  "'",
  '"',
  '$$',
  '$x$',
  '--',
  '/*',
  '*/',
  '(',
  ')',
  '\\',
  '\n',
  '\r\n',
  '\t',
  '\ufeff',
  '\0',
  '\u0081',
  '\u202e',
  '😀',
  'ß',
  '${x}',
  ':v',
  ":'v'",
  '{{ .X }}',
  '$1',
  "E'\\'",
  'U&"\\0061"',
  '-- c\n',
  '/* c */',
  '\\if\n',
  '\\.\n',
  'COPY a FROM stdin;\n',
  '--> statement-breakpoint',
  'NULL',
  'CASCADE',
  'CONCURRENTLY',
  'NOT VALID',
  'IF EXISTS',
  'BEGIN;',
  'COMMIT;',
  'BEGIN ATOMIC',
  'END',
  ',',
  '.',
  '::int',
  '1e',
  '0x',
  '-- airlock-ignore no-drop-table: why\n',
  '-- airlock-ignore-file\n',
];

/** One to six statements, changed by characters and tokens here and there. */
export function mutatedText(random: Random): string {
  let text = random.times(1, 6, () => random.pick(seeds)).join('');
  const count = random.below(6);
  for (let change = 0; change < count; change++) text = changed(random, text);
  return text.slice(0, 20_000);
}

/** The text with one change: a bit put in, a stretch taken out or doubled, two tokens changed, another seed's tokens. */
export function changed(random: Random, text: string): string {
  const at = random.below(text.length + 1);
  const length = random.below(random.chance(0.8) ? 8 : 60);
  switch (random.below(7)) {
    case 0:
      return text.slice(0, at) + random.pick(bits) + text.slice(at);
    case 1:
      return text.slice(0, at) + text.slice(at + length);
    case 2:
      return text.slice(0, at) + text.slice(at, at + length) + text.slice(at);
    case 3:
      return withToken(random, text, () => random.pick(bits));
    case 4:
      return withToken(random, text, (token) =>
        random.pick([` ${token} ${token} `, token.toUpperCase(), `"${token}"`, '']),
      );
    case 5: {
      const tokens = lex(random.pick(seeds));
      const token = tokens[random.below(tokens.length)];
      return withToken(random, text, () => token?.text ?? '');
    }
    default:
      return random.chance(0.5)
        ? text.replaceAll('\n', '\r\n')
        : `${text.slice(0, at)}${random.pick(seeds)}${text.slice(at)}`;
  }
}

function withToken(random: Random, text: string, change: (token: string) => string): string {
  const tokens = lex(text);
  const token = tokens[random.below(Math.max(1, tokens.length))];
  return token ? text.slice(0, token.start) + change(token.text) + text.slice(token.end) : text;
}

/** A seed with one token or bit put in hundreds of times: what takes more than linear time shows. */
export function pumpedText(random: Random): string {
  const text = random.pick(seeds);
  const tokens = lex(text);
  const token = tokens[random.below(tokens.length)];
  const again = random.chance(0.5)
    ? (token?.text ?? ' ')
    : random.pick([...bits, ' ', '\n', 'a', '0', ', a', ' AND a', '(a)', 'a.']);
  const glue = random.pick(['', ' ', ',', '\n']);
  const at = token?.start ?? 0;
  return text.slice(0, at) + (again + glue).repeat(200 + random.below(400)) + text.slice(at);
}
