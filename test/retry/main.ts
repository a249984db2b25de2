import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { bundle, root } from '../cli/support/run-cli.js';
import { type Cluster, startCluster } from '../facts/cluster.js';
import { install } from '../frameworks-run/install.js';

/**
 * `npm run retries`: what `pg-airlock retry` writes, run on an installed PostgreSQL (AIRLOCK_PG) against a session that
 * holds a lock: in SQL and psql, and as scripts around psql, Knex, dbmate and Sqitch. Each has to name
 * the session, to leave others alone while it waits, to give up, and to come through when the lock is free. Exit code 1
 * where one of them is wrong. Words behind it choose by name.
 */

const installation = process.env.AIRLOCK_PG ?? '/usr/lib/postgresql/15';
const port = 5800 + (process.pid % 90);
const change = 'ALTER TABLE orders ADD COLUMN note text;\n';

interface Ran {
  readonly code: number;
  readonly output: string;
}

interface Case {
  readonly name: string;
  /** The files of the project. */
  readonly files: Readonly<Record<string, string>>;
  /** Words behind "retry". */
  readonly words: readonly string[];
  /** Where Node finds its packages; ours where nothing is said. */
  readonly modules?: () => string;
  /** What runs the text that comes out, which stands in the file. */
  run(file: string): readonly string[];
}

const plain = { 'migrations/1_orders.sql': 'CREATE TABLE orders (id bigint);\n', 'migrations/2_note.sql': change };
const psql = ['psql', '-Xq', '-v', 'ON_ERROR_STOP=1'];
const knex = { knex: '3.3.0', pg: '8.23.1' };
const modulesOf = (npm: Readonly<Record<string, string>>): string => path.join(install({ npm }).folder, 'node_modules');
const bin = (npm: Readonly<Record<string, string>>, name: string): string => path.join(modulesOf(npm), '.bin', name);

const cases: readonly Case[] = [
  { name: 'sql', files: plain, words: ['migrations/2_note.sql'], run: (file) => [...psql, '-f', file] },
  {
    name: 'sql in a transaction',
    files: plain,
    words: ['migrations/2_note.sql'],
    run: (file) => [...psql, '-1f', file],
  },
  {
    name: 'psql',
    files: plain,
    words: ['migrations/2_note.sql', '--as', 'psql'],
    run: (file) => ['psql', '-Xqf', file],
  },
  ...(['node', 'sh'] as const).map((form): Case => {
    const starts = form === 'node' ? [process.execPath] : ['sh'];
    return {
      name: `${form} around psql`,
      files: plain,
      words: ['migrations', '--as', form],
      run: (file) => [...starts, file, ...(form === 'node' ? ['--'] : []), ...psql, '-1f', 'migrations/2_note.sql'],
    };
  }),
  {
    name: 'node around Knex',
    files: {
      'knexfile.js':
        "module.exports = { client: 'pg', connection: process.env.DATABASE_URL, migrations: { directory: './migrations' } };\n",
      'migrations/2_note.js': `exports.up = (knex) => knex.raw(\`${change.trim()}\`);\nexports.down = () => {};\n`,
      'package.json': '{ "dependencies": { "knex": "3.3.0" } }\n',
    },
    words: ['migrations', '--as', 'node'],
    modules: () => modulesOf(knex),
    run: (file) => [process.execPath, file, '--', 'node_modules/.bin/knex', 'migrate:latest'],
  },
  {
    name: 'sh around dbmate',
    files: {
      'db/migrations/2_note.sql': `-- migrate:up\nSET lock_timeout = '300ms';\n${change}\n-- migrate:down\n`,
    },
    words: ['db/migrations', '--as', 'sh'],
    run: (file) => ['sh', file, bin({ dbmate: '2.36.0' }, 'dbmate'), '--no-dump-schema', 'up'],
  },
  {
    name: 'node around Sqitch',
    files: {
      'sqitch.conf': '[core]\n\tengine = pg\n',
      'sqitch.plan': '%syntax-version=1.0.0\n%project=shop\n\nnote 2026-01-01T00:00:00Z A <a@b.c> # note\n',
      'deploy/note.sql': `BEGIN;\n${change}COMMIT;\n`,
    },
    words: ['deploy', '--as', 'node'],
    run: (file) => [process.execPath, file, '--', 'sqitch', 'deploy', '--mode', 'change', 'db:$PGURI'],
  },
];

