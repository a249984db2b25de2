import assert from 'node:assert/strict';
import { patterns } from '../../server/src/rewrite/patterns/patterns.js';
import { changeWords, readChange } from '../../server/src/rewrite/patterns/pattern.js';
import { Folder } from '../support/folder.js';
import { runMigration, withDatabase } from '../support/pglite.js';
import { runCli } from './support/run-cli.js';

const people = 'CREATE TABLE people (id bigint PRIMARY KEY, name text NOT NULL, age int);\n';
const rename = ['new', 'rename-column', 'migrations', 'table=people', 'column=name', 'to=full_name'];

/** A folder whose migrations are on the default branch, with a branch of its own for what comes. */
function deployed(files: Readonly<Record<string, string>> = {}): Folder {
  const folder = new Folder({ 'migrations/0001_people.sql': people, ...files });
  folder.commitAll();
  folder.git('checkout', '-b', 'change');
  return folder;
}

/** What is there is deployed. */
function deploy(folder: Folder): void {
  folder.git('add', '-A');
  folder.git('commit', '-m', 'more');
  folder.git('branch', '-f', 'main');
}

const ups = (folder: Folder): string[] =>
  folder
    .names()
    .filter((name) => name.endsWith('.sql') && !name.endsWith('.down.sql'))
    .map((name) => name.replace(/^migrations\//, ''));

describe('pg-airlock continue', () => {
  it('writes the phases of the next release when those of the first are deployed', async () => {
    const folder = deployed();
    const cwd = { cwd: folder.path };
    const first = await runCli([...rename, '--release', '--write'], cwd);
    assert.match(first.stderr, /When this is deployed: pg-airlock continue migrations/);
    assert.equal(ups(folder).length, 4);
    const waits = await runCli(['continue', 'migrations', '--write'], cwd);
    assert.equal(waits.code, 1);
    assert.match(waits.stderr, /0002_add_people_full_name\.sql is next: step 1 of 4, pending/);
    assert.match((await runCli(['continue', 'migrations', '--deployed'], cwd)).stdout, /0005_drop_people_name\.sql/);
    deploy(folder);
    const next = await runCli(['continue', 'migrations', '--write'], cwd);
    assert.equal(next.code, 0, next.stderr);
    assert.match(next.stderr, /^Ship it when no code that is running uses name of people\.$/m);
    assert.equal(ups(folder).at(-1), '0005_drop_people_name.sql');
    const named = await runCli(['continue', 'migrations'], cwd);
    assert.match(named.stderr, /0005_drop_people_name\.sql is next: step 4 of 4, pending.*Ship it when no code/);
    deploy(folder);
    assert.equal((await runCli(['continue', 'migrations'], cwd)).stdout, 'Nothing is open.\n');
    await withDatabase(async (db) => {
      for (const name of ups(folder)) await runMigration(db, folder.read(`migrations/${name}`));
      await db.query('SELECT full_name FROM people');
    });
  });

  it('writes the same files as all at once would be', async () => {
    const [whole, apart] = [deployed(), deployed()];
    assert.equal((await runCli([...rename, '--write'], { cwd: whole.path })).code, 0);
    assert.equal((await runCli([...rename, '--release', '--write'], { cwd: apart.path })).code, 0);
    deploy(apart);
    assert.equal((await runCli(['continue', 'migrations', '--write'], { cwd: apart.path })).code, 0);
    assert.deepEqual(ups(apart), ups(whole));
    for (const name of ups(whole)) assert.equal(apart.read(`migrations/${name}`), whole.read(`migrations/${name}`));
  });

  it('reads the steps of migrations in code and of migrations that have a folder each', async () => {
    for (const [place, files] of [
      [
        'knex/migrations',
        {
          'knex/package.json': '{ "dependencies": { "knex": "3.3.0" } }',
          'knex/knexfile.js': "module.exports = { client: 'pg' };",
          'knex/migrations/20240101000000_init.js': `exports.up = (knex) => knex.raw(\`${people.trim()}\`);\nexports.down = () => {};\n`,
        },
      ],
      [
        'prisma/migrations',
        {
          'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n',
          'prisma/migrations/20240101000000_init/migration.sql': people,
        },
      ],
    ] as const) {
      const folder = new Folder(files);
      folder.commitAll();
      folder.git('checkout', '-b', 'change');
      const words = [...rename.map((word) => (word === 'migrations' ? place : word)), '--release', '--write'];
      assert.equal((await runCli(words, { cwd: folder.path })).code, 0);
      const { stderr } = await runCli(['continue', place], { cwd: folder.path });
      assert.match(stderr, /\d_add_people_full_name\S* is next: step 1 of 4, pending/);
      deploy(folder);
      const next = await runCli(['continue', place], { cwd: folder.path });
      assert.match(next.stdout, /Airlock step 4 of 4: drop name of people\.[\s\S]*DROP COLUMN IF EXISTS name/);
    }
  });

  it('does not end a trigger in the middle of a change', async () => {
    const folder = deployed({
      'migrations/0002_begun.sql':
        'CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS \'BEGIN RETURN new; END\';\nALTER TABLE people ADD COLUMN age_new bigint;\nCREATE TRIGGER "~airlock_people_age" BEFORE INSERT ON people FOR EACH ROW EXECUTE FUNCTION f();\n',
    });
    const { stderr, code } = await runCli(['continue', 'migrations'], { cwd: folder.path });
    assert.equal(code, 1);
    assert.match(stderr, /~airlock_people_age of people keeps columns equal while a change is under way/);
  });

  const ends: Readonly<Record<string, readonly [begun: string, wanted: RegExp, after: string]>> = {
    'a constraint that is NOT VALID': [
      'ALTER TABLE people ADD CONSTRAINT grown CHECK (age > 17) NOT VALID;',
      /VALIDATE CONSTRAINT grown;/,
      "SELECT FROM pg_constraint WHERE conname = 'grown' AND convalidated",
    ],
    'a CHECK that proves NOT NULL': [
      'ALTER TABLE people ADD CONSTRAINT aged CHECK ("age" IS NOT NULL) NOT VALID;',
      /VALIDATE CONSTRAINT aged;[\s\S]*SET NOT NULL;[\s\S]*DROP CONSTRAINT aged;/,
      "SELECT FROM pg_attribute WHERE attname = 'age' AND attnotnull AND NOT EXISTS (SELECT FROM pg_constraint WHERE conname = 'aged')",
    ],
    'a column put aside': [
      'ALTER TABLE people RENAME COLUMN age TO age_old; ALTER TABLE people ADD COLUMN age bigint;',
      /Drop people\.age_old[\s\S]*ship it when nobody has missed age[\s\S]*DROP COLUMN IF EXISTS age_old;/,
      "SELECT FROM pg_class WHERE relname = 'people' AND NOT EXISTS (SELECT FROM pg_attribute WHERE attname = 'age_old')",
    ],
    'a table put aside': [
      'CREATE TABLE notes (id bigint, people bigint REFERENCES people); ALTER TABLE notes RENAME TO notes_old;',
      /DROP CONSTRAINT IF EXISTS notes_people_fkey;[\s\S]*DROP TABLE IF EXISTS notes_old;/,
      "SELECT FROM pg_class WHERE relname = 'people' AND to_regclass('notes_old') IS NULL",
    ],
    'an index that lacks partitions': [
      "CREATE TABLE hits (at date, n int) PARTITION BY RANGE (at); CREATE TABLE hits_1 PARTITION OF hits FOR VALUES FROM ('2026-01-01') TO ('2027-01-01'); CREATE TABLE hits_2 PARTITION OF hits FOR VALUES FROM ('2027-01-01') TO ('2028-01-01'); CREATE INDEX hits_n ON ONLY hits (n DESC);",
      /CREATE INDEX CONCURRENTLY IF NOT EXISTS hits_1_n_idx ON hits_1[\s\S]*hits_2_n_idx/,
      "SELECT FROM pg_index WHERE indexrelid = 'hits_n'::regclass AND indisvalid",
    ],
  };
  for (const [what, [begun, wanted, after]] of Object.entries(ends))
    it(`ends ${what}`, async () => {
      const folder = deployed({ 'migrations/0002_begun.sql': `${begun}\n` });
      const { code, stdout, stderr } = await runCli(['continue', 'migrations', '--write', '--format', 'json'], {
        cwd: folder.path,
      });
      assert.equal(code, 0, stderr);
      const { files } = JSON.parse(stdout) as { files: { sql: string }[] };
      assert.match(files.map(({ sql }) => sql).join('\n'), wanted);
      await withDatabase(async (db) => {
        for (const name of ups(folder)) await runMigration(db, folder.read(`migrations/${name}`));
        assert.ok((await db.query(after)).rows.length > 0);
      });
      deploy(folder);
      assert.equal((await runCli(['continue', 'migrations'], { cwd: folder.path })).stdout, 'Nothing is open.\n');
    });

  it('lists what is open, and takes one by its number', async () => {
    const folder = deployed({
      'migrations/0002_one.sql': 'ALTER TABLE people ADD CONSTRAINT one CHECK (age > 1) NOT VALID;\n',
      'migrations/0003_two.sql': 'ALTER TABLE people ADD CONSTRAINT two CHECK (age > 2) NOT VALID;\n',
    });
    const { stdout, code } = await runCli(['continue', 'migrations'], { cwd: folder.path });
    assert.equal(code, 0);
    assert.match(stdout, /^1\. people\.one\n {3}begun by \S*0002_one\.sql; next: to be written: ALTER TABLE/m);
    const { stdout: two } = await runCli(['continue', 'migrations', '2'], { cwd: folder.path });
    assert.match(two, /VALIDATE CONSTRAINT two;/);
    assert.doesNotMatch(two, /CONSTRAINT one/);
  });

  it('does not write a step of which it is not known what it would be', async () => {
    const folder = deployed({
      'migrations/0002_a.sql':
        '-- Airlock step 1 of 3: add a column.\n-- The change: rename-column table=people column=name to=other\nALTER TABLE people ADD COLUMN a text;\n',
    });
    const { code, stderr } = await runCli(['continue', 'migrations'], { cwd: folder.path });
    assert.equal(code, 1);
    assert.match(stderr, /The steps of 0002_a\.sql are not those that this version of Airlock writes\./);
    folder.write('migrations/0002_a.sql', '-- Airlock step 1 of 3: add a column.\nALTER TABLE people ADD a text;\n');
    assert.match(
      (await runCli(['continue', 'migrations', '--deployed'], { cwd: folder.path })).stderr,
      /does not say what its change is made of/,
    );
  });

  it('reads what a change is made of as it was written', () => {
    for (const pattern of patterns)
      assert.deepEqual(readChange(changeWords(pattern, pattern.example.values)), {
        pattern: pattern.id,
        values: pattern.example.values,
      });
    const [first] = patterns;
    const values = { table: '"Line Items"', value: "it's 'so', \\ and $1", empty: '', more: undefined };
    assert.deepEqual(first && readChange(changeWords(first, values)), {
      pattern: first?.id,
      values: { table: '"Line Items"', value: "it's 'so', \\ and $1" },
    });
  });
});
