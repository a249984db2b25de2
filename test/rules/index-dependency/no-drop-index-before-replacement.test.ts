import rule from '../../../rules/index-dependency/no-drop-index-before-replacement.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-drop-index-before-replacement', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = [
    'CREATE TABLE orders (id bigint PRIMARY KEY, a int, b int); CREATE INDEX old ON orders (a); CREATE UNIQUE INDEX u ON orders (b);',
  ];

  valid('the new index first', 'CREATE INDEX CONCURRENTLY new ON orders (a, b); DROP INDEX CONCURRENTLY old;', {
    history,
  });
  valid('a drop without a replacement', 'DROP INDEX CONCURRENTLY old;', { history });
  valid('an index on another column', 'DROP INDEX CONCURRENTLY old; CREATE INDEX CONCURRENTLY n ON orders (id);', {
    history,
  });
  valid('another table', 'DROP INDEX old; CREATE INDEX n ON visits (a);', { history });
  valid(
    'a table made in the same file',
    'CREATE TABLE t (a int); CREATE INDEX i ON t (a); DROP INDEX i; CREATE INDEX i ON t (a);',
  );
  valid(
    'what a failed build has left',
    'DROP INDEX CONCURRENTLY IF EXISTS new; CREATE INDEX CONCURRENTLY new ON orders (b, a);',
    { history },
  );
  valid(
    'an index whose queries another one serves',
    'DROP INDEX CONCURRENTLY old; CREATE INDEX CONCURRENTLY n ON orders (a);',
    {
      history: [...history, 'CREATE INDEX ab ON orders (a, b);'],
    },
  );

  invalid('a drop before the build', {
    sql: 'DROP INDEX CONCURRENTLY «old»; CREATE INDEX CONCURRENTLY new ON orders (a, b);',
    history,
    message: 'gap',
    severity: 'warning',
    output: null,
  });
  invalid('the same name, of a table that no migration has made', {
    sql: 'drop index concurrently «shop.i»; create index concurrently i on shop.visits (page);',
    message: 'gap',
    output: null,
  });
  invalid('a unique index', {
    sql: 'DROP INDEX CONCURRENTLY «u»; CREATE UNIQUE INDEX CONCURRENTLY u ON orders (b, a);',
    history,
    message: 'gap',
    output: null,
  });
  invalid('a transaction, which keeps the lock', {
    sql: 'BEGIN; DROP INDEX «old»; CREATE INDEX old ON orders (a, b); COMMIT;',
    history,
    message: 'held',
    output: null,
  });
});