/** Runs a program with the database in its environment. */
function run([program = '', ...words]: readonly string[], cwd: string, timeout = 60_000): Promise<Ran> {
  const url = `postgres://postgres@127.0.0.1:${port}/postgres?sslmode=disable`;
  const child = spawn(
    program,
    words.map((word) => word.replace('$PGURI', url.replace('postgres:', 'pg:').replace(/\?.*/, ''))),
    {
      cwd,
      timeout,
      env: {
        ...process.env,
        PGHOST: '127.0.0.1',
        PGPORT: String(port),
        PGUSER: 'postgres',
        PGDATABASE: 'postgres',
        DATABASE_URL: url,
        NODE_PATH: path.join(root, 'node_modules'),
      },
    },
  );
  let output = '';
  for (const from of [child.stdout, child.stderr]) from.on('data', (data: Buffer) => (output += data.toString()));
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ code: 127, output: error.message }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

async function connect(name: string): Promise<Client> {
  const client = new Client({
    host: '127.0.0.1',
    port,
    user: 'postgres',
    database: 'postgres',
    application_name: name,
  });
  await client.connect();
  return client;
}

/** A folder with these files, in which Node finds our packages. */
function projectOf({ files, modules }: Case): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'airlock-retry-'));
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), text);
  }
  fs.symlinkSync(modules?.() ?? path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  return folder;
}

/** What is wrong; empty where nothing is. */
async function prove(given: Case): Promise<string[]> {
  const folder = projectOf(given);
  const wrong: string[] = [];
  const [blocker, reader] = [await connect('nightly report'), await connect('application')];
  try {
    const made = await run(
      [process.execPath, bundle, 'retry', ...given.words, '--attempts', '3', '--timeout', '300'],
      folder,
    );
    if (made.code !== 0) return [`pg-airlock retry ended with ${made.code}: ${made.output}`];
    const file = given.words.includes('node') ? 'retry.mjs' : given.words.includes('sh') ? 'retry.sh' : 'retry.sql';
    fs.writeFileSync(path.join(folder, file), made.output.replace(/\nIt tries for the locks of .*\n/, '\n'));
    await reader.query(
      'DROP SCHEMA public CASCADE; CREATE SCHEMA public; DROP SCHEMA IF EXISTS sqitch CASCADE; CREATE TABLE orders (id bigint); INSERT INTO orders VALUES (1)',
    );
    const hasNote = async (): Promise<boolean> =>
      (await reader.query("SELECT FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attname = 'note'"))
        .rowCount === 1;
    // Against a lock that stays.
    await blocker.query('BEGIN; SELECT count(*) FROM orders');
    const began = Date.now();
    const running = run(given.run(file), folder);
    let [longest, over] = [0, false];
    const reading = (async () => {
      while (!over) {
        const asked = performance.now();
        await reader.query('SELECT count(*) FROM orders');
        longest = Math.max(longest, performance.now() - asked);
        await sleep(5);
      }
    })();
    const gaveUp = await running;
    over = true;
    await reading;
    const ran = Date.now() - began;
    if (gaveUp.code === 0) wrong.push('it came through against the lock');
    if (!/gave up after 3 attempts/i.test(gaveUp.output))
      wrong.push(`it does not say that it gave up: ${gaveUp.output}`);
    if ((gaveUp.output.match(/attempt \d of 3/gi) ?? []).length < 2)
      wrong.push(`it does not say its attempts: ${gaveUp.output}`);
    if (!/pid \d+ \(nightly report, idle in transaction.*SELECT count\(\*\) FROM orders/.test(gaveUp.output))
      wrong.push(`it does not name who blocks: ${gaveUp.output}`);
    if (await hasNote()) wrong.push('it left something');
    if (longest > 450) wrong.push(`a reader waited ${Math.round(longest)} ms`);
    // Against one that goes.
    const again = run(given.run(file), folder);
    await sleep(given.name.includes('around') ? 1500 : 450);
    await blocker.query('COMMIT');
    const through = await again;
    if (through.code !== 0) wrong.push(`it does not come through: ${through.output}`);
    if (!(await hasNote())) wrong.push('nothing has changed');
    console.log(
      `${given.name}: gave up after ${ran} ms, a reader waited ${Math.round(longest)} ms at most${wrong.length > 0 ? ', WRONG' : ''}`,
    );
  } finally {
    await blocker.end();
    await reader.end();
    fs.rmSync(folder, { recursive: true });
  }
  return wrong;
}

async function main(words: readonly string[]): Promise<number> {
  const cluster: Cluster = await startCluster(installation, port);
  let failed = 0;
  try {
    for (const given of cases.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)))) {
      const wrong = await prove(given);
      for (const each of wrong) console.log(`  ${each}`);
      if (wrong.length > 0) failed += 1;
    }
  } finally {
    await cluster.stop();
  }
  return failed > 0 ? 1 : 0;
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
