import assert from 'node:assert/strict';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { analyzeSql } from '../support/analyze-sql.js';

/** States that a person types through: a relation that refers to itself, and one whose name is taken. */
const circles = [
  'CREATE INDEX orders ON orders (x); ALTER TABLE orders ADD y int;',
  'ALTER TABLE orders ADD CONSTRAINT orders UNIQUE (x); ALTER TABLE orders ADD y int;',
  'ALTER TABLE orders ADD CONSTRAINT orders PRIMARY KEY (x); DROP TABLE orders;',
  'CREATE INDEX i ON orders (x); ALTER INDEX i RENAME TO orders; ALTER TABLE orders ADD y int;',
  'CREATE INDEX i ON orders (x); CREATE INDEX j ON orders (y); ALTER INDEX i RENAME TO j; DROP INDEX j; DROP INDEX i;',
  'ALTER TABLE a INHERIT a; ALTER TABLE a ADD COLUMN b int;',
  'CREATE TABLE c (x int) INHERITS (c); SELECT 1 FROM c; ALTER TABLE c RENAME x TO y;',
  'ALTER TABLE a ATTACH PARTITION a DEFAULT; ANALYZE a; ALTER TABLE a RENAME x TO y; TRUNCATE a; DROP TABLE a CASCADE;',
  'ALTER TABLE a INHERIT b; ALTER TABLE b INHERIT a; ALTER TABLE a RENAME x TO y; ALTER TABLE a ADD CHECK (x > 0); SELECT 1 FROM a;',
  'ALTER TABLE a ATTACH PARTITION b DEFAULT; ALTER TABLE b ATTACH PARTITION c DEFAULT; ALTER TABLE c ATTACH PARTITION a DEFAULT; CREATE INDEX ON a (x); DROP TABLE b;',
  'CREATE TABLE c (x int) PARTITION BY RANGE (x); ALTER TABLE c ATTACH PARTITION c DEFAULT; DO $$ BEGIN ALTER TABLE c DROP COLUMN x; END $$;',
  'CREATE TABLE b PARTITION OF b FOR VALUES FROM (1) TO (2); BEGIN; TRUNCATE b; LOCK TABLE b; COMMIT;',
  'CREATE TABLE events (kind int, at date) PARTITION BY RANGE (at); CREATE INDEX ON events (kind, at); ALTER TABLE events ATTACH PARTITION events DEFAULT; CREATE INDEX ON events (at);',
  'CREATE VIEW a AS SELECT * FROM a x, a y; SELECT * FROM a; DROP VIEW a CASCADE; LOCK TABLE a;',
  'CREATE VIEW a AS SELECT * FROM b; CREATE VIEW b AS SELECT * FROM a; SELECT * FROM a; DROP VIEW b CASCADE; INSERT INTO a VALUES (1);',
  'CREATE MATERIALIZED VIEW a AS SELECT * FROM a; REFRESH MATERIALIZED VIEW a; CREATE INDEX a ON a (x); DROP MATERIALIZED VIEW a;',
  'ALTER TABLE a ADD FOREIGN KEY (x) REFERENCES a (x); ALTER TABLE a ADD FOREIGN KEY (y) REFERENCES b; ALTER TABLE b ADD FOREIGN KEY (x) REFERENCES a; DELETE FROM a; TRUNCATE a CASCADE; DROP TABLE a CASCADE; DROP TABLE b;',
  'CREATE DOMAIN d AS d; CREATE TABLE t (a d); ALTER TABLE t ALTER a TYPE int; CREATE TYPE a AS (b a); DROP TYPE a CASCADE;',
  'CREATE SEQUENCE a; CREATE TABLE a (b serial); ALTER SEQUENCE a OWNED BY a.b; DROP TABLE a; DROP SEQUENCE a;',
];

describe('relations that lead back to themselves', () => {
  before(initParser);

  for (const text of circles) {
    it(`are read, and end: ${text.slice(0, 90)}`, () => {
      const began = performance.now();
      for (const postgres of [14, 18] as const) analyzeSql(text, { config: { postgres } });
      assert.ok(performance.now() - began < 500);
    });
  }

  it('take no more time for a chain of views that each read the one before twice', () => {
    const views = Array.from({ length: 60 }, (_, at) => `CREATE VIEW v${at + 1} AS SELECT * FROM v${at} x, v${at} y;`);
    const began = performance.now();
    analyzeSql(
      `CREATE TABLE v0 (a int);\n${views.join('\n')}\nSELECT * FROM v60;\nLOCK TABLE v60;\nDROP TABLE v0 CASCADE;`,
    );
    assert.ok(performance.now() - began < 1000);
  });

  it('leave a table what it is when an index asks for its name', () => {
    const { after } = analyzeSql('CREATE TABLE orders (x int);\nCREATE INDEX orders ON orders (x);');
    assert.equal(after.table({ schema: undefined, name: 'orders' })?.kind, 'table');
  });
});
