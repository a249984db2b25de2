import assert from 'node:assert/strict';
import { parseDocument, parseStatement } from '../../server/src/sql/parse.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';

/** A file as somebody writes it: several kinds of statements, quotes, a function, comments. */
const statements = [
  "CREATE TYPE mood AS ENUM ('sad', 'it''s ok')",
  "CREATE TABLE users (\n    id bigint PRIMARY KEY,\n    name text NOT NULL DEFAULT 'é; x',\n    mood mood\n)",
  'ALTER TABLE users\n    ADD COLUMN email text, -- for mails\n    ADD CONSTRAINT c CHECK (length(name) > 0) NOT VALID',
  'CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n  UPDATE users SET name = NEW.name;\n  RETURN NEW;\nEND;\n$$',
  'CREATE INDEX CONCURRENTLY users_name ON users (name)',
  'UPDATE users\nSET email = NULL\nWHERE id > 3',
  "COMMENT ON TABLE users IS '😀'",
  'DROP TABLE IF EXISTS old_users',
];

function file(parts: readonly string[]): string {
  return parts.map((part) => `${part};\n\n`).join('');
}

/** The statements of the file with one exchanged, or left out. */
function replaced(index: number, ...by: string[]): string[] {
  return [...statements.slice(0, index), ...by, ...statements.slice(index + 1)];
}

/** The statements that parsed, with the place where they stand. */
function parsed(text: string): [text: string, start: number][] {
  return parseDocument(text)
    .statements.filter((statement) => !statement.parsed.problem)
    .map((statement) => [statement.parsed.written, statement.span.start]);
}

/** The messages of a file, each with the text that it marks. */
function problems(text: string): [message: string, marked: string][] {
  const { statements: found, problems: others } = parseDocument(text);
  const inside = found.flatMap(({ parsed: { problem }, span }): [string, string][] =>
    problem ? [[problem.message, text.slice(span.start + problem.span.start, span.start + problem.span.end)]] : [],
  );
  return [
    ...inside,
    ...others.map(({ message, span }): [string, string] => [message, text.slice(span.start, span.end)]),
  ];
}

