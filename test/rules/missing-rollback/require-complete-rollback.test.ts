import rule from '../../../rules/missing-rollback/require-complete-rollback.js';
import { ruleTester } from '../../support/rule-tester.js';

function file(up: string, down: string): string {
  return `-- +goose Up\n${up}\n-- +goose Down\n${down}\n`;
}

describe('require-complete-rollback', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = [
    'CREATE TABLE orders (id bigint PRIMARY KEY, note text, total int CONSTRAINT positive CHECK (total > 0), n int NOT NULL DEFAULT 7); CREATE INDEX orders_note ON orders (note);',
  ];

  for (const [what, up, down] of [
    ['a table', 'CREATE TABLE t (a int);', 'DROP TABLE t;'],
    ['a table with IF EXISTS', 'CREATE TABLE IF NOT EXISTS t (a int);', 'DROP TABLE IF EXISTS t;'],
    ['a table and what is on it', 'CREATE TABLE t (a int); CREATE INDEX i ON t (a);', 'DROP TABLE t;'],
    ['a column', 'ALTER TABLE orders ADD COLUMN c int;', 'ALTER TABLE orders DROP COLUMN c;'],
    ['an index', 'CREATE INDEX i ON orders (note);', 'DROP INDEX i;'],
    [
      'a column with its index',
      'ALTER TABLE orders ADD c int; CREATE INDEX i ON orders (c);',
      'ALTER TABLE orders DROP c;',
    ],
    ['an enum', "CREATE TYPE e AS ENUM ('a');", 'DROP TYPE e;'],
    ['a view', 'CREATE VIEW v AS SELECT id FROM orders;', 'DROP VIEW v;'],
    ['a new name', 'ALTER TABLE orders RENAME note TO words;', 'ALTER TABLE orders RENAME words TO note;'],
    ['a drop', 'DROP INDEX orders_note;', 'CREATE INDEX orders_note ON orders (note);'],
    ['what the migration itself has dropped again', 'CREATE TABLE t (a int); DROP TABLE t;', 'SELECT id FROM orders;'],
    ['a table that no file knows', 'ALTER TABLE unheard ADD COLUMN c int;', 'SELECT id FROM orders;'],
    ['SQL that is put together', 'CREATE TABLE t (a int);', "DO $$ BEGIN EXECUTE 'DROP TABLE ' || 't'; END $$;"],
    ['a type', 'ALTER TABLE orders ALTER note TYPE varchar(9);', 'ALTER TABLE orders ALTER note TYPE text;'],
    [
      'a type by another name',
      'ALTER TABLE orders ALTER total TYPE bigint;',
      'ALTER TABLE orders ALTER total TYPE int4;',
    ],
    ['a type that it leaves as it was', 'ALTER TABLE orders ALTER total TYPE integer;', 'SELECT id FROM orders;'],
    ['a default', 'ALTER TABLE orders ALTER total SET DEFAULT 1;', 'ALTER TABLE orders ALTER total DROP DEFAULT;'],
    [
      'a default that it sets anew',
      'ALTER TABLE orders ALTER n SET DEFAULT 1;',
      'ALTER TABLE orders ALTER n SET DEFAULT 7;',
    ],
    ['NOT NULL', 'ALTER TABLE orders ALTER note SET NOT NULL;', 'ALTER TABLE orders ALTER note DROP NOT NULL;'],
    ['NOT NULL that was there', 'ALTER TABLE orders ALTER n SET NOT NULL;', 'SELECT id FROM orders;'],
    ['a name of a table', 'ALTER TABLE orders RENAME TO sales;', 'ALTER TABLE sales RENAME TO orders;'],
    [
      'the default of a table that no file makes',
      'ALTER TABLE unheard ALTER n SET DEFAULT 1;',
      'SELECT id FROM orders;',
    ],
    [
      'a column that goes as a whole',
      'ALTER TABLE orders ADD c int; ALTER TABLE orders ALTER c SET DEFAULT 1;',
      'ALTER TABLE orders DROP c;',
    ],
    ['a function that may do it', 'CREATE TABLE t (a int);', 'SELECT take_back();'],
  ] as const)
    valid(`takes back ${what}`, file(up, down), { history });

  valid('a file without a way back', 'CREATE TABLE t (a int);', { history });

  invalid('a way back with nothing in it but what the tool asks for', {
    sql: file('CREATE TABLE t (a int);', '«SELECT 1;»').replace(';»', '»;'),
    history,
    message: 'empty',
    severity: 'info',
    output: null,
  });

  for (const [what, up, down, message] of [
    ['a table', 'CREATE TABLE t (a int);', '«SELECT id FROM orders;»', 'leaves'],
    ['one of two columns', 'ALTER TABLE orders ADD c int, ADD d int;', '«ALTER TABLE orders DROP c;»', 'leaves'],
    ['an index', 'CREATE INDEX i ON orders (id, note);', '«SELECT id FROM orders;»', 'leaves'],
    ['a constraint', 'ALTER TABLE orders ADD CONSTRAINT k CHECK (id > 0);', '«SELECT id FROM orders;»', 'leaves'],
    ['an enum', "CREATE TYPE e AS ENUM ('a');", '«SELECT id FROM orders;»', 'leaves'],
    ['a new name', 'ALTER TABLE orders RENAME note TO words;', '«SELECT id FROM orders;»', 'leaves'],
    ['NOT NULL', 'ALTER TABLE orders ALTER note SET NOT NULL;', '«SELECT id FROM orders;»', 'leaves'],
    ['a name of a table', 'ALTER TABLE orders RENAME TO sales;', '«SELECT id FROM sales;»', 'leaves'],
    ['a type', 'ALTER TABLE orders ALTER total TYPE bigint;', '«SELECT id FROM orders;»', 'stays'],
    ['a new default', 'ALTER TABLE orders ALTER total SET DEFAULT 1;', '«SELECT id FROM orders;»', 'stays'],
    ['another default', 'ALTER TABLE orders ALTER n SET DEFAULT 1;', '«SELECT id FROM orders;»', 'stays'],
    ['a lost default', 'ALTER TABLE orders ALTER n DROP DEFAULT;', '«SELECT id FROM orders;»', 'stays'],
    ['a lost NOT NULL', 'ALTER TABLE orders ALTER n DROP NOT NULL;', '«SELECT id FROM orders;»', 'stays'],
    ['a dropped index', 'DROP INDEX orders_note;', '«SELECT id FROM orders;»', 'misses'],
    ['a dropped column', 'ALTER TABLE orders DROP note;', '«SELECT id FROM orders;»', 'misses'],
    ['a dropped constraint', 'ALTER TABLE orders DROP CONSTRAINT positive;', '«SELECT id FROM orders;»', 'misses'],
  ] as const)
    invalid(`does not take back ${what}`, { sql: file(up, down).replace(';»', '»;'), history, message, output: null });
});
