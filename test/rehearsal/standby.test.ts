import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { textOf } from '../../server/src/rehearsal/engine.js';
import { liveWorkers } from '../../server/src/rehearsal/pglite/engine.js';
import { Standby } from '../../server/src/rehearsal/pglite/standby.js';

describe('an engine that waits for the next rehearsal', () => {
  it('is taken again, in the state that was asked for, and gives its thread back in the end', async () => {
    const before = liveWorkers;
    const standby = new Standby(30_000);
    const first = standby.take([]);
    await first.open();
    await first.run('CREATE TABLE a (id int)');
    const state = await first.keep();
    await first.run('DROP TABLE a; CREATE TABLE b (id int)');
    standby.give(first, [], state);

    const second = standby.take([]);
    assert.equal(second, first);
    await second.open(state);
    const names = `SELECT string_agg(relname, ' ') FROM pg_class WHERE relname IN ('a', 'b')`;
    assert.equal(await textOf(second, names), 'a');
    assert.equal(liveWorkers, before + 1);

    // Another state than the one that waits, and other extensions.
    standby.give(second, [], state);
    const third = standby.take([]);
    await third.open();
    assert.equal(await textOf(third, names), '');
    standby.give(third, [], state);
    const other = standby.take(['citext']);
    assert.notEqual(other, third);
    await other.close();
    standby.close();
    for (let count = 0; liveWorkers > before && count < 100; count++) await sleep(50);
    assert.equal(liveWorkers, before);
  }).timeout(120_000);

  it('is not kept where it was cancelled, nor for longer than it may wait', async () => {
    const before = liveWorkers;
    const standby = new Standby(100);
    const first = standby.take([]);
    await first.open();
    const state = await first.keep();
    standby.give(first, [], state);
    await sleep(200);
    for (let count = 0; liveWorkers > before && count < 200; count++) await sleep(50);
    assert.equal(liveWorkers, before);
    const second = standby.take([]);
    assert.notEqual(second, first);
    await second.open();
    await second.cancel();
    standby.give(second, [], state);
    assert.notEqual(standby.take([]), second);
    assert.equal(liveWorkers, before);
  }).timeout(120_000);
});