describe('document', () => {
  before(() => initParser());

  it('parses every statement at its place', () => {
    const text = file(statements);
    const document = parseDocument(text);
    assert.deepEqual(
      document.statements.map(({ span }) => text.slice(span.start, span.end)),
      statements,
    );
    assert.ok(document.statements.every(({ parsed: { problem, tag } }) => !problem && tag !== ''));
    assert.ok(document.statements.every(({ fullEnd }) => text[fullEnd - 1] === ';'));
    assert.deepEqual(
      document.comments.map((comment) => comment.text),
      ['-- for mails'],
    );
  });

  for (const [name, change] of [
    ['CRLF', (text: string) => text.replaceAll('\n', '\r\n')],
    ['a byte order mark', (text: string) => `\ufeff${text}`],
    ['tabs', (text: string) => text.replaceAll('    ', '\t')],
    ['no blank lines', (text: string) => text.replaceAll('\n\n', '\n')],
  ] as const) {
    it(`parses a file with ${name}`, () => {
      const text = change(file(statements));
      const document = parseDocument(text);
      assert.equal(document.statements.length, statements.length);
      assert.deepEqual(problems(text), []);
      assert.ok(document.statements.every(({ span, parsed: own }) => text.startsWith(own.written, span.start)));
    });
  }

  it('shares the analysis of equal statements', () => {
    const [first, second] = parseDocument('DROP TABLE shared;\n  DROP TABLE shared;').statements;
    assert.equal(first?.parsed, second?.parsed);
    assert.equal(parseStatement('DROP TABLE shared'), first?.parsed);
  });

  it('gives the tree and the tokens whenever they are asked for', () => {
    const statement = parseStatement('DROP TABLE a, b');
    assert.ok(statement.node && 'DropStmt' in statement.node);
    assert.deepEqual(
      statement.tokens().map((token) => token.text),
      ['DROP', 'TABLE', 'a', ',', 'b'],
    );
    assert.equal(parseStatement('DROP TABEL a').node, undefined);
  });

  it('parses a long INSERT without building a tree of all its rows', () => {
    const row = "(1, 'a, (b'), -- )\n";
    const text = `INSERT INTO t (a, b) VALUES ${row.repeat(50_000)} (2, 'last') ON CONFLICT (a) DO NOTHING`;
    const statement = parseStatement(text);
    assert.equal(statement.problem, undefined);
    const { node } = statement;
    assert.ok(node && 'InsertStmt' in node && node.InsertStmt.selectStmt && 'SelectStmt' in node.InsertStmt.selectStmt);
    assert.equal(node.InsertStmt.selectStmt.SelectStmt.valuesLists?.length, 501);
    assert.equal(node.InsertStmt.onConflictClause?.location, text.indexOf('ON CONFLICT'));
    assert.equal(parseStatement(`${text} oops`).problem?.message, 'syntax error at or near "oops"');
  });

  const hard = [
    `CREATE TABLE "a;b" ("c""d" text DEFAULT $$it's; "x"$$, e text DEFAULT E'\\';' CHECK (e <> ';'))`,
    'CREATE TABLE p (a int, b text COLLATE "C" NOT NULL, EXCLUDE USING gist (a WITH =)) PARTITION BY RANGE (a)',
    'CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (MAXVALUE) WITH (fillfactor = 70)',
    'ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY',
    'ALTER TABLE ONLY t ADD CONSTRAINT c FOREIGN KEY (a) REFERENCES u (id) ON DELETE SET NULL (a) DEFERRABLE NOT VALID',
    'ALTER TABLE t ADD CONSTRAINT n NOT NULL a NOT VALID, ALTER COLUMN b TYPE int USING b::int, VALIDATE CONSTRAINT c',
    'ALTER TABLE t ADD COLUMN g int GENERATED ALWAYS AS (a * 2) VIRTUAL',
    'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON t (lower(a) text_pattern_ops DESC) INCLUDE (b) NULLS NOT DISTINCT',
    'CREATE OPERATOR @#@ (leftarg = int8, procedure = numeric_fac)',
    "SELECT 1 @#@ 2, a->>$$b$$, x #>> '{a,b}', (ARRAY[1,2])[1:2], (r).f, b'01'::bit(2)",
    'SELECT /* a /* nested; */ b */ 1 -- end; of line\n + 2',
    "SELECT U&'d!0061t' UESCAPE '!', 'a'\n'b', $1, 1_000, 0xFF, .5e-3, 5 % -2",
    'CREATE RULE r AS ON UPDATE TO t DO ALSO (INSERT INTO l VALUES (1); DELETE FROM m)',
    'CREATE FUNCTION f(a int DEFAULT 1) RETURNS TABLE (x int) BEGIN ATOMIC SELECT CASE WHEN a > 0 THEN 1 END; SELECT 2; END',
    'CREATE FUNCTION "end"() RETURNS void LANGUAGE plpgsql SET search_path = \'\' AS $f$ BEGIN EXECUTE $q$;$q$; END $f$',
    'CREATE TRIGGER tr BEFORE UPDATE OF a ON t FOR EACH ROW WHEN (OLD.a IS DISTINCT FROM NEW.a) EXECUTE FUNCTION f()',
    'CREATE POLICY p ON t AS RESTRICTIVE FOR SELECT TO public USING (a = current_user)',
    'MERGE INTO t USING u ON t.id = u.id WHEN MATCHED THEN UPDATE SET a = 1 WHEN NOT MATCHED THEN INSERT VALUES (1)',
    'WITH RECURSIVE w (a) AS (SELECT 1 UNION ALL SELECT a + 1 FROM w) SEARCH DEPTH FIRST BY a SET o SELECT * FROM w',
    "COPY t (a) FROM '/data/x;y' WITH (FORMAT csv, DELIMITER ';')",
    "COMMENT ON COLUMN t.a IS E'it\\'s; 😀'",
    'REINDEX (CONCURRENTLY, TABLESPACE x) INDEX i',
    'VACUUM (ANALYZE, PARALLEL 2) t (a)',
    "SET LOCAL lock_timeout TO '2s'",
    'GRANT SELECT (a), UPDATE ON t TO r WITH GRANT OPTION',
    "DO LANGUAGE plpgsql 'BEGIN RAISE NOTICE ''a;b''; END'",
    "SELECT JSON_TABLE.* FROM JSON_TABLE('[1]', '$[*]' COLUMNS (a int PATH '$'))",
    'CREATE TABLE naïve_таблица (été text, "😀" int)',
  ];
  it('accepts hard statements and finds where each ends', () => {
    const text = hard.join(' ;\r\n');
    const document = parseDocument(text);
    assert.deepEqual(problems(text), []);
    assert.deepEqual(
      document.statements.map(({ parsed: own }) => own.written),
      hard,
    );
  });

  it('never throws', () => {
    for (const text of [
      '',
      '\0',
      "'",
      '"',
      '$$',
      '/*',
      '(',
      ')',
      '\\',
      ':',
      '{{',
      '${',
      '\ud800',
      ';',
      'x'.repeat(2000),
      '('.repeat(5000),
    ]) {
      assert.doesNotThrow(() => parseDocument(text));
      assert.doesNotThrow(() => parseDocument(`select 1; ${text}; select 2;`));
    }
  });
});

