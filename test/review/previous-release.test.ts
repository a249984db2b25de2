import assert from 'node:assert/strict';
import { lostAbilities } from '../../server/src/review/previous-release.js';
import { releaseFiles } from '../../server/src/review/release.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { analyzeSql } from '../support/analyze-sql.js';
import { withDatabase } from '../support/pglite.js';

const history = [
  `CREATE TYPE mood AS ENUM ('sad', 'ok');
   CREATE TABLE customers (id bigint PRIMARY KEY, email text UNIQUE);
   CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note text, code text NOT NULL DEFAULT 'x', total int, m mood);
   CREATE UNIQUE INDEX orders_code_idx ON orders (code);
   CREATE UNIQUE INDEX orders_lower_idx ON orders ((lower(note)));
   CREATE TABLE rooms (id int, span int4range, doc jsonb, CONSTRAINT no_overlap EXCLUDE USING gist (span WITH &&));
   CREATE VIEW open_orders AS SELECT id FROM orders;
   CREATE FUNCTION price(int) RETURNS int LANGUAGE sql AS 'SELECT $1';
   CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';`,
];

function lost(...files: string[]): string[] {
  const earlier = [...history];
  const analyses = files.map((sql, index) => {
    const analysis = analyzeSql(sql, { history: earlier, path: `m/${index + 1}.sql` });
    earlier.push(sql);
    return analysis;
  });
  return lostAbilities(releaseFiles(analyses)).map(({ text, kind }) => `${kind}: ${text}`);
}

