import { loadTypedParser } from '../../server/src/sql/expression-ast.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { formHistory } from './forms.js';
import { mutatedText } from './mutate.js';
import { findingsOf } from './outcome.js';
import { Random } from './random.js';
import { Subject } from './subject.js';

/** Expressions of every syntax that the two parsers read differently, placeholders among them. */
const expressions: readonly string[] = [
  '${x}',
  ':v',
  ":'v'",
  ':"v"',
  '{{ .X }}',
  '$NAME',
  '${fn}()',
  'U&"n\\006fw"()',
  'a.b',
  '(a).b',
  'ARRAY[1]',
  'a::text',
  'CAST(a AS int)',
  'EXTRACT(year FROM a)',
  "a AT TIME ZONE 'UTC'",
  'CURRENT_TIMESTAMP',
  "now() - interval '1 day'",
  'CASE WHEN a THEN 1 END',
  'COALESCE(a, 0)',
  'lower(a)',
  'a IS DISTINCT FROM b',
  'a COLLATE "C"',
  '-a',
  'a || b',
  'position(a in b)',
  'trim(a)',
  'a[1]',
  'ROW(a, b)',
  '(SELECT 1)',
  'count(*)',
  "a LIKE 'x'",
  'NOT a',
  'a IN (1)',
  'true',
  "a ->> 'b'",
  "B'1'",
  "E'\\n'",
  '1e5',
  '"a""b"',
  "date '2020-01-01'",
  'a BETWEEN SYMMETRIC 1 AND 2',
  'overlay(a placing b from 1)',
  'substring(a from 1 for 2)',
  "nextval('s'::regclass)",
  'GREATEST(a, b)',
  'a = ANY(b)',
  'a OPERATOR(pg_catalog.+) b',
  'f(VARIADIC a)',
  'f(x => 1)',
  'sum(a) OVER ()',
  'a SIMILAR TO b',
  'user',
  'session_user',
  'current_date',
  'localtime',
  'a /* c */ > b',
  'a\u00a0> b',
];

function textOf(random: Random): string {
  if (random.chance(0.3)) return mutatedText(random);
  const e = (): string =>
    random.pick(expressions) +
    (random.chance(0.3) ? random.pick([' + ', ' AND ', ' = ', ' > ']) + random.pick(expressions) : '');
  return random.pick([
    `ALTER TABLE orders ADD COLUMN z int DEFAULT ${e()};`,
    `ALTER TABLE orders ADD CHECK (${e()});`,
    `UPDATE orders SET total = ${e()} WHERE ${e()};`,
    `CREATE INDEX ON orders ((${e()})) WHERE ${e()};`,
    `ALTER TABLE orders ALTER total TYPE int USING ${e()};`,
    `ALTER TABLE orders ALTER total SET DEFAULT ${e()};`,
    `ALTER TABLE orders ADD COLUMN z int GENERATED ALWAYS AS (${e()}) STORED;`,
    `DELETE FROM orders WHERE ${e()};`,
    `CREATE TABLE zz (a int DEFAULT ${e()}, CHECK (${e()}));`,
  ]);
}

/**
 * A program: `node expression-texts.js typed|tree COUNT` prints a line for each text with all its findings. A process
 * has the typed parser or has it not, for its whole life; so this takes two processes, whose lines must be the same.
 */
async function main([parser, count]: readonly string[]): Promise<void> {
  await initParser();
  if (parser === 'typed') loadTypedParser();
  const subject = new Subject([formHistory]);
  for (let seed = 0; seed < Number(count); seed++) {
    const text = textOf(new Random(seed));
    console.log(JSON.stringify([text, findingsOf(subject.analyse(text))]));
  }
}

void main(process.argv.slice(2));
