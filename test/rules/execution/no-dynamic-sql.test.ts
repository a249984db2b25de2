import rule from '../../../rules/execution/no-dynamic-sql.js';
import { unknownSql } from '../../../server/src/sql/script-marks.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-dynamic-sql', () => {
  const { valid, invalid } = ruleTester(rule);

  valid('a DO block with static SQL', 'DO $$ BEGIN DELETE FROM a WHERE b = 1; PERFORM 1; END $$;');
  valid('a constant string, which is read', "DO $$ BEGIN EXECUTE 'DELETE FROM a WHERE b = 1'; END $$;");
  valid(
    'a function, which runs for whoever calls it',
    "CREATE FUNCTION f(t text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'DELETE FROM ' || t; END $$;",
  );
  valid('a prepared statement', 'PREPARE p AS SELECT 1; EXECUTE p;');
  valid('a trigger', 'CREATE TRIGGER x BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION f();');

  invalid('EXECUTE of a string that is put together', {
    sql: "DO $$ DECLARE t text; BEGIN FOR t IN SELECT relname FROM pg_class LOOP «EXECUTE 'ANALYZE ' || t»; END LOOP; END $$;",
    message: 'now',
    severity: 'info',
    output: null,
  });
  invalid('EXECUTE format(), twice', {
    sql: "do $x$ begin\r\n«execute format('drop table %I', 'a' || 'b')»;\r\n«execute f()»;\r\nend $x$;",
    message: ['now', 'now'],
    output: null,
  });

  // What the script of a migration in code has for what nobody can read.
  const unread = (isOfRows: boolean): string => unknownSql({ reason: "what it's for", isOfRows }).slice(0, -1);
  invalid('code that is not known', { sql: `«${unread(false)}»;`, message: 'unread', output: null });
  invalid('code that changes rows', { sql: `«${unread(true)}»;`, message: 'rows', output: null });
  valid('a string of its own', "SELECT 'airlock_unknown: x';");
});
