import assert from 'node:assert/strict';
import type { AnyRule } from '../../../rules/engine/define-rule.js';
import rule from '../../../rules/data-loss/no-drop-column.js';
import { analyzeSql } from '../../support/analyze-sql.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-drop-column', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = [
    'CREATE TABLE orders (id bigint PRIMARY KEY, note text, code text UNIQUE); CREATE INDEX note_i ON orders (note, id);',
  ];

  valid('a column of a table made in the same file', 'CREATE TABLE t (a int); ALTER TABLE t DROP COLUMN a;');
  valid('a column of a temporary table', 'CREATE TEMP TABLE t (b int); ALTER TABLE t DROP b;', { history });
  valid('a column that comes in the same file', 'ALTER TABLE orders ADD x int; ALTER TABLE orders DROP x;', {
    history,
  });
  valid('IF EXISTS of a column that is not there', 'ALTER TABLE orders DROP COLUMN IF EXISTS gone;', { history });
  valid('the drop of a constraint or a default', 'ALTER TABLE orders DROP CONSTRAINT c, ALTER note DROP DEFAULT;', {
    history,
  });

  invalid('a column that comes back with another type', {
    sql: 'ALTER TABLE orders DROP COLUMN «note»; ALTER TABLE orders ADD COLUMN note jsonb;',
    history,
    message: 'comesBack',
    severity: 'warning',
    output: null,
  });
  it('says which error the old values meet', () => {
    const before = ['CREATE TABLE tokens (id int PRIMARY KEY, content bytea NOT NULL);'];
    const sql = 'ALTER TABLE tokens DROP COLUMN content; ALTER TABLE tokens ADD COLUMN content jsonb;';
    const { findings } = analyzeSql(sql, { history: before }, [rule as unknown as AnyRule]);
    assert.match(
      findings[0]?.message ?? '',
      /empty as jsonb: running code that writes it as bytea fails \(error 42804/,
    );
  });
  invalid('a column that comes back in the same statement', {
    sql: "ALTER TABLE orders DROP COLUMN «note», ADD COLUMN note varchar(9) DEFAULT '';",
    history,
    message: 'comesBack',
    output: null,
  });
  invalid('a column, with the index that goes with it', {
    sql: 'ALTER TABLE orders DROP COLUMN «note»;',
    history,
    message: 'drops',
    severity: 'warning',
    output: null,
  });
  invalid('IF EXISTS on a table that is not known', {
    sql: 'alter table if exists "Orders" drop column if exists «"Note"» cascade;',
    message: 'drops',
    output: null,
  });
  invalid('several columns', {
    sql: 'BEGIN;\r\nALTER TABLE shop.orders DROP «note», ADD x int, DROP «code»;\r\nCOMMIT;',
    message: ['drops', 'drops'],
    output: null,
  });
  invalid('a column inside a DO block', {
    sql: 'DO $$ BEGIN ALTER TABLE orders DROP COLUMN «code»; END $$;',
    history,
    message: 'drops',
    output: null,
  });
});
