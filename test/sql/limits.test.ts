import assert from 'node:assert/strict';
import { TextCache } from '../../server/src/sql/cache.js';
import { analyseExpression, factsByAst, factsByTree } from '../../server/src/sql/expressions.js';
import { loadTypedParser } from '../../server/src/sql/expression-ast.js';
import { forgetFormer, parseDocument, parseStatement } from '../../server/src/sql/parse.js';
import { restorePlaceholders } from '../../server/src/sql/placeholders.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { withoutSecrets } from '../../server/src/sql/secrets.js';
import { visible, visibleLine } from '../../server/src/sql/visible.js';
import { weigh } from '../../server/src/sql/weight.js';
import { analyzeSql } from '../support/analyze-sql.js';

/** Milliseconds of the processor. */
function cost(work: () => void): number {
  const began = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1000;
}

function many(count: number, make: (index: number) => string, between = ', '): string {
  return Array.from({ length: count }, (_, index) => make(index)).join(between);
}

describe('limits', () => {
  before(initParser);

  const large: Readonly<Record<string, (count: number) => string>> = {
    'blanks in a function of one SELECT': (count) =>
      `CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'select ${' '.repeat(count)}x;y';`,
    'columns of a query': (count) => `SELECT ${many(count, (index) => `c${index}`)} FROM t;`,
    'branches of CASE': (count) =>
      `UPDATE t SET a = CASE ${many(count, (index) => `WHEN id = ${index} THEN 1`, ' ')} END;`,
    'names of DROP VIEW': (count) => `DROP VIEW ${many(count, () => 'a')};`,
    'names of DROP TABLE': (count) => `DROP TABLE ${many(count, (index) => `t${index}`)};`,
    'words of a comment': (count) => `-- airlock-ignore ${'x '.repeat(count)}\nSELECT 1;`,
    'blanks of a comment': (count) => `-- airlock-ignore ${' '.repeat(4 * count)}x\nSELECT 1;`,
    'blank lines': (count) => `${'\n'.repeat(4 * count)}ALTER TABLE t ADD COLUMN a int NOT NULL;`,
    'brackets of a CHECK': (count) =>
      `ALTER TABLE t ADD CHECK (${'('.repeat(400)}a${')'.repeat(400)}${' '.repeat(count)});`,
  };
  for (const [title, make] of Object.entries(large)) {
    it(`are linear in the ${title}`, () => {
      cost(() => analyzeSql(make(100)));
      const took = cost(() => analyzeSql(make(8000)));
      assert.ok(took < 3000, `${took} ms`);
    });
  }

  it('of the cache count what it holds and not its texts', () => {
    const table = `CREATE TABLE t (${many(1500, (index) => `c${index} int`)})`;
    const weight = weigh(parseStatement(table));
    // Measured: 606,000 bytes.
    assert.ok(weight > 400_000 && weight < 900_000, `${weight}`);
    assert.ok(weigh(parseStatement('ALTER TABLE t ADD COLUMN c int')) < 2000);
    const cache = new TextCache<number>(1000, (value) => value);
    for (let index = 0; index < 100; index++) cache.set(`${index}`, 100);
    assert.equal(
      Array.from({ length: 100 }, (_, index) => cache.get(`${index}`) ?? 0).filter((value) => value > 0).length <= 10,
      true,
    );
  });

  it('of an open document: a large statement that is gone is forgotten, the others stay', () => {
    const table = (name: string): string => `CREATE TABLE ${name} (${many(1500, (index) => `c${index} int`)});\n`;
    const former = parseDocument(`SELECT 1;\n${table('one')}${table('two')}`);
    const present = parseDocument(`SELECT 1;\n${table('one')}${table('three')}`);
    const [, one, two] = former.statements.map(({ parsed }) => parsed);
    forgetFormer(former, present);
    assert.equal(parseStatement(one?.written ?? ''), one);
    assert.notEqual(parseStatement(two?.written ?? ''), two);
  });
});

describe('expressions with placeholders', () => {
  before(initParser);

  it('read the same with and without the typed parser', () => {
    loadTypedParser();
    for (const text of [
      ':v',
      '${expr}',
      '${fn}()',
      '${col} > b',
      ":'v'",
      ':"v" + 1',
      'U&"n\\006fw"()',
      'a::int',
      '${a} ${b}',
    ]) {
      const typed = factsByAst(text);
      if (typed) assert.deepEqual(typed, factsByTree(text), text);
      assert.deepEqual(analyseExpression(text), factsByTree(text), text);
    }
    assert.deepEqual(analyseExpression('${col} > b')?.columns.map(restorePlaceholders), ['b', '${col}']);
    const history = ['CREATE TABLE orders (a int, b int);'];
    const rules = (sql: string): string[] => analyzeSql(sql, { history }).findings.map(({ rule }) => rule);
    assert.ok(!rules('ALTER TABLE orders ADD CHECK (${col} > b);').includes('no-unknown-column'));
    assert.ok(!rules('ALTER TABLE orders ADD COLUMN c int DEFAULT :v;').includes('no-volatile-default'));
  });
});

describe('texts for people', () => {
  it('show what would act', () => {
    assert.equal(visible('a\u001b[2K\r\u009b\u202e\tb\n'), 'a\\u001b[2K\\r\\u009b\\u202e\tb\n');
    assert.equal(visibleLine('a\nb\tc'), 'a\\nb\\tc');
    assert.equal(visible('größe 😀'), 'größe 😀');
  });

  it('have no secrets, and their length', () => {
    for (const [text, shown] of [
      ["ALTER ROLE r PASSWORD 'abc'", "ALTER ROLE r PASSWORD '***'"],
      ['CREATE ROLE r PASSWORD $x$abc$x$', "CREATE ROLE r PASSWORD '*******'"],
      ["x OPTIONS (user 'u', password 'abc')", "x OPTIONS (user 'u', password '***')"],
      ["SELECT 'password=abc host=h'", "SELECT 'password=*** host=h'"],
      ["SELECT 'postgres://u:abc@h/d'", "SELECT 'postgres://u:***@h/d'"],
      ["COMMENT ON COLUMN t.password IS 'the password'", "COMMENT ON COLUMN t.password IS 'the password'"],
    ] as const) {
      assert.equal(withoutSecrets(text), shown);
      assert.equal(shown.length, text.length);
    }
  });
});
