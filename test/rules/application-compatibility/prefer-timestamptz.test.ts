import rule from '../../../rules/application-compatibility/prefer-timestamptz.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('prefer-timestamptz', () => {
  const { valid, invalid } = ruleTester(rule);
  const config = { rules: { 'prefer-timestamptz': 'info' as const } };

  valid('everything, unless it is switched on', 'CREATE TABLE parcels (sent timestamp);');
  valid('timestamptz', 'CREATE TABLE t (a timestamptz);', { config });
  valid('a date', 'CREATE TABLE t (a date, b time);', { config });
  valid('a temporary table', 'CREATE TEMP TABLE t (a timestamp);', { config });
  valid('an array', 'CREATE TABLE t (a timestamp[]);', { config });

  invalid('a new table', {
    sql: 'CREATE TABLE parcels (sent «timestamp»);',
    config,
    message: 'type',
    severity: 'info',
    output: 'CREATE TABLE parcels (sent timestamptz);',
  });
  invalid('a precision', {
    sql: 'CREATE TABLE t (a «TIMESTAMP(3)» NOT NULL);',
    config,
    message: 'type',
    output: 'CREATE TABLE t (a TIMESTAMPTZ(3) NOT NULL);',
  });
  invalid('the long form', {
    sql: 'ALTER TABLE t ADD COLUMN c «timestamp without time zone»;',
    config,
    message: 'type',
    output: null,
  });
});