describe('recovery', () => {
  before(() => initParser());

  const mutations: [name: string, mutate: (statement: string, at: number) => string][] = [
    ['a stray quote', (statement, at) => `${statement.slice(0, at)}'${statement.slice(at)}`],
    ['a stray double quote', (statement, at) => `${statement.slice(0, at)}"${statement.slice(at)}`],
    ['a stray $$', (statement, at) => `${statement.slice(0, at)} $$ ${statement.slice(at)}`],
    ['a stray parenthesis', (statement, at) => `${statement.slice(0, at)} ( ${statement.slice(at)}`],
    ['garbage', (statement, at) => `${statement.slice(0, at)} ?! foo ${statement.slice(at)}`],
  ];
  for (const [name, mutate] of mutations) {
    it(`keeps all other statements analysed with ${name} anywhere`, () => {
      for (const [i, statement] of statements.entries()) {
        for (let at = 1; at < statement.length; at += 3) {
          const broken = replaced(i, mutate(statement, at));
          const found = new Set(parsed(file(broken)).map(([text]) => text));
          for (const other of replaced(i)) {
            assert.ok(found.has(other), `${broken[i]}\nhides\n${other}`);
          }
        }
      }
    });
  }

  it('keeps all other statements analysed while one is being typed', () => {
    for (const [i, statement] of statements.entries()) {
      for (let length = 1; length < statement.length; length++) {
        // No semicolon yet.
        const before = file(statements.slice(0, i));
        const behind = file(statements.slice(i + 1));
        const text = `${before}${statement.slice(0, length)}\n\n${behind}`;
        const found = new Set(parsed(text).map(([own]) => own));
        for (const other of replaced(i)) {
          assert.ok(found.has(other), `${statement.slice(0, length)}\nhides\n${other}`);
        }
      }
    }
  });

  it('keeps the right places behind a broken statement', () => {
    const text = "SELECT 'é;\n\nSELECT 2;\nSELECT 3;\n";
    assert.deepEqual(parsed(text), [
      ['SELECT 2', 12],
      ['SELECT 3', 22],
    ]);
    assert.deepEqual(problems(text), [['unterminated quoted string at or near "\'é"', "'é"]]);
  });

  it('points at the quote that has no end', () => {
    assert.deepEqual(problems("CREATE TABLE a (x text DEFAULT 'abc);\nDROP TABLE b;"), [
      ['unterminated quoted string at or near "\'abc)"', "'abc)"],
    ]);
  });

  it('names a missing semicolon and analyses both statements', () => {
    const text = 'DROP TABLE a\nCREATE TABLE b (x int);\nDROP TABLE c;';
    assert.deepEqual(
      parsed(text).map(([own]) => own),
      ['DROP TABLE a', 'CREATE TABLE b (x int)', 'DROP TABLE c'],
    );
    assert.deepEqual(problems(text), [['A semicolon is missing before CREATE', 'CREATE']]);
  });

  it('reads no semicolon in a comment, as PostgreSQL does not', () => {
    for (const comment of ['-- note;', '--;', '-- a; b;', '/* note;\n*/', '/*;\n/* ; */ */', "-- it's;"]) {
      const document = parseDocument(`ALTER TABLE a ADD COLUMN b int ${comment}\nALTER TABLE a ADD COLUMN c int;\n`);
      assert.equal(document.problems[0]?.message, 'A semicolon is missing before ALTER', comment);
      assert.equal(document.statements.length, 2);
      const [first] = document.statements;
      assert.equal(first?.fullEnd, first?.span.end);
    }
    // Where a real one stands behind the comment nothing is missing.
    for (const text of [
      'SELECT 1 -- note;\n;\nALTER TABLE a ADD c int;',
      '-- only;\nSELECT 1;',
      'SELECT 1; -- done;\nSELECT 2;',
    ])
      assert.deepEqual(parseDocument(text).problems, [], text);
  });

  it('does not take statements out of the body of a function with a broken head', () => {
    const text =
      'CREATE FUNCTION f() RETRUNS void AS $$\nBEGIN\nUPDATE a SET b = 1;\nDELETE FROM a;\nEND;\n$$;\n\nDROP TABLE c;';
    assert.deepEqual(
      parsed(text).map(([own]) => own),
      ['DROP TABLE c'],
    );
  });

  it('reads the comments behind a broken statement once', () => {
    const text = "-- a\nSELECT 'x;\n-- b\nSELECT 2; -- c";
    assert.deepEqual(
      parseDocument(text).comments.map((comment) => comment.text),
      ['-- a', '-- b', '-- c'],
    );
  });

  it('leaves CREATE RULE with several statements whole', () => {
    const text = 'CREATE RULE r AS ON INSERT TO t DO (\n  DELETE FROM a;\n  DELETE FROM b;\n);\nDROP TABLE c;';
    assert.equal(parsed(text).length, 2);
  });

  it("reports other tools' words as problems of their own", () => {
    const text = 'DROP TABLE a;\nGO\nDROP TABLE b;\nDROP TABLE `c`;\nDROP TABLE d;';
    assert.deepEqual(
      parsed(text).map(([own]) => own),
      ['DROP TABLE a', 'DROP TABLE b', 'DROP TABLE d'],
    );
    assert.equal(problems(text).length, 2);
  });
});

