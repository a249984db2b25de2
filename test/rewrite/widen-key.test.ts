import assert from 'node:assert/strict';
import type { Pattern } from '../../server/src/rewrite/patterns/pattern.js';
import { widenPrimaryKey } from '../../server/src/rewrite/patterns/widen-key.js';
import { isRefused } from '../../server/src/rewrite/plan.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { withDatabase } from '../support/pglite.js';
import { stateAfter, target16 } from '../support/schema-state.js';
import type { PatternCase } from './support/pattern-cases.js';
import { planOf, provePattern, runPhase, runSql } from './support/pattern-run.js';

const numbers = 'FROM generate_series(1, 20) AS n';

/** Schemas with what the example has not, each with its rows and its writers. */
const kinds: Readonly<Record<string, PatternCase & { readonly schema: string }>> = {
  'an identity, and a table of pairs whose primary key has both columns': {
    schema: `CREATE TABLE users (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text);
CREATE TABLE friends (one int REFERENCES users ON DELETE CASCADE, other int REFERENCES users (id), since date, PRIMARY KEY (one, other));
CREATE INDEX friends_other_idx ON friends (other) WHERE since IS NOT NULL;`,
    fill: `INSERT INTO users (name) SELECT 'name' ${numbers}; INSERT INTO friends SELECT n, n % 20 + 1, '2026-01-01' ${numbers}`,
    oldCode: [
      "INSERT INTO users (name) VALUES ('old')",
      'INSERT INTO friends (one, other) SELECT max(id), 3 FROM users ON CONFLICT (one, other) DO NOTHING',
      'DELETE FROM users WHERE id = (SELECT max(id) FROM users)',
    ],
  },
  'one to one, a chain of keys, and a column that is bigint already': {
    schema: `CREATE TABLE users (id smallint PRIMARY KEY, name text);
CREATE TABLE profiles (user_id smallint PRIMARY KEY REFERENCES users (id) ON UPDATE CASCADE, bio text UNIQUE);
CREATE TABLE pictures (id bigint PRIMARY KEY, profile smallint DEFAULT 1 REFERENCES profiles DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE logins (id bigint PRIMARY KEY, "user" bigint NOT NULL CONSTRAINT "the User" REFERENCES users ON DELETE CASCADE);`,
    fill: `INSERT INTO users SELECT n, 'name' ${numbers}; INSERT INTO profiles SELECT n, 'bio' || n ${numbers}; INSERT INTO pictures SELECT n, n ${numbers}; INSERT INTO logins SELECT n, n ${numbers}`,
    oldCode: [
      'INSERT INTO users (id) SELECT max(id) + 1 FROM users',
      'INSERT INTO profiles (user_id) SELECT max(id) FROM users',
      'INSERT INTO pictures (id, profile) SELECT max(pictures.id) + 1, max(profiles.user_id) FROM pictures, profiles',
      'INSERT INTO pictures (id) SELECT max(pictures.id) + 1 FROM pictures',
      'INSERT INTO logins (id, "user") SELECT max(logins.id) + 1, max(users.id) FROM logins, users',
    ],
  },
  'nothing that refers to it': {
    schema: 'CREATE SCHEMA shop; CREATE TABLE shop.notes ("Id" serial PRIMARY KEY, body text);',
    fill: `INSERT INTO shop.notes (body) SELECT 'body' ${numbers}`,
    oldCode: ["INSERT INTO shop.notes (body) VALUES ('old')"],
  },
};

function patternOn(schema: string): Pattern {
  const table = schema.includes('users') ? 'users' : 'shop.notes';
  return { ...widenPrimaryKey, example: { schema, values: { table } } };
}

