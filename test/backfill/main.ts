import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { root, runCli } from '../cli/support/run-cli.js';
import { type Cluster, ordinaryUser, startCluster } from '../facts/cluster.js';

/**
 * `npm run backfills`: the backfills that `pg-airlock backfill` makes, run on an installed PostgreSQL (AIRLOCK_PG) over
 * tables of 50,000 rows: beside a writer, ended at a random moment and gone on with, twice at once, again at the end,
 * against a lock, and with a replica that stands still. Exit code 1 where one of them is wrong. Words behind it choose
 * tables by their names.
 */

const installation = process.env.AIRLOCK_PG ?? '/usr/lib/postgresql/15';
const port = 5700 + (process.pid % 90);
const rows = 50_000;

interface Case {
  readonly name: string;
  readonly schema: string;
  readonly fill: string;
  /** As SQL text, and as words of the command. */
  readonly table: string;
  readonly column: string;
}

const plain = { column: 'total', table: 'item' };
const cases: readonly Case[] = [
  {
    ...plain,
    name: 'bigint key',
    schema: 'CREATE TABLE item (id bigint PRIMARY KEY, price int, total int);',
    fill: 'INSERT INTO item (id, price) SELECT n * 7, n',
  },
  {
    ...plain,
    name: 'uuid key',
    schema: 'CREATE TABLE item (id uuid PRIMARY KEY, price int, total int);',
    fill: 'INSERT INTO item (id, price) SELECT md5(n::text)::uuid, n',
  },
  {
    name: 'composite key, quoted names',
    schema: `CREATE TABLE "It""em's" ("Shop" text, "select" int, price int, "To%tal" int, PRIMARY KEY ("Shop", "select"));`,
    fill: `INSERT INTO "It""em's" ("Shop", "select", price) SELECT 'é' || n % 9, n, n`,
    table: `"It""em's"`,
    column: '"To%tal"',
  },
  {
    ...plain,
    name: 'no key',
    schema: 'CREATE TABLE item (price int, total int);',
    fill: 'INSERT INTO item (price) SELECT n',
  },
  {
    ...plain,
    name: 'partitions without a key',
    // The writer moves no row to another partition: one that was done would not be looked at again.
    schema: `CREATE TABLE item (shop int, price int, total int) PARTITION BY HASH (shop);
      CREATE TABLE item_0 PARTITION OF item FOR VALUES WITH (MODULUS 2, REMAINDER 0);
      CREATE TABLE item_1 PARTITION OF item FOR VALUES WITH (MODULUS 2, REMAINDER 1);`,
    fill: 'INSERT INTO item (shop, price) SELECT n % 9, n',
  },
];

const forms = ['psql', 'node'] as const;
type Form = (typeof forms)[number];

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<{ readonly code: number | null; readonly said: string }>;
}

const folders: string[] = [];

/** The script of a case in a folder of its own, which finds the package "pg". */
async function scriptOf({ schema, table, column }: Case, form: Form): Promise<string> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'airlock-backfill-'));
  folders.push(folder);
  fs.mkdirSync(path.join(folder, 'migrations'));
  fs.writeFileSync(path.join(folder, 'migrations', '1_schema.sql'), `${schema}\n`);
  fs.symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  const words = ['backfill', 'migrations', `table=${table}`, `set=${column} = price * 2`, '--as', form];
  const { stdout, stderr, code } = await runCli(words, { cwd: folder });
  if (code !== 0) throw new Error(stderr);
  const file = path.join(folder, form === 'psql' ? 'backfill.sql' : 'backfill.mjs');
  // Small batches, so that there are many moments at which it can be ended.
  fs.writeFileSync(
    file,
    form === 'psql' ? stdout.replaceAll('LIMIT 5000', 'LIMIT 1000').replaceAll('5000 * 28', '1000 * 28') : stdout,
  );
  return file;
}

