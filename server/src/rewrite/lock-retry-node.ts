import { commentText } from './session.js';
import { type RetryLimits, retryLimits } from './lock-retry.js';
import type { RetryTool } from './lock-retry-tools.js';

/** Limits of a tool that is run again as a whole: each attempt starts it anew. */
export const toolLimits: RetryLimits = { ...retryLimits, attempts: 10, timeout: 2000, pause: 1000, longest: 30_000 };

/**
 * A script for Node that runs a migration tool until its locks are had: it knows a lock timeout (55P03) and a deadlock
 * (40P01) by the tool's own words, pauses with a part of chance, gives up, and says who stood in the way, which it asks
 * the server for while the tool waits. In: the tool, and the folder of its migrations as people know it.
 */
export function nodeRetry({ command, recovery, notes }: RetryTool, folder: string, limits = toolLimits): string {
  const { attempts, timeout, pause, longest } = limits;
  const settings = { command, recovery, folder, attempts, timeout, pause, longest };
  return `#!/usr/bin/env node
// Runs ${commentText(command)} until its locks are free.
${notes.map((note) => `// ${commentText(note)}\n`).join('')}// Another command: node SCRIPT -- COMMAND …
// The database: DATABASE_URL, or PGHOST, PGUSER … Who blocks is asked with the package "pg", or with psql.
${imports.join('\n')}

const settings = ${JSON.stringify(settings, null, 2)};
${script}`;
}

const imports = [
  "import { execFile, spawn } from 'node:child_process';",
  "import { readdirSync, readFileSync } from 'node:fs';",
  "import { join } from 'node:path';",
];

const script = String.raw`
const driver = 'pg';
const at = process.argv.indexOf('--');
const command = at < 0 ? settings.command : process.argv.slice(at + 1).map(quoted).join(' ');

const isLockFailure = (output) =>
  /\b55P03\b|\b40P01\b|lock timeout|could not obtain lock|deadlock detected|lock_not_available/i.test(output);

let code = 1;
for (let attempt = 1; attempt <= settings.attempts; attempt++) {
  const watch = await watchBlockers();
  const ran = await run(command);
  const blockers = await watch.end();
  code = ran.code;
  if (code === 0 || !isLockFailure(ran.output)) break;
  const who = blockers.length > 0 ? 'locked: ' + blockers.join('; ') : 'who has the lock is not known: ' + watch.why;
  if (attempt === settings.attempts) {
    say('Gave up after ' + attempt + ' attempts; ' + who);
    break;
  }
  if (!(await recovered(ran.output))) break;
  const wait = Math.min(settings.pause * 2 ** (attempt - 1), settings.longest) * (0.5 + Math.random());
  say('Attempt ' + attempt + ' of ' + settings.attempts + '; ' + who + '; again in ' + (wait / 1000).toFixed(1) + ' s');
  await new Promise((resolve) => setTimeout(resolve, wait));
}
process.exitCode = code;

function say(text) {
  process.stderr.write('[lock retry] ' + text + '\n');
}

function quoted(word) {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : "'" + word.replaceAll("'", "'\\''") + "'";
}

/** The command with its output, which is shown as it comes. Migrations that set their own lock_timeout keep it. */
function run(line) {
  const options = (process.env.PGOPTIONS ?? '') + ' -c lock_timeout=' + settings.timeout;
  return new Promise((resolve) => {
    const child = spawn(line, {
      shell: true,
      stdio: ['inherit', 'pipe', 'pipe'],
      env: { ...process.env, PGOPTIONS: options.trim() },
    });
    let output = '';
    for (const [from, to] of [[child.stdout, process.stdout], [child.stderr, process.stderr]])
      from.on('data', (data) => {
        output = (output + data).slice(-65536);
        to.write(data);
      });
    child.on('error', (error) => resolve({ code: 127, output: error.message }));
    child.on('close', (exit) => resolve({ code: exit ?? 1, output }));
  });
}

/** Asks again and again who blocks a session that has begun since, and remembers the last answer. */
async function watchBlockers() {
  const ask = await asker();
  if (!ask) return { why: 'neither the package "pg" nor psql can ask the server', end: async () => [] };
  const [since] = await ask('SELECT clock_timestamp()').catch(() => []);
  const found = new Map();
  let isOver = since === undefined;
  const query =
    "SELECT DISTINCT 'pid ' || b.pid || ' (' || coalesce(nullif(b.application_name, ''), b.usename, b.backend_type) || ', '" +
    " || coalesce(b.state, 'active') || ', transaction open for ' || date_trunc('second', coalesce(clock_timestamp() - b.xact_start, interval '0'))" +
    " || '): ' || left(regexp_replace(coalesce(b.query, ''), '\\s+', ' ', 'g'), 120)" +
    ' FROM pg_stat_activity AS w, unnest(pg_blocking_pids(w.pid)) AS blocking(pid) JOIN pg_stat_activity AS b USING (pid)' +
    " WHERE w.datname = current_database() AND w.wait_event_type = 'Lock' AND w.backend_start >= '" + since + "'";
  const watching = (async () => {
    while (!isOver) {
      for (const line of await ask(query).catch(() => [])) found.set(/^pid \d+/.exec(line)?.[0] ?? line, line);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  })();
  return {
    why: since === undefined ? 'the server does not answer' : 'nobody was seen to block it',
    async end() {
      isOver = true;
      await watching;
      await ask.close?.();
      return [...found.values()];
    },
  };
}

/** What sends a query and gives the first column of its rows. */
async function asker() {
  try {
    const { default: pg } = await import(driver);
    const client = new pg.Client(process.env.DATABASE_URL ? { connectionString: process.env.DATABASE_URL } : {});
    client.on('error', () => {});
    await client.connect();
    const ask = async (sql) => (await client.query({ text: sql, rowMode: 'array' })).rows.map(([value]) => text(value));
    ask.close = () => client.end().catch(() => {});
    return ask;
  } catch {
    const target = process.env.DATABASE_URL ? [process.env.DATABASE_URL] : [];
    const psql = (sql) =>
      new Promise((resolve, reject) =>
        execFile('psql', ['-XAtq', '-c', sql, ...target], (error, stdout) =>
          error ? reject(error) : resolve(stdout.split('\n').filter((line) => line !== '')),
        ),
      );
    return (await psql('SELECT 1').catch(() => [])).length > 0 ? psql : undefined;
  }
}

function text(value) {
  return value instanceof Date ? value.toISOString() : String(value);
}

/** Clears what the tool keeps of the failure. False where that would not be right. */
async function recovered(output) {
  if (settings.recovery === 'prisma') {
    const [, name] = /Migration name:\s*(\S+)/.exec(output) ?? /migration (?:failed to apply|.*?): ?.?(\d{8,}_\w+)/.exec(output) ?? [];
    if (name === undefined || !isWhole(join(settings.folder, name, 'migration.sql'))) return false;
    return (await run('npx prisma migrate resolve --rolled-back ' + quoted(name))).code === 0;
  }
  if (settings.recovery === 'golang-migrate') {
    const version = await run(command.replace(/\bup(?:\s+\d+)?\s*$/, 'version'));
    const [, dirty] = /(\d+) \(dirty\)/.exec(version.output) ?? [];
    if (dirty === undefined) return true;
    const ups = readdirSync(settings.folder).filter((name) => /^\d+_.*\.up\.sql$/.test(name));
    const file = ups.find((name) => BigInt(name.split('_')[0]) === BigInt(dirty));
    if (file === undefined || !isWhole(join(settings.folder, file))) return false;
    const before = ups.map((name) => BigInt(name.split('_')[0])).filter((each) => each < BigInt(dirty));
    const last = before.reduce((a, b) => (b > a ? b : a), -1n);
    return (await run(command.replace(/\bup(?:\s+\d+)?\s*$/, 'force -- ' + last))).code === 0;
  }
  return true;
}

/** True for a file that runs as one query, so that PostgreSQL has taken all of it back. */
function isWhole(path) {
  try {
    if (!/\b(?:commit|concurrently|vacuum)\b/i.test(readFileSync(path, 'utf8'))) return true;
    say(path + ' may have run in part: look at it by hand.');
  } catch (error) {
    say(error.message);
  }
  return false;
}
`;
