import rule from '../../../rules/application-compatibility/no-rename-object.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-rename-object', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = [
    "CREATE TABLE orders (id bigint); CREATE VIEW recent AS SELECT id FROM orders; CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE INDEX orders_i ON orders (id);",
  ];

  valid('an index', 'ALTER INDEX orders_i RENAME TO orders_idx;', { history });
  valid('an index by ALTER TABLE', 'ALTER TABLE orders_i SET SCHEMA shop;', { history });
  valid(
    'a constraint, a trigger and a policy',
    'ALTER TABLE orders RENAME CONSTRAINT a TO b; ALTER TRIGGER a ON orders RENAME TO b; ALTER POLICY a ON orders RENAME TO b;',
    { history },
  );
  valid('a view of the same file', 'CREATE VIEW v AS SELECT 1 AS a; ALTER VIEW v RENAME TO w;');
  valid(
    'a function of the same file',
    'CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$; ALTER FUNCTION f() RENAME TO g;',
  );
  valid(
    'the function of a trigger',
    'ALTER FUNCTION touch() RENAME TO touch_row; ALTER FUNCTION touch_row SET SCHEMA app; ALTER ROUTINE audit RENAME TO log;',
    {
      history: [
        'CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$; CREATE FUNCTION audit() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$;',
      ],
    },
  );
  valid('a value of an enum of the same file', "CREATE TYPE t AS ENUM ('a'); ALTER TYPE t RENAME VALUE 'a' TO 'b';");
  valid('an exchange of two types', 'ALTER TYPE mood RENAME TO mood_old; ALTER TYPE mood_new RENAME TO mood;', {
    history,
  });
  valid(
    'a view whose name is kept',
    'ALTER VIEW recent RENAME TO recent_old; CREATE VIEW recent AS SELECT id FROM orders;',
    { history },
  );
  valid('a role', 'ALTER ROLE app RENAME TO application;');

  const keyed = ['CREATE TABLE users (id bigint, email text, CONSTRAINT users_email UNIQUE (email));'];
  valid(
    'a constraint of the same file',
    'ALTER TABLE users ADD CONSTRAINT u UNIQUE (id); ALTER TABLE users RENAME CONSTRAINT u TO users_id;',
    { history: keyed },
  );
  valid(
    'an exchange of two constraints',
    'ALTER TABLE users RENAME CONSTRAINT users_email TO old; ALTER TABLE users ADD CONSTRAINT users_email UNIQUE (email, id);',
    { history: keyed },
  );
  valid(
    'a constraint that takes the name of one that is gone',
    'ALTER TABLE users DROP CONSTRAINT users_old; ALTER TABLE users RENAME CONSTRAINT users_email TO users_old;',
    { history: keyed },
  );
  invalid('a constraint', {
    sql: '«ALTER TABLE» users RENAME CONSTRAINT users_email TO users_email_key;',
    history: keyed,
    message: 'renamesConstraint',
    severity: 'info',
    output: null,
  });
  invalid('a view', {
    sql: '«ALTER VIEW» recent RENAME TO newest;',
    history,
    message: 'renames',
    severity: 'error',
    output: null,
  });
  invalid('a schema', {
    sql: '«alter schema» shop rename to store;',
    message: 'renames',
    severity: 'error',
    output: null,
  });
  invalid('a function', {
    sql: '«ALTER FUNCTION» price(int) RENAME TO net_price;',
    message: 'renames',
    severity: 'warning',
    output: null,
  });
  invalid('a function of the history that a query can call', {
    sql: '«ALTER FUNCTION» plain() RENAME TO other; «ALTER FUNCTION» touch RENAME TO other;',
    history: [
      'CREATE FUNCTION plain() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$; CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$; CREATE FUNCTION touch(n int) RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;',
    ],
    message: 'renames',
    severity: 'warning',
    output: null,
  });
  invalid('a type', {
    sql: '«ALTER TYPE» mood RENAME TO feeling;',
    history,
    message: 'renames',
    severity: 'warning',
    output: null,
  });
  invalid('a sequence', {
    sql: '«ALTER SEQUENCE» numbers RENAME TO n;',
    message: 'renames',
    severity: 'info',
    output: null,
  });
  invalid('the column of a view', {
    sql: '«ALTER VIEW» recent RENAME COLUMN id TO key;',
    history,
    message: 'renamesColumn',
    severity: 'error',
    output: null,
  });
  invalid('a table that moves', {
    sql: '«ALTER TABLE» orders SET SCHEMA shop;',
    history,
    message: 'moves',
    severity: 'warning',
    output: null,
  });
  invalid('an enum value', {
    sql: "«ALTER TYPE» mood RENAME VALUE 'ok' TO 'fine';",
    history,
    message: 'renamesValue',
    severity: 'error',
    output: null,
  });
});