function start(form: Form, file: string, words = ['--batch', '1000']): Running {
  const environment = {
    ...process.env,
    PGHOST: '127.0.0.1',
    PGPORT: String(port),
    PGUSER: 'postgres',
    PGDATABASE: 'postgres',
  };
  const [program, given] =
    form === 'psql'
      ? [path.join(installation, 'bin', 'psql'), ['-X', '-q', '-f', file]]
      : [process.execPath, [file, ...words]];
  const child = spawn(program, given, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  return { child, ended: new Promise((resolve) => child.on('close', (code) => resolve({ code, said }))) };
}

let wrong = 0;
function expect(what: string, holds: boolean, said = ''): void {
  if (holds) return;
  wrong++;
  console.log(`WRONG ${what}\n${said}`);
}

async function value(client: Client, sql: string): Promise<string> {
  const { rows } = await client.query<{ value: unknown }>(`SELECT (${sql})::text AS value`);
  return String(rows[0]?.value);
}

/** Waits until the first batches are done. */
async function untilUnderWay(client: Client): Promise<void> {
  const began = Date.now();
  while (Date.now() - began < 20_000) {
    if ((await value(client, "SELECT to_regclass('airlock_backfill') IS NOT NULL")) === 'true') {
      const found = await client.query('SELECT FROM airlock_backfill WHERE changed_rows > 0').catch(() => undefined);
      if (found?.rows.length) return;
    }
    await sleep(10);
  }
}

/** Changes rows, filled and not, until it is ended. In: the table. Out: ends it, and gives how many. */
function writer(table: string, column: string): () => Promise<number> {
  let [isOn, count] = [true, 0];
  const work = (async () => {
    const client = new Client({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres' });
    await client.connect();
    while (isOn) {
      const price = 1 + Math.floor(Math.random() * rows);
      const set = `price = price + ${rows}, ${column} = CASE WHEN ${column} IS NOT NULL THEN (price + ${rows}) * 2 END`;
      await client.query(`UPDATE ${table} SET ${set} WHERE price = $1`, [price]);
      count++;
      await sleep(2);
    }
    await client.end();
  })();
  return async () => {
    isOn = false;
    await work;
    return count;
  };
}

async function killed(form: Form, running: Running, client: Client): Promise<void> {
  running.child.kill('SIGKILL');
  // The server goes on with a block whose client has gone.
  if (form === 'psql')
    await client.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%bf_job%' AND pid <> pg_backend_pid()",
    );
  await running.ended;
}

async function prepare(client: Client, { schema, fill }: Case): Promise<void> {
  await client.query(`DROP SCHEMA public CASCADE; CREATE SCHEMA public; ${schema}`);
  await client.query(`${fill} FROM generate_series(1, ${rows}) n`);
  await client.query('ANALYZE');
}

async function proveOn(client: Client, each: Case, form: Form): Promise<void> {
  const { table, column, name } = each;
  const title = `${name}, ${form}`;
  await prepare(client, each);
  const file = await scriptOf(each, form);
  const left = `SELECT count(*) FROM ${table} WHERE ${column} IS DISTINCT FROM price * 2`;
  const endWriter = writer(table, column);
  let ends = 0;
  for (let turn = 0; turn < 2; turn++) {
    const running = start(form, file);
    await untilUnderWay(client);
    await sleep(Math.random() * 700);
    await killed(form, running, client);
    const open = Number(await value(client, left));
    if (open > 0 && open < rows) ends++;
  }
  const first = start(form, file);
  await untilUnderWay(client);
  await sleep(200);
  const second = await start(form, file).ended;
  const done = await first.ended;
  const changed = await endWriter();
  expect(`${title}: ends with ${done.code}`, done.code === 0, done.said);
  const refused = /runs already in another session/.test(second.said) && second.code === 3;
  expect(`${title}: a second one is refused`, refused || second.code === 0, second.said);
  // By blocks, a row that the writer has moved into a part that was passed is found by the next pass.
  expect(`${title}: rows are left`, (await value(client, left)) === '0', done.said);
  expect(
    `${title}: leaves a table`,
    (await value(client, "SELECT to_regclass('airlock_backfill') IS NULL")) === 'true',
  );
  const versions = `SELECT md5(string_agg(tableoid::text || xmin || ctid, ',' ORDER BY price, ctid)) FROM ${table}`;
  const before = await value(client, versions);
  const again = await start(form, file).ended;
  expect(`${title}: again ends with ${again.code}`, again.code === 0, again.said);
  expect(`${title}: again changes rows`, (await value(client, versions)) === before, again.said);
  console.log(
    `${title}: ended ${ends} times in the middle, ${changed} writes beside it, second ${refused ? 'refused' : 'came too late'}`,
  );
}

/** A row is held for longer than lock_timeout; then a replica stands still. */
async function proveWaits(client: Client, form: Form, replica: Client): Promise<void> {
  const [each] = cases;
  if (!each) return;
  await prepare(client, each);
  const file = await scriptOf(each, form);
  const holder = new Client({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres' });
  await holder.connect();
  await holder.query('BEGIN; SELECT FROM item WHERE price = 25000 FOR UPDATE');
  const running = start(form, file);
  await sleep(8_000);
  const stood = await value(client, 'SELECT count(*) FROM item WHERE total IS NULL');
  await holder.query('COMMIT');
  await holder.end();
  const done = await running.ended;
  expect(`${form}: a locked row stops it with ${done.code}`, done.code === 0 && Number(stood) > 0, done.said);
  await client.query('UPDATE item SET total = NULL; ANALYZE item');
  const small = fs
    .readFileSync(file, 'utf8')
    .replaceAll("'100 MB'", "'1 MB'")
    .replace('maxLagMegabytes: 100', 'maxLagMegabytes: 1');
  fs.writeFileSync(file, small);
  await sleep(1_500);
  await replica.query('SELECT pg_wal_replay_pause()');
  const waiting = start(form, file);
  await sleep(6_000);
  const open = Number(await value(client, 'SELECT count(*) FROM item WHERE total IS NULL'));
  await replica.query('SELECT pg_wal_replay_resume()');
  const { code, said } = await waiting.ended;
  expect(
    `${form}: waits for no replica (${open} rows left)`,
    code === 0 && open > 0 && /aits for a replica/.test(said),
    said,
  );
  console.log(`${form}: waited for a lock, and for a replica with ${open} rows left`);
  if (form === 'psql') return;
  await client.query(
    'DROP ROLE IF EXISTS plain; CREATE ROLE plain LOGIN; GRANT USAGE, CREATE ON SCHEMA public TO plain; ALTER TABLE item OWNER TO plain; UPDATE item SET total = NULL',
  );
  fs.writeFileSync(file, small.replace('new pg.Client({', "new pg.Client({ user: 'plain',"));
  const blind = await start(form, file, ['--pause', '0']).ended;
  expect(
    'a role without rights',
    blind.code === 0 && blind.said.split('is unknown to this role').length === 2,
    blind.said,
  );
  await client.query('DROP OWNED BY plain; DROP ROLE plain');
}

/** A replica of the cluster, in its folder. */
async function startReplica(cluster: Cluster): Promise<{ client: Client; stop(): void }> {
  const data = path.join(cluster.socketFolder, 'replica');
  const owner = ordinaryUser();
  const program = (name: string): string => path.join(installation, 'bin', name);
  const run = (name: string, words: string[]): void => {
    const { status, stderr } = spawnSync(program(name), words, {
      encoding: 'utf8',
      cwd: cluster.socketFolder,
      ...owner,
    });
    if (status !== 0) throw new Error(`${name}: ${stderr}`);
  };
  run('pg_basebackup', [
    '-h',
    cluster.socketFolder,
    '-p',
    String(port),
    '-U',
    'postgres',
    '-D',
    data,
    '-R',
    '-X',
    'stream',
    '-c',
    'fast',
  ]);
  const options = `-c port=${port + 100} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${cluster.socketFolder} -c fsync=off`;
  run('pg_ctl', ['-D', data, '-w', '-l', path.join(cluster.socketFolder, 'replica.log'), '-o', options, 'start']);
  const client = new Client({ host: '127.0.0.1', port: port + 100, user: 'postgres', database: 'postgres' });
  client.on('error', () => {});
  await client.connect();
  return { client, stop: () => run('pg_ctl', ['-D', data, '-w', '-m', 'immediate', 'stop']) };
}

async function main(words: readonly string[]): Promise<void> {
  const cluster = await startCluster(installation, port);
  const client = new Client({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres' });
  client.on('error', () => {});
  try {
    await client.connect();
    const wanted = cases.filter(({ name }) => words.every((word) => name.includes(word)));
    for (const each of wanted) for (const form of forms) await proveOn(client, each, form);
    const replica = await startReplica(cluster);
    try {
      for (const form of forms) await proveWaits(client, form, replica.client);
    } finally {
      await replica.client.end().catch(() => {});
      replica.stop();
    }
  } finally {
    await client.end().catch(() => {});
    await cluster.stop();
    for (const folder of folders) fs.rmSync(folder, { recursive: true, force: true });
  }
  console.log(wrong === 0 ? 'All right.' : `${wrong} wrong.`);
  process.exitCode = wrong > 0 ? 1 : 0;
}

void main(process.argv.slice(2));
