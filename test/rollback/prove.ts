/**
 * Runs the cases on a PostgreSQL 15 and prints those that are not right.
 * Arguments: a verdict (or "all"), and words of which a case must contain one.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { rollback, type Rollback } from '../../server/src/rollback/rollback.js';
import { startCluster, type Cluster } from '../facts/cluster.js';
import { analysed } from '../support/analysed.js';
import type { RollbackCase } from './support/case.js';
import { moreCases } from './support/cases/more.js';
import { mixedCases } from './support/cases/mixed.js';
import { allCases } from './support/cases/index.js';
import { labUps } from './support/cases/lab-ups.js';
import { lab, labRows } from './support/lab.js';
import { shop, shopRows } from './support/shop.js';

const run = promisify(execFile);
const bin = '/usr/lib/postgresql/15/bin';
const order = ['lossless', 'lossy', 'impossible'];

class Server {
  private count = 0;
  constructor(private readonly cluster: Cluster) {}

  private get connection(): string[] {
    return ['-h', this.cluster.socketFolder, '-U', 'postgres'];
  }

  async sql(database: string, text: string, ...more: string[]): Promise<string> {
    const file = `${this.cluster.socketFolder}/${database}-${++this.count}.sql`;
    const fs = await import('node:fs/promises');
    await fs.writeFile(file, text);
    const { stdout } = await run(
      `${bin}/psql`,
      [...this.connection, '-d', database, '-X', '-q', '-v', 'ON_ERROR_STOP=1', ...more, '-f', file],
      { maxBuffer: 1e8 },
    );
    return stdout;
  }

  async create(name: string, template = 'template1'): Promise<void> {
    await this.inMain(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  }

  async drop(name: string): Promise<void> {
    await this.inMain(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  }

  private async inMain(sql: string): Promise<void> {
    await run(`${bin}/psql`, [...this.connection, '-d', 'postgres', '-X', '-q', '-c', sql]);
  }

  /** The schema as blocks, columns sorted, and the rows of every table. */
  async state(database: string): Promise<{ schema: string[]; rows: string }> {
    const [{ stdout }, rows] = await Promise.all([
      run(`${bin}/pg_dump`, [...this.connection, '-s', database], { maxBuffer: 1e8 }),
      this.sql(database, rowsQuery, '-At'),
    ]);
    return { schema: blocks(stdout), rows };
  }
}

const rowsQuery = `SELECT format('SELECT %L, md5(coalesce(string_agg(r::text, chr(10) ORDER BY r::text), %L)) FROM (SELECT to_jsonb(t) AS r FROM %I.%I t) x', nspname || '.' || relname, '', nspname, relname)
FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE relkind IN ('r', 'm') AND relispopulated AND nspname !~ '^pg_' AND nspname <> 'information_schema' ORDER BY 1 \\gexec
SELECT 'invalid', count(*) FROM pg_index WHERE NOT indisvalid;
SELECT attrelid::regclass, attname, attislocal, attinhcount, attstattarget, attstorage, attcompression FROM pg_attribute WHERE attrelid >= 16384 AND attrelid IN (SELECT oid FROM pg_class WHERE relkind IN ('r', 'p', 'f', 'm', 'v', 'c')) AND attnum > 0 AND NOT attisdropped AND (attrelid::regclass)::text !~ '^pg_' ORDER BY 1::text, 2;
`;

function blocks(dump: string): string[] {
  return dump
    .split(/\n{2,}/)
    .map((block) =>
      block
        .split('\n')
        .filter((line) => !line.startsWith('--') && !line.startsWith('\\') && line.trim() !== '')
        .join('\n'),
    )
    .map((block) =>
      block.replace(/^WITH \((.*)\)/m, (_, options: string) => `WITH (${options.split(', ').sort().join(', ')})`),
    )
    .filter((block) => block !== '')
    .map((block) =>
      /^CREATE (UNLOGGED |FOREIGN )?TABLE|^CREATE TYPE/.test(block)
        ? block
            .split('\n')
            .map((line) => line.replace(/,$/, ''))
            .sort()
            .join('\n')
        : block,
    )
    .sort();
}

function difference(before: readonly string[], after: readonly string[]): string[] {
  return [
    ...before.filter((each) => !after.includes(each)).map((each) => `- ${each}`),
    ...after.filter((each) => !before.includes(each)).map((each) => `+ ${each}`),
  ];
}

/** Every migration of the lab twice: with the lab in the history, and with a lab that no file makes. */
const labCases: readonly RollbackCase[] = labUps.flatMap((up): RollbackCase[] => [
  { up, history: lab, want: 'lossless' },
  { up, hidden: lab, want: 'impossible' },
]);

let number = 0;