describe('placeholders', () => {
  before(() => initParser());

  const accepted: [text: string, tag: string][] = [
    ['ALTER TABLE ${schema}.t ADD COLUMN a int', 'AlterTableStmt'],
    ['ALTER TABLE {{.prefix}}users ADD COLUMN a int', 'AlterTableStmt'],
    ['CREATE TABLE {{ .Schema "it\'s" }}.t (a int)', 'CreateStmt'],
    ['CREATE TABLE :GRAPHILE_WORKER_SCHEMA.jobs (a int)', 'CreateStmt'],
    ["SET lock_timeout = :'timeout'", 'VariableSetStmt'],
    ['GRANT SELECT ON t TO :"role"', 'GrantStmt'],
    ['GRANT SELECT ON t TO $ROLE', 'GrantStmt'],
    ['SELECT 1 LIMIT ${n}', 'SelectStmt'],
    ["SELECT INTERVAL ${n}'1 day'", 'SelectStmt'],
    ['CREATE TABLE t (a varchar(${n}))', 'CreateStmt'],
    ["INSERT INTO t VALUES ('${x}', ':y')", 'InsertStmt'],
    ['${grants}', ''],
    ['CREATE TABLE t (${columns})', 'CreateStmt'],
    ['CREATE TABLE t (a int, ${columns})', ''],
    ['{{ if .x }}DROP TABLE t{{ end }}', 'DropStmt'],
  ];
  for (const [text, tag] of accepted) {
    it(`reads ${JSON.stringify(text)}`, () => {
      const { statements: found } = parseDocument(`${text};\nDROP TABLE last;`);
      assert.deepEqual(
        found.map(({ parsed: own }) => [own.written, own.tag, own.problem]),
        [
          [text, tag, undefined],
          ['DROP TABLE last', 'DropStmt', undefined],
        ],
      );
    });
  }

  it('keeps the offsets of what stands around', () => {
    const text = 'ALTER TABLE ${schema}.t ADD COLUMN a int';
    const { node } = parseStatement(text);
    assert.ok(node && 'AlterTableStmt' in node);
    assert.equal(node.AlterTableStmt.relation?.location, text.indexOf('${'));
    assert.equal(node.AlterTableStmt.relation?.relname, 't');
  });

  it('reads a statement between the lines of psql', () => {
    const { statements: found } = parseDocument('SELECT 1\n\\if :x\n+ 2\n\\endif\n;\nDROP TABLE t;');
    assert.deepEqual(
      found.map(({ parsed: own }) => [own.written, own.problem]),
      [
        ['SELECT 1\n\\if :x\n+ 2', undefined],
        ['DROP TABLE t', undefined],
      ],
    );
  });

  it('gives different placeholders different names', () => {
    const names = ['${a}', '${b}'].map((name) => JSON.stringify(parseStatement(`DROP TABLE ${name}`).node));
    assert.notEqual(names[0], names[1]);
  });

  it('does not take what PostgreSQL accepts for a placeholder', () => {
    const { node } = parseStatement('SELECT a[1:n], b::text FROM t');
    assert.match(JSON.stringify(node), /is_slice/);
  });

  it('still reports a cast with one colon', () => {
    assert.deepEqual(problems('SELECT a:text FROM t;'), [['syntax error at or near ":"', ':']]);
  });

  it('still reports an error beside a psql variable', () => {
    assert.deepEqual(problems("SET x = :'v' oops oops;"), [['syntax error at or near "oops"', 'oops']]);
  });
});

