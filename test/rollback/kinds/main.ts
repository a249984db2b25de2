import { EmbeddedEngine } from '../../../server/src/rehearsal/pglite/engine.js';
import type { Engine } from '../../../server/src/rehearsal/engine.js';
import { openServer } from '../../../server/src/rehearsal/server/open-server.js';
import { initParser } from '../../../server/src/sql/postgres-parser.js';
import { startCluster } from '../../facts/cluster.js';
import { labMore } from '../support/cases/lab-more.js';
import { labStrange } from '../support/cases/lab-strange.js';
import { labUps } from '../support/cases/lab-ups.js';
import { makeLab, proveLab } from '../support/lab-prover.js';
import { contradicted, type ProvenKind, proveKinds } from './prove-kinds.js';

/** The folder of a PostgreSQL that is installed here, with bin/ in it. */
const installation = process.env.AIRLOCK_PG ?? '/usr/lib/postgresql/15';

/** `npm run prove:rollbacks`: every kind of docs/rollbacks.md on PGlite and on a PostgreSQL of this machine. */
async function main(): Promise<number> {
  await initParser();
  const embedded = new EmbeddedEngine(['pgcrypto']);
  let wrong = report('PGlite', await proveKinds(embedded));
  await embedded.close();
  const embeddedLab = new EmbeddedEngine(['btree_gist', 'citext']);
  await embeddedLab.open();
  wrong += await reportLab('PGlite', embeddedLab);
  await embeddedLab.close();
  const port = 5433 + (process.pid % 1000);
  const cluster = await startCluster(installation, port);
  try {
    const server = await openServer(`postgres://postgres@127.0.0.1:${port}/postgres`, {
      evenProduction: false,
      advice: '',
    });
    wrong += report(installation, await proveKinds(server));
    await server.open();
    wrong += await reportLab(installation, server);
    await server.close();
  } finally {
    await cluster.stop();
  }
  return wrong;
}

/** The migrations of the lab: with it in their history, and with a lab that no file makes. */
async function reportLab(name: string, engine: Engine): Promise<number> {
  await makeLab(engine);
  const proven = await proveLab(engine, [...labUps, ...labMore, ...labStrange], ['in the history', 'in no file']);
  const wrong = proven.filter((each) => each.wrong !== undefined);
  for (const each of wrong) console.log(`${each.up} (${each.where}) is ${each.grade}: ${each.wrong}`);
  console.log(`${name}: ${proven.length} migrations of the lab, ${wrong.length} contradicted`);
  return wrong.length;
}

function report(name: string, proven: readonly ProvenKind[]): number {
  const wrong = contradicted(proven);
  for (const line of wrong) console.log(line);
  console.log(`${name}: ${proven.length} kinds run, ${wrong.length} contradicted`);
  return wrong.length;
}

main().then(
  (wrong) => {
    process.exitCode = wrong > 0 ? 1 : 0;
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
