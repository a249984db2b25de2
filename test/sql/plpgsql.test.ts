import assert from 'node:assert/strict';
import { parseStatement } from '../../server/src/sql/parse.js';
import { initParser, isPlpgsql } from '../../server/src/sql/postgres-parser.js';

/** The static SQL inside a statement; each text is checked to stand where it is said to stand. */
function embedded(text: string): string[] {
  return parseStatement(text).embedded.map(({ parsed, start }) => {
    const source = text.slice(start, start + parsed.written.length);
    if (!/into|erform|''/i.test(source)) assert.equal(source, parsed.written);
    assert.equal(parsed.problem, undefined);
    return parsed.written;
  });
}

function dynamic(text: string): string[] {
  return parseStatement(text).dynamic.map(({ span }) => text.slice(span.start, span.end));
}

function body(code: string): string {
  return `DO $$\n${code}\n$$`;
}

const cases: [name: string, body: string, embedded: string[], dynamic: string[]][] = [
  ['plain statements', 'BEGIN UPDATE t SET a = 1; DROP TABLE t; END', ['UPDATE t SET a = 1', 'DROP TABLE t'], []],
  [
    'IF',
    'BEGIN IF a THEN DELETE FROM t; ELSIF b THEN DELETE FROM u; ELSE DELETE FROM v; END IF; END;',
    ['DELETE FROM t', 'DELETE FROM u', 'DELETE FROM v'],
    [],
  ],
  [
    'IF EXISTS',
    "BEGIN IF NOT EXISTS (SELECT 1 FROM x WHERE n = 'a;b') THEN CREATE TYPE m AS ENUM ('a'); END IF; END",
    ["CREATE TYPE m AS ENUM ('a')"],
    [],
  ],
  [
    'CASE',
    'BEGIN CASE x WHEN 1, 2 THEN DELETE FROM t; ELSE DELETE FROM u; END CASE; CASE WHEN a THEN DELETE FROM v; END CASE; END',
    ['DELETE FROM t', 'DELETE FROM u', 'DELETE FROM v'],
    [],
  ],
  [
    'loops',
    'BEGIN <<l>> LOOP DELETE FROM a; EXIT l WHEN b; END LOOP; <<m>> WHILE x LOOP DELETE FROM b; END LOOP m; FOR i IN 1..10 LOOP DELETE FROM c; END LOOP; FOREACH i IN ARRAY xs LOOP DELETE FROM d; END LOOP; END',
    ['DELETE FROM a', 'DELETE FROM b', 'DELETE FROM c', 'DELETE FROM d'],
    [],
  ],
  [
    'FOR over a query',
    'BEGIN FOR r IN SELECT * FROM t LOOP UPDATE t SET a = r.a; END LOOP; END',
    ['SELECT * FROM t', 'UPDATE t SET a = r.a'],
    [],
  ],
  [
    'FOR over a query in parentheses',
    'BEGIN FOR r IN (SELECT * FROM t) LOOP NULL; END LOOP; END',
    ['(SELECT * FROM t)'],
    [],
  ],
  [
    'exceptions',
    "BEGIN BEGIN INSERT INTO t VALUES (1); EXCEPTION WHEN unique_violation OR others THEN RAISE NOTICE 'x;'; UPDATE t SET a = 1; END; END",
    ['INSERT INTO t VALUES (1)', 'UPDATE t SET a = 1'],
    [],
  ],
  [
    'declarations and assignments',
    "DECLARE x int := 1; c CURSOR FOR SELECT 1; comment text; BEGIN x := 2; comment := 'a'; r.a = 3; xs[1] := 4; DELETE FROM t; END",
    ['DELETE FROM t'],
    [],
  ],
  [
    'INTO',
    'BEGIN SELECT a, b INTO STRICT x, r.y FROM t; INSERT INTO t VALUES (1) RETURNING id INTO x; END',
    [`SELECT a, b ${' '.repeat('INTO STRICT x, r.y'.length)} FROM t`, 'INSERT INTO t VALUES (1) RETURNING id'],
    [],
  ],
  ['PERFORM', 'BEGIN PERFORM f(1) FROM t; END', ['SELECT f(1) FROM t'], []],
  [
    'CASE expressions',
    'BEGIN UPDATE t SET a = CASE WHEN b THEN 1 ELSE 2 END; x := CASE WHEN b THEN 1 END; DELETE FROM t; END',
    ['UPDATE t SET a = CASE WHEN b THEN 1 ELSE 2 END', 'DELETE FROM t'],
    [],
  ],
  ['RETURN QUERY', 'BEGIN RETURN QUERY SELECT 1; RETURN QUERY EXECUTE q; RETURN; END', ['SELECT 1'], ['EXECUTE q']],
  [
    'cursors',
    'BEGIN OPEN c FOR SELECT 1; OPEN d FOR EXECUTE q; FETCH c INTO x; CLOSE c; END',
    ['SELECT 1'],
    ['EXECUTE q'],
  ],
  [
    'transactions',
    'BEGIN DELETE FROM t; COMMIT; ROLLBACK AND CHAIN; END',
    ['DELETE FROM t', 'COMMIT', 'ROLLBACK AND CHAIN'],
    [],
  ],
  [
    'EXECUTE of a constant',
    "BEGIN EXECUTE 'DROP TABLE a; DROP TABLE b;'; EXECUTE $x$DROP TABLE c$x$; END",
    ['DROP TABLE a', 'DROP TABLE b', 'DROP TABLE c'],
    [],
  ],
  [
    'EXECUTE with USING and INTO',
    "BEGIN EXECUTE 'SELECT $1' INTO x USING 1; EXECUTE q INTO x USING 1; END",
    ['SELECT $1'],
    ['EXECUTE q'],
  ],
  [
    'dynamic SQL',
    "BEGIN EXECUTE format('DROP TABLE %I', t); EXECUTE 'DROP TABLE ' || t; EXECUTE 'a''b'; END",
    [],
    ["EXECUTE format('DROP TABLE %I', t)", "EXECUTE 'DROP TABLE ' || t", "EXECUTE 'a''b'"],
  ],
  [
    'FOR over dynamic SQL',
    'BEGIN FOR r IN EXECUTE q USING 1 LOOP DELETE FROM t; END LOOP; END',
    ['DELETE FROM t'],
    ['EXECUTE q'],
  ],
  ['options', '#variable_conflict use_column\nBEGIN DELETE FROM t; END', ['DELETE FROM t'], []],
  ['comments', 'BEGIN -- DROP TABLE x;\n DELETE /* ; */ FROM t; END', ['DELETE /* ; */ FROM t'], []],
  [
    'a broken body',
    'BEGIN DELETE FROM t; IF THEN ELSE LOOP UPDATE t SET a = 1;',
    ['DELETE FROM t', 'UPDATE t SET a = 1'],
    [],
  ],
];

