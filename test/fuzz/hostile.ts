import { forms } from './forms.js';
import { lex } from '../../server/src/sql/lexer.js';
import type { Random } from './random.js';

/** Names that end quotes, comments, dollar quotes, lines and code spans, or look like something else. */
export const hostileNames: readonly string[] = [
  'a; DROP TABLE users; --',
  'a\nDROP TABLE users;\n--',
  'a*/ DROP TABLE users; /*',
  "a'; DROP TABLE users; --",
  'a$$; DROP TABLE users; $$',
  'a$backfill$; DROP TABLE users; --',
  'a"b',
  'a.b',
  'A b',
  'select',
  'ünïcödé',
  '😀'.repeat(10),
  'x'.repeat(70),
  '${x}',
  '{{ x }}',
  ':x',
  '%s',
  '\\',
  '`a`',
  '![a](b)',
  '--',
  '$1',
  'x\u0081\u07db\u07c0drop',
  'a\u001b[2K\r',
  '\u202eabc',
];

/** Words of the forms that are names of ours and may be others. */
const ours = /^(?:orders|customers|events|loose|code|kind|total|code_i|order_view|mood|late_fk|total_ck|a|c|u|k_i)$/;

/** A form with hostile names in the place of some of its names, and the history that fits it. */
export function hostileText(random: Random, history: string): { history: string; text: string } {
  const names = new Map<string, string>();
  const rename = (text: string): string => {
    let out = '';
    let from = 0;
    for (const token of lex(text)) {
      if (token.kind !== 'word' || !ours.test(token.text)) continue;
      const known =
        names.get(token.text) ??
        (random.chance(0.6) ? `"${random.pick(hostileNames).replaceAll('"', '""')}"` : token.text);
      names.set(token.text, known);
      out += text.slice(from, token.start) + known;
      from = token.end;
    }
    return out + text.slice(from);
  };
  return { history: rename(history), text: `${rename(random.pick(forms))};\n` };
}
