import rule from '../../../rules/application-compatibility/no-char-field.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-char-field', () => {
  const { valid, invalid } = ruleTester(rule);
  const config = { rules: { 'no-char-field': 'info' as const } };

  valid('everything, unless it is switched on', 'CREATE TABLE parcels (code char(2));');
  valid('text', 'CREATE TABLE t (a text);', { config });
  valid('varchar', 'CREATE TABLE t (a varchar(2));', { config });
  valid('the internal type of one byte', 'CREATE TABLE t (a "char");', { config });
  valid('a temporary table', 'CREATE TEMP TABLE t (a char(2));', { config });

  invalid('a new table', {
    sql: 'CREATE TABLE parcels (code «char(2)»);',
    config,
    message: 'type',
    severity: 'info',
    output: 'CREATE TABLE parcels (code text);',
  });
  invalid('a new column', { sql: 'ALTER TABLE t ADD COLUMN c «CHARACTER(9)»;', config, message: 'type', output: null });
});
