import rule from '../../../rules/missing-rollback/require-complete-rollback.js';
import { ruleTester } from '../../support/rule-tester.js';

function file(up: string, down: string): string {
  return `-- +goose Up\n${up}\n-- +goose Down\n${down}\n`;
}

describe('require-complete-rollback', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = [
    'CREATE TABLE orders (id bigint PRIMARY KEY, note text, total int CONSTRAINT positive CHECK (total > 0)); CREATE INDEX orders_note ON orders (note);',
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
    ['what the migration itself has dropped again', 'CREATE TABLE t (a int); DROP TABLE t;', 'SELECT 1;'],
    ['a table that no file knows', 'ALTER TABLE unheard ADD COLUMN c int;', 'SELECT 1;'],
    ['SQL that is put together', 'CREATE TABLE t (a int);', "DO $$ BEGIN EXECUTE 'DROP TABLE ' || 't'; END $$;"],
    ['a function that may do it', 'CREATE TABLE t (a int);', 'SELECT take_back();'],
  ] as const)
    valid(`takes back ${what}`, file(up, down), { history });

  valid('a file without a way back', 'CREATE TABLE t (a int);', { history });

  for (const [what, up, down, message] of [
    ['a table', 'CREATE TABLE t (a int);', '«SELECT 1;»', 'leaves'],
    ['one of two columns', 'ALTER TABLE orders ADD c int, ADD d int;', '«ALTER TABLE orders DROP c;»', 'leaves'],
    ['an index', 'CREATE INDEX i ON orders (id, note);', '«SELECT 1;»', 'leaves'],
    ['a constraint', 'ALTER TABLE orders ADD CONSTRAINT k CHECK (id > 0);', '«SELECT 1;»', 'leaves'],
    ['an enum', "CREATE TYPE e AS ENUM ('a');", '«SELECT 1;»', 'leaves'],
    ['a new name', 'ALTER TABLE orders RENAME note TO words;', '«SELECT 1;»', 'leaves'],
    ['a dropped index', 'DROP INDEX orders_note;', '«SELECT 1;»', 'misses'],
    ['a dropped column', 'ALTER TABLE orders DROP note;', '«SELECT 1;»', 'misses'],
    ['a dropped constraint', 'ALTER TABLE orders DROP CONSTRAINT positive;', '«SELECT 1;»', 'misses'],
  ] as const)
    invalid(`does not take back ${what}`, { sql: file(up, down).replace(';»', '»;'), history, message, output: null });
});
