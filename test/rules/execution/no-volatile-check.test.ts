import rule from '../../../rules/execution/no-volatile-check.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-volatile-check', () => {
  const { valid, invalid } = ruleTester(rule);

  valid('what the row alone decides', 'CREATE TABLE t (a int CHECK (a > 0), b text CHECK (lower(b) = b));');
  valid(
    'a time that has passed and stays so',
    'CREATE TABLE t (born date CHECK (born <= current_date), made timestamptz CHECK (now() >= made));',
  );
  valid('an age that only grows', "CREATE TABLE t (born date CHECK (born < current_date - interval '18 years'));");
  valid('a function that no migration shows', 'CREATE TABLE t (mail text CHECK (is_mail(mail)));');
  valid('an immutable function', 'CREATE TABLE t (mail text CHECK (is_mail(mail)));', {
    history: ["CREATE FUNCTION is_mail(text) RETURNS bool LANGUAGE sql IMMUTABLE AS $$ SELECT $1 LIKE '%@%' $$;"],
  });
  valid('a temporary table', 'CREATE TEMP TABLE t (d date CHECK (d > current_date));');
  valid('a default', 'CREATE TABLE t (d timestamptz DEFAULT now());');

  invalid('a time that has to be ahead', {
    sql: 'CREATE TABLE t (id int, ends timestamptz «CHECK (ends > now())»);',
    message: 'time',
    severity: 'warning',
    output: null,
  });
  invalid('a constraint that is added', {
    sql: 'alter table "T" add «constraint c check (current_date <= "Ends") not valid»;',
    message: 'time',
    output: null,
  });
  invalid('chance', {
    sql: 'ALTER TABLE t ADD COLUMN x float «CHECK (x < random())»;',
    message: 'volatile',
    severity: 'warning',
    output: null,
  });
  invalid("a function of the application's that is not declared immutable, as information", {
    sql: 'ALTER TABLE t ADD «CHECK (is_known(code)) NOT VALID»;',
    history: [
      'CREATE FUNCTION is_known(text) RETURNS bool LANGUAGE sql AS $$ SELECT EXISTS (SELECT 1 FROM codes WHERE code = $1) $$;',
    ],
    message: 'volatile',
    severity: 'info',
    output: null,
  });
});
