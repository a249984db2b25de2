import rule from '../../../rules/application-compatibility/no-money-type.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-money-type', () => {
  const { valid, invalid } = ruleTester(rule);
  const config = { rules: { 'no-money-type': 'info' as const } };

  valid('everything, unless it is switched on', 'CREATE TABLE parcels (price money);');
  valid('numeric', 'CREATE TABLE t (a numeric);', { config });
  valid('a column of that name', 'CREATE TABLE t (money numeric);', { config });
  valid('a temporary table', 'CREATE TEMP TABLE t (a money);', { config });
  valid('an array', 'CREATE TABLE t (a money[]);', { config });

  invalid('a new table', {
    sql: 'CREATE TABLE parcels (price «money»);',
    config,
    message: 'type',
    severity: 'info',
    output: 'CREATE TABLE parcels (price numeric);',
  });
  invalid('a new table whose CHECK compares it with money', {
    sql: 'CREATE TABLE parcels (price «money» CHECK (price > 0::money));',
    config,
    message: 'type',
    output: null,
  });
  invalid('a new column', { sql: 'ALTER TABLE t ADD COLUMN c «MONEY»;', config, message: 'type', output: null });
});