describe('PL/pgSQL', () => {
  before(() => initParser());

  for (const [name, code, statements, executes] of cases) {
    it(`reads ${name}`, () => {
      assert.deepEqual(embedded(body(code)), statements);
      assert.deepEqual(dynamic(body(code)), executes);
    });
  }

  it('is tested with bodies that PostgreSQL accepts', () => {
    const variables = 'i int; x int; r record; xs int[]; c refcursor; d refcursor; q text; t text; b bool; a bool;';
    for (const [name, code] of cases) {
      if (name === 'options' || name === 'a broken body') continue;
      const around = `DECLARE ${variables} BEGIN ${code.replace(/;?$/, ';')} END`;
      assert.ok(isPlpgsql(`CREATE FUNCTION f() RETURNS SETOF record LANGUAGE plpgsql AS $f$ ${around} $f$`), name);
    }
  });

  it('keeps DO and functions apart', () => {
    const origins = [
      'DO $$ BEGIN DELETE FROM t; END $$',
      'CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DELETE FROM t; END $$',
    ];
    assert.deepEqual(
      origins.map((text) => parseStatement(text).embedded.map(({ origin }) => origin)),
      [['do'], ['function']],
    );
  });

  const functions: [name: string, text: string, statements: string[]][] = [
    [
      'a language in front of the body',
      "CREATE FUNCTION f(a text DEFAULT 'x') RETURNS void LANGUAGE 'plpgsql' AS $$ BEGIN DELETE FROM t; END $$",
      ['DELETE FROM t'],
    ],
    [
      'a language behind the body',
      'CREATE OR REPLACE PROCEDURE p() AS $f$ BEGIN DELETE FROM t; END $f$ LANGUAGE plpgsql',
      ['DELETE FROM t'],
    ],
    [
      'LANGUAGE SQL',
      "CREATE FUNCTION f() RETURNS int LANGUAGE SQL AS 'DELETE FROM t; SELECT 1'",
      ['DELETE FROM t', 'SELECT 1'],
    ],
    [
      'BEGIN ATOMIC',
      'CREATE FUNCTION f() RETURNS int BEGIN ATOMIC DELETE FROM t; SELECT CASE WHEN true THEN 1 END; END',
      ['DELETE FROM t', 'SELECT CASE WHEN true THEN 1 END'],
    ],
    ['RETURN', 'CREATE FUNCTION f() RETURNS int RETURN 1', []],
    ['other languages', "CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'file', 'symbol'", []],
    ['DO in another language', 'DO LANGUAGE plpython3u $$ DELETE FROM t; $$', []],
    ['DO LANGUAGE plpgsql', 'DO LANGUAGE plpgsql $$ BEGIN DELETE FROM t; END $$', ['DELETE FROM t']],
    ['a body in quotes', "DO 'BEGIN DELETE FROM t; END'", ['DELETE FROM t']],
  ];
  for (const [name, text, statements] of functions) {
    it(`reads ${name}`, () => assert.deepEqual(embedded(text), statements));
  }

  it('keeps offsets in a body with doubled quotes', () => {
    const text = "DO 'BEGIN UPDATE t SET a = ''x'', b = 1; DROP TABLE u; END'";
    const [update, drop] = parseStatement(text).embedded;
    assert.equal(update?.parsed.problem, undefined);
    assert.equal(update?.start, text.indexOf('UPDATE'));
    assert.equal(update?.parsed.text.indexOf('b = 1'), text.indexOf('b = 1') - text.indexOf('UPDATE'));
    assert.equal(drop?.start, text.indexOf('DROP'));
  });

  it('keeps offsets behind letters that are not ASCII', () => {
    const text = "DO $é$ BEGIN RAISE NOTICE '😀'; DROP TABLE été; END $é$";
    assert.deepEqual(embedded(text), ['DROP TABLE été']);
  });

  it('reports SQL that PL/pgSQL refuses too', () => {
    const [statement] = parseStatement('DO $$ BEGIN UPDATE t SET = 1; END $$').embedded;
    assert.equal(statement?.parsed.problem?.message, 'syntax error at or near "="');
  });

  it('reads SQL inside SQL inside a block', () => {
    const [outer] = parseStatement('DO $a$ BEGIN EXECUTE $b$ DO $c$ BEGIN DROP TABLE t; END $c$ $b$; END $a$').embedded;
    assert.deepEqual(
      outer?.parsed.embedded.map(({ parsed }) => parsed.text),
      ['DROP TABLE t'],
    );
  });
});
