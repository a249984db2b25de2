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
  valid('a type, which another rule reports', 'DROP TYPE mood CASCADE;');

  valid('what a role owned before', 'REASSIGN OWNED BY old TO app; DROP OWNED BY old; DROP ROLE old;');
  valid('a body', "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'DROP OWNED BY old';");
  invalid('all that a role owns', {
    sql: '«DROP OWNED BY old, older CASCADE»;',
    message: 'owned',
    severity: 'warning',
    output: null,
  });
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
  valid('a column on which nothing depends', 'ALTER TABLE orders DROP COLUMN note CASCADE;', { history });
  const calls = [
    'CREATE FUNCTION slug(x text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT lower(x) $$; CREATE FUNCTION unused() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;',
    "CREATE SEQUENCE numbers; CREATE TABLE posts (id int NOT NULL DEFAULT nextval('numbers'), up int DEFAULT nextval('numbers'), title text CHECK (slug(title) <> ''), s text GENERATED ALWAYS AS (slug(title)) STORED);",
    'CREATE TABLE tags (name text DEFAULT slug($$A$$)); CREATE INDEX tags_slug ON tags (slug(name)); CREATE VIEW tag_slugs AS SELECT slug(name) AS s FROM tags;',
  ];
  valid('a function that nothing calls', 'DROP FUNCTION unused() CASCADE;', { history: calls });
  valid(
    'a default that is set again',
    "ALTER TABLE posts DROP COLUMN up; DROP SEQUENCE numbers CASCADE; CREATE SEQUENCE other; ALTER TABLE posts ALTER id SET DEFAULT nextval('other');",
    { history: calls },
  );
  valid(
    'an index and a view that are made again',
    'ALTER TABLE posts DROP COLUMN s, DROP CONSTRAINT posts_title_check; ALTER TABLE tags ALTER name DROP DEFAULT; DROP FUNCTION slug CASCADE; CREATE FUNCTION slug(x text) RETURNS text LANGUAGE sql AS $$ SELECT x $$; CREATE INDEX tags_slug ON tags (name); CREATE VIEW tag_slugs AS SELECT name AS s FROM tags;',
    { history: calls },
  );
  valid('a type with nothing but columns, of which another rule reports', 'DROP TYPE mood CASCADE; ', {
    history: ["CREATE TYPE mood AS ENUM ('ok'); CREATE TABLE t (m mood);"],
  });

  invalid('an extension', { sql: 'DROP EXTENSION «hstore» CASCADE;', message: 'unseen', output: null });
  invalid('an extension whose type a column has', {
    sql: 'DROP EXTENSION «citext» CASCADE;',
    history: ['CREATE EXTENSION citext; CREATE TABLE users (mail citext); CREATE VIEW v AS SELECT mail FROM users;'],
    message: 'losesData',
    severity: 'error',
    output: null,
  });
  invalid('an extension whose function fills a key', {
    sql: 'DROP EXTENSION «"uuid-ossp"» CASCADE;',
    history: ['CREATE TABLE users (id uuid PRIMARY KEY DEFAULT uuid_generate_v4());'],
    message: 'losesDefault',
    severity: 'error',
    output: null,
  });
  invalid('an extension whose operator class an index has', {
    sql: 'DROP EXTENSION «pg_trgm» CASCADE;',
    history: ['CREATE TABLE users (name text); CREATE INDEX users_name ON users USING gin (name gin_trgm_ops);'],
    message: 'takesAlong',
    severity: 'warning',
    output: null,
  });
  invalid('a sequence that a NOT NULL column draws from', {
    sql: 'DROP SEQUENCE «numbers» CASCADE;',
    history: calls,
    message: 'losesDefault',
    severity: 'error',
    output: null,
  });
  invalid('a function that a generated column calls', {
    sql: 'DROP FUNCTION «slug»(text) CASCADE;',
    history: calls,
    message: 'losesData',
    severity: 'error',
    output: null,
  });
  invalid('a column that views read through views', {
    sql: 'ALTER TABLE orders DROP COLUMN «id» CASCADE;',
    history,
    message: 'takesAlong',
    severity: 'warning',
    output: null,
  });
  invalid('a column that a view may read', {
    sql: 'ALTER TABLE a DROP COLUMN «x» CASCADE;',
    history: ['CREATE TABLE a (x int); CREATE TABLE b (y int); CREATE VIEW v AS SELECT x FROM a, b, other;'],
    message: 'mayTake',
    severity: 'warning',
    output: null,
  });
  invalid('a type that a function takes', {
    sql: 'DROP TYPE «mood» CASCADE;',
    history: ["CREATE TYPE mood AS ENUM ('ok'); CREATE FUNCTION f(m mood) RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;"],
    message: 'takesAlong',
    output: null,
  });
  invalid('a schema that a view outside reads', {
    sql: 'DROP SCHEMA «app» CASCADE;',
    history: ['CREATE SCHEMA app; CREATE TABLE app.t (a int); CREATE VIEW v AS SELECT a FROM app.t;'],
    message: 'takesAlong',
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
