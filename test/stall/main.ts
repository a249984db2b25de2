import { patterns } from '../../server/src/rewrite/patterns/patterns.js';
import type { Pattern } from '../../server/src/rewrite/patterns/pattern.js';
import { patternCases, type PatternCase } from '../rewrite/support/pattern-cases.js';
import { contextOf, planOf, runPhase, runSql } from '../rewrite/support/pattern-run.js';
import { type Sessions, startSessions } from './sessions.js';

// `npm run stall`: how long a writer waits while a change runs on a table with rows, in its usual form and phase by
// phase. Words behind it choose patterns. AIRLOCK_STALL_ROWS: how many rows (1,000,000); AIRLOCK_PG: the server.

const rows = Number(process.env.AIRLOCK_STALL_ROWS ?? 1_000_000);
/** No phase keeps a writer waiting for a lock for longer, in ms. What a busy machine adds stands in the table beside it. */
const limit = 100;

interface Stalled {
  readonly what: string;
  /** The longest that a write took, and how long the change ran. In ms. */
  readonly longest: number;
  /** The longest that one was seen to wait for a lock, looked at every few ms: the rest is the machine's. In ms. */
  readonly locked: number;
  readonly ran: number;
  readonly failed: string;
}

/** The example with many rows. */
function filled(pattern: Pattern, given: PatternCase): string {
  // Partitions hold a year; their rows differ in the number alone.
  const fill = given.fill
    // Few duplicates: the usual form compares all of them with one another.
    .replaceAll('n % 25', `n % ${Math.round(rows * 0.99)}`)
    // The rows of the case, and many behind them: a case has some of its own with ids up to a hundred.
    .replaceAll(
      'FROM generate_series(1, 40) AS n',
      `FROM (SELECT generate_series(1, 40) UNION ALL SELECT generate_series(1001, ${rows})) AS numbers (n)`,
    )
    .replaceAll(/\+ n::int/g, '+ (n % 30)::int');
  return `${pattern.example.schema}; ${fill}; VACUUM ANALYZE`;
}

/** Writes again and again while the change runs. */
async function during(
  sessions: Sessions,
  what: string,
  write: string | undefined,
  change: () => Promise<void>,
): Promise<Stalled> {
  let isDone = false;
  let [longest, locked, failed] = [0, 0, ''];
  const looking = (async () => {
    while (!isDone && write !== undefined) {
      locked = Math.max(locked, await sessions.lockWait());
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  })();
  const writing = (async () => {
    while (!isDone && write !== undefined) {
      const began = performance.now();
      await runSql(sessions.writer, write).catch((error: Error) => {
        failed = error.message;
      });
      longest = Math.max(longest, performance.now() - began);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  })();
  const began = performance.now();
  try {
    await change();
  } catch (error) {
    failed = `the change: ${(error as Error).message}`;
  }
  const ran = performance.now() - began;
  isDone = true;
  await writing;
  await looking;
  return { what, longest, locked, ran, failed };
}

/** A write with a key of its own, which no look at the other rows gives. */
function alone(write: string | undefined): string | undefined {
  if (!write?.includes('max(id) + 1')) return write;
  return write.replace(/ FROM \w+$/, '').replaceAll('max(id) + 1', "nextval('stall_ids')");
}

async function stalls(sessions: Sessions, pattern: Pattern, given: PatternCase): Promise<Stalled[]> {
  const found: Stalled[] = [];
  const write = alone(given.stallWrite ?? given.oldCode?.[0]);
  const prepare = async (): Promise<void> => {
    await sessions.reset();
    await runSql(sessions.changer, `${filled(pattern, given)}; CREATE SEQUENCE stall_ids START 100000000`);
  };
  await prepare();
  const usual = pattern.usual(pattern.example.values, await contextOf(pattern, sessions.postgres));
  // What the writer waits for anyway, for its commits reach the disk.
  found.push(await during(sessions, 'nothing', write, () => new Promise((resolve) => setTimeout(resolve, 5000))));
  found.push(await during(sessions, 'usual form', write, () => runSql(sessions.changer, usual)));
  await prepare();
  const { phases } = await planOf(pattern, sessions.postgres);
  let isLater = false;
  for (const phase of phases) {
    isLater ||= phase.gate !== undefined;
    // From the gate on no code of before is running.
    const now = isLater ? alone(given.newCode?.[0]) : write;
    found.push(await during(sessions, phase.title, now, () => runPhase(sessions.changer, phase, given.value)));
  }
  return found;
}

async function main(words: readonly string[]): Promise<number> {
  const sessions = await startSessions(process.env.AIRLOCK_PG ?? '/usr/lib/postgresql/15');
  let slow = 0;
  console.log(`PostgreSQL ${sessions.postgres}, ${rows} rows, one writer\n`);
  console.log(
    '| Pattern | What runs | Ran (ms) | Longest write (ms) | Longest lock wait (ms) | |\n| --- | --- | ---: | ---: | ---: | --- |',
  );
  try {
    for (const pattern of patterns.filter(({ id }) => words.length === 0 || words.includes(id))) {
      const given = patternCases[pattern.id];
      if (!given) continue;
      const found = await stalls(sessions, pattern, given).catch((error: Error): Stalled[] => {
        slow += 1;
        return [{ what: 'could not be measured', longest: 0, locked: 0, ran: 0, failed: error.message }];
      });
      for (const { what, longest, locked, ran, failed } of found) {
        const isSlow = what !== 'usual form' && locked > limit;
        if (isSlow) slow += 1;
        console.log(
          `| ${pattern.id} | ${what} | ${Math.round(ran)} | ${Math.round(longest)} | ${Math.round(locked)} | ${isSlow ? 'TOO LONG ' : ''}${failed} |`,
        );
      }
    }
  } finally {
    await sessions.close();
  }
  return slow > 0 ? 1 : 0;
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