describe('speed', () => {
  before(() => initParser());

  it('re-parses 10,000 statements after an edit', () => {
    const text = Array.from(
      { length: 10_000 },
      (_, i) => `ALTER TABLE app.table_${i} ADD COLUMN column_${i} varchar(255) DEFAULT 'active' NOT NULL;\n`,
    ).join('');
    parseDocument(text);
    const middle = text.indexOf('column_5000');
    let best = Number.POSITIVE_INFINITY;
    for (let i = 1; i <= 5; i++) {
      const edited = text.slice(0, middle) + 'x'.repeat(i) + text.slice(middle);
      const began = performance.now();
      assert.equal(parseDocument(edited).statements.length, 10_000);
      best = Math.min(best, performance.now() - began);
    }
    // About 15 ms where it was written; the bar is 60 ms.
    assert.ok(best < 300, `${best} ms`);
  });

  it('takes linear time on files that are broken everywhere', () => {
    for (const line of [
      'foo (;\n',
      "foo '(;\n",
      'ALTER TABLE t ADD a varchar(255;\nSELECT 1;\n',
      'CREATE $$;\n',
      '"\n;\n',
    ]) {
      const began = performance.now();
      parseDocument(line.repeat(20_000));
      assert.ok(performance.now() - began < 5000, JSON.stringify(line));
    }
  });
});
