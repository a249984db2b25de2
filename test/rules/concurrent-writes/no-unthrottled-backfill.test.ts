import rule from '../../../rules/concurrent-writes/no-unthrottled-backfill.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-unthrottled-backfill', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = ['CREATE TABLE orders (id int PRIMARY KEY, a int, b int);'];
  const loop = (batch: string, rest: string, declare = ''): string =>
    `DO $$ DECLARE n int; ${declare}BEGIN LOOP ${batch}; GET DIAGNOSTICS n = ROW_COUNT; EXIT WHEN n = 0; ${rest}END LOOP; END $$;`;
  const batch = 'UPDATE orders SET b = a WHERE id IN (SELECT id FROM orders WHERE b IS NULL LIMIT 1000)';
  const marked = batch.replace('UPDATE', '«UPDATE»');

  valid('batches with a commit and a pause each', loop(batch, 'COMMIT; PERFORM pg_sleep(0.1); '), { history });
  valid('a new table', `CREATE TABLE orders (id int, a int, b int); ${loop(batch, '')}`);
  valid('a temporary table', `CREATE TEMP TABLE orders (id int, a int, b int); ${loop(batch, '')}`);
  valid(
    'a function, which cannot commit',
    `CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN LOOP ${batch}; END LOOP; END $$;`,
    { history },
  );
  valid(
    'one row for each turn, which is no batch',
    'DO $$ DECLARE r record; BEGIN FOR r IN SELECT id FROM orders WHERE a = 1 LOOP UPDATE orders SET b = 1 WHERE id = r.id; END LOOP; END $$;',
    { history },
  );
  valid(
    'one row by its place',
    'DO $$ DECLARE r record; BEGIN FOR r IN SELECT ctid FROM orders LOOP UPDATE orders SET b = 1 WHERE ctid = r.ctid; END LOOP; END $$;',
    { history },
  );
  valid(
    'a loop that only reads',
    'DO $$ DECLARE r record; BEGIN FOR r IN SELECT id FROM orders LIMIT 100000 LOOP RAISE NOTICE $n$%$n$, r.id; END LOOP; END $$;',
    { history },
  );
  valid('a single batch of ten thousand', 'UPDATE orders SET b = a WHERE id BETWEEN 1 AND 10000;', { history });
  valid(
    'a commit in the loop around',
    `DO $$ BEGIN LOOP FOR i IN 1..2 LOOP ${batch}; END LOOP; COMMIT; PERFORM pg_sleep(1); EXIT; END LOOP; END $$;`,
    { history },
  );

  invalid('a loop that does not commit', {
    sql: loop(marked, ''),
    history,
    message: 'noCommit',
    severity: 'warning',
    output: null,
  });
  invalid('a loop over ranges of keys', {
    sql: 'DO $$ BEGIN FOR i IN 0..99 LOOP «DELETE» FROM orders WHERE id >= i * 1000 AND id < i * 1000 + 1000; END LOOP; COMMIT; END $$;',
    history,
    message: 'noCommit',
    output: null,
  });
  invalid('rows that a query of the loop collects', {
    sql: 'DO $$ DECLARE ids int[]; BEGIN LOOP SELECT array_agg(id) INTO ids FROM (SELECT id FROM orders LIMIT 10) x; «DELETE» FROM orders WHERE id = ANY(ids); EXIT WHEN ids IS NULL; END LOOP; END $$;',
    history,
    message: 'noCommit',
    output: null,
  });
  invalid('a loop without a pause', {
    sql: loop(marked, 'COMMIT; '),
    history,
    message: 'noPause',
    severity: 'info',
    output: null,
  });
  invalid('a procedure, as information', {
    sql: `CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN LOOP ${marked}; EXIT WHEN NOT FOUND; END LOOP; END $$;`,
    history,
    message: 'noCommit',
    severity: 'info',
    output: null,
  });
  invalid('batches that are too large', {
    sql: loop(marked.replace('1000', '50_000'), 'COMMIT; PERFORM pg_sleep(1); '),
    history,
    message: 'large',
    severity: 'warning',
    output: null,
  });
  invalid('a size in a variable', {
    sql: loop(marked.replace('1000', 'size'), 'COMMIT; PERFORM pg_sleep(1); ', 'size int := 100000; '),
    history,
    message: 'large',
    output: null,
  });
  invalid('one statement of too many rows', {
    sql: '«DELETE» FROM orders WHERE id BETWEEN 1 AND 1000000;',
    history,
    message: 'large',
    output: null,
  });
  invalid('one statement with a large LIMIT', {
    sql: 'update orders set b = 1 where id in (select id from orders limit 20000);'.replace('update', '«update»'),
    history,
    message: 'large',
    output: null,
  });
  valid(
    'batches that are empty, as the default of a new column has filled it',
    `ALTER TABLE orders ADD COLUMN seen timestamptz DEFAULT now();
     DO $$ BEGIN LOOP
       WITH batch AS (SELECT id FROM orders WHERE seen IS NULL LIMIT 1000)
       UPDATE orders SET seen = created_at FROM batch WHERE orders.id = batch.id;
       EXIT WHEN NOT FOUND;
     END LOOP; END $$;`,
  );
});
