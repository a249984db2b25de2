import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { Folder } from '../support/folder.js';
import { runMigration, scalar, withDatabase } from '../support/pglite.js';
import { type PgliteServer, startPgliteServer } from '../support/pglite-server.js';
import { root, runCli } from './support/run-cli.js';

const schema = `CREATE TABLE orders (id bigint PRIMARY KEY, price int, total int, code varchar(5) UNIQUE, state text NOT NULL DEFAULT 'old', note text);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
CREATE TRIGGER touched BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TRIGGER of_notes AFTER UPDATE OF note ON orders FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TABLE "My ""Lines" (price int, "To%tal" int, "order" uuid, no int, PRIMARY KEY ("order", no));
CREATE TABLE loose (price int, total int);
CREATE TABLE parts (price int, total int) PARTITION BY RANGE (price);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (500);
CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM (500) TO (100000);
`;

function project(files: Readonly<Record<string, string>> = {}): Folder {
  const folder = new Folder({ 'migrations/0001_orders.sql': schema, 'work/here': '', ...files });
  // The scripts find the package "pg" as they do in a project.
  fs.symlinkSync(path.join(root, 'node_modules'), folder.at('node_modules'));
  return folder;
}

const total = ['set=total = price * 2'];

/** Calls the command, and gives what it printed; its exit code has to be the wanted one. */
async function made(folder: Folder, words: readonly string[], wanted = 0): Promise<string> {
  const { code, stdout, stderr } = await runCli(['backfill', 'migrations', ...words], { cwd: folder.path });
  assert.equal(code, wanted, stderr);
  return wanted === 0 ? stdout : stderr;
}

interface Ended {
  readonly code: number | null;
  readonly said: string;
}

/** Runs a script of Node on a server. `meanwhile` gets its process once it has said something. */
function runScript(
  file: string,
  { url, words = [] }: { url: string; words?: readonly string[] },
  meanwhile?: (pid: number) => void,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [file, ...words], {
      env: { ...process.env, DATABASE_URL: url },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    const hear = (chunk: string): void => {
      if (said === '' && child.pid !== undefined) meanwhile?.(child.pid);
      said += chunk;
    };
    child.stdout.setEncoding('utf8').on('data', hear);
    child.stderr.setEncoding('utf8').on('data', hear);
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, said }));
  });
}

