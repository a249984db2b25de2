import assert from 'node:assert/strict';
import { captureStatistics } from '../../server/src/database/capture.js';
import { isStatisticsProblem, readStatistics, statisticsText } from '../../server/src/sizes/statistics.js';
import { type PgliteServer, startPgliteServer } from '../support/pglite-server.js';

describe('table statistics of a server', () => {
  let server: PgliteServer;
  before(async () => {
    server = await startPgliteServer();
    await server.database.exec(`
      create table never (a int); insert into never select generate_series(1, 5);
      create table orders (id int primary key, note text); insert into orders select i, 'x' from generate_series(1, 500) i;
      create schema "Shop"; create table "Shop"."Order ""Lines""" (id int);
      create schema archive; create table archive.orders (id int); insert into archive.orders select generate_series(1, 9000);
      create table events (at date) partition by range (at);
      create table events_1 partition of events for values from ('2026-01-01') to ('2026-07-01');
      create table events_2 partition of events for values from ('2026-07-01') to ('2027-01-01');
      insert into events select '2026-01-01'::date + i % 300 from generate_series(0, 2999) i;
      create table half (at date) partition by range (at);
      create table half_1 partition of half for values from ('2026-01-01') to ('2026-07-01');
      analyze orders, archive.orders, events, "Shop"."Order ""Lines""";`);
  });
  after(() => server.close());

  it('does not take for empty what was never analysed, nor one table for another', async () => {
    const { statistics } = await captureStatistics(server.url);
    const rows = new Map(statistics.tables.map((each) => [`${each.schema}.${each.name}`, each.rows]));
    assert.equal(rows.get('public.never'), null);
    assert.equal(rows.get('public.half'), null);
    assert.equal(rows.get('public.orders'), 500);
    assert.equal(rows.get('archive.orders'), 9000);
    assert.equal(rows.get('public.events'), 3000);
    assert.ok(rows.has('Shop.Order "Lines"'));
    assert.equal(statistics.tables.find(({ name }) => name === 'events')?.parts, 2);
    assert.match(statistics.postgres, /^1\d\.\d+$/);
  });

  it('are read as they were written, and hold no row', async () => {
    const { statistics } = await captureStatistics(server.url);
    const text = statisticsText(statistics);
    assert.deepEqual(readStatistics(text), statistics);
    assert.ok(text.split('\n').some((line) => line.includes('"orders"') && line.includes('"rows":500')));
  });

  it('are refused with a place where they are broken or foreign', async () => {
    const { statistics } = await captureStatistics(server.url);
    const said = (text: string): string => {
      const found = readStatistics(text);
      return isStatisticsProblem(found) ? `${found.message}@${text.slice(found.offset, found.offset + 6)}` : 'read';
    };
    assert.match(said('{"version": 1,'), /^It is no JSON/);
    assert.match(said('{"tables": []}'), /^It is no file that `pg-airlock stats` has written/);
    assert.match(said('[]'), /^It is no file/);
    assert.match(said('{"version": 2}'), /^A newer Airlock/);
    const broken = statisticsText(statistics).replace('"rows":500', '"rows":"500"');
    assert.match(said(broken), /^"tables\.\d+\.rows" must be .*@"rows"$/);
    assert.match(said(statisticsText(statistics).replace('"rows":500', '"rows":-1')), /rows/);
  });
});
