import rule from '../../../rules/lock-contention/require-lock-timeout.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('require-lock-timeout', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = [
    'CREATE TABLE customers (id bigint PRIMARY KEY); CREATE TABLE orders (id bigint PRIMARY KEY, c bigint); CREATE INDEX c_i ON orders (c);',
  ];

  valid('a lock_timeout that is set', "SET lock_timeout = '2s'; ALTER TABLE orders ADD note text;", { history });
  valid(
    'SET LOCAL in a transaction',
    'BEGIN; SET LOCAL lock_timeout = 2000; ALTER TABLE orders ADD note text; COMMIT;',
    {
      history,
    },
  );
  valid(
    'set_config, as pg_dump writes it',
    "SELECT set_config('lock_timeout', '2s', false); ALTER TABLE orders ADD n int;",
    {
      history,
    },
  );
  valid('a project that sets it elsewhere', 'ALTER TABLE orders ADD note text;', {
    history,
    config: { timeouts: 'set-elsewhere' },
  });
  valid(
    'a new table with a foreign key',
    'CREATE TABLE items (o bigint REFERENCES orders); CREATE INDEX ON items (o);',
    {
      history,
    },
  );
  valid(
    'a new table that gets its foreign key by itself',
    'CREATE TABLE items (o bigint); ALTER TABLE items ADD FOREIGN KEY (o) REFERENCES orders;',
    { history },
  );
  valid('a table made and filled in the same file', 'CREATE TABLE t AS SELECT 1 AS a; ALTER TABLE t ADD b int;');
  valid('a temporary table', 'CREATE TEMP TABLE t (b int); ALTER TABLE t ADD c int;');
  valid(
    'locks that block nobody',
    'CREATE INDEX CONCURRENTLY i ON orders (c); ALTER TABLE orders VALIDATE CONSTRAINT k; ANALYZE orders; ALTER TABLE orders ALTER c SET STATISTICS 500;',
    {
      history,
    },
  );
  valid('queries and writes', 'UPDATE orders SET c = 1 WHERE id = 1; SELECT * FROM orders FOR UPDATE;', { history });
  valid('LOCK TABLE … NOWAIT', 'BEGIN; LOCK TABLE orders IN SHARE MODE NOWAIT; COMMIT;', { history });
  valid(
    'the body of a function',
    'CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN LOCK TABLE orders; END $$;',
    {
      history,
    },
  );

  valid(
    'SET LOCAL in the transaction of the tool',
    'SET LOCAL lock_timeout = 2000; ALTER TABLE orders ADD note text;',
    { history, config: { transaction: 'per-file' } },
  );
  valid(
    'SET LOCAL in a block',
    "DO $$ BEGIN SET LOCAL lock_timeout = '2s'; ALTER TABLE orders ADD note text; END $$;",
    {
      history,
    },
  );
  invalid('SET LOCAL outside of a transaction, which a tool may open', {
    sql: "SET LOCAL lock_timeout = '2s'; «ALTER TABLE» orders ADD note text;",
    history,
    message: 'local',
    severity: 'info',
    output: "SET LOCAL lock_timeout = '2s'; SET lock_timeout = '5s';\nALTER TABLE orders ADD note text;",
  });
  invalid('SET LOCAL in a file that runs outside of a transaction', {
    sql: "SET LOCAL lock_timeout = '2s'; «ALTER TABLE» orders ADD note text; BEGIN; SELECT 1; COMMIT;",
    history,
    message: 'local',
    severity: 'warning',
    output:
      "SET LOCAL lock_timeout = '2s'; SET lock_timeout = '5s';\nALTER TABLE orders ADD note text; BEGIN; SELECT 1; COMMIT;",
  });

  invalid('an ALTER TABLE', {
    sql: '«ALTER TABLE» orders ADD note text;',
    history,
    message: 'unset',
    severity: 'info',
    output: "SET lock_timeout = '5s';\nALTER TABLE orders ADD note text;",
  });
  invalid('a slip: other migrations set it', {
    sql: '«ALTER TABLE» orders ADD note text;',
    history: [...history, "SET lock_timeout = '2s'; ALTER TABLE orders ADD other text;"],
    message: 'unset',
    severity: 'warning',
    output: "SET lock_timeout = '5s';\nALTER TABLE orders ADD note text;",
  });
  for (const [what, set] of [
    ['SET LOCAL', "SET LOCAL lock_timeout = '3s';"],
    ['SET', "SET lock_timeout = '3s';"],
    ['set_config', "PERFORM set_config('lock_timeout', '3s', true);"],
    ['EXECUTE', "EXECUTE 'SET LOCAL lock_timeout = ''3s''';"],
  ] as const) {
    valid(`${what} inside a DO block`, `DO $$ BEGIN ${set} ALTER TABLE orders ADD note text; END $$;`, { history });
  }
  invalid('what stands behind a DO block that set it for itself', {
    sql: "DO $$ BEGIN SET LOCAL lock_timeout = '3s'; END $$;\n«ALTER TABLE» orders ADD note text;",
    history,
    message: 'unset',
    output:
      "DO $$ BEGIN SET LOCAL lock_timeout = '3s'; END $$;\nSET lock_timeout = '5s';\nALTER TABLE orders ADD note text;",
  });
  invalid('a timeout that a savepoint takes back', {
    sql: "BEGIN; SAVEPOINT s; SET LOCAL lock_timeout = '3s'; ROLLBACK TO s; «ALTER TABLE» orders ADD note text; COMMIT;",
    history,
    message: 'unset',
    output:
      "BEGIN; SAVEPOINT s; SET LOCAL lock_timeout = '3s'; ROLLBACK TO s; SET LOCAL lock_timeout = '5s';\nALTER TABLE orders ADD note text; COMMIT;",
  });
  invalid('a timeout that DISCARD ALL takes back', {
    sql: "SET lock_timeout = '3s'; DISCARD ALL; «ALTER TABLE» orders ADD note text;",
    history,
    message: 'unset',
    severity: 'warning',
    output: "SET lock_timeout = '3s'; DISCARD ALL; SET lock_timeout = '5s';\nALTER TABLE orders ADD note text;",
  });
  valid('DISCARD PLANS, which leaves it', "SET lock_timeout = '3s'; DISCARD PLANS; ALTER TABLE orders ADD note text;", {
    history,
  });
  invalid('only the first of several', {
    sql: 'SELECT 1;\r\n«drop table»\r\n  orders;\r\nalter table customers add note text;',
    history,
    message: 'unset',
    output: "SELECT 1;\r\nset lock_timeout = '5s';\r\ndrop table\r\n  orders;\r\nalter table customers add note text;",
  });
  invalid('a statement in a transaction, by SET LOCAL', {
    sql: 'BEGIN;\n«CREATE TRIGGER» t BEFORE INSERT ON orders EXECUTE FUNCTION f();\nCOMMIT;',
    history,
    message: 'unset',
    output:
      "BEGIN;\nSET LOCAL lock_timeout = '5s';\nCREATE TRIGGER t BEFORE INSERT ON orders EXECUTE FUNCTION f();\nCOMMIT;",
  });
  invalid("a statement in the tool's transaction", {
    sql: '«ALTER TABLE» shop."Orders" ALTER a DROP DEFAULT;',
    config: { transaction: 'per-file' },
    message: 'unset',
    output: 'SET LOCAL lock_timeout = \'5s\';\nALTER TABLE shop."Orders" ALTER a DROP DEFAULT;',
  });
  invalid('a timeout that is off again', {
    sql: "SET lock_timeout = '2s'; SET lock_timeout = 0; «ALTER TABLE» orders ADD note text;",
    history,
    message: 'unset',
    output:
      "SET lock_timeout = '2s'; SET lock_timeout = 0; SET lock_timeout = '5s';\nALTER TABLE orders ADD note text;",
  });
  invalid('a timeout that was only for the transaction before', {
    sql: "BEGIN; SET LOCAL lock_timeout = '2s'; COMMIT; «ALTER TABLE» orders ADD note text;",
    history,
    message: 'unset',
    output: "BEGIN; SET LOCAL lock_timeout = '2s'; COMMIT; SET lock_timeout = '5s';\nALTER TABLE orders ADD note text;",
  });
  invalid('another timeout, which does not bound the wait for a lock alone', {
    sql: "SET statement_timeout = '2s'; «ALTER TABLE» orders ADD note text;",
    history,
    message: 'unset',
    output: "SET statement_timeout = '2s'; SET lock_timeout = '5s';\nALTER TABLE orders ADD note text;",
  });
  invalid('a statement with a concurrent build behind it, which a timeout would break', {
    sql: '«ALTER TABLE» orders ADD note text;\nCREATE INDEX CONCURRENTLY i ON orders (note);',
    history,
    message: 'unset',
    output:
      "SET lock_timeout = '5s';\nALTER TABLE orders ADD note text;\nRESET lock_timeout;\nCREATE INDEX CONCURRENTLY i ON orders (note);",
  });
  invalid('the parent of a foreign key of an existing table', {
    sql: '«ALTER TABLE» orders ADD FOREIGN KEY (c) REFERENCES customers NOT VALID;',
    history,
    message: 'unset',
    output: "SET lock_timeout = '5s';\nALTER TABLE orders ADD FOREIGN KEY (c) REFERENCES customers NOT VALID;",
  });
  invalid('a new partition, which locks its parent', {
    sql: '«CREATE TABLE» e26 PARTITION OF events FOR VALUES FROM (1) TO (2);',
    history: ['CREATE TABLE events (n int) PARTITION BY RANGE (n);'],
    message: 'unset',
    output: "SET lock_timeout = '5s';\nCREATE TABLE e26 PARTITION OF events FOR VALUES FROM (1) TO (2);",
  });
});
