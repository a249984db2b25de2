import assert from 'node:assert/strict';
import { type ForeignKeyEffect, foreignKeyEffects } from '../../server/src/review/foreign-keys.js';
import { releaseFiles } from '../../server/src/review/release.js';
import { reviewedMigration, type ReviewedMigration } from '../../server/src/review/statements.js';
import { phaseNote, tablePhases } from '../../server/src/review/table-phases.js';
import { timelineMarkdown, timelineOf } from '../../server/src/review/timeline.js';
import type { Analysis } from '../../server/src/analysis/analyze.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { analyzeSql } from '../support/analyze-sql.js';

const history = [
  `CREATE TABLE customers (id bigint PRIMARY KEY, email text);
   CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers ON DELETE CASCADE, note text, total int);`,
];

function analysis(sql: string, path = 'm/1.sql'): Analysis {
  return analyzeSql(sql, { history, path });
}

function reviewed(sql: string): ReviewedMigration {
  const [file] = releaseFiles([analysis(sql)]);
  assert.ok(file);
  return reviewedMigration(file);
}

function effectsOf(sql: string): ForeignKeyEffect[] {
  return releaseFiles([analysis(sql)]).flatMap(foreignKeyEffects);
}

function sentences(sql: string): string[] {
  return reviewed(sql).statements.map(({ does, waits }) => [does, waits].filter((each) => each !== '').join(' '));
}

function phases(sql: string): (string | undefined)[] {
  return reviewed(sql).statements.map(({ phase }) => phase);
}

