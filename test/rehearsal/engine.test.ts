import assert from 'node:assert/strict';
import { EngineLost, SqlError } from '../../server/src/rehearsal/engine.js';
import { EmbeddedEngine, liveWorkers } from '../../server/src/rehearsal/pglite/engine.js';

/** The embedded PostgreSQL as the product uses it; one instance for all, where nothing has to die. */
describe('the embedded engine', () => {
  const engine = new EmbeddedEngine(['pgcrypto']);

  before(() => engine.open());

  after(() => engine.close());

  it('sends several statements as one query, and says what they wrote', async () => {
    const results = await engine.run(
      'CREATE TABLE a (x int); INSERT INTO a VALUES (1), (2); SELECT x::text FROM a ORDER BY x',
    );
    assert.deepEqual(results.at(-1)?.rows, [{ x: '1' }, { x: '2' }]);
    assert.equal(results[1]?.affected, 2);
  });

  it('says where PostgreSQL refuses, in characters', async () => {
    await assert.rejects(engine.run("SELECT '🐘', nowhere"), (error) => {
      assert.ok(error instanceof SqlError);
      assert.equal(error.code, '42703');
      assert.equal(error.position, 13);
      return true;
    });
  });

  it('has the extensions that it was asked for', async () => {
    await engine.run('CREATE EXTENSION pgcrypto');
    assert.equal(
      (await engine.run("SELECT encode(digest('a', 'md5'), 'hex') AS d")).at(-1)?.rows[0]?.d,
      '0cc175b9c0f1b6a831c399e269772661',
    );
  });

  it('comes back to a state that it has kept', async () => {
    const kept = await engine.keep();
    await engine.run('DROP TABLE a');
    await engine.open(kept);
    assert.equal((await engine.run('SELECT count(*)::int AS n FROM a'))[0]?.rows[0]?.n, 2);
  });

  it('ends a statement that runs for ever, and can be opened anew', async () => {
    await assert.rejects(
      engine.run('DO $$ BEGIN LOOP END LOOP; END $$', 500),
      (error) => error instanceof EngineLost && error.because === 'timeout',
    );
    assert.equal(liveWorkers, 0);
    await engine.open();
    assert.equal((await engine.run('SELECT 1 AS n'))[0]?.rows[0]?.n, 1);
  });

  it('notices that COPY … PROGRAM has ruined the session', async () => {
    await engine.run('CREATE TABLE p (x text)');
    await assert.rejects(engine.run("COPY p FROM PROGRAM 'id'", 20_000), (error) => error instanceof EngineLost);
    await engine.open();
  });

  it('refuses a state that is no state, and can be opened anew', async () => {
    await assert.rejects(engine.open({ bytes: new Uint8Array([1, 2, 3]) }), EngineLost);
    await engine.open();
  });

  it('ends at once when it is cancelled', async () => {
    const running = engine.run('DO $$ BEGIN LOOP END LOOP; END $$');
    const began = Date.now();
    setTimeout(() => void engine.cancel(), 100);
    await assert.rejects(running, (error) => error instanceof EngineLost && error.because === 'cancelled');
    assert.ok(Date.now() - began < 5000);
    assert.equal(liveWorkers, 0);
    await assert.rejects(engine.open(), EngineLost);
  });
});
