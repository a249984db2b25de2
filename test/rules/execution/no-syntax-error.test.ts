import assert from 'node:assert/strict';
import rule from '../../../rules/execution/no-syntax-error.js';
import { analyzeSql } from '../../support/analyze-sql.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-syntax-error', () => {
  const { valid, invalid } = ruleTester(rule);

  valid('a blank line inside a statement', 'CREATE TABLE orders (\n  id bigint,\n\n  note text\n);');
  valid('several statements, quotes, dollars and comments', "SELECT 'a;b'; /* ; */ DO $x$ BEGIN NULL; END $x$; -- ;");
  valid('syntax of PostgreSQL 18', 'ALTER TABLE a ADD COLUMN b int GENERATED ALWAYS AS (c) VIRTUAL;');
  valid('a file with nothing in it', '-- nothing\n');

  invalid('a missing word', {
    sql: 'ALTER TABLE orders ADD COLUMN «)» note text;',
    message: 'refused',
    severity: 'error',
    output: null,
  });
  invalid('the broken one of three statements, and checks the others', {
    sql: 'SELECT 1;\r\n«CREAT» TABLE a (b int);\r\nSELECT 2;',
    message: 'refused',
    output: null,
  });
  invalid('NOT VALID at a column, which PostgreSQL does not have', {
    sql: 'alter table orders add column a int check (a > 0) not «valid»;',
    message: 'refused',
    output: null,
  });

  invalid('a bracket that is not closed, where it opens', {
    sql: 'CREATE TABLE «orders (»id bigint, note text;',
    message: 'unclosed',
    output: null,
  });
  invalid('the bracket whose own one is taken by the last line', {
    sql: 'CREATE TABLE orders (\n  id bigint,\n  CONSTRAINT positive «CHECK (»id > 0 AND (id < 5)\n);',
    message: 'unclosed',
    severity: 'error',
    output: null,
  });
  invalid('the outermost bracket, where the indentation shows nothing', {
    sql: 'CREATE TABLE «orders (»\n  id bigint CHECK (id > 0)\n;',
    message: 'unclosed',
    output: null,
  });
  invalid('what ends too early with all brackets closed', {
    sql: 'ALTER TABLE orders ADD CHECK (id > 0), ADD «COLUMN»;',
    message: 'refused',
    output: null,
  });

  invalid('what is too deep for Airlock, as information', {
    sql: `«SELECT» ${'('.repeat(3000)}1${')'.repeat(3000)};`,
    message: 'limit',
    severity: 'info',
    output: null,
  });
  invalid('a macro of a tool, as information', {
    sql: 'CREATE TABLE jobs (id «$%AUTO_INCREMENT_PRIMARY_KEY%$», note text);',
    message: 'placeholder',
    severity: 'info',
    output: null,
  });
  invalid('another tool’s', {
    sql: 'ALTER TABLE «<%= prefix %>»jobs ADD COLUMN note text;\nDROP TABLE «#{ name }»;\nDROP TABLE «%(name)s»;',
    message: 'placeholder',
    severity: 'info',
    output: null,
  });
  invalid('an error beside a macro', {
    sql: 'ALTER TABLE jobs ADD COLUMN «)» id $%AUTO_INCREMENT_PRIMARY_KEY%$;',
    message: 'refused',
    severity: 'error',
    output: null,
  });

  it('reads Go templates in quoted names and statements that a breakpoint of Drizzle ends', () => {
    const { findings } = analyzeSql(
      'SELECT a FROM "{{ index .Options "Namespace" }}"."users";\nSELECT 1\n--> statement-breakpoint\nSELECT 2',
    );
    assert.deepEqual(findings, []);
  });

  it('reports an unterminated string and comment where they begin', () => {
    for (const sql of ["SELECT 1; SELECT 'abc", 'SELECT 1; /* abc']) {
      const { findings } = analyzeSql(sql);
      assert.deepEqual([findings[0]?.rule, findings.length], ['no-syntax-error', 1]);
      assert.ok((findings[0]?.span.start ?? 0) >= 10, sql);
    }
  });

  it('leaves LIMIT in UPDATE to its own rule', () => {
    const { findings } = analyzeSql('DELETE FROM orders LIMIT 1;');
    assert.deepEqual(
      findings.map((finding) => finding.rule),
      ['no-limit-in-update'],
    );
  });
});
