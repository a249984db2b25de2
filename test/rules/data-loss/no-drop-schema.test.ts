import rule from '../../../rules/data-loss/no-drop-schema.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-drop-schema', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = ['CREATE SCHEMA shop; CREATE TABLE shop.orders (id bigint); CREATE TABLE shop.parts (id bigint);'];

  valid('a drop without CASCADE, which PostgreSQL refuses unless the schema is empty', 'DROP SCHEMA shop;', {
    history,
  });
  valid('a schema of the same file', 'CREATE SCHEMA tmp; CREATE TABLE tmp.t (a int); DROP SCHEMA tmp CASCADE;');
  valid(
    'a function body',
    'CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DROP SCHEMA shop CASCADE; END $$;',
    { history },
  );
  valid('another object', 'DROP VIEW shop.v CASCADE;', { history });

  invalid('a schema with tables', {
    sql: 'DROP SCHEMA «shop» CASCADE;',
    history,
    message: 'known',
    severity: 'error',
    output: null,
  });
  invalid('a schema that no migration has made', {
    sql: 'drop schema if exists «"Old"» cascade;',
    message: 'unseen',
    severity: 'warning',
    output: null,
  });

  describe('IF EXISTS of what no migration makes', () => {
    const sql = 'DROP SCHEMA IF EXISTS «old» CASCADE;';
    const message = 'unseen';
    invalid('in a history that makes other things, as information', {
      sql,
      history,
      message,
      severity: 'info',
      output: null,
    });
    invalid('without a history', { sql, message, severity: 'warning', output: null });
    invalid('without IF EXISTS', {
      sql: sql.replace('IF EXISTS ', ''),
      history,
      message,
      severity: 'warning',
      output: null,
    });
  });
});
