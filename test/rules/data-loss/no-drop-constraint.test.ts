import rule from '../../../rules/data-loss/no-drop-constraint.js';
import assert from 'node:assert/strict';
import { withDatabase } from '../../support/pglite.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-drop-constraint', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = [
    'CREATE TABLE customers (id bigint PRIMARY KEY); CREATE TABLE orders (id bigint PRIMARY KEY, code text CONSTRAINT u UNIQUE, total int CONSTRAINT c CHECK (total > 0), customer_id bigint CONSTRAINT k REFERENCES customers);',
  ];
  const drop = (name: string) => `ALTER TABLE orders DROP CONSTRAINT ${name};`;

  valid(
    'a table made in the same file',
    'CREATE TABLE t (a int CONSTRAINT u UNIQUE); ALTER TABLE t DROP CONSTRAINT u;',
  );
  valid('a temporary table', 'CREATE TEMP TABLE t (a int CONSTRAINT u UNIQUE); ALTER TABLE t DROP CONSTRAINT u;', {
    history,
  });
  valid(
    'a constraint of the same name in its place',
    `${drop('c')} ALTER TABLE orders ADD CONSTRAINT c CHECK (total >= 0) NOT VALID;`,
    { history },
  );
  valid(
    'another one in its place, first',
    `CREATE UNIQUE INDEX CONCURRENTLY u2 ON orders (code) INCLUDE (customer_id); ${drop('u')}`,
    { history },
  );
  valid(
    'another one in the same ALTER TABLE',
    'ALTER TABLE orders DROP CONSTRAINT k, ADD FOREIGN KEY (customer_id) REFERENCES customers ON DELETE CASCADE;',
    { history },
  );
  valid(
    'a CHECK that has helped to set NOT NULL',
    'ALTER TABLE orders ALTER total SET NOT NULL; ALTER TABLE orders DROP CONSTRAINT n;',
    {
      history: [...history, 'ALTER TABLE orders ADD CONSTRAINT n CHECK (total IS NOT NULL);'],
    },
  );
  valid('a table that goes as well', `${drop('k')} DROP TABLE customers;`, { history });
  valid('a column that goes as well', `${drop('c')} ALTER TABLE orders DROP COLUMN total;`, { history });
  valid('IF EXISTS of one that is not there', 'ALTER TABLE orders DROP CONSTRAINT IF EXISTS missing;', { history });

  valid('a UNIQUE constraint that an index doubles', drop('u'), {
    history: [...history, 'CREATE UNIQUE INDEX twice ON orders (code);'],
  });

  const indexed = [
    ...history,
    'CREATE UNIQUE INDEX i ON orders (customer_id, code); CREATE UNIQUE INDEX p ON orders (total) WHERE total > 9; CREATE INDEX plain ON orders (total);',
  ];
  valid('a CHECK that another one repeats', drop('c'), {
    history: [...history, 'ALTER TABLE orders ADD CONSTRAINT c2 CHECK (total>0);'],
  });
  valid('an index that is not unique', 'DROP INDEX plain;', { history: indexed });
  valid('an index that nobody knows', 'DROP INDEX IF EXISTS nowhere;', { history: indexed });
  valid('a unique index that is built anew', 'DROP INDEX i; CREATE UNIQUE INDEX i ON orders (code, customer_id);', {
    history: indexed,
  });
  valid(
    'a unique index that a constraint doubles',
    'ALTER TABLE orders ADD UNIQUE (customer_id, code); DROP INDEX i;',
    { history: indexed },
  );
  valid('a partial unique index that becomes whole', 'CREATE UNIQUE INDEX p2 ON orders (total); DROP INDEX p;', {
    history: indexed,
  });
  valid(
    'a partial unique index with the same condition',
    'DROP INDEX p; CREATE UNIQUE INDEX p2 ON orders (total) WHERE total>9;',
    { history: indexed },
  );
  valid(
    'an expression in the place of a constraint beside an index on its columns',
    'CREATE UNIQUE INDEX c ON orders (code); CREATE UNIQUE INDEX l ON orders (lower(code)); ALTER TABLE orders DROP CONSTRAINT u;',
    { history },
  );
  valid('a unique index of this release', 'CREATE UNIQUE INDEX n ON orders (total); DROP INDEX n;', {
    history: indexed,
  });
  valid('a unique index whose column goes', 'DROP INDEX i; ALTER TABLE orders DROP COLUMN customer_id;', {
    history: indexed,
  });
  valid(
    'a constraint that takes an index which no file has made',
    `${drop('u')} ALTER TABLE orders ADD CONSTRAINT u UNIQUE USING INDEX made_by_hand;`,
    { history },
  );

  invalid('a unique index', {
    sql: 'DROP INDEX CONCURRENTLY «i»;',
    history: indexed,
    message: 'unique',
    severity: 'warning',
    output: null,
  });
  invalid('a partial index in the place of a constraint', {
    sql: 'ALTER TABLE orders DROP CONSTRAINT «u»; CREATE UNIQUE INDEX u2 ON orders (code) WHERE total > 0;',
    history,
    message: 'partial',
    severity: 'warning',
    output: null,
  });
  invalid('more columns', {
    sql: 'DROP INDEX «i»; CREATE UNIQUE INDEX i ON orders (customer_id, code, total);',
    history: indexed,
    message: 'wider',
    severity: 'warning',
    output: null,
  });
  invalid('fewer columns', {
    sql: 'DROP INDEX «i»; CREATE UNIQUE INDEX i3 ON orders (customer_id);',
    history: indexed,
    message: 'otherColumns',
    severity: 'warning',
    output: null,
  });
  invalid('an expression', {
    sql: 'ALTER TABLE orders DROP CONSTRAINT «u»; CREATE UNIQUE INDEX u2 ON orders (lower(code));',
    history,
    message: 'otherColumns',
    severity: 'warning',
    output: null,
  });
  invalid('an expression among the columns of an index', {
    sql: 'CREATE UNIQUE INDEX i3 ON orders (customer_id, lower(code)); DROP INDEX «i»;',
    history: indexed,
    message: 'otherColumns',
    severity: 'warning',
    output: null,
  });
  invalid('an expression and one more column', {
    sql: 'ALTER TABLE orders DROP CONSTRAINT «u»; CREATE UNIQUE INDEX u2 ON orders (lower(code), total);',
    history,
    message: 'wider',
    severity: 'warning',
    output: null,
  });
  invalid('an expression for some of the rows', {
    sql: 'ALTER TABLE orders DROP CONSTRAINT «u»; CREATE UNIQUE INDEX u2 ON orders (lower(code)) WHERE total > 0;',
    history,
    message: 'partial',
    severity: 'warning',
    output: null,
  });
  invalid('a constraint that becomes DEFERRABLE', {
    sql: 'ALTER TABLE orders DROP CONSTRAINT «u», ADD CONSTRAINT u UNIQUE (code) DEFERRABLE INITIALLY DEFERRED;',
    history,
    message: 'deferrable',
    severity: 'warning',
    output: null,
  });
  invalid('a UNIQUE constraint', {
    sql: 'ALTER TABLE orders DROP CONSTRAINT «u»;',
    history,
    message: 'unique',
    severity: 'warning',
    output: null,
  });
  invalid('the primary key', {
    sql: 'alter table only orders drop constraint if exists «orders_pkey» cascade;',
    history,
    message: 'unique',
    output: null,
  });
  invalid('a foreign key', {
    sql: 'BEGIN; ALTER TABLE orders DROP CONSTRAINT «k»; COMMIT;',
    history,
    message: 'foreignKey',
    output: null,
  });
  valid(
    'a unique index and a CHECK of a table that this file has set aside for another',
    'ALTER TABLE orders RENAME TO orders_old; DROP INDEX code_u; ALTER TABLE orders_old DROP CONSTRAINT c; CREATE TABLE orders (id bigint);',
    { history: [...history, 'CREATE UNIQUE INDEX code_u ON orders (total);'] },
  );
  valid(
    'the same where a table that was there takes the name',
    'ALTER TABLE orders RENAME TO orders_old; ALTER TABLE twin RENAME TO orders; ALTER TABLE orders_old DROP CONSTRAINT u;',
    { history: [...history, 'CREATE TABLE twin (a int);'] },
  );
  invalid('of a table that goes on under its new name', {
    sql: 'ALTER TABLE orders RENAME TO sales; ALTER TABLE sales DROP CONSTRAINT «u»;',
    history,
    message: 'unique',
    output: null,
  });
  invalid('of a table that has taken the name of another', {
    sql: 'ALTER TABLE orders RENAME TO o; ALTER TABLE twin RENAME TO orders; ALTER TABLE orders DROP CONSTRAINT «twin_k»;',
    history: [...history, 'CREATE TABLE twin (a int CONSTRAINT twin_k UNIQUE);'],
    message: 'unique',
    output: null,
  });
  invalid('a CHECK', { sql: 'ALTER TABLE orders DROP CONSTRAINT «c»;', history, message: 'check', output: null });
  invalid('one that no migration shows, as information', {
    sql: 'ALTER TABLE "V" DROP CONSTRAINT «"K"»;',
    message: 'unknown',
    severity: 'info',
    output: null,
  });

  it('is right about ON CONFLICT', async () => {
    await withDatabase(async (db) => {
      const codeOf = async (index: string): Promise<unknown> => {
        await db.exec(`DROP TABLE IF EXISTS t; CREATE TABLE t (a int, b int); ${index}`);
        return db.exec('INSERT INTO t VALUES (1, 2) ON CONFLICT (a) DO NOTHING').then(
          () => 'well',
          (error: unknown) => error instanceof Error && 'code' in error && error.code,
        );
      };
      assert.equal(await codeOf('CREATE UNIQUE INDEX ON t (a) INCLUDE (b)'), 'well');
      assert.equal(await codeOf('CREATE UNIQUE INDEX ON t (a) WHERE b > 0'), '42P10');
      assert.equal(await codeOf('CREATE UNIQUE INDEX ON t (a, b)'), '42P10');
      assert.equal(await codeOf('CREATE UNIQUE INDEX ON t (abs(a))'), '42P10');
      assert.equal(await codeOf('ALTER TABLE t ADD UNIQUE (a) DEFERRABLE'), '55000');
    });
  });
});
