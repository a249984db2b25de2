import rule from '../../../rules/index-dependency/no-redundant-index.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-redundant-index', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = [
    'CREATE TABLE orders (id bigint PRIMARY KEY, a int, b int, c text); CREATE INDEX ab ON orders (a, b); CREATE UNIQUE INDEX c_u ON orders (c);',
    'CREATE INDEX part ON orders (b) WHERE a > 0; CREATE INDEX down ON orders (b DESC, id); CREATE INDEX pattern ON orders (c text_pattern_ops);',
  ];

  valid('other columns', 'CREATE INDEX i ON orders (b, a);', { history });
  valid('an index that is longer than another', 'CREATE INDEX i ON orders (a, b, c);', { history });
  valid(
    'another order, another operator class, another predicate',
    'CREATE INDEX i ON orders (b); CREATE INDEX j ON orders (c, b); CREATE INDEX k ON orders (b) WHERE a > 1;',
    { history },
  );
  valid('another method', 'CREATE INDEX i ON orders USING hash (a);', { history });
  valid('a unique index, which also keeps something unique', 'CREATE UNIQUE INDEX i ON orders (a, b);', { history });
  valid('an index that carries more along', 'CREATE INDEX i ON orders (a, b) INCLUDE (c);', { history });
  valid(
    'an index that replaces the other',
    'CREATE INDEX CONCURRENTLY i ON orders (a, b); DROP INDEX CONCURRENTLY ab;',
    { history },
  );
  valid(
    'the index of a primary key that replaces the old one',
    'CREATE UNIQUE INDEX CONCURRENTLY i ON orders (id); ALTER TABLE orders DROP CONSTRAINT orders_pkey, ADD PRIMARY KEY USING INDEX i;',
    { history },
  );
  valid('a temporary table', 'CREATE TEMP TABLE t (a int PRIMARY KEY); CREATE INDEX ON t (a);');
  valid('the same index with IF NOT EXISTS', 'CREATE INDEX IF NOT EXISTS ab ON orders (a, b);', { history });
  valid('an expression', 'CREATE INDEX i ON orders (lower(c));', {
    history: [...history, 'CREATE INDEX l ON orders (lower(c));'],
  });
  valid('an index that an earlier statement has dropped', 'DROP INDEX ab; CREATE INDEX i ON orders (a, b);', {
    history,
  });

  invalid('the same columns', {
    sql: 'CREATE INDEX CONCURRENTLY i ON «orders» (a, b);',
    history,
    message: 'same',
    severity: 'warning',
    output: null,
  });
  invalid('the columns of the primary key, on a table of this release', {
    sql: 'CREATE TABLE t (id int PRIMARY KEY); CREATE INDEX ON «public.t» (id);',
    message: 'same',
    severity: 'info',
    output: null,
  });
  invalid('the same predicate', {
    sql: 'create index i on «orders» (b asc) where (a > 0);',
    history,
    message: 'same',
    output: null,
  });
  invalid('a second unique index', {
    sql: 'CREATE UNIQUE INDEX i ON «orders» (c);',
    history,
    message: 'same',
    output: null,
  });
  invalid('the first columns of another', {
    sql: 'CREATE INDEX i ON «orders» (a);',
    history,
    message: 'prefix',
    severity: 'info',
    output: null,
  });
});
