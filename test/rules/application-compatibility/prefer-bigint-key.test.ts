import rule from '../../../rules/application-compatibility/prefer-bigint-key.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('prefer-bigint-key', () => {
  const { valid, invalid } = ruleTester(rule);
  const config = { rules: { 'prefer-bigint-key': 'info' as const } };

  valid('everything, unless it is switched on', 'CREATE TABLE parcels (id int PRIMARY KEY);');
  valid('a column that is no key', 'CREATE TABLE t (a int);', { config });
  valid('a key that refers to another', 'CREATE TABLE u (id int PRIMARY KEY REFERENCES t);', { config });
  valid('a temporary table', 'CREATE TEMP TABLE t (id int PRIMARY KEY);', { config });
  valid(
    'a function body',
    'CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ CREATE TABLE t (id int PRIMARY KEY) $$;',
    { config },
  );

  invalid('a new table', {
    sql: 'CREATE TABLE parcels (id «int» PRIMARY KEY);',
    config,
    message: 'type',
    severity: 'info',
    output: 'CREATE TABLE parcels (id bigint PRIMARY KEY);',
  });
  invalid('a key at the end, serial, upper case', {
    sql: 'CREATE TABLE t (ID «SERIAL», PRIMARY KEY (id));',
    config,
    message: 'type',
    output: 'CREATE TABLE t (ID BIGSERIAL, PRIMARY KEY (id));',
  });
  invalid('a new key column', {
    sql: 'ALTER TABLE t ADD COLUMN id «smallint» PRIMARY KEY;',
    config,
    message: 'type',
    output: null,
  });
});