describe('what the release before can no longer do', () => {
  before(initParser);

  const silent: readonly (readonly [string, string])[] = [
    ['a new table and all that is done to it', 'CREATE TABLE t (a int); ALTER TABLE t DROP COLUMN a; DROP TABLE t;'],
    ['an index', 'CREATE INDEX ON orders (note);'],
    ['a nullable column with IF NOT EXISTS that is there', 'ALTER TABLE orders ADD COLUMN IF NOT EXISTS note text;'],
    ['a unique constraint beside one on the same column', 'ALTER TABLE customers ADD CONSTRAINT u UNIQUE (email);'],
    ['a constraint that is not enforced', 'ALTER TABLE orders ADD CONSTRAINT c CHECK (total > 0) NOT ENFORCED;'],
    ['a dropped CHECK', 'ALTER TABLE orders DROP CONSTRAINT IF EXISTS orders_check;'],
    [
      'a function that is replaced',
      "DROP FUNCTION price(int); CREATE FUNCTION price(int) RETURNS int LANGUAGE sql AS 'SELECT 2';",
    ],
    ['a function that only triggers call', 'DROP FUNCTION stamp();'],
    ['a dropped index that is not unique', 'CREATE INDEX i ON orders (note); DROP INDEX i;'],
    ['a view that is made anew', 'DROP VIEW open_orders; CREATE VIEW open_orders AS SELECT id FROM orders;'],
    ['DROP VIEW IF EXISTS of what no file makes', 'DROP VIEW IF EXISTS nothing_here;'],
    [
      'a table that is made anew with its columns',
      'DROP TABLE customers; CREATE TABLE customers (id bigint PRIMARY KEY, email text UNIQUE, a int);',
    ],
    ['NULL allowed', 'ALTER TABLE orders ALTER COLUMN code DROP NOT NULL;'],
  ];
  for (const [name, sql] of silent) it(`is nothing for ${name}`, () => assert.deepEqual(lost(sql), []));

  it('says nothing of what another folder of migrations has of the same name', () => {
    const one = analyzeSql('DROP TABLE customers;', { history, path: 'one/m/1.sql' });
    const other = analyzeSql('CREATE TABLE customers (id bigint);', { history: [], path: 'two/m/1.sql' });
    const two = { ...other, project: { ...other.project, root: 'two/m' } };
    const found = lostAbilities(releaseFiles([one, two])).map(({ text }) => text);
    assert.deepEqual(found, ['every statement that names customers fails (42P01)']);
  });

  it('is nothing where a later file puts a view in the place of a renamed table', () => {
    assert.deepEqual(
      lost('ALTER TABLE orders RENAME TO purchases;', 'CREATE VIEW orders AS SELECT * FROM purchases;'),
      [],
    );
  });

  it('is only the prepared statements for a wider type', () => {
    const found = lost('ALTER TABLE orders ALTER COLUMN total TYPE bigint;');
    assert.deepEqual(
      found.map((each) => each.slice(0, 30)),
      ['changed: a prepared SELECT * F'],
    );
  });

  it('does not count what hangs on a column that the release adds, nor what it says of a table of its own', () => {
    const found = lost(
      'CREATE TABLE p (id bigint PRIMARY KEY);',
      'ALTER TABLE orders ADD COLUMN p_id bigint; ALTER TABLE orders ADD FOREIGN KEY (p_id) REFERENCES p NOT VALID; CREATE UNIQUE INDEX ON orders (p_id);',
      'ALTER TABLE orders DROP COLUMN p_id;',
    );
    assert.deepEqual(
      found.map((each) => each.slice(0, 38)),
      ['changed: a prepared SELECT * FROM orde'],
    );
  });

  it('says nothing of ON CONFLICT by an index that the release itself has made', () => {
    const found = lost('CREATE UNIQUE INDEX i ON orders (note); DROP INDEX i;');
    assert.deepEqual(
      found.filter((each) => each.startsWith('gone')),
      [],
    );
  });

  it('says once that prepared statements fail once', () => {
    const found = lost('ALTER TABLE orders ADD COLUMN a int; ALTER TABLE customers ADD COLUMN a int;');
    assert.equal(found.length, 1);
    assert.match(found[0] ?? '', /SELECT \* FROM orders or customers fails once/);
  });

  const loud: readonly (readonly [string, RegExp])[] = [
    ['ALTER TABLE orders DROP COLUMN note;', /^gone: SELECT, INSERT and UPDATE that name orders\.note fail \(42703\)/],
    ['ALTER TABLE orders RENAME COLUMN note TO remark;', /^gone: .*orders\.note/],
    ['DROP TABLE customers;', /^gone: every statement that names customers fails \(42P01\)/],
    ['ALTER TABLE orders RENAME TO purchases;', /^gone: .*42P01.*purchases/],
    ['ALTER TABLE orders ALTER COLUMN total TYPE text;', /^gone: what compares or writes orders\.total/],
    ['ALTER TABLE orders ALTER COLUMN note SET NOT NULL;', /^refused: .*orders\.note NULL fail \(23502\)/],
    ['ALTER TABLE orders ADD COLUMN a int NOT NULL;', /^refused: every INSERT into orders fails/],
    ['ALTER TABLE orders ALTER COLUMN code DROP DEFAULT;', /^refused: INSERT that leaves orders\.code out/],
    ['ALTER TABLE orders ADD CONSTRAINT c CHECK (total > 0) NOT VALID;', /^refused: .*break c fail \(23514\)/],
    [
      'ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers NOT VALID;',
      /^refused: writes of orders \(customer_id\) without a row in customers/,
    ],
    ['CREATE UNIQUE INDEX ON orders (total);', /^refused: writes of a second row in orders with the same total/],
    ['DROP INDEX orders_code_idx;', /^gone: INSERT INTO orders … ON CONFLICT \(code\) fails \(42P10\)/],
    ['ALTER TABLE customers DROP CONSTRAINT customers_email_key;', /^gone: .*ON CONFLICT \(email\) or ON CONSTRAINT/],
    ['DROP INDEX orders_lower_idx;', /^gone: INSERT INTO orders … ON CONFLICT \(\(lower\(note\)\)\) fails \(42P10\)/],
    ['ALTER TABLE rooms DROP CONSTRAINT no_overlap;', /^gone: .*ON CONFLICT ON CONSTRAINT no_overlap fails \(42704\)/],
    ['ALTER TABLE rooms ADD PRIMARY KEY (id);', /^refused: writes of a second row in rooms with the same id/],
    [
      'ALTER TABLE orders ALTER COLUMN note TYPE varchar(3);',
      /^refused: writes of values that do not fit orders\.note/,
    ],
    ['ALTER TABLE rooms ALTER COLUMN doc TYPE json;', /^gone: what compares or writes rooms\.doc/],
    [
      'DROP VIEW open_orders; CREATE VIEW open_orders AS SELECT total FROM orders;',
      /^gone: what names open_orders\.id fails/,
    ],
    ['DROP TABLE customers; CREATE TABLE customers (id bigint);', /^gone: what names customers\.email fails \(42703\)/],
    ["ALTER TYPE mood RENAME VALUE 'ok' TO 'fine';", /^gone: what reads or writes 'ok' of mood/],
    ["ALTER TYPE mood ADD VALUE 'great';", /^changed: code that reads mood meets 'great'/],
    ['DROP FUNCTION price(int);', /^gone: .*function price fails \(42883\)/],
    ['DROP VIEW open_orders;', /^gone: .*view open_orders fails \(42P01\)/],
    ['ALTER TABLE orders ENABLE ROW LEVEL SECURITY;', /^gone: roles without a policy/],
    ['REVOKE SELECT ON orders FROM app;', /^gone: roles that lose their rights .*orders/],
  ];
  for (const [sql, expected] of loud)
    it(`says what fails after ${sql}`, () => {
      const [first = ''] = lost(sql);
      assert.match(first, expected);
    });

  it('gives the codes with which PostgreSQL answers', async () => {
    const cases: readonly (readonly [migration: string, old: string])[] = [
      ['ALTER TABLE orders DROP COLUMN note', 'SELECT note FROM orders'],
      ['ALTER TABLE orders RENAME TO purchases', 'SELECT * FROM orders'],
      ['ALTER TABLE orders ADD COLUMN a int NOT NULL', 'INSERT INTO orders (id) VALUES (7)'],
      ['ALTER TABLE orders ALTER COLUMN note SET NOT NULL', 'INSERT INTO orders (id, note) VALUES (7, NULL)'],
      [
        'ALTER TABLE orders ADD CONSTRAINT c CHECK (total > 0) NOT VALID',
        'INSERT INTO orders (id, total) VALUES (7, 0)',
      ],
      [
        'ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers NOT VALID',
        'INSERT INTO orders (id, customer_id) VALUES (7, 9)',
      ],
      ['DROP INDEX orders_code_idx', 'INSERT INTO orders (id) VALUES (7) ON CONFLICT (code) DO NOTHING'],
      ['DROP INDEX orders_lower_idx', 'INSERT INTO orders (id) VALUES (7) ON CONFLICT (lower(note)) DO NOTHING'],
      [
        'ALTER TABLE rooms DROP CONSTRAINT no_overlap',
        'INSERT INTO rooms (id) VALUES (7) ON CONFLICT ON CONSTRAINT no_overlap DO NOTHING',
      ],
      ['ALTER TABLE rooms ADD PRIMARY KEY (id)', 'INSERT INTO rooms (span) VALUES (NULL)'],
      ['ALTER TABLE orders ALTER COLUMN note TYPE varchar(3)', "INSERT INTO orders (id, note) VALUES (7, 'long one')"],
      ['ALTER TABLE rooms ALTER COLUMN doc TYPE json', "SELECT * FROM rooms WHERE doc @> '{}'"],
      ["ALTER TYPE mood RENAME VALUE 'ok' TO 'fine'", "SELECT * FROM orders WHERE m = 'ok'"],
      ['DROP FUNCTION price(int)', 'SELECT price(1)'],
      ['ALTER TABLE orders ALTER COLUMN total TYPE text', 'SELECT * FROM orders WHERE total = 5'],
    ];
    await withDatabase(async (db) => {
      for (const [migration, old] of cases) {
        await db.exec(`DROP SCHEMA public CASCADE; CREATE SCHEMA public; ${history.join('\n')}`);
        await db.exec(old.startsWith('INSERT INTO orders (id)') ? 'SELECT 1' : old);
        await db.exec('DELETE FROM orders; DELETE FROM rooms;');
        const codes = lost(`${migration};`).flatMap((each) => each.match(/\b[0-9][0-9A-Z]{4}\b/g) ?? []);
        await db.exec(migration);
        const error: unknown = await db.exec(old).then(
          () => undefined,
          (reason: unknown) => reason,
        );
        assert.ok(error instanceof Error && 'code' in error, `${migration} / ${old} did not fail`);
        assert.ok(codes.includes(String(error.code)), `${migration}: ${String(error.code)} not in ${codes.join(' ')}`);
      }
    });
  });
});
