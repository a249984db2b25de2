import rule from '../../../rules/index-dependency/no-if-not-exists-concurrent-index.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-if-not-exists-concurrent-index', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = ['CREATE TABLE orders (id bigint PRIMARY KEY, code text);'];

  valid('a concurrent build that fails when the name is taken', 'CREATE INDEX CONCURRENTLY i ON orders (code);', {
    history,
  });
  valid('a plain build, which leaves nothing behind', 'CREATE INDEX IF NOT EXISTS i ON orders (code);', { history });
  valid(
    'a leftover that is dropped first',
    'DROP INDEX CONCURRENTLY IF EXISTS i; CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON orders (code);',
    { history },
  );
  valid('an index that an earlier migration has built', 'CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON orders (code);', {
    history: [...history, 'CREATE INDEX i ON orders (code);'],
  });
  valid(
    'a table made in the same file',
    'CREATE TABLE carts (a int); CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON carts (a);',
  );
  valid(
    'a transaction, where it fails anyway',
    'BEGIN; CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON orders (code); COMMIT;',
    { history },
  );

  invalid('a build that a second run would skip', {
    sql: 'CREATE INDEX CONCURRENTLY «IF NOT EXISTS» i ON orders (code);',
    history,
    message: 'keepsInvalid',
    severity: 'warning',
    output: 'DROP INDEX CONCURRENTLY IF EXISTS i;\nCREATE INDEX CONCURRENTLY IF NOT EXISTS i ON orders (code);',
  });
  invalid('a unique build in lower case, with quotes, schema and CRLF', {
    sql: 'create unique index concurrently\r\n  «if not exists» "I" on shop.orders (code);',
    message: 'keepsInvalid',
    output:
      'drop index concurrently if exists shop."I";\r\ncreate unique index concurrently\r\n  if not exists "I" on shop.orders (code);',
  });
  invalid('two builds', {
    sql: 'CREATE INDEX CONCURRENTLY «IF NOT EXISTS» i ON orders (code);\nCREATE INDEX CONCURRENTLY «IF NOT EXISTS» j ON orders (id, code);',
    history,
    message: ['keepsInvalid', 'keepsInvalid'],
    output:
      'DROP INDEX CONCURRENTLY IF EXISTS i;\nCREATE INDEX CONCURRENTLY IF NOT EXISTS i ON orders (code);\nCREATE INDEX CONCURRENTLY IF NOT EXISTS j ON orders (id, code);',
  });
});
