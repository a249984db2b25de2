import assert from 'node:assert/strict';
import { patterns } from '../../server/src/rewrite/patterns/patterns.js';
import { Folder } from '../support/folder.js';
import { runMigration, withDatabase } from '../support/pglite.js';
import { runCli } from './support/run-cli.js';

const people = 'CREATE TABLE people (id bigint PRIMARY KEY, name text NOT NULL, "Birth Day" date);\n';

function project(files: Readonly<Record<string, string>> = {}): Folder {
  return new Folder({ 'migrations/0001_people.sql': people, ...files });
}

const rename = ['new', 'rename-column', 'migrations', 'table=people', 'column=name', 'to=full_name'];

describe('pg-airlock new', () => {
  it('lists the patterns, and what each needs', async () => {
    const { stdout } = await runCli(['new']);
    for (const { id, title } of patterns) assert.match(stdout, new RegExp(`^${id} +${title}$`, 'm'));
    const one = await runCli(['new', 'split-column']);
    assert.match(one.stdout, /^ {2}separator .*\(optional\)$/m);
    assert.match(one.stdout, /pg-airlock new split-column migrations table=people column=name first=first_name/);
    const { stdout: json } = await runCli(['new', '--format', 'json']);
    assert.deepEqual(
      (JSON.parse(json) as { id: string }[]).map(({ id }) => id),
      patterns.map(({ id }) => id),
    );
  });

  it('prints the files, and writes nothing', async () => {
    const folder = project();
    const before = folder.names();
    const { stdout, code } = await runCli(rename, { cwd: folder.path });
    assert.equal(code, 0);
    assert.match(stdout, /^-- ==> migrations\/0002_add_people_full_name\.sql$/m);
    assert.match(
      stdout,
      /^-- In a later release than the step before: ship it when no code that is running uses name of people\.$/m,
    );
    assert.deepEqual(folder.names(), before);
  });

  it('writes files that run in their order, and back, and that Airlock itself lets pass', async () => {
    const folder = project();
    assert.equal((await runCli([...rename, '--write'], { cwd: folder.path })).code, 0);
    const names = folder.names().filter((name) => name.endsWith('.sql'));
    const ups = names.filter((name) => !name.endsWith('.down.sql'));
    assert.equal(ups.length, 5);
    await withDatabase(async (db) => {
      for (const name of ups) {
        await runMigration(db, folder.read(name));
        if (name.includes('0001'))
          await runMigration(db, "INSERT INTO people SELECT n, 'name' FROM generate_series(1, 9) n");
      }
      assert.equal((await db.query("SELECT FROM people WHERE full_name = 'name'")).rows.length, 9);
      for (const name of ups.slice(1).reverse()) await runMigration(db, folder.read(name.replace('.sql', '.down.sql')));
      assert.equal((await db.query("SELECT FROM people WHERE name = 'name'")).rows.length, 9);
    });
    const { stdout, code } = await runCli(['check', 'migrations', '--fail-on', 'warning'], { cwd: folder.path });
    assert.equal(code, 0, stdout);
  });

  for (const [tool, files, first, mark] of [
    [
      'goose',
      { 'migrations/0001_people.sql': `-- +goose Up\n${people}-- +goose Down\nDROP TABLE people;\n` },
      /000\d+_add_people_full_name\.sql|\d+_add_people_full_name\.sql/,
      /-- \+goose Up[\s\S]*-- \+goose Down/,
    ],
    ['Flyway', { 'migrations/V1__people.sql': people }, /V2__add_people_full_name\.sql/, /ADD COLUMN/],
    [
      'dbmate',
      { 'migrations/20240101000000_people.sql': `-- migrate:up\n${people}\n-- migrate:down\nDROP TABLE people;\n` },
      /\d{14}_add_people_full_name\.sql/,
      /-- migrate:up[\s\S]*-- migrate:down/,
    ],
    [
      'golang-migrate',
      { 'migrations/000001_people.up.sql': people, 'migrations/000001_people.down.sql': 'DROP TABLE people;\n' },
      /000002_add_people_full_name\.up\.sql/,
      /ADD COLUMN/,
    ],
    [
      'Prisma',
      {
        'prisma/schema.prisma': 'datasource db { provider = "postgresql" url = "x" }\n',
        'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n',
        'prisma/migrations/20240101000000_people/migration.sql': people,
      },
      /\d{14}_add_people_full_name\/migration\.sql/,
      /ADD COLUMN/,
    ],
  ] as const)
    it(`writes the form of ${tool}`, async () => {
      const folder = new Folder(files);
      const place = Object.keys(files).some((name) => name.startsWith('prisma')) ? 'prisma/migrations' : 'migrations';
      const words = rename.map((word) => (word === 'migrations' ? place : word));
      const { stdout, stderr, code } = await runCli([...words, '--format', 'json'], { cwd: folder.path });
      assert.equal(code, 0, stderr);
      const { files: made } = JSON.parse(stdout) as { files: { path: string; sql: string }[] };
      assert.match(made[0]?.path ?? '', first);
      assert.match(made[0]?.sql ?? '', mark);
    });

  it('says why a table cannot have it, and what is wrong with a call', async () => {
    const folder = project({
      'migrations/0002_view.sql': 'CREATE VIEW names AS SELECT name FROM people;\n',
    });
    const call = async (...words: string[]) => {
      const { code, stderr } = await runCli(words, { cwd: folder.path });
      return `${code} ${stderr}`;
    };
    assert.match(
      await call(...rename),
      /^1 not written: More hangs on people\.name than is taken along: the view names\./,
    );
    assert.match(
      await call(...rename.map((word) => (word === 'table=people' ? 'table=peple' : word))),
      /^1 not written: No migration makes peple/,
    );
    assert.match(
      await call(...rename.map((word) => (word === 'column=name' ? 'column=nam' : word))),
      /^1 not written: people has no column nam\./,
    );
    assert.match(await call(...rename.slice(0, 5)), /^2 .*needs to=/);
    assert.match(await call(...rename, 'what=else'), /^2 .*"what=else" is no field of rename-column/);
    assert.match(await call('new', 'nope'), /^2 .*There is no pattern "nope"/);
    assert.match(
      await call('new', 'rename-column', 'migrations', 'table=people', 'column=a; DROP TABLE b', 'to=c'),
      /^2 .*"column" is no name/,
    );
    assert.match(
      await call('new', 'add-check', 'migrations', 'table=people', 'condition=id > 0) OR (true'),
      /^2 .*"condition" is no expression/,
    );
    // What would be two statements is none, though the text of a DO block is not parsed by anybody.
    for (const words of [
      ['add-index', 'migrations', 'table=people', 'on=id); DROP TABLE people; SELECT (1', 'name=i'],
      ['add-index', 'migrations', 'table=people', 'on=id', 'where=true; DROP TABLE people', 'name=i'],
      ['attach-partition', 'migrations', 'table=people', 'partition=people', 'bound=FROM (1; DROP TABLE x) TO (2)'],
      ['add-not-null-column', 'migrations', 'table=people', 'column=a', 'type=text; DROP TABLE people'],
    ])
      assert.match(await call('new', ...words), /^2 .*(?:does not read|is no (?:bound|type))/, words.join(' '));
    assert.match(await call('new', 'rename-column', 'nowhere', 'table=people', 'column=a', 'to=c'), /^2 /);
  });

  it('plans the example of every pattern', async () => {
    for (const { id, example } of patterns) {
      const folder = new Folder({ 'migrations/0001_a.sql': `${example.schema}\n` });
      const fields = Object.entries(example.values).map(([name, value = '']) => `${name}=${value}`);
      const { code, stderr } = await runCli(['new', id, 'migrations', ...fields, '--write'], { cwd: folder.path });
      assert.equal(code, 0, `${id}: ${stderr}`);
      assert.ok(folder.names().length > 2, id);
    }
  });

  it('takes names that need quotes', async () => {
    const folder = project();
    const { stdout, code } = await runCli(
      ['new', 'rename-column', 'migrations', 'table=people', 'column="Birth Day"', 'to=born'],
      { cwd: folder.path },
    );
    assert.equal(code, 0);
    assert.match(stdout, /"Birth Day"/);
  });
});
