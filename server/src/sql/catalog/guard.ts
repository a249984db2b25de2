import { isOwnName } from '../own-name.js';
import type { ParsedStatement } from '../statement.js';

/**
 * When the statements of a DO block run: always, one after the other; once, where what they make is not there yet; or
 * perhaps, which only a database knows.
 */
export type Runs = 'always' | 'once' | 'perhaps';

/** Words of PL/pgSQL behind which a statement may not run. */
const conditional = /\b(?:IF|ELSIF|ELSE|CASE|LOOP|WHILE|FOR|FOREACH|EXCEPTION|RETURN|EXIT)\b/i;

/** A check that stops the block, and changes nothing where it does not. */
const refusal = /\bIF\b(?:(?!\b(?:THEN|IF)\b)[^;])*\bTHEN\s+RAISE\s+EXCEPTION\b[^;]*;\s*END\s+IF\s*;/gi;

/** IF NOT EXISTS over PostgreSQL's catalog around statements, which are blanks here. */
const guard =
  /^\s*DO\s+\$\w*\$\s*BEGIN\s+IF\s+NOT\s+EXISTS\s*\((\s*SELECT\b[^;]*?\bFROM\s+(?:pg_catalog\.)?pg_\w+\s[^;]*)\)\s*THEN[\s;]*END\s+IF\s*;\s*END\s*;?\s*\$\w*\$\s*$/i;

/** A literal, with the cast that makes the name of a relation of it. */
const literal = /'((?:[^']|'')*)'(\s*::\s*reg\w+)?/g;

export function runsOf(statement: ParsedStatement): Runs {
  if (statement.dynamic.length > 0) return 'perhaps';
  const around = statement.embedded.reduce(
    (rest, { parsed, start }) =>
      rest.slice(0, start) + ' '.repeat(parsed.text.length) + rest.slice(start + parsed.text.length),
    statement.text,
  );
  if (!conditional.test(around)) return 'always';
  const [, condition] = guard.exec(around.replaceAll(refusal, '')) ?? [];
  return condition !== undefined && asksForWhatItMakes(condition, statement) ? 'once' : 'perhaps';
}

/** The condition names something that the statements make, and they do nothing but make things. */
function asksForWhatItMakes(condition: string, { embedded }: ParsedStatement): boolean {
  const texts = embedded.map(({ parsed }) => parsed.text);
  if (!texts.every(onlyMakes)) return false;
  return [...condition.matchAll(literal)].some(
    ([, name = '', cast]) => cast === undefined && texts.some((text) => text.includes(name)),
  );
}

function onlyMakes(text: string): boolean {
  if (/^\s*(?:CREATE|ALTER\s+TABLE\b.*?\bADD)\b/is.test(text)) return !/\b(?:RENAME|DROP)\b/i.test(text);
  const [, dropped] = /^\s*DROP\s+\w+\s+IF\s+EXISTS\s+("(?:[^"]|"")*"|\S+)/i.exec(text) ?? [];
  return dropped !== undefined && isOwnName(dropped);
}
