import rule from '../../../rules/application-compatibility/prefer-text-field.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('prefer-text-field', () => {
  const { valid, invalid } = ruleTester(rule);
  const config = { rules: { 'prefer-text-field': 'info' as const } };

  valid('everything, unless it is switched on', 'CREATE TABLE parcels (code varchar(20));');
  valid('text', 'CREATE TABLE t (a text);', { config });
  valid('varchar without a limit', 'CREATE TABLE t (a varchar);', { config });
  valid('a temporary table', 'CREATE TEMP TABLE t (a varchar(9));', { config });
  valid('an array', 'CREATE TABLE t (a varchar(9)[]);', { config });

  invalid('a new table', {
    sql: 'CREATE TABLE parcels (code «varchar(20)»);',
    config,
    message: 'type',
    severity: 'info',
    output: 'CREATE TABLE parcels (code text);',
  });
  invalid('a new column', {
    sql: 'ALTER TABLE t ADD COLUMN c «character varying(9)»;',
    config,
    message: 'type',
    output: null,
  });
});
