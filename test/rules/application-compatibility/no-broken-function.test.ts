import rule from '../../../rules/application-compatibility/no-broken-function.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-broken-function', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = [
    'CREATE TABLE acc (id bigint PRIMARY KEY, org_id bigint, note text); CREATE TABLE audit (id bigint, at timestamptz);',
    'CREATE FUNCTION helper(n int) RETURNS int LANGUAGE sql AS $$ SELECT n + 1 $$;',
    'CREATE FUNCTION log_acc() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO audit (id, at) VALUES (NEW.org_id + helper(1), now()); RETURN NEW; END $$;',
    'CREATE TRIGGER acc_log AFTER INSERT OR UPDATE ON acc FOR EACH ROW EXECUTE FUNCTION log_acc();',
    'CREATE FUNCTION newest() RETURNS bigint LANGUAGE sql AS $$ SELECT max(id) FROM audit $$;',
  ];
  const replaced =
    'CREATE OR REPLACE FUNCTION log_acc() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;';

  valid('a function of a session that is over', 'ALTER TABLE acc DROP COLUMN note;', {
    history: [...history, 'CREATE FUNCTION pg_temp.once() RETURNS text LANGUAGE sql AS $$ SELECT note FROM acc $$;'],
  });
  valid(
    'the trigger of this table goes, and another table has the function, too',
    'BEGIN; ALTER TABLE one DROP COLUMN x; DROP TRIGGER t_one ON one; COMMIT;',
    {
      history: [
        'CREATE TABLE one (id int, x int); CREATE TABLE two (id int, x int); CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.x := 1; RETURN NEW; END $$; CREATE TRIGGER t_one BEFORE UPDATE ON one FOR EACH ROW EXECUTE FUNCTION touch(); CREATE TRIGGER t_two BEFORE UPDATE ON two FOR EACH ROW EXECUTE FUNCTION touch();',
      ],
    },
  );
  valid('a function with other arguments than those', 'DROP FUNCTION IF EXISTS helper();', { history });
  valid('a function that drops the table where it is there', 'DROP TABLE audit;', {
    history: [
      ...history.slice(0, 1),
      'CREATE FUNCTION clear() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DROP TABLE IF EXISTS audit; END $$;',
    ],
  });
  valid('the same where it runs now', 'SELECT clear();', {
    history: [
      ...history.slice(0, 1),
      'CREATE FUNCTION clear() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DROP TABLE IF EXISTS audit; END $$;',
    ],
  });
  valid('a column that no body names', 'ALTER TABLE acc DROP COLUMN note;', { history });
  valid('a column of the same name elsewhere', 'ALTER TABLE other DROP COLUMN org_id;', { history });
  valid('a function that was replaced before', `${replaced} ALTER TABLE acc RENAME org_id TO company_id;`, { history });
  valid(
    'a function that is replaced behind it, in one transaction',
    `BEGIN; ALTER TABLE acc RENAME org_id TO company_id; ${replaced} COMMIT;`,
    { history },
  );
  valid(
    'a function that is replaced with what it names now',
    'BEGIN; ALTER TABLE acc RENAME org_id TO company_id; CREATE OR REPLACE FUNCTION log_acc() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO audit (id, at) VALUES (NEW.company_id, now()); RETURN NEW; END $$; COMMIT;',
    { history },
  );
  valid('a trigger that has gone before', 'DROP TRIGGER acc_log ON acc; ALTER TABLE acc DROP COLUMN org_id;', {
    history,
  });
  valid(
    'a trigger that goes behind it',
    'BEGIN; ALTER TABLE acc DROP COLUMN org_id; DROP TRIGGER acc_log ON acc; COMMIT;',
    { history },
  );
  valid(
    'a function that goes in the same transaction',
    'BEGIN; ALTER TABLE audit DROP COLUMN at; DROP FUNCTION log_acc() CASCADE; COMMIT;',
    { history },
  );
  valid('the table with the trigger', 'DROP TABLE acc;', { history });
  valid(
    'a table that another one replaces',
    'BEGIN; ALTER TABLE audit RENAME TO audit_old; CREATE TABLE audit (id bigint, at timestamptz); COMMIT;',
    { history },
  );
  valid(
    'a view of the old name',
    'BEGIN; ALTER TABLE audit RENAME TO log; CREATE VIEW audit AS SELECT * FROM log; COMMIT;',
    { history },
  );
  valid('a column that comes back', 'ALTER TABLE acc DROP COLUMN org_id, ADD COLUMN org_id text;', { history });
  valid(
    'a function that is made with the same name',
    'BEGIN; DROP FUNCTION helper(int); CREATE FUNCTION helper(n int, more int DEFAULT 1) RETURNS int LANGUAGE sql AS $$ SELECT 1 $$; COMMIT;',
    { history },
  );
  valid(
    'a table of the same file',
    `CREATE TABLE fresh (a int, b int); CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS $$ SELECT count(a) FROM fresh $$; ALTER TABLE fresh DROP COLUMN a;`,
  );
  valid('a function that is dropped with the other', 'DROP FUNCTION helper, log_acc CASCADE;', { history });
  valid(
    'a body inside a function',
    'CREATE FUNCTION tidy() RETURNS void LANGUAGE plpgsql AS $$ BEGIN ALTER TABLE acc DROP COLUMN org_id; END $$;',
    { history },
  );
  valid('a disabled trigger', 'ALTER TABLE acc RENAME org_id TO company_id;', {
    history: [...history, 'ALTER TABLE acc DISABLE TRIGGER ALL;'],
  });

  invalid('a column of NEW that is renamed', {
    sql: 'ALTER TABLE acc RENAME «org_id» TO company_id;',
    history,
    message: 'breaks',
    severity: 'error',
    output: null,
  });
  invalid('a column of NEW that is dropped', {
    sql: 'ALTER TABLE acc DROP COLUMN «org_id»;',
    history,
    message: 'breaks',
    output: null,
  });
  invalid('a table that a trigger function writes', {
    sql: 'DROP TABLE «audit»;',
    history,
    message: 'breaks',
    output: null,
  });
  invalid('a column that a trigger function writes', {
    sql: 'ALTER TABLE audit DROP COLUMN «at»;',
    history,
    message: 'breaks',
    output: null,
  });
  invalid('a function that a trigger function calls', {
    sql: 'DROP FUNCTION «helper»(int);',
    history,
    message: 'breaks',
    output: null,
  });
  invalid('a function that is renamed', {
    sql: '«ALTER FUNCTION» helper(int) RENAME TO aid;',
    history,
    message: 'breaks',
    output: null,
  });
  invalid('a table that is renamed', {
    sql: 'ALTER TABLE «audit» RENAME TO log;',
    history,
    message: 'breaks',
    output: null,
  });
  invalid('a function that is replaced by one that names it still', {
    sql: `BEGIN; ALTER TABLE acc RENAME «org_id» TO company_id; CREATE OR REPLACE FUNCTION log_acc() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM NEW.org_id; RETURN NEW; END $$; COMMIT;`,
    history,
    message: 'breaks',
    output: null,
  });
  invalid('a function that is replaced in another transaction', {
    sql: `ALTER TABLE acc RENAME «org_id» TO company_id; ${replaced}`,
    history,
    message: 'gap',
    severity: 'info',
    output: null,
  });
  invalid('a table that moves', {
    sql: 'ALTER TABLE «audit» SET SCHEMA archive;',
    history,
    message: 'mayBreak',
    severity: 'warning',
    output: null,
  });
  invalid("a name that may be another table's", {
    sql: 'ALTER TABLE acc DROP COLUMN «org_id»;',
    history: [
      history[0] as string,
      'CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS $$ SELECT org_id FROM acc, others $$;',
    ],
    message: 'mayBreak',
    severity: 'warning',
    output: null,
  });
  invalid('a view that CASCADE takes, and a function that reads it', {
    sql: 'ALTER TABLE audit DROP COLUMN «at» CASCADE;',
    history: [
      history[0] as string,
      'CREATE VIEW v AS SELECT at FROM audit; CREATE FUNCTION f() RETURNS timestamptz LANGUAGE sql AS $$ SELECT at FROM v $$;',
    ],
    message: 'breaks',
    output: null,
  });
  invalid('a table in a DO block', {
    sql: 'DO $$ BEGIN ALTER TABLE acc RENAME «org_id» TO company_id; END $$;',
    history,
    message: 'breaks',
    output: null,
  });
});
