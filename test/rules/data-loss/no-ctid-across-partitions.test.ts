import assert from 'node:assert/strict';
import rule from '../../../rules/data-loss/no-ctid-across-partitions.js';
import { rowsOf, withDatabase } from '../../support/pglite.js';
import { ruleTester } from '../../support/rule-tester.js';

const tables = `
  CREATE TABLE events (id bigint, at date NOT NULL, done boolean) PARTITION BY RANGE (at);
  CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
  CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
  CREATE TABLE places (id bigint, done boolean);
  CREATE TABLE cities () INHERITS (places);
  CREATE TABLE orders (id bigint, done boolean);`;

describe('no-ctid-across-partitions', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = [tables];
  const batch = 'SELECT ctid FROM events WHERE done IS NULL LIMIT 1000';

  valid('a plain table', 'UPDATE orders SET done = true WHERE ctid IN (SELECT ctid FROM orders LIMIT 1000);', {
    history,
  });
  valid('a table that no migration has made', `DELETE FROM logs WHERE ctid IN (${batch});`, { history });
  valid('a partition by itself', `DELETE FROM events_2024 WHERE ctid IN (${batch});`, { history });
  valid('the parent alone', 'DELETE FROM ONLY places WHERE ctid = ANY (ARRAY(SELECT ctid FROM ONLY places));', {
    history,
  });
  valid(
    'tableoid beside it',
    'UPDATE events SET done = true WHERE (tableoid, ctid) IN (SELECT tableoid, ctid FROM events LIMIT 1000); DELETE FROM events e USING doomed d WHERE e.ctid = d.ctid AND e.tableoid = d.tableoid;',
    { history },
  );
  valid('the partition key beside it', `DELETE FROM events WHERE at = '2024-05-01' AND ctid IN (${batch});`, {
    history,
  });
  valid(
    'the primary key',
    'UPDATE events SET done = true WHERE id IN (SELECT id FROM events ORDER BY ctid LIMIT 1000);',
    {
      history,
    },
  );
  valid(
    'a ctid that only a sub-query compares',
    "DELETE FROM events WHERE id IN (SELECT id FROM orders WHERE ctid = '(0,1)');",
    { history },
  );
  valid(
    'an empty table of the same file',
    `CREATE TABLE p (a int) PARTITION BY LIST (a); DELETE FROM p WHERE ctid IN (${batch});`,
  );

  invalid('a batch of a partitioned table', {
    sql: `UPDATE events SET done = false WHERE «ctid» IN (${batch});`,
    history,
    message: 'across',
    severity: 'error',
    output: null,
  });
  invalid('the same with an array and in brackets', {
    sql: `DELETE FROM public.events WHERE (events.«ctid» = ANY (ARRAY(${batch})));`,
    history,
    message: 'across',
    severity: 'error',
    output: null,
  });
  invalid('a join', {
    sql: `WITH batch AS (${batch})\r\nUPDATE events e SET done = true FROM batch WHERE e.«ctid» = batch.ctid;`,
    history,
    message: 'across',
    severity: 'error',
    output: null,
  });
  invalid('inheritance', {
    sql: 'delete from places where «ctid» in (select ctid from places limit 10);',
    history,
    message: 'across',
    severity: 'error',
    output: null,
  });
  invalid('more conditions, less severely', {
    sql: `DELETE FROM events WHERE «ctid» IN (${batch}) AND done IS NULL;`,
    history,
    message: 'across',
    severity: 'warning',
    output: null,
  });
  invalid('a loop that runs now', {
    sql: `DO $$ BEGIN LOOP UPDATE events SET done = true WHERE «ctid» IN (${batch}); EXIT WHEN NOT FOUND; END LOOP; END $$;`,
    history,
    message: 'across',
    severity: 'error',
    output: null,
  });

  it('says what PostgreSQL does', async () => {
    await withDatabase(async (db) => {
      await db.exec(tables);
      await db.exec("INSERT INTO events VALUES (1, '2024-05-01', NULL), (2, '2025-05-01', false)");
      await db.exec(
        'UPDATE events SET done = true WHERE ctid IN (SELECT ctid FROM events WHERE done IS NULL ORDER BY id LIMIT 1)',
      );
      assert.deepEqual(await rowsOf(db, '(SELECT id, done FROM events)'), [
        { id: 1, done: true },
        { id: 2, done: true },
      ]);
      await db.exec("TRUNCATE events; INSERT INTO events VALUES (1, '2024-05-01', NULL), (2, '2025-05-01', false)");
      await db.exec(
        'UPDATE events SET done = true WHERE (tableoid, ctid) IN (SELECT tableoid, ctid FROM events WHERE done IS NULL)',
      );
      assert.deepEqual(await rowsOf(db, '(SELECT id, done FROM events)'), [
        { id: 1, done: true },
        { id: 2, done: false },
      ]);
    });
  });
});
