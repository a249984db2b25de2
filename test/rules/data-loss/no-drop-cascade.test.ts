import rule from '../../../rules/data-loss/no-drop-cascade.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-drop-cascade', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = [
    'CREATE TABLE customers (id bigint PRIMARY KEY); CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers, note text CHECK (note <> $$$$));',
    'CREATE VIEW recent AS SELECT id FROM orders; CREATE VIEW newest AS SELECT id FROM recent; CREATE TABLE lonely (id bigint);',
  ];

  valid('a drop without CASCADE', 'DROP TABLE orders; DROP FUNCTION f();', { history });
  valid('a table of the same file', 'CREATE TABLE t (a int PRIMARY KEY); DROP TABLE t CASCADE;');
  valid('a table on which nothing depends', 'DROP TABLE lonely CASCADE;', { history });
  valid('tables that depend on each other only', 'DROP TABLE customers, orders CASCADE;', {
    history: [history[0] as string],
  });
  valid(
    'a view whose readers are made again',
    'DROP VIEW recent CASCADE; CREATE VIEW recent AS SELECT id FROM orders; CREATE VIEW newest AS SELECT id FROM recent;',
    { history },
  );
  valid('views in one list', 'DROP VIEW recent, newest CASCADE;', { history });
  valid('a CHECK, on which nothing can depend', 'ALTER TABLE orders DROP CONSTRAINT orders_note_check CASCADE;', {
    history,
  });
  valid('a view of the same file', 'CREATE VIEW v AS SELECT 1 AS a; DROP VIEW v CASCADE;');
  valid('a trigger', 'DROP TRIGGER t ON orders CASCADE;', { history });
  valid('a type, of which another rule tells', 'DROP TYPE mood CASCADE;');

  invalid('a table with readers', {
    sql: 'DROP TABLE «orders» CASCADE;',
    history,
    message: 'takesAlong',
    severity: 'warning',
    output: null,
  });
  invalid('a table to which foreign keys point', {
    sql: 'drop table if exists public.lonely, «public.customers» cascade;',
    history,
    message: 'takesAlong',
    output: null,
  });
  invalid('a primary key to which foreign keys point', {
    sql: 'ALTER TABLE customers DROP CONSTRAINT «customers_pkey» CASCADE;',
    history,
    message: 'takesAlong',
    output: null,
  });
  invalid('a view with a reader', { sql: 'DROP VIEW «recent» CASCADE;', history, message: 'takesAlong', output: null });
  invalid('a function', {
    sql: 'DROP FUNCTION IF EXISTS «audit»() CASCADE;',
    history,
    message: 'unseen',
    severity: 'warning',
    output: null,
  });
  invalid('many functions, once', { sql: 'DROP FUNCTION «a», b, c CASCADE;', message: 'unseen', output: null });
  invalid('an extension', { sql: 'DROP EXTENSION «hstore» CASCADE;', message: 'unseen', output: null });
  invalid('a column', {
    sql: 'ALTER TABLE orders DROP COLUMN «note» CASCADE;',
    history,
    message: 'unseen',
    severity: 'info',
    output: null,
  });
  invalid('a table that no migration has made', {
    sql: 'DROP TABLE «parts» CASCADE;',
    message: 'unseen',
    severity: 'info',
    output: null,
  });
  const fired = [
    'CREATE TABLE t (a int); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$; CREATE TRIGGER tr AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();',
  ];
  valid('a function of triggers that are gone', 'DROP TRIGGER tr ON t; DROP FUNCTION f CASCADE;', { history: fired });
  valid(
    'a function of a trigger that is made anew',
    'DROP FUNCTION f CASCADE; CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$; CREATE TRIGGER tr AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION g();',
    { history: fired },
  );
  invalid('a function of a trigger', {
    sql: 'DROP FUNCTION «f» CASCADE;',
    history: fired,
    message: 'takesAlong',
    output: null,
  });
});
