import assert from 'node:assert/strict';
import rule from '../../../rules/application-compatibility/no-frozen-default.js';
import { withDatabase } from '../../support/pglite.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-frozen-default', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = [
    'CREATE TABLE orders (id bigint PRIMARY KEY, made timestamptz DEFAULT now(), day date DEFAULT CURRENT_DATE, due date, note text, at timestamp);',
  ];

  valid('now() without quotes', 'CREATE TABLE t (a timestamptz DEFAULT now(), b date DEFAULT CURRENT_DATE);');
  valid('the form that is cast when it runs', "CREATE TABLE t (a timestamptz DEFAULT ('now'::text)::timestamptz);");
  valid(
    'a text that only begins so',
    "CREATE TABLE t (a text DEFAULT 'now', b text DEFAULT 'today', c text DEFAULT 'nowhere()');",
  );
  valid(
    'a moment that is meant',
    "CREATE TABLE t (a timestamptz DEFAULT 'infinity', b date DEFAULT '2020-01-01', c timestamp DEFAULT 'epoch');",
  );
  valid('a temporary table', "CREATE TEMP TABLE t (a timestamptz DEFAULT 'now()');");
  valid(
    'a function body',
    "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ CREATE TABLE t (a timestamptz DEFAULT 'now') $$;",
  );
  valid(
    'a default for the rows that are there',
    "ALTER TABLE orders ADD seen timestamptz DEFAULT 'now()'; ALTER TABLE orders ALTER seen SET DEFAULT now();",
    { history },
  );
  valid(
    'a fixed default that is taken back',
    "ALTER TABLE orders ALTER made SET DEFAULT '2020-01-01'; ALTER TABLE orders ALTER made SET DEFAULT now();",
    { history },
  );
  valid('a fixed default over none', "ALTER TABLE orders ALTER due SET DEFAULT '2020-01-01';", { history });
  valid('a default that never comes', "ALTER TABLE orders ALTER made SET DEFAULT 'infinity';", { history });
  valid('a column of a type that nobody knows', "ALTER TABLE parts ALTER made SET DEFAULT 'today';");
  valid('a CHECK of letters', "ALTER TABLE orders ADD CONSTRAINT n CHECK (note <> 'today');", { history });
  valid('a CHECK against the moment of each row', 'CREATE TABLE t (a date CHECK (a <= CURRENT_DATE));');
  valid(
    'a column that is there already',
    "ALTER TABLE orders ADD COLUMN IF NOT EXISTS made timestamptz DEFAULT 'now()';",
    { history },
  );

  invalid('now() in quotes', {
    sql: "CREATE TABLE t (id bigint PRIMARY KEY, a timestamptz DEFAULT «'now()'»);",
    message: 'frozen',
    output: 'CREATE TABLE t (id bigint PRIMARY KEY, a timestamptz DEFAULT CURRENT_TIMESTAMP);',
  });
  invalid('a day in quotes', {
    sql: "create table t (id bigint primary key, a date default «'today'»);",
    message: 'frozen',
    output: 'create table t (id bigint primary key, a date default current_date);',
  });
  invalid('tomorrow', {
    sql: "CREATE TABLE t (id bigint PRIMARY KEY, a date DEFAULT «date 'tomorrow'»);",
    message: 'frozen',
    output: 'CREATE TABLE t (id bigint PRIMARY KEY, a date DEFAULT (CURRENT_DATE + 1));',
  });
  invalid('a cast at once', {
    sql: "ALTER TABLE orders ALTER made SET DEFAULT «'now'::timestamptz»;",
    history,
    message: 'frozen',
    output: 'ALTER TABLE orders ALTER made SET DEFAULT CURRENT_TIMESTAMP;',
  });
  invalid('a moment within an expression', {
    sql: "ALTER TABLE orders ALTER due SET DEFAULT «'today'::date + 14»;",
    history,
    message: 'frozen',
    output: null,
  });
  invalid('a time zone', {
    sql: "ALTER TABLE orders ADD seen timestamp DEFAULT «('now' AT TIME ZONE 'utc')»;",
    history,
    message: 'frozen',
    output: null,
  });
  invalid('the function for a time zone', {
    sql: "ALTER TABLE orders ADD seen timestamp DEFAULT «timezone('utc', 'now')»;",
    history,
    message: 'frozen',
    output: null,
  });
  invalid('a day with an hour', {
    sql: "ALTER TABLE orders ALTER at SET DEFAULT «'tomorrow 08:00'»;",
    history,
    message: 'frozen',
    output: null,
  });
  invalid('an hour', {
    sql: "CREATE TABLE t (id bigint PRIMARY KEY, a time DEFAULT «'now'»);",
    message: 'frozen',
    output: 'CREATE TABLE t (id bigint PRIMARY KEY, a time DEFAULT LOCALTIME);',
  });
  invalid('letters that look like a call', {
    sql: "CREATE TABLE t (id bigint PRIMARY KEY, a text DEFAULT «'now()'»);",
    message: 'letters',
    output: null,
  });
  invalid('a fixed moment over now()', {
    sql: "ALTER TABLE orders ALTER made SET DEFAULT «'2026-03-10T09:00Z'»;",
    history,
    message: 'fixed',
    output: null,
  });
  invalid('a CHECK with a cast', {
    sql: "ALTER TABLE orders ADD CONSTRAINT n CHECK («due >= 'today'::date») NOT VALID;",
    history,
    message: 'compared',
    output: null,
  });
  invalid('a CHECK that compares a column', {
    sql: "CREATE TABLE t (a timestamp CHECK («a <= 'now'»));",
    message: 'compared',
    output: null,
  });
  invalid('the condition of an index', {
    sql: "CREATE INDEX i ON orders (id) WHERE «due > 'today'»;",
    history,
    message: 'compared',
    output: null,
  });

  it('is right about what PostgreSQL keeps', async () => {
    await withDatabase(async (db) => {
      await db.exec(
        "CREATE TABLE t (a timestamptz DEFAULT 'now()', b timestamptz DEFAULT timezone('utc', 'now'), c timestamptz DEFAULT ('now'::text)::timestamptz, d date DEFAULT 'today')",
      );
      const { rows } = await db.query<{ column_name: string; column_default: string }>(
        "SELECT column_name, column_default FROM information_schema.columns WHERE table_name = 't' ORDER BY 1",
      );
      const frozen = rows.filter(({ column_default }) => /\d{4}-\d\d-\d\d/.test(column_default));
      assert.deepEqual(
        frozen.map(({ column_name }) => column_name),
        ['a', 'b', 'd'],
      );
    });
  });
});
