import rule from '../../../rules/execution/no-concurrently-in-transaction.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-concurrently-in-transaction', () => {
  const { valid, invalid } = ruleTester(rule);
  const inFile = { config: { transaction: 'per-file' as const } };

  valid('a concurrent build outside a transaction', 'CREATE INDEX CONCURRENTLY i ON orders (id);');
  valid('a concurrent build behind the COMMIT', 'BEGIN; SELECT 1; COMMIT; CREATE INDEX CONCURRENTLY i ON orders (id);');
  valid('a plain build in a transaction', 'BEGIN; CREATE INDEX i ON orders (id); COMMIT;');
  valid('REFRESH … CONCURRENTLY, which may run in one', 'BEGIN; REFRESH MATERIALIZED VIEW CONCURRENTLY m; COMMIT;');
  valid('a file that ends the tool’s transaction', 'COMMIT; DROP INDEX CONCURRENTLY i;', inFile);
  valid('a column of that name', 'BEGIN; ALTER TABLE t ADD COLUMN "concurrently" int; COMMIT;');

  invalid('a build behind BEGIN', {
    sql: 'BEGIN;\r\nCREATE UNIQUE INDEX «CONCURRENTLY» i ON orders (id);\r\nCOMMIT;',
    message: 'begin',
    severity: 'error',
    output: null,
  });
  invalid('a build behind a savepoint', {
    sql: 'start transaction; savepoint a; create index «concurrently» if not exists i on orders (id); rollback to a;',
    message: 'begin',
    output: null,
  });
  invalid("every form in the tool's transaction", {
    sql: 'CREATE INDEX «CONCURRENTLY» i ON a (b); DROP INDEX «CONCURRENTLY» j; REINDEX TABLE «CONCURRENTLY» a; REINDEX («CONCURRENTLY», VERBOSE) INDEX k; ALTER TABLE p DETACH PARTITION p1 «CONCURRENTLY»;',
    ...inFile,
    message: 'framework',
    output: null,
  });
  invalid('a build in a file that is one of several in a transaction', {
    sql: 'CREATE INDEX «CONCURRENTLY» i ON a (b);',
    config: { transaction: 'all-pending' },
    message: 'framework',
    output: null,
  });
  invalid('a build on a table made in the same file, which fails all the same', {
    sql: 'CREATE TABLE a (b int); CREATE INDEX «CONCURRENTLY» ON a (b);',
    ...inFile,
    message: 'framework',
    output: null,
  });
  invalid('a build inside a DO block', {
    sql: 'DO $$ BEGIN CREATE INDEX «CONCURRENTLY» i ON a (b); END $$;',
    message: 'block',
    output: null,
  });
});
