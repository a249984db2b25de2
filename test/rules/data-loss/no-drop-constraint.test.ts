import rule from '../../../rules/data-loss/no-drop-constraint.js';
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
    `CREATE UNIQUE INDEX CONCURRENTLY u2 ON orders (code, customer_id); ${drop('u')}`,
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
  invalid('a CHECK', { sql: 'ALTER TABLE orders DROP CONSTRAINT «c»;', history, message: 'check', output: null });
  invalid('one that no migration has told, as information', {
    sql: 'ALTER TABLE "V" DROP CONSTRAINT «"K"»;',
    message: 'unknown',
    severity: 'info',
    output: null,
  });
});
