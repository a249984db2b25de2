import rule from '../../../rules/foreign-key/no-foreign-key-type-mismatch.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-foreign-key-type-mismatch', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = [
    'CREATE TABLE customers (id bigserial PRIMARY KEY, code varchar(20) UNIQUE, ref uuid UNIQUE); CREATE DOMAIN key AS bigint;',
  ];

  valid(
    'the same type',
    'CREATE TABLE orders (customer_id bigint REFERENCES customers, code varchar(20) REFERENCES customers (code));',
    { history },
  );
  valid('kinds of text', 'CREATE TABLE orders (code text REFERENCES customers (code));', { history });
  valid('a domain over the type', 'CREATE TABLE orders (customer_id key REFERENCES customers);', { history });
  valid('a serial that a column of its type refers to', 'CREATE TABLE a (id serial PRIMARY KEY, up int REFERENCES a);');
  valid('a table that the history does not hold', 'CREATE TABLE orders (customer_id int REFERENCES people);', {
    history,
  });
  valid('a type that is not built in', 'CREATE TABLE orders (customer_id citext REFERENCES customers (code));', {
    history,
  });
  valid(
    'a column that no migration shows',
    'ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers NOT VALID;',
    { history },
  );

  invalid('a narrower integer', {
    sql: 'CREATE TABLE orders (customer_id int «REFERENCES customers»);',
    history,
    message: 'narrower',
    severity: 'warning',
    output: null,
  });
  invalid('a wider integer, as information', {
    sql: 'CREATE TABLE a (id serial PRIMARY KEY); CREATE TABLE b (a_id bigint «REFERENCES a» (id));',
    message: 'wider',
    severity: 'info',
    output: null,
  });
  invalid('types that cannot be compared', {
    sql: 'ALTER TABLE orders ADD COLUMN ref text, ADD «FOREIGN KEY» (ref) REFERENCES customers (ref);',
    history,
    message: 'refused',
    severity: 'error',
    output: null,
  });
  invalid('one column of two', {
    sql: 'create table "B" (x int, y int, «constraint k» foreign key (x, y) references a (x, y));',
    history: ['CREATE TABLE a (x int, y bigint, UNIQUE (x, y));'],
    message: 'narrower',
    output: null,
  });
});
