import rule from '../../../rules/application-compatibility/no-drop-function.js';
import { ruleTester } from '../../support/rule-tester.js';

const body = 'LANGUAGE sql AS $$ SELECT 1 $$';

describe('no-drop-function', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = [
    `CREATE FUNCTION total(n int) RETURNS int ${body};
     CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
     CREATE FUNCTION audit() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$;
     CREATE PROCEDURE clean(days int, OUT n int) LANGUAGE plpgsql AS $$ BEGIN n := 1; END $$;`,
  ];
  const inTransaction = { history, config: { transaction: 'per-file' } } as const;

  valid('a function of the same file', `CREATE FUNCTION f() RETURNS int ${body}; DROP FUNCTION f();`);
  valid(
    'a function of the same release among older ones',
    `CREATE FUNCTION total(n text) RETURNS int ${body}; DROP FUNCTION total(text);`,
    { history },
  );
  valid('functions of triggers', 'DROP FUNCTION touch(); DROP FUNCTION IF EXISTS audit CASCADE;', { history });
  valid(
    'a function of a trigger under its new name',
    'ALTER FUNCTION touch() RENAME TO touch_old; DROP FUNCTION touch_old;',
    { history },
  );
  valid(
    'a function that comes back for triggers',
    'DROP FUNCTION stamp(); CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;',
  );
  valid(
    'one that is made again in the same transaction',
    `BEGIN; DROP FUNCTION total(integer); CREATE FUNCTION public.total(n int4) RETURNS bigint ${body}; COMMIT;`,
    { history },
  );
  valid(
    'one whose new arguments have defaults, or take what the old ones were',
    `DROP FUNCTION total; CREATE FUNCTION total(n bigint, round boolean DEFAULT false) RETURNS int ${body};`,
    inTransaction,
  );
  valid(
    'a replacement that was made before',
    `CREATE FUNCTION total(n int, VARIADIC more int[]) RETURNS int ${body}; DROP FUNCTION total(int);`,
    { history },
  );
  valid(
    'another one in its place',
    'DROP FUNCTION total(int); ALTER FUNCTION total_new(int) RENAME TO total;',
    inTransaction,
  );
  valid(
    'an aggregate that is defined again',
    'DROP AGGREGATE sums(int); CREATE AGGREGATE sums(int) (sfunc = int4pl, stype = int);',
    inTransaction,
  );
  valid(
    'IF EXISTS of what no migration has made, before its CREATE',
    `DROP FUNCTION IF EXISTS fresh(int); CREATE FUNCTION fresh(n int) RETURNS int ${body};`,
  );
  valid('IF EXISTS of other arguments than there are', 'DROP FUNCTION IF EXISTS total(), total(text, text);', {
    history,
  });
  valid('other drops', 'DROP TYPE total; DROP TRIGGER total ON orders;', { history });
  valid(
    'a function body',
    'CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DROP FUNCTION total(int); END $$;',
    { history },
  );

  invalid('a function', {
    sql: 'DROP FUNCTION «total»(int);',
    history,
    message: 'drops',
    severity: 'warning',
    output: null,
  });
  invalid('a procedure, by other words', {
    sql: 'drop procedure if exists «public.clean»; DROP ROUTINE «lost»(text); DROP AGGREGATE «sums»(int);',
    history,
    message: 'drops',
    severity: 'warning',
    output: null,
  });
  invalid('each of several', {
    sql: 'DROP FUNCTION «total»(int), touch(), «other»;',
    history,
    message: ['drops', 'drops'],
    output: null,
  });
  invalid('a function that may be there', {
    sql: 'DROP FUNCTION IF EXISTS «newest»(int);',
    message: 'drops',
    severity: 'info',
    output: null,
  });
  invalid('other arguments in the same file', {
    sql: `DROP FUNCTION «total»(int); CREATE FUNCTION total(n int, tax int) RETURNS int ${body};`,
    ...inTransaction,
    message: 'changes',
    severity: 'warning',
    output: null,
  });
  invalid('other arguments where only the history knows the old ones', {
    sql: `CREATE OR REPLACE FUNCTION total(n text) RETURNS int ${body};\nDROP FUNCTION «total»(int);`,
    history,
    message: 'changes',
    output: null,
  });
  invalid('a gap', {
    sql: `DROP FUNCTION «total»(int); CREATE FUNCTION total(n int) RETURNS text ${body}; DROP PROCEDURE clean; CREATE PROCEDURE clean(days int) ${body};`,
    history,
    message: 'gap',
    severity: 'info',
    output: null,
  });
  invalid('a gap behind COMMIT', {
    sql: `BEGIN; DROP FUNCTION «total»(int); COMMIT; CREATE FUNCTION total(n int) RETURNS text ${body};`,
    history,
    message: 'gap',
    output: null,
  });
  invalid('a function that this release has only replaced', {
    sql: `CREATE OR REPLACE FUNCTION total(n int) RETURNS int ${body}; DROP FUNCTION «total»(int);`,
    history,
    message: 'drops',
    output: null,
  });
});
