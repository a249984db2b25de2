import rule from '../../../rules/lock-contention/no-exclusion-constraint.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-exclusion-constraint', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = ['CREATE TABLE bookings (room int, during tsrange);'];

  valid(
    'a table made in the same file',
    'CREATE TABLE b (during tsrange); ALTER TABLE b ADD EXCLUDE USING gist (during WITH &&);',
  );
  valid('a constraint of a new table', 'CREATE TABLE b (during tsrange, EXCLUDE USING gist (during WITH &&));');
  valid(
    'a temporary table',
    'CREATE TEMP TABLE b (during tsrange); ALTER TABLE b ADD EXCLUDE USING gist (during WITH &&);',
    { history },
  );
  valid('the drop of one', 'ALTER TABLE bookings DROP CONSTRAINT bookings_during_excl;', { history });

  invalid('an existing table', {
    sql: 'ALTER TABLE bookings ADD «CONSTRAINT c» EXCLUDE USING gist (during WITH &&);',
    history,
    message: 'builds',
    severity: 'error',
    output: null,
  });
  invalid('a table that no migration has made', {
    sql: 'alter table if exists "Shop".b add «exclude» using gist (during with &&) where (room > 0);',
    message: 'builds',
    output: null,
  });
});
