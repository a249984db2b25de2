import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Client } from 'pg';
import type { Cost, CostKind, Line } from '../../server/src/sizes/costs.js';
import { startCluster } from '../facts/cluster.js';
import { fitted, type Sample } from './fit.js';

/**
 * Measures how long work on tables takes on a real PostgreSQL, and writes server/src/sizes/costs.ts:
 *   npm run calibrate -- --server FOLDER [--rows 10000,100000,1000000] [--widths 50,400] [--repeats 3] [--check]
 * FOLDER is an installation, which holds bin/postgres. --check writes nothing, and reports how often the ranges that
 * are written hold on tables of 300,000 rows of 150 bytes, or of what --rows and --widths say.
 */

interface Work {
  readonly kind: CostKind;
  readonly indexes: number;
  readonly sql: string;
  /** Not in a transaction block: then it is taken back by this. */
  readonly undo?: string;
}

const works: readonly Work[] = [
  { kind: 'btree', indexes: 0, sql: 'create index on t (a)' },
  { kind: 'btree', indexes: 0, sql: 'create index on t (word)' },
  { kind: 'btree', indexes: 0, sql: 'create unique index on t (id)' },
  { kind: 'concurrently', indexes: 0, sql: 'create index concurrently i on t (a)', undo: 'drop index i' },
  { kind: 'gin', indexes: 0, sql: 'create index on t using gin (tags)' },
  { kind: 'scan', indexes: 0, sql: 'alter table t add check (a >= 0)' },
  { kind: 'scan', indexes: 0, sql: 'alter table t alter a set not null' },
  { kind: 'foreign key', indexes: 0, sql: 'alter table t add foreign key (a) references parent' },
  ...[0, 1, 3].flatMap((indexes): Work[] => [
    { kind: 'rewrite', indexes, sql: 'alter table t alter b type bigint' },
    { kind: 'update', indexes, sql: 'update t set b = b + 1' },
  ]),
];

interface Measured {
  readonly kind: CostKind;
  readonly ms: Sample;
  readonly all: readonly number[];
  readonly wal: Sample;
  readonly disk: Sample;
}

const list = (text: string): number[] => text.split(',').map(Number);

async function connect(cluster: { socketFolder: string; port: number }): Promise<Client> {
  const client = new Client({ host: cluster.socketFolder, port: cluster.port, user: 'postgres', database: 'postgres' });
  await client.connect();
  return client;
}

async function numbers(client: Client): Promise<{ wal: number; disk: number }> {
  const { rows } = await client.query<{ wal: number; disk: number }>(
    `select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::float8 as wal, pg_database_size(current_database())::float8 as disk`,
  );
  return rows[0] ?? { wal: 0, disk: 0 };
}

async function fill(client: Client, rows: number, width: number): Promise<number> {
  await client.query(`drop table if exists t; drop table if exists parent;
    create table parent (id int primary key);
    insert into parent select generate_series(0, 9999);
    create table t (id int, a int, b int, word text, tags text[], pad text);
    alter table t alter pad set storage plain;
    insert into t select n, (n * 7919::bigint % 10000)::int, n, md5(n::text), array['x' || n % 100, 'y' || n % 37],
      repeat('p', ${Math.max(0, width - 110)}) from generate_series(1, ${rows}) n;`);
  await client.query('vacuum analyze t');
  await client.query('checkpoint');
  const { rows: sizes } = await client.query<{ bytes: number }>(`select pg_relation_size('t')::float8 as bytes`);
  return sizes[0]?.bytes ?? 0;
}

async function measure(client: Client, rows: number, width: number, repeats: number): Promise<Measured[]> {
  const found: Measured[] = [];
  let bytes = 0;
  let indexes = -1;
  for (const work of works) {
    if (work.indexes !== indexes) {
      bytes = await fill(client, rows, width);
      indexes = work.indexes;
      const columns = ['id', 'a', 'b'].slice(0, indexes);
      for (const column of columns) await client.query(`create index on t (${column})`);
    }
    const times: number[] = [];
    const wals: number[] = [];
    const disks: number[] = [];
    for (let repeat = 0; repeat < repeats; repeat++) {
      const before = await numbers(client);
      const began = performance.now();
      if (!work.undo) await client.query('begin');
      await client.query(work.sql);
      const after = await numbers(client);
      // The commit itself is left out: it flushes what is left of the log.
      times.push(performance.now() - began);
      wals.push(after.wal - before.wal);
      disks.push(Math.max(0, after.disk - before.disk));
      await client.query(work.undo ?? 'rollback');
      if (work.kind === 'update') await client.query('vacuum t');
    }
    times.sort((one, two) => one - two);
    const middle = times[Math.floor((times.length - 1) / 2)] ?? 0;
    const sample = { rows, bytes, indexes: work.indexes };
    found.push({
      kind: work.kind,
      all: times,
      ms: { ...sample, value: middle },
      wal: { ...sample, value: Math.max(...wals) },
      disk: { ...sample, value: Math.max(...disks) },
    });
    console.log(`  ${rows} x ${width}: ${work.sql} (${work.indexes}): ${times.map(Math.round).join(' ')} ms`);
  }
  return found;
}

