import rule from '../../../rules/data-loss/no-drop-type.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-drop-type', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = [
    "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TYPE unused AS ENUM ('a'); CREATE DOMAIN mail AS text; CREATE TABLE people (id bigint, mood mood, mail mail);",
  ];

  valid('a type that no column has', 'DROP TYPE unused;', { history });
  valid('a type whose column has changed', 'ALTER TABLE people ALTER mood TYPE text; DROP TYPE mood;', { history });
  valid(
    'an exchange of two types',
    "CREATE TYPE mood_new AS ENUM ('ok'); ALTER TABLE people ALTER mood TYPE mood_new USING mood::text::mood_new; ALTER TYPE mood RENAME TO mood_old; ALTER TYPE mood_new RENAME TO mood; DROP TYPE mood_old;",
    { history },
  );
  valid('a type of the same file', "CREATE TYPE t AS ENUM ('a'); CREATE TABLE x (a t); DROP TYPE t CASCADE;");
  valid('CASCADE where the history shows no column', 'DROP TYPE unused CASCADE;', { history });
  valid('a type that no migration shows', 'DROP TYPE feeling;');

  invalid('CASCADE over a column', {
    sql: 'DROP TYPE «mood» CASCADE;',
    history,
    message: 'dropsColumns',
    severity: 'error',
    output: null,
  });
  invalid('a domain that a column has', {
    sql: 'drop domain if exists «public.mail» cascade;',
    history,
    message: 'dropsColumns',
    output: null,
  });
  invalid('a drop that PostgreSQL refuses', {
    sql: 'DROP TYPE «mood»;',
    history,
    message: 'fails',
    severity: 'error',
    output: null,
  });
  invalid('CASCADE over what nobody knows', {
    sql: 'DROP TYPE «feeling» CASCADE;',
    message: 'unseen',
    severity: 'warning',
    output: null,
  });
  invalid('CASCADE over the column of a domain', {
    sql: 'DROP TYPE «state» CASCADE;',
    history: ["CREATE TYPE state AS ENUM ('a'); CREATE DOMAIN known AS state; CREATE TABLE t (s known);"],
    message: 'dropsColumns',
    severity: 'error',
    output: null,
  });

  describe('IF EXISTS of what no migration makes', () => {
    const sql = 'DROP TYPE IF EXISTS «old» CASCADE;';
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
