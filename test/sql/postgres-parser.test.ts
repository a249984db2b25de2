import assert from 'node:assert/strict';
import type { Node } from '@pgsql/types';
import { DEPTH_LIMIT, estimateDepth } from '../../server/src/sql/depth.js';
import { initParser, isPlpgsql, parsePostgres } from '../../server/src/sql/postgres-parser.js';

const DEEP = 'nested too deeply for Airlock';

/** Every number called `location` in the tree, in order. */
function locations(node: Node | undefined): number[] {
  const found: number[] = [];
  JSON.stringify(node, (key, value) => {
    if (key === 'location' && typeof value === 'number') found.push(value);
    return value;
  });
  return found.sort((a, b) => a - b);
}

function problem(text: string): [message: string, marked: string] | undefined {
  const found = parsePostgres(text).problem;
  return found && [found.message, text.slice(found.span.start, found.span.end)];
}

function chain(count: number, item: string, separator: string): string {
  return Array.from({ length: count }, () => item).join(separator);
}

describe('PostgreSQL parser', () => {
  before(() => initParser());

  it('gives the tag and the tree of a statement', () => {
    const { tag, node, problem: none } = parsePostgres('ALTER TABLE t ADD COLUMN a int');
    assert.equal(tag, 'AlterTableStmt');
    assert.equal(none, undefined);
    assert.ok(node && 'AlterTableStmt' in node && node.AlterTableStmt.relation?.relname === 't');
  });

  it('can be initialised any number of times', async () => {
    await Promise.all([initParser(), initParser()]);
    assert.equal(parsePostgres('select 1').tag, 'SelectStmt');
  });

  it('finds nothing in a text without a statement', () => {
    for (const text of ['', ' \n', '-- comment', '/* a */']) {
      assert.deepEqual(parsePostgres(text), { node: undefined, tag: '', problem: undefined });
    }
  });

  const mixed: [name: string, text: string, words: string[]][] = [
    ['ASCII', 'SELECT a, b FROM t', ['a', 'a', 'b', 'b', 't']],
    ['two bytes', "SELECT 'é', b FROM t", ["'é'", "'é'", 'b', 'b', 't']],
    ['three bytes', "SELECT '€', b FROM t", ["'€'", "'€'", 'b', 'b', 't']],
    ['surrogate pairs', "SELECT '😀', b FROM été", ["'😀'", "'😀'", 'b', 'b', 'été']],
    ['CRLF', "SELECT 'é',\r\n b\r\nFROM t", ["'é'", "'é'", 'b', 'b', 't']],
    ['a lone surrogate', "SELECT '\ud800', b FROM t", ["'\ud800'", "'\ud800'", 'b', 'b', 't']],
  ];
  for (const [name, text, words] of mixed) {
    it(`converts locations to UTF-16: ${name}`, () => {
      const { node } = parsePostgres(text);
      const found = locations(node);
      assert.deepEqual(
        found.map((at, i) => text.slice(at, at + words[i]!.length)),
        words,
      );
    });
  }

  it('accepts a comment between the lines of a literal, which libpg-query alone does not', () => {
    assert.equal(problem("SELECT 'a' -- why\n  'b', E'c'\n -- it's\n 'd'"), undefined);
  });

  const refused: [text: string, message: string, marked: string][] = [
    ['SELEC 1', 'syntax error at or near "SELEC"', 'SELEC'],
    ["SELECT 'é😀', FROM t", 'syntax error at or near "FROM"', 'FROM'],
    ['CREATE TABLE', 'syntax error at end of input', 'TABLE'],
    ["SELECT 1, 'abc", `unterminated quoted string at or near "'abc"`, "'abc"],
    ["SELECT 1, 'abc\ndef", `unterminated quoted string at or near "'abc …`, "'abc"],
    ['SELECT "abc', 'unterminated quoted identifier at or near ""abc"', '"abc'],
    ['SELECT 1 /* abc', 'unterminated /* comment at or near "/* abc"', '/* abc'],
    ['SELECT $$abc', 'unterminated dollar-quoted string at or near "$$abc"', '$$abc'],
    ['GO', 'syntax error at or near "GO"', 'GO'],
    ['CREATE TABLE `t` (a int)', 'syntax error at or near "`"', '`'],
    ['SELECT 1 \0 2', 'PostgreSQL accepts no NUL character (U+0000)', '\0'],
  ];
  for (const [text, message, marked] of refused) {
    it(`marks the place in ${JSON.stringify(text)}`, () => assert.deepEqual(problem(text), [message, marked]));
  }

  describe('limits', () => {
    const accepted: [name: string, text: string][] = [
      ['5,000 rows of VALUES', `INSERT INTO t VALUES ${chain(5000, "(1, 'a', NULL, now() - interval '1 day')", ', ')}`],
      ['2,000 terms of OR', `SELECT 1 WHERE ${chain(2000, 'a = 1', ' OR ')}`],
      ['5,000 terms of AND and OR', `SELECT 1 WHERE ${chain(2500, 'a = 1 AND b > 2', ' OR ')}`],
      ['20,000 elements of IN', `SELECT a IN (${chain(20_000, '1', ', ')})`],
      ['2,000 UNION ALLs', chain(2000, 'SELECT 1, 2', ' UNION ALL ')],
      ['2,000 terms of ||', `SELECT ${chain(2000, "'a'", ' || ')}`],
      ['2,000 columns', `CREATE TABLE t (${chain(2000, 'a int DEFAULT -1', ', ')})`],
      ['1,000 parentheses', `SELECT ${'('.repeat(1000)}1${')'.repeat(1000)}`],
      ['500 CASEs in a row', `SELECT ${'CASE WHEN a THEN 1 ELSE '.repeat(500)}1${' END'.repeat(500)}`],
    ];
    for (const [name, text] of accepted) {
      it(`accepts ${name}`, () => assert.equal(problem(text), undefined));
    }

    const tooDeep: [name: string, make: (n: number) => string][] = [
      ['parentheses', (n) => `SELECT ${'('.repeat(n)}1${')'.repeat(n)}`],
      ['subqueries', (n) => `SELECT ${'(SELECT '.repeat(n)}1${')'.repeat(n)}`],
      ['operators', (n) => `SELECT ${chain(n, '1', '+')}`],
      ['casts', (n) => `SELECT 1${'::int'.repeat(n)}`],
      ['UNIONs', (n) => chain(n, 'SELECT 1', ' UNION ')],
      ['joins', (n) => `SELECT 1 FROM a ${chain(n, 'JOIN b ON true', ' ')}`],
      ['NOTs', (n) => `SELECT ${'NOT '.repeat(n)}true`],
      ['COLLATEs', (n) => `SELECT a${' COLLATE "C"'.repeat(n)}`],
      ['AT TIME ZONEs', (n) => `SELECT a${" AT TIME ZONE 'x'".repeat(n)}`],
      ['CASEs', (n) => `SELECT ${'CASE WHEN true THEN 1 ELSE '.repeat(n)}1${' END'.repeat(n)}`],
      ['arrays', (n) => `SELECT ${'ARRAY['.repeat(n)}1${']'.repeat(n)}`],
    ];
    for (const [name, make] of tooDeep) {
      it(`gives up cleanly on 100,000 ${name} and reads on`, () => {
        assert.equal(problem(make(100_000))?.[0], DEEP);
        assert.equal(parsePostgres('SELECT 1').tag, 'SelectStmt');
      });

      it(`survives the deepest ${name} that it lets through`, () => {
        let size = DEPTH_LIMIT;
        while (estimateDepth(make(size)) > DEPTH_LIMIT) size -= 50;
        // PostgreSQL's own parser may run out of its own stack before us; that is an answer too.
        const message = problem(make(size))?.[0] ?? '';
        assert.ok(message === '' || message.startsWith('memory exhausted'), message);
      });
    }

    it('stays usable when the stack overflows inside the C code', async () => {
      const heavy = `SELECT ${chain(2400, '1', '+')}`;
      const messages = new Set<string | undefined>();
      // Recurse until no stack is left; on the way back there is a place where only the parser has too little.
      const exhaust = (level: number): void => {
        try {
          exhaust(level + 1);
          if (level % 100 === 0) messages.add(problem(heavy)?.[0]);
        } catch (error) {
          assert.ok(error instanceof RangeError);
        }
      };
      exhaust(0);
      assert.equal(parsePostgres('SELECT 1').tag, 'SelectStmt');
      await initParser();
      assert.ok(messages.has(DEEP));
      assert.equal(problem(heavy), undefined);
    });

    it('stays usable when the C code aborts', async () => {
      const atomic = 'CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; END';
      for (let i = 0; i < 30; i++) {
        assert.equal(isPlpgsql(atomic), false);
        assert.equal(parsePostgres('SELECT 1').tag, 'SelectStmt');
      }
      await initParser();
      assert.equal(isPlpgsql('DO $$ BEGIN PERFORM 1; END $$'), true);
      assert.equal(isPlpgsql('DO $$ BEGIN PERFORM FROM FROM; END $$'), false);
    });
  });
});