const at = (line: Line, { rows, bytes, indexes }: Omit<Sample, 'value'>): number =>
  line.fixed + line.row * rows + line.byte * bytes + line.indexRow * rows * indexes;

function costOf(measured: readonly Measured[]): Cost {
  const line = fitted(measured.map(({ ms }) => ms));
  const ratios = measured.flatMap(({ all, ms }) => all.map((time) => time / at(line, ms)));
  return {
    ms: line,
    // Wide enough for a cold cache, for other disks and for a busy server, which were not measured.
    low: Number(Math.min(0.5, Math.min(...ratios) * 0.8).toPrecision(2)),
    high: Number(Math.max(4, Math.max(...ratios) * 1.25).toPrecision(2)),
    wal: fitted(measured.map(({ wal }) => wal)),
    disk: fitted(measured.map(({ disk }) => disk)),
  };
}

async function check(measured: readonly Measured[]): Promise<void> {
  const { costs } = await import('../../server/src/sizes/costs.js');
  for (const kind of new Set(measured.map((each) => each.kind))) {
    const own = measured.filter((each) => each.kind === kind);
    const tries = own.flatMap(({ all, ms }) => all.map((time) => time / at(costs[kind].ms, ms)));
    const held = tries.filter((ratio) => ratio >= costs[kind].low && ratio <= costs[kind].high).length;
    const range = `${Math.min(...tries).toFixed(2)} to ${Math.max(...tries).toFixed(2)} of the middle`;
    console.log(`${kind}: ${held} of ${tries.length} within the range; ${range}`);
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      server: { type: 'string' },
      rows: { type: 'string' },
      widths: { type: 'string' },
      repeats: { type: 'string', default: '3' },
      check: { type: 'boolean', default: false },
    },
  });
  if (!values.server) throw new Error('--server names the installation of PostgreSQL to measure');
  const cluster = await startCluster(values.server, undefined, { fsync: 'on', wal_level: 'replica' });
  try {
    const client = await connect(cluster);
    const { rows } = await client.query<{ server_version: string }>('show server_version');
    const version = Number.parseInt(rows[0]?.server_version ?? '', 10);
    const measured: Measured[] = [];
    const counts = list(values.rows ?? (values.check ? '300000' : '10000,100000,1000000'));
    for (const count of counts)
      for (const width of list(values.widths ?? (values.check ? '150' : '120,400')))
        measured.push(...(await measure(client, count, width, Number(values.repeats))));
    await client.end();
    if (values.check) return await check(measured);
    const kinds = [...new Set(measured.map(({ kind }) => kind))];
    const costs = kinds.map((kind) => [kind, costOf(measured.filter((each) => each.kind === kind))] as const);
    write(version, Math.max(...counts), Object.fromEntries(costs));
  } finally {
    await cluster.stop();
  }
}

const file = path.resolve(__dirname, '../../../server/src/sizes/costs.ts');

/** Replaces what stands behind the marker in the file. */
function write(postgres: number, largest: number, costs: Readonly<Record<string, Cost>>): void {
  const text = fs.readFileSync(file, 'utf8');
  const marker = '// Written by `npm run calibrate`.\n';
  const head = text.slice(0, text.indexOf(marker) + marker.length);
  const on = { postgres, cores: os.cpus().length, largest };
  fs.writeFileSync(
    file,
    `${head}\nexport const measuredOn: MeasuredOn = ${JSON.stringify(on)};\n\nexport const costs: Readonly<Record<CostKind, Cost>> = ${JSON.stringify(costs, null, 2)};\n`,
  );
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(2));

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
});
