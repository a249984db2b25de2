import rule from '../../../rules/constraint-validation/no-unenforced-constraint.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-unenforced-constraint', () => {
  const { valid, invalid } = ruleTester(rule);
  const config = { postgres: 18 } as const;

  valid(
    'a constraint that is enforced',
    'CREATE TABLE t (a int CHECK (a > 0), b int CONSTRAINT c CHECK (b > 0) ENFORCED);',
    { config },
  );
  valid('NOT VALID', 'ALTER TABLE t ADD CHECK (a > 0) NOT VALID;', { config });
  valid('a temporary table', 'CREATE TEMP TABLE t (a int CHECK (a > 0) NOT ENFORCED);', { config });
  valid('a version that refuses it, which another rule reports', 'ALTER TABLE t ADD CHECK (a > 0) NOT ENFORCED;', {
    config: { postgres: 17 },
  });
  valid(
    'a function body',
    'CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN ALTER TABLE t ADD CHECK (a > 0) NOT ENFORCED; END $$;',
    { config },
  );

  invalid('a CHECK', {
    sql: 'ALTER TABLE t ADD «CONSTRAINT c CHECK (a > 0) NOT ENFORCED»;',
    config,
    message: 'found',
    severity: 'info',
    output: null,
  });
  invalid('a foreign key', {
    sql: 'alter table "T" add «foreign key (a) references p (a) not enforced»;',
    config,
    message: 'found',
    output: null,
  });
  invalid('one of a new table', {
    sql: 'CREATE TABLE t (a int, b int, «CHECK (a < b) NOT ENFORCED»);',
    config,
    message: 'found',
    output: null,
  });
});
