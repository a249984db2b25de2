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

  const plpgsql = (inside: string): string =>
    `CREATE FUNCTION f(n int) RETURNS int LANGUAGE plpgsql AS $$ ${inside} $$;`;
  valid(
    'bodies of all kinds',
    `${plpgsql("DECLARE r orders%ROWTYPE; c CURSOR FOR SELECT 1; BEGIN <<a>> LOOP EXIT a WHEN n > 1; END LOOP a; RAISE NOTICE '% %', 1, 2; RETURN 1; END")} CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.a := 1; SELECT 1 INTO NEW.b; RETURN NEW; END';`,
  );
  valid('a body of the SQL standard', 'CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; END;');
  valid(
    'a row type that only the database knows',
    'CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE r audit.log; BEGIN r.at = now(); RETURN NEW; END $$;',
  );
  valid('bodies that are not looked at', `SET check_function_bodies = off; ${plpgsql('BEGIN RETURN 1 END')}`);
  valid('what a tool puts into a body', plpgsql('BEGIN ${body} END'));
  valid(
    'comments between the words of a body',
    plpgsql('BEGIN PERFORM 1::timestamp without /* c */ time zone; RETURN 1; END'),
  );
  valid(
    'comments between the words of a block',
    'DO $$ BEGIN IF 1 IS NOT /* why */ NULL THEN ALTER TABLE t ADD c timestamp without -- why\n time zone; END IF; END $$;',
  );
  valid('what psql puts into a body', plpgsql('BEGIN RETURN :SCHEMA.g() END'));
  valid('a body in another language', "CREATE FUNCTION f() RETURNS int LANGUAGE plv8 AS 'return 1 +';");
  for (const [title, sql] of [
    ['END IF', `«CREATE FUNCTION» ${plpgsql('BEGIN IF n > 0 THEN RETURN 1; RETURN 0; END').slice(16)}`],
    ['a semicolon', `«CREATE FUNCTION» ${plpgsql('BEGIN RETURN 1 END').slice(16)}`],
    ['a variable', `«CREATE FUNCTION» ${plpgsql('BEGIN total := 1; RETURN total; END').slice(16)}`],
    ['a statement', plpgsql('BEGIN UPDATE t SET a = «=» 1; RETURN 1; END')],
    ['SQL', 'CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 «WHERE»; $$;'],
  ] as const)
    invalid(`a body with a mistake: ${title}`, { sql, message: 'body', severity: 'error', output: null });
  invalid('a block with a mistake', {
    sql: '«DO» $$ BEGIN IF true THEN NULL; END $$;',
    message: 'block',
    severity: 'error',
    output: null,
  });

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