describe('pg-airlock backfill', () => {
  it('prints a migration that fills the rows, and says which triggers it fires', async () => {
    const folder = project();
    const { stdout, stderr, code } = await runCli(['backfill', 'migrations', 'table=orders', ...total], {
      cwd: folder.path,
    });
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^-- ==> migrations\/0002_backfill_orders_total\.sql \(not in a transaction\)?|^-- ==> /m);
    assert.match(stderr, /^Walked by \(id\)\.$/m);
    assert.match(
      stderr,
      /^It fires the trigger touched of orders for every row that it fills, which calls .*touch\(\)\.$/m,
    );
    assert.doesNotMatch(stderr, /of_notes/);
    assert.match(await made(folder, ['table=orders', "set=note = 'x'"]), /the trigger of_notes of orders/);
    await withDatabase(async (db) => {
      await runMigration(db, schema);
      await runMigration(db, 'INSERT INTO orders (id, price) SELECT n, n FROM generate_series(1, 7000) n');
      await runMigration(db, stdout);
      assert.equal(await scalar(db, 'SELECT count(*)::int FROM orders WHERE total = price * 2'), 7000);
    });
  });

  it('writes the form of the folder’s tool, and a script beside, and nothing over another file', async () => {
    const up = `-- +goose Up\n-- +goose StatementBegin\n${schema}-- +goose StatementEnd\n-- +goose Down\nDROP TABLE orders;\n`;
    const goose = new Folder({ 'migrations/00001_orders.sql': up });
    assert.match(
      await made(goose, ['table=orders', ...total]),
      /-- \+goose NO TRANSACTION[\s\S]*-- \+goose Up[\s\S]*StatementBegin/,
    );
    const folder = project();
    await made(folder, ['table=orders', ...total, '--write']);
    await made(folder, ['table=orders', ...total, '--as', 'psql', '--write']);
    await made(folder, ['table=orders', ...total, '--as', 'node', '--write']);
    assert.ok(folder.names().includes('migrations/0002_backfill_orders_total.sql'));
    assert.ok(folder.names().includes('backfill_orders_total.sql'));
    assert.match(await made(folder, ['table=orders', ...total, '--as', 'node', '--write'], 2), /exists already/);
    const here = await runCli(['backfill', '.', 'table=orders', ...total, '--as', 'psql', '--write'], {
      cwd: folder.at('migrations'),
    });
    assert.equal(here.code, 2);
    assert.match(here.stderr, /would be taken for a migration/);
    const json = JSON.parse(
      await made(folder, ['table=orders', ...total, '--as', 'node', '--format', 'json']),
    ) as object;
    assert.deepEqual(Object.keys(json), ['title', 'key', 'notes', 'files']);
  });

  it('says what is wrong with a call, and what a table cannot have', async () => {
    const folder = project({ 'migrations/0002_view.sql': 'CREATE VIEW cheap AS SELECT id FROM orders;\n' });
    const says = (words: readonly string[], code: number, wanted: RegExp) =>
      made(folder, words, code).then((text) => assert.match(text, wanted));
    await says(
      ['table=orders', 'set=total = prie * 2'],
      1,
      /The backfill would not be safe: orders has no column prie/,
    );
    await says(['table=orders', "set=total = 'many'"], 1, /22P02/);
    await says(['table=orders', 'set=totl = 1'], 1, /orders has no column totl/);
    await says(['table=cheap', 'set=id = 1'], 1, /No migration makes cheap/);
    await says(['table=orders', "set=state = 'new'"], 1, /orders\.state is NOT NULL: write where=/);
    await says(['table=orders', 'set=total = 1, price = 2'], 1, /Several columns of orders are set/);
    await says(['table=orders', 'set=total = 1; DROP TABLE orders'], 2, /"set" is not what stands behind SET/);
    await says(['table=orders', 'set=total = 1 WHERE id = 1'], 2, /"set" has more than column = value/);
    await says(['table=orders', 'set=total = loose.price FROM loose'], 2, /"set" has more than column = value/);
    await says(['table=orders', 'set=(total, price) = (1, 2)'], 2, /"set" assigns several columns at once/);
    await says(['table=orders', 'set=total = 1', 'where=true) OR (true'], 2, /"where" is no expression/);
    await says(['table=orders; DROP TABLE x', 'set=total = 1'], 2, /"table" is no name/);
    const { stderr } = await runCli(
      ['backfill', 'migrations', 'table=orders', "set=state = 'new'", "where=note = 'x'"],
      { cwd: folder.path },
    );
    assert.match(stderr, /a second run changes the same rows again/);
  });

  it('asks in psql’s script before and behind what can be known', async () => {
    const script = await made(project(), ['table=orders', 'set=code = price::text', '--as', 'psql']);
    const queries = script
      .split('\n')
      .filter((line) => !line.startsWith('\\'))
      .join('\n');
    await withDatabase(async (db) => {
      await runMigration(db, schema);
      await runMigration(db, 'INSERT INTO orders (id, price) VALUES (1, 5), (2, NULL), (3, 123456), (4, 5)');
      const [before = '', block = '', after = ''] = queries.split(/^(?=DO )|(?<=^\$backfill\$;$)/m);
      const asked = before.slice(before.indexOf('SELECT count'));
      const [counts, twice] = (await db.exec(asked)).map(({ rows }) => rows[0]);
      assert.deepEqual(counts, { all_rows: 4, rows_to_fill: 4, code_null: 1, code_too_long: 1 });
      assert.deepEqual(twice, { values_more_than_once: 1 });
      await runMigration(db, 'DELETE FROM orders WHERE id > 2');
      await runMigration(db, block);
      const [left, compared] = (await db.exec(after)).map(({ rows }) => rows[0]);
      assert.deepEqual(left, { rows_left: 1 });
      const { rows_that_differ: differ, checksum_old: old, checksum_new: now } = compared as Record<string, unknown>;
      assert.equal(differ, 0);
      assert.equal(old, now);
    });
  });

  describe('as a script for Node', () => {
    let server: PgliteServer;
    before(async () => {
      server = await startPgliteServer();
    });
    after(() => server.close());
    beforeEach(async () => {
      await server.database.exec('ROLLBACK; DROP SCHEMA public CASCADE; CREATE SCHEMA public;');
      await server.database.exec(schema);
    });

    const count = async (sql: string): Promise<unknown> =>
      Object.values((await server.database.query<object>(sql)).rows[0] ?? {})[0];

    async function scriptOf(words: readonly string[]): Promise<{ file: string; folder: Folder }> {
      const folder = project();
      fs.writeFileSync(folder.at('backfill.mjs'), await made(folder, [...words, '--as', 'node']));
      return { file: folder.at('backfill.mjs'), folder };
    }

    for (const { name, words, rows, table, column } of [
      {
        name: 'a key',
        words: ['table=orders', ...total],
        table: 'orders',
        column: 'total',
        rows: 'INSERT INTO orders (id, price) SELECT n, n',
      },
      {
        name: 'a composite key of quoted names with a uuid',
        words: ['table="My ""Lines"', 'set="To%tal" = price * 2'],
        table: '"My ""Lines"',
        column: '"To%tal"',
        rows: `INSERT INTO "My ""Lines" ("order", no, price) SELECT md5((n / 3)::text)::uuid, n, n`,
      },
      {
        name: 'its blocks',
        words: ['table=loose', ...total],
        table: 'loose',
        column: 'total',
        rows: 'INSERT INTO loose (price) SELECT n',
      },
      {
        name: 'the blocks of its partitions',
        words: ['table=parts', ...total],
        table: 'parts',
        column: 'total',
        rows: 'INSERT INTO parts (price) SELECT n',
      },
    ])
      it(`fills a table by ${name}, goes on where it was stopped, and changes nothing when it runs again`, async () => {
        await server.database.exec(`${rows} FROM generate_series(1, 3000) n; ANALYZE`);
        const { file } = await scriptOf(words);
        const left = `SELECT count(*)::int FROM ${table} WHERE ${column} IS DISTINCT FROM price * 2`;
        const small = ['--batch', '300', '--pause', '150'];
        const stopped = await runScript(file, { url: server.url, words: small }, (pid) => process.kill(pid, 'SIGINT'));
        assert.equal(stopped.code, 130, stopped.said);
        assert.match(stopped.said, /rows changed, [\d,]+ rows\/s, time left \d\d:\d\d:\d\d/);
        const open = Number(await count(left));
        assert.ok(open > 0 && open < 3000, `${open} rows left`);
        const done = await runScript(file, { url: server.url, words: ['--pause', '0'] });
        assert.equal(done.code, 0, done.said);
        assert.match(done.said, /goes on where it stopped/);
        assert.equal(await count(left), 0);
        assert.equal(await count("SELECT to_regclass('airlock_backfill')::text"), null);
        const versions = `SELECT md5(string_agg(xmin || ' ' || ctid, ',' ORDER BY price)) FROM ${table}`;
        const before = await count(versions);
        assert.equal((await runScript(file, { url: server.url, words: ['--pause', '0'] })).code, 0);
        assert.equal(await count(versions), before);
      });

    it('changes nothing while the author has not written the value, or where it is NULL', async () => {
      await server.database.exec('INSERT INTO orders (id, price) SELECT n, nullif(n, 7) FROM generate_series(1, 9) n');
      const { file } = await scriptOf(['table=orders', 'set=total']);
      const unwritten = await runScript(file, { url: server.url });
      assert.equal(unwritten.code, 1);
      assert.match(unwritten.said, /Write the value of orders\.total into "set" of this script/);
      const text = fs.readFileSync(file, 'utf8');
      fs.writeFileSync(file, text.replace('total = NULL', 'total = price * 2'));
      const withNull = await runScript(file, { url: server.url });
      assert.equal(withNull.code, 1);
      assert.match(withNull.said, /is NULL for a row/);
      assert.equal(await count('SELECT count(total)::int FROM orders'), 0);
      fs.writeFileSync(file, text.replace('total = NULL', 'total = coalesce(price, 7) * 2'));
      assert.equal((await runScript(file, { url: server.url })).code, 0);
      assert.equal(await count('SELECT count(total)::int FROM orders'), 9);
    });

    it('goes on where the DO block has stopped', async () => {
      await server.database.exec(`INSERT INTO orders (id, price) SELECT n, n FROM generate_series(1, 9000) n;
        CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'stopped'; END $$;
        CREATE TRIGGER stop BEFORE UPDATE ON orders FOR EACH ROW WHEN (old.id = 7000) EXECUTE FUNCTION stop();`);
      const folder = project();
      const block = await made(folder, ['table=orders', ...total]);
      await assert.rejects(server.database.exec(block), /stopped/);
      await server.database.exec('DROP TRIGGER stop ON orders; SELECT pg_advisory_unlock_all()');
      const { file } = await scriptOf(['table=orders', ...total]);
      const { code, said } = await runScript(file, { url: server.url });
      assert.equal(code, 0, said);
      assert.match(said, /goes on where it stopped, 5,000 rows are done/);
      assert.equal(await count('SELECT count(*)::int FROM orders WHERE total = price * 2'), 9000);
    });

    it('ends with 2 without a server and for a wrong word, and with 1 for what PostgreSQL refuses', async () => {
      const { file } = await scriptOf(['table=orders', ...total]);
      assert.equal((await runScript(file, { url: 'postgres://postgres@127.0.0.1:1/postgres' })).code, 2);
      assert.equal((await runScript(file, { url: server.url, words: ['--batch', '10001'] })).code, 2);
      assert.notEqual((await runScript(file, { url: server.url, words: ['--nope'] })).code, 0);
      await server.database.exec('DROP TABLE orders');
      assert.equal((await runScript(file, { url: server.url })).code, 1);
    });
  });
});
