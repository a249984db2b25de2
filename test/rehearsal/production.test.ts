import assert from 'node:assert/strict';
import { connect, type Database } from '../../server/src/database/connect.js';
import { openServer } from '../../server/src/rehearsal/server/open-server.js';
import { signsOfProduction } from '../../server/src/rehearsal/server/production.js';
import { startPgliteServer } from '../support/pglite-server.js';

const quiet = { replicas: 0, archive: 'off', recovery: false, sessions: 0, big: null };

const scratch = "SELECT datname FROM pg_database WHERE datname LIKE 'airlock%'";

/** A server that answers what is asked of it with one row. */
function serverWith(row: object | undefined): Database {
  return { query: async () => (row ? [row] : []) } as unknown as Database;
}

describe('a server on which migrations are rehearsed', () => {
  for (const [what, row, signs] of [
    ['a machine to try things on', quiet, []],
    ['a few sessions of a person', { ...quiet, sessions: 5 }, []],
    ['a replica', { ...quiet, recovery: true }, ['is a replica']],
    ['a primary', { ...quiet, replicas: 1 }, ['has 1 replica']],
    ['an archive', { ...quiet, archive: 'on' }, ['archives its WAL']],
    ['an application', { ...quiet, sessions: 40 }, ['serves 40 other sessions']],
    ['much data', { ...quiet, big: 'shop' }, ['holds databases of more than 1 GB (shop)']],
    [
      'all of it',
      { replicas: 2, archive: 'always', recovery: false, sessions: 6, big: 'a, b' },
      ['has 2 replicas', 'archives its WAL', 'serves 6 other sessions', 'holds databases of more than 1 GB (a, b)'],
    ],
    ['a server that says nothing', undefined, ['does not say what it is']],
  ] as const)
    it(`is known by its signs: ${what}`, async () => {
      assert.deepEqual(await signsOfProduction(serverWith(row)), signs);
    });

  it('is asked in words that PostgreSQL knows, and left without the database that was made', async () => {
    const server = await startPgliteServer();
    try {
      const database = await connect(server.url, { access: 'read-write' });
      assert.deepEqual(await signsOfProduction(database), []);
      await database.close();
      const engine = await openServer(server.url, { evenProduction: false, advice: '' });
      assert.match(engine.address ?? '', /^postgres@127\.0\.0\.1:\d+\/postgres$/);
      await engine.open();
      const [made] = await engine.run(scratch);
      assert.equal(made?.rows.length, 1);
      await engine.close();
      assert.deepEqual((await server.database.query(scratch)).rows, []);
    } finally {
      await server.close();
    }
  });
});
