import rule from '../../../rules/application-compatibility/prefer-jsonb.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('prefer-jsonb', () => {
  const { valid, invalid } = ruleTester(rule);
  const config = { rules: { 'prefer-jsonb': 'info' as const } };

  valid('everything, unless it is switched on', 'CREATE TABLE parcels (data json);');
  valid('jsonb', 'CREATE TABLE t (a jsonb);', { config });
  valid('text', 'CREATE TABLE t (json text);', { config });
  valid('a temporary table', 'CREATE TEMP TABLE t (a json);', { config });
  valid('a function body', 'CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ CREATE TABLE t (a json) $$;', {
    config,
  });

  invalid('a new table', {
    sql: 'CREATE TABLE parcels (data «json»);',
    config,
    message: 'type',
    severity: 'info',
    output: 'CREATE TABLE parcels (data jsonb);',
  });
  invalid('a new column', { sql: 'ALTER TABLE t ADD COLUMN c «JSON»;', config, message: 'type', output: null });
});
