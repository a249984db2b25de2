import rule from '../../../rules/lock-contention/require-concurrent-index.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('require-concurrent-index', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = ['CREATE TABLE orders (id bigint, customer_id bigint, note text);'];
  const partitioned = ['CREATE TABLE events (at date, n int) PARTITION BY RANGE (at);'];

  valid('a concurrent build', 'CREATE INDEX CONCURRENTLY i ON orders (id);', { history });
  valid('a table made in the same file', 'CREATE TABLE carts (a int); CREATE INDEX ON carts (a);');
  valid(
    'a table made in the same file, by another spelling',
    'CREATE TABLE Carts (a int); CREATE INDEX i ON public.carts (a);',
  );
  valid('a table made and filled in the same file', 'CREATE TABLE copy AS SELECT 1 AS a; CREATE INDEX ON copy (a);');
  valid('a temporary table', 'CREATE TEMP TABLE t AS SELECT 1 AS a; CREATE UNIQUE INDEX i ON t (a);');
  valid(
    'a materialised view made in the same file',
    'CREATE MATERIALIZED VIEW m AS SELECT 1 AS a; CREATE UNIQUE INDEX ON m (a);',
  );
  valid('IF NOT EXISTS of an index that is there', 'CREATE INDEX IF NOT EXISTS i ON orders (id);', {
    history: [...history, 'CREATE INDEX i ON orders (id);'],
  });
  valid('ON ONLY a partitioned table, which builds nothing', 'CREATE INDEX at_i ON ONLY events (at);', {
    history: partitioned,
  });

  valid('a view, which PostgreSQL refuses', 'CREATE INDEX i ON v (a);', {
    history: ['CREATE VIEW v AS SELECT 1 AS a;'],
  });
  invalid('a plain build', {
    sql: 'CREATE «INDEX» i ON orders (id);',
    history,
    message: 'blocksWrites',
    severity: 'error',
    output: 'CREATE INDEX CONCURRENTLY i ON orders (id);',
  });
  invalid('a unique build in lower case, without a name, with CRLF', {
    sql: 'create unique «index»\r\n  on "Shop"."Orders" (lower("Note"));\r\n',
    message: 'blocksWrites',
    output: 'create unique index concurrently\r\n  on "Shop"."Orders" (lower("Note"));\r\n',
  });
  invalid('IF NOT EXISTS of an index that is not there', {
    sql: 'CREATE «INDEX» IF NOT EXISTS i ON orders (id) WHERE note IS NULL;',
    history,
    message: 'blocksWrites',
    output:
      'DROP INDEX CONCURRENTLY IF EXISTS i;\nCREATE INDEX CONCURRENTLY IF NOT EXISTS i ON orders (id) WHERE note IS NULL;',
  });
  invalid('a table of the same name that another file made in another schema', {
    sql: 'CREATE «INDEX» i ON shop.orders (id);',
    history,
    message: 'blocksWrites',
    output: 'CREATE INDEX CONCURRENTLY i ON shop.orders (id);',
  });
  invalid('a build in a transaction, without an edit that would fail', {
    sql: 'BEGIN; CREATE «INDEX» i ON orders (id); COMMIT;',
    history,
    message: 'splitFirst',
    output: null,
  });
  invalid("a build in the tool's transaction", {
    sql: 'CREATE «INDEX» i ON orders (id);',
    history,
    config: { transaction: 'per-file' },
    message: 'splitFirst',
    output: null,
  });
  invalid('a build inside a DO block', {
    sql: 'DO $$ BEGIN CREATE «INDEX» i ON orders (id); END $$;',
    history,
    message: 'splitFirst',
    output: null,
  });
  invalid('a partitioned table, where CONCURRENTLY is refused', {
    sql: 'CREATE «INDEX» at_i ON events (at);',
    history: partitioned,
    message: 'partitioned',
    output: null,
  });
  invalid('a partition, where it is not', {
    sql: 'CREATE «INDEX» ON events_2026 (at);',
    history: [
      ...partitioned,
      "CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');",
    ],
    message: 'blocksWrites',
    output: 'CREATE INDEX CONCURRENTLY ON events_2026 (at);',
  });
  invalid('a table that a rolled back transaction has made', {
    sql: 'BEGIN; CREATE TABLE orders (id int); ROLLBACK; CREATE «INDEX» i ON orders (id);',
    message: 'blocksWrites',
    output: 'BEGIN; CREATE TABLE orders (id int); ROLLBACK; CREATE INDEX CONCURRENTLY i ON orders (id);',
  });
  invalid('several builds', {
    sql: 'CREATE «INDEX» a ON orders (id);\nCREATE «INDEX» b ON orders (note);',
    history,
    message: ['blocksWrites', 'blocksWrites'],
    output: 'CREATE INDEX CONCURRENTLY a ON orders (id);\nCREATE INDEX b ON orders (note);',
  });
  invalid('a materialized view, as information', {
    sql: 'CREATE «INDEX» i ON totals (a);',
    history: ['CREATE TABLE t (a int); CREATE MATERIALIZED VIEW totals AS SELECT a FROM t;'],
    message: 'blocksRefresh',
    severity: 'info',
    output: 'CREATE INDEX CONCURRENTLY i ON totals (a);',
  });
  invalid('a table that the file has emptied, as information', {
    sql: 'TRUNCATE t; CREATE «INDEX» i ON t (a);',
    history: ['CREATE TABLE t (a int);'],
    message: 'blocksWrites',
    severity: 'info',
    output: 'TRUNCATE t; CREATE INDEX CONCURRENTLY i ON t (a);',
  });
  invalid('a server that builds wrong indexes with CONCURRENTLY', {
    sql: 'CREATE «INDEX» i ON orders (note);',
    history,
    config: { postgres: '14.3' },
    message: 'upgradeFirst',
    output: null,
  });
});
