import { EmbeddedEngine } from '../../../server/src/rehearsal/pglite/engine.js';
import { openServer } from '../../../server/src/rehearsal/server/open-server.js';
import { initParser } from '../../../server/src/sql/postgres-parser.js';
import { startCluster } from '../../facts/cluster.js';
import { contradicted, type ProvenKind, proveKinds } from './prove-kinds.js';

/** The folder of a PostgreSQL that is installed here, with bin/ in it. */
const installation = process.env.AIRLOCK_PG ?? '/usr/lib/postgresql/15';

/** `npm run prove:rollbacks`: every kind of docs/rollbacks.md on PGlite and on a PostgreSQL of this machine. */
async function main(): Promise<number> {
  await initParser();
  const embedded = new EmbeddedEngine(['pgcrypto']);
  let wrong = report('PGlite', await proveKinds(embedded));
  await embedded.close();
  const port = 5433 + (process.pid % 1000);
  const cluster = await startCluster(installation, port);
  try {
    const server = await openServer(`postgres://postgres@127.0.0.1:${port}/postgres`, {
      evenProduction: false,
      advice: '',
    });
    wrong += report(installation, await proveKinds(server));
    await server.close();
  } finally {
    await cluster.stop();
  }
  return wrong;
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
