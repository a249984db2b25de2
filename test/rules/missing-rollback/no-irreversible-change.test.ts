import rule from '../../../rules/missing-rollback/no-irreversible-change.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-irreversible-change', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = ["CREATE TYPE mood AS ENUM ('sad', 'ok');\nCREATE TABLE orders (id bigint, state text, total int);"];

  valid('a column of this release', 'ALTER TABLE orders ADD code text; UPDATE orders SET code = id::text;', {
    history,
  });
  valid(
    'a table of this release',
    'CREATE TABLE t (a int); INSERT INTO t VALUES (1); UPDATE t SET a = 2; DELETE FROM t;',
  );
  valid('a temporary table', 'CREATE TEMP TABLE t (a int); DELETE FROM t;');
  valid('a value where there was none', "UPDATE orders SET state = 'new' WHERE state IS NULL AND id < 100;", {
    history,
  });
  valid('rows that have been put aside', 'CREATE TABLE orders_old AS SELECT * FROM orders; DELETE FROM orders;', {
    history,
  });
  valid(
    'rows that have been copied to another table',
    'CREATE TABLE gone (id bigint, state text); INSERT INTO gone SELECT id, state FROM orders; UPDATE orders SET state = NULL;',
    { history },
  );
  valid('a type of this release', "CREATE TYPE size AS ENUM ('s'); ALTER TYPE size ADD VALUE 'm';");
  valid('a value that is there', "ALTER TYPE mood ADD VALUE IF NOT EXISTS 'ok';", { history });
  valid('the name of a value', "ALTER TYPE mood RENAME VALUE 'ok' TO 'fine';", { history });
  valid('a function body', 'CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ DELETE FROM orders $$;', { history });
  valid('INSERT', "INSERT INTO orders VALUES (1, 'a', 2);", { history });

  invalid('values that are written over', {
    sql: "«UPDATE» orders SET state = upper(state) WHERE state <> 'x';",
    history,
    message: 'overwrites',
    severity: 'info',
    output: null,
  });
  invalid('another column than the one that was NULL', {
    sql: 'ALTER TABLE orders ADD code text; «update» orders set total = 0, code = state, state = 1 where state is null;',
    history,
    message: 'overwrites',
    output: null,
  });
  invalid('a table that no migration has made, once', {
    sql: '«DELETE» FROM logs WHERE at < now(); DELETE FROM events;',
    message: 'deletes',
    output: null,
  });
  invalid('a DO block', {
    sql: 'DO $$ BEGIN «DELETE» FROM orders WHERE id > 5; END $$;',
    history,
    message: 'deletes',
    output: null,
  });
  invalid('a copy that comes too late', {
    sql: '«DELETE» FROM orders; CREATE TABLE orders_old AS SELECT * FROM orders;',
    history,
    message: 'deletes',
    output: null,
  });
  invalid('each value of an enum', {
    sql: "ALTER TYPE mood ADD VALUE «'great'»; ALTER TYPE public.mood ADD VALUE IF NOT EXISTS «'bad'» BEFORE 'sad';",
    history,
    message: ['enumValue', 'enumValue'],
    severity: 'info',
    output: null,
  });
});
