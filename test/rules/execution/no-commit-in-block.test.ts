import rule from '../../../rules/execution/no-commit-in-block.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-commit-in-block', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = [
    'CREATE TABLE t (a int); CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN DELETE FROM t; COMMIT; END $$; CREATE PROCEDURE q() LANGUAGE plpgsql AS $$ BEGIN DELETE FROM t; END $$;',
  ];

  valid('a DO block that commits', 'DO $$ BEGIN DELETE FROM t; COMMIT; END $$;', { history });
  valid('CALL outside a transaction', 'CALL p();', { history });
  valid('CALL of a procedure that does not commit', 'BEGIN; CALL q(); COMMIT;', { history });
  valid('CALL of an unknown procedure', 'BEGIN; CALL other(); COMMIT;', { history });
  valid('CALL in a DO block outside a transaction', 'DO $$ BEGIN CALL p(); END $$;', { history });
  valid(
    'COMMIT behind the block with EXCEPTION',
    'DO $$ BEGIN BEGIN DELETE FROM t; EXCEPTION WHEN others THEN NULL; END; COMMIT; END $$;',
    { history },
  );
  valid('COMMIT in the handler', 'DO $$ BEGIN DELETE FROM t; EXCEPTION WHEN others THEN ROLLBACK; END $$;', {
    history,
  });
  valid(
    'RAISE EXCEPTION, which is no handler',
    "DO $$ BEGIN IF false THEN RAISE EXCEPTION 'no'; END IF; COMMIT; END $$;",
    { history },
  );
  valid(
    'a procedure that is replaced by one that does not commit',
    'BEGIN; CREATE OR REPLACE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN NULL; END $$; CALL p(); COMMIT;',
    { history },
  );

  invalid('CALL in a transaction', {
    sql: 'BEGIN; «CALL p»(); COMMIT;',
    history,
    message: 'call',
    severity: 'error',
    output: null,
  });
  invalid("CALL in the tool's transaction", {
    sql: '«call p»();',
    history,
    config: { transaction: 'per-file' },
    message: 'call',
    output: null,
  });
  invalid('CALL in a DO block in a transaction', {
    sql: 'BEGIN; DO $$ BEGIN «CALL p»(); END $$; COMMIT;',
    history,
    message: 'call',
    output: null,
  });
  invalid('COMMIT in a block with EXCEPTION', {
    sql: 'DO $$ BEGIN FOR i IN 1..3 LOOP DELETE FROM t; «COMMIT»; END LOOP; EXCEPTION WHEN others THEN NULL; END $$;',
    history,
    message: 'exception',
    output: null,
  });
  invalid('ROLLBACK in an inner block of a procedure', {
    sql: 'CREATE PROCEDURE r() LANGUAGE plpgsql AS $$ BEGIN BEGIN IF true THEN «rollback»; END IF; EXCEPTION WHEN others THEN NULL; END; END $$;',
    history,
    message: 'exception',
    output: null,
  });
  invalid('COMMIT in a function', {
    sql: 'CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN «COMMIT»; END $$;',
    message: 'function',
    severity: 'warning',
    output: null,
  });
});
