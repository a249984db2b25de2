import assert from 'node:assert/strict';
import { queriesIn } from '../../server/src/references/queries.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { readParameters } from '../../server/src/sql/query-parameters.js';
import { withNumbers } from '../../server/src/sql/query-placeholders.js';

describe('the queries of an application', () => {
  before(() => initParser());

  const texts = (path: string, text: string): string[] =>
    queriesIn(path, text).queries.map((query) => query.text.trim().replace(/\s+/g, ' '));

  it('writes values as numbers, however a driver writes them, and leaves operators, strings and comments', () => {
    for (const [given, wanted] of [
      [
        'SELECT a FROM t WHERE b = ? AND c IN (?, ?) LIMIT ?',
        'SELECT a FROM t WHERE b = $1 AND c IN ($2, $3) LIMIT $4',
      ],
      [
        "SELECT a FROM t WHERE d ? 'x' AND d ?| ARRAY['y'] AND b = ?",
        "SELECT a FROM t WHERE d ? 'x' AND d ?| ARRAY['y'] AND b = $1",
      ],
      [
        'SELECT a::text, b[1:2] FROM t WHERE c = :c AND e = :c::int',
        'SELECT a::text, b[1:2] FROM t WHERE c = $1 AND e = $1::int',
      ],
      [
        "SELECT ':a', '%s', '?' FROM t -- :b ?\nWHERE b = %s AND c = %(c)s",
        "SELECT ':a', '%s', '?' FROM t -- :b ?\nWHERE b = $1 AND c = $2",
      ],
      [
        "SELECT sqlc.embed(t) FROM t WHERE a = sqlc.arg('a') AND b = @b AND c @> d",
        'SELECT t.* FROM t WHERE a = $1 AND b = $2 AND c @> d',
      ],
      ["SELECT a FROM t WHERE b = $2 AND c = ':x' AND e = :e", "SELECT a FROM t WHERE b = $2 AND c = ':x' AND e = :e"],
    ] as const)
      assert.equal(withNumbers(given), wanted);
  });

  it('takes complete statements out of strings, and counts those that are put together', () => {
    assert.deepEqual(
      texts(
        'a.py',
        'cur.execute("SELECT a FROM t WHERE b = %s", (1,))\nq = """\nINSERT INTO t (a)\nVALUES (%(a)s)\n"""',
      ),
      ['SELECT a FROM t WHERE b = $1', 'INSERT INTO t (a) VALUES ($1)'],
    );
    assert.deepEqual(texts('A.java', '"SELECT a " +\n  "FROM t WHERE b = ?"'), ['SELECT a FROM t WHERE b = $1']);
    assert.deepEqual(texts('a.go', 'db.Query(`UPDATE t SET a = $1 WHERE b = $2`, x)'), [
      'UPDATE t SET a = $1 WHERE b = $2',
    ]);
    assert.deepEqual(texts('a.rb', 'x = <<~SQL\n  DELETE FROM t WHERE a = 1\nSQL\n'), ['DELETE FROM t WHERE a = 1']);
    assert.deepEqual(texts('a.ts', 'sql<Row>`select a from t where b = ${b} and c = any(${c})`'), [
      'select a from t where b = $1 and c = any($2)',
    ]);
    for (const [path, text] of [
      ['a.py', 'cur.execute("SELECT a FROM t WHERE b = %s" % b)'],
      ['a.py', 'cur.execute("SELECT a FROM t WHERE b = {}".format(b))'],
      ['a.py', 'cur.execute(f"SELECT a FROM {t} WHERE b = 1")'],
      ['a.go', 'fmt.Sprintf("SELECT a FROM t WHERE b = %s", b)'],
      ['a.ts', "db.query('SELECT a FROM t' + where)"],
      ['a.ts', 'db.query(`SELECT a FROM t WHERE b = ${b}`.trim())'.replace('db.query', 'run')],
      ['a.ts', 'run(`SELECT a FROM t ORDER BY ${order}`)'],
      ['a.rb', 'x = "select a from t where b = #{b}"'],
      ['a.php', '$q = "SELECT a FROM t" . $where;'],
    ] as const) {
      const { queries, dynamic } = queriesIn(path, text);
      assert.deepEqual([queries, dynamic], [[], 1], text);
    }
  });

  it('reads the statements of a file of SQL, and no schema', () => {
    const { queries, others } = queriesIn(
      'q.sql',
      '-- name: A :one\nSELECT a FROM t WHERE b = @b;\nCREATE TABLE x (a int);',
    );
    assert.deepEqual(
      [queries.map(({ text, start }) => [text, start]), others],
      [[['SELECT a FROM t WHERE b = $1', 16]], 1],
    );
  });

  it('knows which column a parameter is compared with, or becomes', () => {
    const uses = (text: string): string[] =>
      (readParameters(text)?.uses ?? [])
        .map(({ number, as, relation, column }) => `$${number} ${as} ${relation.name}.${column}`)
        .sort();
    assert.deepEqual(uses('SELECT 1 FROM t JOIN u AS v ON v.x = t.x WHERE v.a = $1 AND t.b IN ($2, $3) AND c = $4'), [
      '$1 read u.a',
      '$2 read t.b',
      '$3 read t.b',
    ]);
    assert.deepEqual(uses('INSERT INTO s.t (a, b) VALUES ($1, lower($2)) ON CONFLICT (a) DO UPDATE SET b = $3'), [
      '$1 written t.a',
      '$2 written t.b',
      '$3 written t.b',
    ]);
    assert.deepEqual(uses('UPDATE t SET a = $1 WHERE lower(b) = $2 AND c = ANY ($3::int[])'), [
      '$1 written t.a',
      '$2 read t.b',
      '$3 read t.c',
    ]);
    assert.deepEqual(uses('DELETE FROM t USING u WHERE u.a = $1 AND t.b BETWEEN $2 AND $3'), [
      '$1 read u.a',
      '$2 read t.b',
      '$3 read t.b',
    ]);
    assert.equal(readParameters('CREATE TABLE t (a int)'), undefined);
  });
});
