import { driftOf, type DriftResult, objectsFrom } from '../../../server/src/drift/drift.js';
import { objectsQuery } from '../../../server/src/drift/objects.js';
import { driftText } from '../../../server/src/drift/report.js';
import { migrationFor } from '../../../server/src/drift/statements.js';
import { EmbeddedEngine } from '../../../server/src/rehearsal/pglite/engine.js';
import { runnable } from '../../../server/src/rehearsal/runnable.js';
import { KeptStates } from '../../../server/src/rehearsal/states.js';
import { parseDocument } from '../../../server/src/sql/parse.js';
import { initParser } from '../../../server/src/sql/postgres-parser.js';
import { onEachServer, type ServerDatabase } from '../../facts/each-server.js';
import { changes, history } from './changes.js';

/** Holds databases of real servers against the same history, built on PGlite. Out: how many cases are wrong. */
export async function driftOn(versions: readonly number[]): Promise<number> {
  await initParser();
  const engine = new EmbeddedEngine([]);
  const states = new KeptStates();
  const drift = async (database: ServerDatabase, texts: readonly string[]): Promise<DriftResult> => {
    await database.run("SET search_path = ''");
    const live = objectsFrom(await database.rows(objectsQuery));
    await database.run('RESET search_path');
    const files = texts.map((text, index) => ({
      path: `/${index}.sql`,
      name: `${index}.sql`,
      statements: runnable(parseDocument(text), []),
    }));
    return driftOf(engine, { files, extensions: [], limitMs: 60_000, live, states });
  };
  const cases = [
    { name: 'no change', changes: [] as typeof changes },
    { name: 'all changes', changes },
    ...changes.map((each) => ({ name: each.sql.replace(/\s+/g, ' '), changes: [each] })),
  ];
  try {
    return await onEachServer(versions, cases, async ({ changes: made }, database) => {
      await database.run(history);
      for (const { sql } of made) await database.run(sql);
      const result = await drift(database, [history]);
      const [found, wanted] = [result.drifts.map(driftText), made.flatMap((each) => each.found)];
      const faults = [
        ...found.filter((each) => !wanted.includes(each)).map((each) => `not wanted: ${each}`),
        ...wanted.filter((each) => !found.includes(each)).map((each) => `not found: ${each}`),
      ];
      const taken = migrationFor(result.drifts, 'migrations');
      if (taken !== '') await database.run(taken);
      const left = await drift(database, [history, taken]);
      return [...faults, ...left.drifts.map((each) => `left when taken over: ${driftText(each)}`)];
    });
  } finally {
    await engine.close();
  }
}