describe('the review, statement by statement', () => {
  before(initParser);

  it('leaves out what only steers the session', () => {
    assert.deepEqual(sentences("SET lock_timeout = '2s'; BEGIN; COMMIT; RESET ALL;"), []);
  });

  it('says in one sentence what a statement does and who waits', () => {
    const expected: readonly (readonly [string, string])[] = [
      ['CREATE TABLE t (a int, b int);', 'Creates the table t with 2 columns.'],
      [
        'ALTER TABLE orders ADD COLUMN code text;',
        'Adds the column code (text) to orders. Reads and writes of orders wait for an instant, once it has its lock.',
      ],
      [
        'ALTER TABLE orders ALTER COLUMN total TYPE bigint;',
        'Changes the type of orders.total from int to bigint. Reads and writes of orders wait while every row of orders is written anew.',
      ],
      [
        'CREATE INDEX CONCURRENTLY i ON orders (note);',
        'Builds the index i on orders (note) while others write on. Nobody waits while an index on orders is built.',
      ],
      [
        'ALTER TABLE orders ADD CONSTRAINT c CHECK (total > 0) NOT VALID;',
        'Adds to orders the check c (total > 0), for new rows only (NOT VALID). Reads and writes of orders wait for an instant, once it has its lock.',
      ],
      [
        'UPDATE orders SET total = 0 WHERE note IS NULL;',
        'Sets total in the rows of orders where note IS NULL. Writes of the same rows wait until it commits.',
      ],
      ['CALL refresh();', 'Calls refresh. What it locks is not known.'],
      [
        'ALTER TABLE orders DROP COLUMN id2;',
        'Drops the column id2 of orders with all its values. PostgreSQL refuses it: column "id2" of relation "orders" does not exist.',
      ],
    ];
    for (const [sql, sentence] of expected) assert.deepEqual(sentences(sql), [sentence]);
  });

  it('has a word for every statement of a file with many kinds', () => {
    const sql = `COMMENT ON TABLE orders IS 'x'; GRANT SELECT ON orders TO PUBLIC; CREATE TYPE m AS ENUM ('a');
      CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE VIEW v AS SELECT 1 AS a; DROP VIEW v;
      CREATE SEQUENCE s; TRUNCATE orders; ALTER TABLE orders ENABLE ROW LEVEL SECURITY; VACUUM orders; CLUSTER orders USING orders_pkey;
      CREATE POLICY p ON orders USING (true); CREATE PUBLICATION b FOR TABLE orders; CREATE STATISTICS st ON note, total FROM orders;
      REINDEX TABLE orders; DELETE FROM orders; INSERT INTO orders SELECT * FROM orders; ALTER SEQUENCE s RESTART; LOCK TABLE orders;`;
    for (const each of reviewed(sql).statements) assert.doesNotMatch(each.does, /no words|undefined/);
    assert.equal(reviewed(sql).statements.length, 19);
  });

  it('names the phase of each, and everything of a new table expands', () => {
    assert.deepEqual(phases('CREATE TABLE t (a int); ALTER TABLE t DROP COLUMN a; INSERT INTO t DEFAULT VALUES;'), [
      'expand',
      'expand',
      'expand',
    ]);
    assert.deepEqual(
      phases(
        'ALTER TABLE orders ADD COLUMN code text; UPDATE orders SET code = note; ALTER TABLE orders ALTER code SET NOT NULL; ALTER TABLE orders DROP COLUMN note;',
      ),
      ['expand', 'migrate', 'contract', 'contract'],
    );
  });

  it('says that a table gets and loses something in one release, and is quiet about other mixtures', () => {
    const notes = (sql: string): string[] => tablePhases([reviewed(sql)]).flatMap(phaseNote);
    assert.deepEqual(
      notes(
        'CREATE INDEX ON orders (note); ALTER TABLE orders ALTER COLUMN total TYPE bigint; CREATE TABLE t (a int);',
      ),
      [],
    );
    assert.deepEqual(notes('ALTER TABLE customers ADD COLUMN a int; ALTER TABLE orders DROP COLUMN note;'), []);
    assert.deepEqual(notes('ALTER TABLE orders ADD COLUMN a int; ALTER TABLE orders DROP COLUMN a;'), []);
    const [note = ''] = notes('ALTER TABLE orders ADD COLUMN code text;\nALTER TABLE orders DROP COLUMN note;');
    assert.match(note, /^orders is changed and contracted in one release \(1\.sql:1, 1\.sql:2\)/);
  });

  it('draws no picture where no lock makes anybody wait', () => {
    assert.equal(timelineOf(reviewed('CREATE TABLE t (a int); INSERT INTO orders (id) VALUES (1);')), undefined);
  });

  it('draws statements across and tables down, with what the transaction holds', () => {
    const timeline = timelineOf(
      reviewed(
        'BEGIN; ALTER TABLE orders ADD COLUMN a int;\nCREATE INDEX ON customers (email);\nCOMMIT;\nANALYZE orders;',
      ),
    );
    assert.deepEqual(timeline && timelineMarkdown(timeline), [
      '| | line 1: ALTER TABLE | line 2: CREATE INDEX |',
      '| --- | :---: | :---: |',
      '| **orders** | 🟥 ACCESS EXCLUSIVE | 🟥⏳ held |',
      '| **customers** |  | 🟧⏳ SHARE |',
      '',
    ]);
  });

  it('draws a long file in pieces that can be read', () => {
    const sql = Array.from({ length: 50 }, (_, index) => `ALTER TABLE orders ADD COLUMN a${index} int;`).join('\n');
    const timeline = timelineOf(reviewed(sql));
    const lines = timeline ? timelineMarkdown(timeline) : [];
    assert.equal(lines.filter((each) => each.startsWith('| --- |')).length, 4);
    assert.match(lines.join('\n'), /18 more statements stand in words below/);
  });

  it('says what foreign keys imply, and nothing of a table without any', () => {
    const effects = (sql: string): string[] => effectsOf(sql).map(({ text }) => text);
    assert.deepEqual(effects('DELETE FROM orders; ALTER TABLE orders DROP COLUMN note; TRUNCATE orders;'), []);
    assert.deepEqual(effects('DELETE FROM customers WHERE email IS NULL;'), [
      'DELETE from customers deletes the rows of orders that refer to them, too',
    ]);
    assert.deepEqual(effects('TRUNCATE customers CASCADE;'), ['TRUNCATE … CASCADE empties orders, too']);
    assert.deepEqual(effects('DROP TABLE customers CASCADE;'), [
      'the foreign key orders_customer_id_fkey of orders goes as well',
    ]);
    assert.deepEqual(effects('CREATE TABLE t (c bigint REFERENCES customers ON DELETE CASCADE);'), [
      't now refers to customers: writes of customers wait as well while it is added; DELETE from customers deletes the rows of t, too',
    ]);
  });
});
