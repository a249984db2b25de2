import { embedded, type ProvingGround, server } from './engine/database.js';
import type { Case } from './engine/case.js';
import { sceneOf } from './engine/case.js';
import type { Outcome, Verdict } from './engine/outcome.js';
import { prove } from './engine/prove.js';
import { servers } from '../facts/install.js';
import { driftOn } from '../drift/support/on-servers.js';
import { runbooksOn } from '../runbook/support/on-servers.js';
import { matrix } from './matrix.js';
import { fixedSeed, provePairs } from './pairs.js';
import { patterns } from '../../server/src/rewrite/patterns/patterns.js';
import { patternCases } from '../rewrite/support/pattern-cases.js';
import { provePattern } from '../rewrite/support/pattern-run.js';

/**
 * `npm run prove`: the whole matrix on PGlite and on a PostgreSQL of this machine. Words behind it choose: "pglite",
 * "server", "patterns" with or without names of them, a kind, the number of a case; "runbooks" runs the queries of
 * runbooks on PostgreSQL 14 to 18, "drift" holds such servers against a history.
 */
async function main(words: readonly string[]): Promise<number> {
  const isOn = (name: string): boolean =>
    words.includes(name) || !['pglite', 'server'].some((each) => words.includes(each));
  const chosen = words.filter((word) => word !== 'pglite' && word !== 'server');
  const part = Number(process.env.AIRLOCK_PROVE_PART ?? 0);
  const parts = Number(process.env.AIRLOCK_PROVE_PARTS ?? 1);
  const wanted = [...matrix.entries()].filter(
    ([index, { kind }]) =>
      index % parts === part && (chosen.length === 0 || chosen.includes(String(index)) || chosen.includes(kind)),
  );
  let wrong = 0;
  if (chosen.includes('patterns')) {
    if (isOn('pglite')) wrong += await patternsOn(await embedded(), chosen);
    if (isOn('server')) wrong += await patternsOn(await server(installation), chosen);
    return wrong;
  }
  if (chosen.includes('runbooks')) return runbooksOn(Object.keys(servers).map(Number));
  if (chosen.includes('drift')) return driftOn(Object.keys(servers).map(Number));
  if (chosen.includes('pairs')) {
    const ground = await (words.includes('server') ? server(installation) : embedded());
    wrong = await pairsOn(ground);
    await ground.close();
    return wrong;
  }
  if (isOn('pglite')) wrong += await onGround(await embedded(), wanted);
  if (isOn('server')) wrong += await onGround(await server(installation), wanted);
  return wrong > 0 ? 1 : 0;
}

/** The folder of a PostgreSQL that is installed here, with bin/ in it. */
const installation = process.env.AIRLOCK_PG ?? '/usr/lib/postgresql/15';

const verdicts: readonly Verdict[] = ['right', 'refused', 'lower', 'as it is', 'WRONG', 'broken'];

async function onGround(ground: ProvingGround, wanted: readonly (readonly [number, Case])[]): Promise<number> {
  const counts = new Map<string, Map<Verdict, number>>();
  const began = Date.now();
  let wrong = 0;
  try {
    for (const [index, given] of wanted) {
      const outcome = await outcomeOf(ground, given);
      if (process.env.AIRLOCK_PROVE_ALL)
        console.log(`${index} ${outcome.verdict}: ${given.up} ${outcome.why.join('; ')}`);
      const row = counts.get(given.kind) ?? new Map<Verdict, number>();
      counts.set(given.kind, row.set(outcome.verdict, (row.get(outcome.verdict) ?? 0) + 1));
      if (outcome.verdict === 'WRONG' || outcome.verdict === 'broken') {
        wrong += 1;
        console.log(report(index, given, outcome));
      } else if (wanted.length < 12) console.log(`${index} ${outcome.verdict}: ${given.up} ${outcome.why.join('; ')}`);
    }
    if (wanted.length === matrix.length) wrong += await pairsOn(ground);
  } finally {
    await ground.close();
  }
  console.log(`\n${ground.name}, ${wanted.length} cases, ${Math.round((Date.now() - began) / 1000)} s\n`);
  console.log(`| kind | ${verdicts.join(' | ')} |\n| --- |${verdicts.map(() => ' --- |').join('')}`);
  for (const [kind, row] of counts)
    console.log(`| ${kind} | ${verdicts.map((each) => row.get(each) ?? 0).join(' | ')} |`);
  const total = (verdict: Verdict): number =>
    [...counts.values()].reduce((sum, row) => sum + (row.get(verdict) ?? 0), 0);
  console.log(`| all | ${verdicts.map(total).join(' | ')} |`);
  return wrong;
}

/** Every phase of every pattern: run again, taken back, with writers beside it. Out: how many failed. */
async function patternsOn(ground: ProvingGround, words: readonly string[]): Promise<number> {
  let wrong = 0;
  const named = patterns.filter(({ id }) => words.includes(id));
  const wanted = named.length > 0 ? named : patterns;
  try {
    for (const pattern of wanted) {
      const given = patternCases[pattern.id];
      if (!given) throw new Error(`${pattern.id} has no case`);
      await ground.reset();
      try {
        await provePattern(ground.connection, pattern, given, Number(ground.postgres));
      } catch (error) {
        wrong += 1;
        console.log(`${pattern.id}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  } finally {
    await ground.close();
  }
  console.log(`${ground.name}: ${wanted.length - wrong} of ${wanted.length} patterns right in every phase`);
  return wrong;
}

/** Random files; AIRLOCK_PROVE_RUNS of them, from a seed of their own. */
async function pairsOn(ground: ProvingGround): Promise<number> {
  const runs = Number(process.env.AIRLOCK_PROVE_RUNS ?? 300);
  try {
    await provePairs(ground, runs, Number(process.env.AIRLOCK_PROVE_SEED ?? fixedSeed + 1));
    console.log(`${ground.name}: Fix All over ${runs} files of two and three statements: right`);
    return 0;
  } catch (error) {
    const { message, cause } = error as Error;
    console.log(message, cause instanceof Error ? cause.message : '');
    return 1;
  }
}

async function outcomeOf(ground: ProvingGround, given: Case): Promise<Outcome> {
  try {
    return await prove(ground, given, { extras: process.env.AIRLOCK_PROVE_PLAIN === undefined });
  } catch (error) {
    return { verdict: 'broken', why: [(error as Error).stack ?? String(error)] };
  }
}

/** Everything that is needed to see it again. */
function report(index: number, given: Case, { verdict, why }: Outcome): string {
  const { history, rows } = sceneOf(given);
  const parts = process.env.AIRLOCK_PROVE_SHORT ? [] : [`-- 0001\n${history}`, `-- rows\n${rows}`];
  return [
    `\n${index} ${verdict} (${given.kind})`,
    ...parts,
    `-- up\n${given.up}`,
    ...why.map((each) => `=> ${each}`),
  ].join('\n');
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
