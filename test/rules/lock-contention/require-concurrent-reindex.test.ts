import rule from '../../../rules/lock-contention/require-concurrent-reindex.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('require-concurrent-reindex', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = [
    'CREATE TABLE orders (id bigint PRIMARY KEY, span int4range, CONSTRAINT one_each EXCLUDE USING gist (span WITH &&));',
  ];

  valid('CONCURRENTLY', 'REINDEX INDEX CONCURRENTLY orders_pkey; REINDEX TABLE CONCURRENTLY orders;', { history });
  valid('CONCURRENTLY among the options', 'REINDEX (CONCURRENTLY, VERBOSE) TABLE orders;', { history });
  valid('a table made in the same file', 'CREATE TABLE t (a int PRIMARY KEY); REINDEX TABLE t; REINDEX INDEX t_pkey;');
  valid('a temporary table', 'CREATE TEMP TABLE t (b int PRIMARY KEY); REINDEX TABLE t;');
  valid('the system catalogs, which cannot be done concurrently', 'REINDEX SYSTEM shop;');

  invalid('an index', {
    sql: '«REINDEX» INDEX orders_pkey;',
    history,
    message: 'blocks',
    severity: 'error',
    output: 'REINDEX INDEX CONCURRENTLY orders_pkey;',
  });
  invalid('a table, in lower case, with options and CRLF', {
    sql: '«reindex» (verbose)\r\n  table "Shop".orders;',
    message: 'blocks',
    output: 'reindex (verbose)\r\n  table concurrently "Shop".orders;',
  });
  invalid('CONCURRENTLY that is switched off', {
    sql: '«REINDEX» (CONCURRENTLY false) INDEX orders_pkey;',
    history,
    message: 'blocks',
    output: null,
  });
  invalid('a schema and a database', {
    sql: '«REINDEX» SCHEMA shop; «REINDEX» DATABASE shop;',
    message: ['blocks', 'blocks'],
    output: 'REINDEX SCHEMA CONCURRENTLY shop; REINDEX DATABASE shop;',
  });
  invalid('the index of an exclusion constraint, which cannot be rebuilt concurrently', {
    sql: '«REINDEX» INDEX one_each;',
    history,
    message: 'exclusion',
    output: null,
  });
  invalid('a table in a transaction', {
    sql: 'BEGIN; «REINDEX» TABLE orders; COMMIT;',
    history,
    message: 'splitFirst',
    output: null,
  });
  invalid("an index in the tool's transaction", {
    sql: '«REINDEX» INDEX orders_pkey;',
    history,
    config: { transaction: 'per-file' },
    message: 'splitFirst',
    output: null,
  });
  invalid('a server that builds wrong indexes with CONCURRENTLY', {
    sql: '«REINDEX» INDEX orders_pkey;',
    history,
    config: { postgres: '14.3' },
    message: 'upgradeFirst',
    output: null,
  });
});
