import assert from 'node:assert/strict';
import { moveColumns } from '../../server/src/rewrite/patterns/move-columns.js';
import { partitionTable } from '../../server/src/rewrite/patterns/partition-table.js';
import type { Pattern } from '../../server/src/rewrite/patterns/pattern.js';
import { isRefused } from '../../server/src/rewrite/plan.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { withDatabase } from '../support/pglite.js';
import { backText } from '../support/planning.js';
import { stateAfter, target16 } from '../support/schema-state.js';
import { planOf, provePattern, runPhase, runSql } from './support/pattern-run.js';

const values = { table: 'hits', column: 'at', from: "'2030-01-01'", to: "'2031-01-01'", partition: 'hits_2030' };

describe('a table that becomes partitioned', () => {
  before(initParser);

  it('keeps a primary key that has the column, or has none; the column becomes NOT NULL', async () => {
    for (const [schema, fill] of [
      [
        'CREATE SCHEMA s; CREATE TABLE s."Hits" (id int, at timestamptz, n int GENERATED ALWAYS AS (id * 2) STORED, PRIMARY KEY (at, id), UNIQUE (id, at)); CREATE UNIQUE INDEX "by N" ON s."Hits" (n, at) WHERE id > 3;',
        `INSERT INTO s."Hits" (id, at) SELECT n, timestamptz '2026-01-01' + n * interval '1 day' FROM generate_series(1, 20) AS n`,
      ],
      [
        'CREATE TABLE hits (id int, at date);',
        `INSERT INTO hits SELECT n, '2026-01-01' FROM generate_series(1, 20) AS n`,
      ],
    ] as const) {
      const table = schema.includes('Hits') ? 's."Hits"' : 'hits';
      const pattern: Pattern = { ...partitionTable, example: { schema, values: { ...values, table } } };
      const write = [`INSERT INTO ${table} (id, at) VALUES ((SELECT max(id) + 1 FROM ${table}), '2026-02-02')`];
      await withDatabase((db) => provePattern(db, pattern, { fill, oldCode: write, newCode: write }, 18));
    }
  });

  it('gets the rows of new partitions back on the way back', async () => {
    const { phases } = await planOf(partitionTable, 18);
    await withDatabase(async (db) => {
      await runSql(db, `${partitionTable.example.schema} INSERT INTO events (at, body) VALUES ('2026-01-01', 'a')`);
      for (const phase of phases) await runPhase(db, phase);
      await runSql(db, "INSERT INTO events (at, body) VALUES ('2030-05-05', 'b')");
      const [last, swap] = [...phases].reverse();
      for (const phase of [last, swap]) if (phase) await runSql(db, backText(phase), phase.backTransactional);
      assert.equal((await db.query("SELECT FROM events WHERE body = 'b'")).rows.length, 1);
      assert.equal((await db.query("SELECT FROM pg_class WHERE relname = 'events' AND relkind = 'r'")).rows.length, 1);
      await runSql(db, "INSERT INTO events (at, body) VALUES ('2030-06-06', 'c')");
    });
  });

  const hits = 'CREATE TABLE hits (id bigint PRIMARY KEY, at date NOT NULL);\n';
  for (const [why, schema, refused] of [
    ['a view', `${hits}CREATE VIEW v AS SELECT * FROM hits;`, /the view v/],
    ['an identity', 'CREATE TABLE hits (id bigint GENERATED ALWAYS AS IDENTITY, at date);', /the identity of id/],
    ['a foreign key to it', `${hits}CREATE TABLE a (hit bigint REFERENCES hits);`, /foreign keys of a/],
    ['UNIQUE without the column', 'CREATE TABLE hits (id int UNIQUE, at date);', /hits_id_key, which has no at/],
    ['a unique index without it', `${hits}CREATE UNIQUE INDEX one ON hits (id);`, /the unique index one/],
    [
      'a trigger',
      `${hits}CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'; CREATE TRIGGER t BEFORE INSERT ON hits FOR EACH ROW EXECUTE FUNCTION f();`,
      /the trigger t/,
    ],
    ['row level security', `${hits}ALTER TABLE hits ENABLE ROW LEVEL SECURITY;`, /row level security/],
  ] as const)
    it(`is refused by name: ${why}`, async () => {
      const plan = partitionTable.plan(values, { state: await stateAfter(schema), target: target16 });
      assert.ok(isRefused(plan));
      assert.match(plan.refused, refused);
    });

  it('a view that no file makes stops the first step', async () => {
    const { phases } = await planOf(partitionTable, 18);
    await withDatabase(async (db) => {
      await runSql(db, `${partitionTable.example.schema} CREATE VIEW v AS SELECT id FROM events`);
      const [first] = phases;
      if (first) await assert.rejects(runPhase(db, first), /more hangs on events than the migrations say/);
    });
  });
});

describe('columns that move to a table of their own', () => {
  before(initParser);

  it('under a key of two columns, of types without an equality, and with names that are quoted', async () => {
    const schema =
      'CREATE SCHEMA s; CREATE TABLE s."User" ("Org" int, id uuid, "Extra Data" json, place point, name text, PRIMARY KEY ("Org", id));';
    const pattern: Pattern = {
      ...moveColumns,
      example: { schema, values: { table: 's."User"', columns: '"Extra Data", place', to: '"User Extra"' } },
    };
    await withDatabase((db) =>
      provePattern(
        db,
        pattern,
        {
          fill: `INSERT INTO s."User" SELECT n, gen_random_uuid(), '{"a": 1}', CASE WHEN n % 2 > 0 THEN point '(1,2)' END FROM generate_series(1, 20) AS n; INSERT INTO s."User" VALUES (99, gen_random_uuid())`,
          oldCode: [
            `UPDATE s."User" SET place = '(3,4)' WHERE "Org" = 3`,
            `UPDATE s."User" SET "Extra Data" = NULL, place = NULL WHERE "Org" = 4`,
          ],
          newCode: [
            `INSERT INTO s."User" ("Org", id) VALUES ((SELECT max("Org") + 1 FROM s."User"), gen_random_uuid())`,
            `INSERT INTO s."User Extra" ("Org", id, place) SELECT "Org", id, '(5,6)' FROM s."User" ORDER BY "Org" DESC LIMIT 1`,
            `DELETE FROM s."User Extra" WHERE "Org" = 5`,
          ],
          outOfStep: `SELECT count(*) FROM s."User" AS u LEFT JOIN s."User Extra" AS e USING ("Org", id) WHERE u.place::text IS DISTINCT FROM e.place::text OR u."Extra Data"::text IS DISTINCT FROM e."Extra Data"::text`,
        },
        18,
      ),
    );
  });

  for (const [why, schema, refused] of [
    ['no key', 'CREATE TABLE users (name text, street text);', /no primary key/],
    ['an index', 'CREATE TABLE users (id int PRIMARY KEY, street text); CREATE INDEX i ON users (street);', /\bi\b/],
    [
      'a table of the name',
      'CREATE TABLE users (id int PRIMARY KEY, street text); CREATE TABLE addresses (id int);',
      /addresses already/,
    ],
  ] as const)
    it(`are refused: ${why}`, async () => {
      const plan = moveColumns.plan(
        { table: 'users', columns: 'street', to: 'addresses' },
        { state: await stateAfter(schema), target: target16 },
      );
      assert.ok(isRefused(plan));
      assert.match(plan.refused, refused);
    });
});
