import rule from '../../../rules/execution/no-dynamic-sql.js';
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
});