describe('widening a primary key', () => {
  before(initParser);

  for (const [name, given] of Object.entries(kinds))
    it(`${name}: every phase can be run again and taken back, and the code writes beside it`, async () => {
      const pattern = patternOn(given.schema);
      await withDatabase((db) => provePattern(db, pattern, { ...given, newCode: given.oldCode ?? [] }, 18));
    });

  it('a value that the old type does not hold can be written behind the swap, and stands against the way back alone', async () => {
    const pattern = patternOn(kinds['nothing that refers to it']?.schema ?? '');
    const { phases } = await planOf(pattern, 18);
    await withDatabase(async (db) => {
      await runSql(db, `${pattern.example.schema} INSERT INTO shop.notes (body) VALUES ('one')`);
      for (const phase of phases.slice(0, -1)) await runPhase(db, phase);
      await runSql(
        db,
        "SELECT setval('shop.\"notes_Id_seq\"', 3000000000); INSERT INTO shop.notes (body) VALUES ('two')",
      );
      const { rows } = await db.query('SELECT "Id", "Id_old" FROM shop.notes ORDER BY 1');
      assert.deepEqual(rows, [
        { Id: 1, Id_old: 1 },
        { Id: 3000000001, Id_old: null },
      ]);
      const [fits] = phases.at(-2)?.back ?? [];
      await assert.rejects(runSql(db, fits?.sql ?? ''), /do not fit the old type/);
    });
  });

  for (const [why, schema, refused] of [
    ['a view', 'CREATE TABLE users (id int PRIMARY KEY); CREATE VIEW v AS SELECT id FROM users;', /the view v/],
    ['a CHECK', 'CREATE TABLE users (id int PRIMARY KEY CONSTRAINT positive CHECK (id > 0));', /positive/],
    ['two columns', 'CREATE TABLE users (id int, n int, PRIMARY KEY (id, n));', /several columns/],
    ['no key', 'CREATE TABLE users (id int);', /no primary key/],
    ['bigint already', 'CREATE TABLE users (id bigint PRIMARY KEY);', /is of type bigint/],
    ['a uuid', 'CREATE TABLE users (id uuid PRIMARY KEY);', /is of type uuid/],
    [
      'a partitioned table that refers to it',
      'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE hits (at date, u int REFERENCES users) PARTITION BY RANGE (at);',
      /its partitions/,
    ],
    [
      'a key of two columns',
      'CREATE TABLE users (id int PRIMARY KEY, org int, UNIQUE (id, org)); CREATE TABLE hits (u int, org int, CONSTRAINT both_fk FOREIGN KEY (u, org) REFERENCES users (id, org));',
      /both_fk/,
    ],
    [
      'a key that is not proven',
      'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE hits (u int); ALTER TABLE hits ADD CONSTRAINT hits_fk FOREIGN KEY (u) REFERENCES users NOT VALID;',
      /hits_fk of hits is not proven/,
    ],
    [
      'a circle',
      'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE pages (id int PRIMARY KEY REFERENCES users); ALTER TABLE users ADD FOREIGN KEY (id) REFERENCES pages;',
      /in a circle/,
    ],
    [
      'an index over an expression of it',
      'CREATE TABLE users (id int PRIMARY KEY); CREATE INDEX by_rest ON users ((id % 10));',
      /by_rest/,
    ],
  ] as const)
    it(`is refused by name: ${why}`, async () => {
      const plan = widenPrimaryKey.plan({ table: 'users' }, { state: await stateAfter(schema), target: target16 });
      assert.ok(isRefused(plan));
      assert.match(plan.refused, refused);
    });

  it('more that hangs on the column in the database than the files say makes the first phase fail', async () => {
    const pattern = patternOn(kinds['nothing that refers to it']?.schema ?? '');
    const { phases } = await planOf(pattern, 16);
    const [first] = phases;
    await withDatabase(async (db) => {
      await runSql(db, `${pattern.example.schema} CREATE VIEW v AS SELECT "Id" FROM shop.notes`);
      if (first) await assert.rejects(runPhase(db, first), /more hangs on notes.Id than the migrations say/);
    });
  });
});
