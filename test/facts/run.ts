import { parseArgs } from 'node:util';
import { type Case, type Facts, readFacts, writeFacts } from '../impact/support/facts.js';
import { differences, merged } from './compare.js';
import { compareForms } from './forms.js';
import { startPglite, startServer } from './engines.js';
import { servers } from './install.js';
import { measureCases, type Outcome } from './measure.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { namesText, type Names, readNames, settingsOf, writeNames } from './names.js';
import { otherwise } from './not-on-pglite.js';
import type { Engine } from './session.js';

/**
 * Measures what statements lock, rewrite and read on real PostgreSQL, and writes test/impact/facts/locks.json:
 *   npm run facts -- [--only ID-PREFIX] [--engine pglite|14|15|16|17|18]… [--check]
 *   npm run facts -- --names [--check]
 *   npm run facts -- [--sql 'SETUP; …'] --statement 'SQL' [--statement 'SQL']… [--engine …]
 * --names reads the functions, settings and roles of the servers alone, for server/src/sql/postgres-names.ts; a whole run
 * does so, too. Without --engine on all of them. PGlite is compared with the facts of its version and never written: the servers are
 * what people run. --check writes nothing. Exits with 1 when a fact was not what was measured, with 2 when it could
 * not measure. A new case goes into the file with "results": [].
 */

/** PGlite last, so that it is compared with what the servers have just shown. */
const all = [...Object.keys(servers), 'pglite'];

async function withEngine<T>(name: string, use: (engine: Engine) => Promise<T>): Promise<T> {
  const engine = name === 'pglite' ? await startPglite() : await startServer(Number(name));
  try {
    return await use(engine);
  } finally {
    await engine.close();
  }
}

/** Measures the cases on one engine, reports what differs from the facts, and gives the outcomes by id. */
async function measureAgainst(engine: Engine, facts: Facts, cases: readonly Case[]) {
  const began = Date.now();
  const outcomes = new Map<string, Outcome>();
  const known = new Set(engine.name === 'PGlite' ? Object.values(otherwise).flat() : []);
  let different = 0;
  let partly = 0;
  await measureCases(engine, facts.baseSchema, cases, (measured, outcome) => {
    outcomes.set(measured.id, outcome);
    if (outcome.locks === undefined) partly++;
    const wrong = differences(measured, outcome, engine.postgres);
    if (wrong.length === 0) return;
    if (known.has(measured.id)) {
      console.log(`  ${measured.id}: differs, as not-on-pglite.ts says`);
      return;
    }
    different++;
    console.log(`  ${measured.id}: ${wrong.join('; ')}${outcome.message ? ` (${outcome.message})` : ''}`);
  });
  const blind = partly > 0 ? ` (${partly} without their locks, which need a second session)` : '';
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  console.log(
    `${engine.name} (${engine.exactVersion}): ${different} of ${cases.length} cases differ${blind}, ${seconds} s`,
  );
  return { outcomes, different };
}

async function measureAll(engines: readonly string[], only: string, check: boolean): Promise<void> {
  let facts = readFacts();
  let different = 0;
  for (const name of engines) {
    const cases = facts.cases.filter(({ id }) => id.startsWith(only));
    if (cases.length === 0) throw new Error(`no case begins with "${only}"`);
    const measured = await withEngine(name, (engine) => measureAgainst(engine, facts, cases));
    different += measured.different;
    if (name !== 'pglite') facts = merged(facts, Number(name), measured.outcomes);
  }
  if (different > 0) process.exitCode = 1;
  if (!check && writeFacts(facts)) console.log('test/impact/facts/locks.json is written: see git diff');
}

/** Reads what every server has by itself, and writes it. */
async function takeNames(check: boolean): Promise<void> {
  await initParser();
  const versions = Object.keys(servers).map(Number);
  const asked = new Set<string>();
  for (const version of versions) {
    await withEngine(String(version), async ({ subject }) => {
      for (const name of await settingsOf(subject)) asked.add(name);
    });
  }
  const all = new Map<number, Names>();
  for (const version of versions) {
    await withEngine(String(version), async ({ subject }) => {
      all.set(version, await readNames(subject, [...asked].sort()));
    });
    await withEngine(String(version), async (engine) => {
      for (const wrong of await compareForms(engine)) {
        console.log(`  ${wrong}`);
        process.exitCode = 1;
      }
    });
  }
  if (!writeNames(namesText(all), check)) return;
  process.exitCode = 1;
  console.log(
    `server/src/sql/postgres-names.ts ${check ? 'is not what the servers have' : 'is written: see git diff'}`,
  );
}

/** One case from the command line, beside the schema of the facts: tables t, parent and child in the schema m. */
async function measureOne(engines: readonly string[], setup: string, statements: readonly string[]): Promise<void> {
  const { baseSchema } = readFacts();
  const base = { id: 'ad hoc', group: '', setup: setup ? [setup] : [], statements, results: [] };
  for (const name of engines) {
    await withEngine(name, async (engine) => {
      let seen: Outcome | undefined;
      const measure = (mode: Case['mode']) =>
        measureCases(engine, baseSchema, [{ ...base, mode }], (_, outcome) => {
          seen = outcome;
        });
      await measure('tx');
      // 25001: what cannot run in a transaction block is measured outside, as it has to run.
      const outside = seen?.error === '25001';
      if (outside) await measure('notx');
      console.log(`${engine.name} (${engine.exactVersion})${outside ? ', outside a transaction block' : ''}`);
      console.log(describe(seen!));
    });
  }
}

function describe({ locks, rewrites = [], verifies = [], indexRebuilt = [], error, message }: Outcome): string {
  const held = locks && Object.entries(locks).map(([name, mode]) => `${name} ${mode}`);
  const lines: readonly (readonly [string, readonly string[]])[] = [
    ['locks', held ?? ['cannot be seen with one session: try --engine 18']],
    ['rewrites', rewrites],
    ['verifies', verifies],
    ['rebuilds', indexRebuilt],
  ];
  // A failed transaction has given everything back, so only what it showed before counts.
  const shown = error === undefined ? lines : lines.filter(([, names]) => names.length > 0);
  const fails = error === undefined ? [] : [['fails', [`${error} ${message}`]] as const];
  return [...fails, ...shown].map(([what, names]) => `  ${what.padEnd(9)} ${names.join(', ') || 'nothing'}`).join('\n');
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', default: '' },
      engine: { type: 'string', multiple: true, default: all },
      check: { type: 'boolean', default: false },
      names: { type: 'boolean', default: false },
      sql: { type: 'string', default: '' },
      statement: { type: 'string', multiple: true, default: [] },
    },
  });
  const unknown = values.engine.find((name) => !all.includes(name));
  if (unknown !== undefined) throw new Error(`--engine is one of ${all.join(', ')}, not "${unknown}"`);
  if (values.sql && values.statement.length === 0)
    throw new Error('--sql is the setup; what to measure is --statement');
  if (values.statement.length > 0) await measureOne(values.engine, values.sql, values.statement);
  else if (values.names) await takeNames(values.check);
  else {
    await measureAll(values.engine, values.only, values.check);
    if (values.only === '' && values.engine.length === all.length) await takeNames(values.check);
  }
}

// Leaves by the front door, so that a server goes with this process.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(2));

main().catch((error: unknown) => {
  console.error((error as Error).message);
  process.exitCode = 2;
});
