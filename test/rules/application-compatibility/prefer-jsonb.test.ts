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
  invalid('a new table whose CHECK calls a function of json', {
    sql: "CREATE TABLE parcels (data «json» CHECK (json_typeof(data) = 'object'));",
    config,
    message: 'type',
    output: null,
  });
  invalid('a new table that a view behind it reads as json', {
    sql: 'CREATE TABLE parcels (data «json»); CREATE VIEW v AS SELECT json_array_length(data) AS n FROM parcels;',
    config,
    message: 'type',
    output: null,
  });
  invalid('a new table with a default of the type', {
    sql: "CREATE TABLE parcels (data «json» NOT NULL DEFAULT '{}'::json);",
    config,
    message: 'type',
    output: null,
  });
  invalid('a new column', { sql: 'ALTER TABLE t ADD COLUMN c «JSON»;', config, message: 'type', output: null });
});