async function prove(server: Server, given: RollbackCase): Promise<{ verdict: string; why: string; made: Rollback }> {
  const usesShop = given.history === undefined && given.hidden === undefined;
  const history = given.history ?? (given.hidden === undefined ? shop : '');
  const setting = { config: { postgres: 15 as const, ...given.config } };
  const { analysis, history: documents } = await analysed(history === '' ? [] : [history], given.up, setting);
  const made = rollback(analysis, documents);
  const database = `case_${++number}`;
  const usesLab = given.history === lab || given.hidden === lab;
  await server.create(database, usesShop ? 'shop' : usesLab ? 'lab' : 'template1');
  try {
    try {
      const rows = given.rows ?? '';
      if (!usesLab && (usesShop ? rows !== '' : true))
        await server.sql(database, (usesShop ? '' : roleless(given.hidden ?? history)) + rows);
    } catch (error) {
      return { verdict: 'broken', why: `history: ${said(error)}`, made };
    }
    const before = await server.state(database);
    const wrapped = given.config?.transaction === 'per-file';
    try {
      await server.sql(database, roleless(given.up), ...(wrapped ? ['-1'] : []));
      if (given.between !== undefined) await server.sql(database, given.between);
    } catch (error) {
      return { verdict: 'broken', why: `up: ${said(error)}`, made };
    }
    const middle = given.fails || made.worst === 'impossible' ? await server.state(database) : undefined;
    const down = made.files[0]?.sql ?? '';
    const attempt = async () => {
      try {
        await server.sql(database, down, ...(wrapped ? ['-1'] : []));
        return undefined;
      } catch (error) {
        return said(error);
      }
    };
    const problem = await attempt();
    if (given.fails && middle) {
      if (problem === undefined) return { verdict: 'wrong', why: 'the rollback ran, where a value does not fit', made };
      const left = difference(middle.schema, (await server.state(database)).schema);
      const again = await attempt();
      const same = again?.replace(/case_\d+-\d+/g, '') === problem.replace(/case_\d+-\d+/g, '');
      if (left.length > 0 || !same)
        return { verdict: 'wrong', why: `failed (${problem}), again (${again}), and left\n${left.join('\n')}`, made };
      return { verdict: 'right', why: '', made };
    }
    if (problem !== undefined) return { verdict: 'wrong', why: `the rollback failed: ${problem}`, made };
    const after = await server.state(database);
    const schema = difference(before.schema, after.schema).filter((line) => !given.leaves?.test(line));
    const rows = difference(before.rows.split('\n'), after.rows.split('\n')).filter(
      (line) => !given.leaves?.test(line),
    );
    const rank = order.indexOf(made.worst);
    const lower = order.indexOf(given.want) < rank;
    const why = made.steps.map(({ grade, reason }) => `${grade}: ${reason}`).join('\n');
    if (made.worst === 'impossible') {
      // What stood before the migration and behind it has to stand still.
      const destroyed = before.schema.filter(
        (block) => middle?.schema.includes(block) && !after.schema.includes(block) && !given.leaves?.test(block),
      );
      if (destroyed.length > 0) return { verdict: 'wrong', why: `destroys\n${destroyed.join('\n')}\n${why}`, made };
      if (given.hidden !== undefined && made.steps.every(({ sql }) => sql === ''))
        return { verdict: lower ? 'low' : 'right', why, made };
      return { verdict: lower ? 'low' : 'right', why, made };
    }
    if (schema.length > 0)
      return { verdict: 'wrong', why: `${made.worst}, but the schema differs\n${schema.join('\n')}`, made };
    if (made.worst === 'lossless' && rows.length > 0)
      return { verdict: 'wrong', why: `lossless, but rows differ\n${rows.join('\n')}`, made };
    return { verdict: lower ? 'low' : 'right', why, made };
  } finally {
    await server.drop(database);
  }
}

/** Roles belong to the cluster: they are made once. */
function roleless(sql: string): string {
  return sql.replace(/CREATE ROLE (app_ro|app_rw);/g, '');
}

function said(error: unknown): string {
  return typeof error === 'object' && error !== null && 'stderr' in error ? String(error.stderr).trim() : String(error);
}

async function main(): Promise<void> {
  const [verdict = 'bad', ...words] = process.argv.slice(2);
  const cluster = await startCluster('/usr/lib/postgresql/15');
  const server = new Server(cluster);
  const counts = new Map<string, number>();
  try {
    await server.sql('postgres', 'CREATE ROLE app_ro; CREATE ROLE app_rw;');
    await server.create('shop');
    await server.sql('shop', roleless(shop) + shopRows);
    await server.sql('postgres', 'CREATE ROLE alice; CREATE ROLE bob;');
    await server.create('lab');
    await server.sql('lab', lab + labRows);
    const set =
      words[0] === 'lab' ? labCases : words[0] === 'mixed' ? mixedCases : words[0] === 'more' ? moreCases : allCases;
    const queue = set.filter(
      (each) =>
        words.length === 0 ||
        words[0] === 'mixed' ||
        (words[0] === 'lab' && (words.length === 1 || words.slice(1).some((word) => each.up.includes(word)))) ||
        words[0] === 'more' ||
        words.some((word) => each.up.includes(word)),
    );
    const worker = async () => {
      for (let each = queue.shift(); each; each = queue.shift()) {
        let out = '';
        try {
          const proof = await prove(server, each);
          counts.set(proof.verdict, (counts.get(proof.verdict) ?? 0) + 1);
          if (verdict !== 'all' && (proof.verdict === 'right' || (verdict !== 'bad' && proof.verdict !== verdict)))
            continue;
          out = `\n=== ${proof.verdict}${each.hidden === undefined ? '' : ' (hidden)'}: ${each.up}\n${proof.why}\n${proof.verdict === 'low' ? '' : (proof.made.files[0]?.sql ?? '')}`;
        } catch (error) {
          counts.set('thrown', (counts.get('thrown') ?? 0) + 1);
          out = `\n=== thrown: ${each.up}\n${error instanceof Error ? (error.stack ?? '') : String(error)}\n`;
        }
        process.stdout.write(out);
      }
    };
    await Promise.all([worker(), worker(), worker()]);
  } finally {
    await cluster.stop();
  }
  process.stdout.write(`\n${JSON.stringify(Object.fromEntries(counts))}\n`);
}

void main();
