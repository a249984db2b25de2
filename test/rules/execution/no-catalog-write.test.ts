import rule from '../../../rules/execution/no-catalog-write.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-catalog-write', () => {
  const { valid, invalid } = ruleTester(rule);

  valid('tables of the user', "UPDATE orders SET status = 'new' WHERE id = 1; DELETE FROM app.pg_index;");
  valid('a table of the user with a catalog’s name', 'DELETE FROM pg_type; DROP TABLE pg_type;', {
    history: ['CREATE TABLE pg_type (id int);'],
  });
  valid('tables that only begin as catalogs do', 'INSERT INTO pg_stat_copies VALUES (1); TRUNCATE pgmigrations;');
  valid(
    'reading',
    'SELECT * FROM pg_class; INSERT INTO copies SELECT oid FROM pg_catalog.pg_class; COPY pg_class TO STDOUT; LOCK TABLE pg_class;',
  );
  valid(
    'settings',
    "UPDATE pg_settings SET setting = 'off' WHERE name = 'jit'; UPDATE pg_catalog.pg_settings SET a = b;",
  );
  valid('a comment', "COMMENT ON TABLE orders IS 'pg_class';");

  invalid('a flag of an index', {
    sql: "UPDATE «pg_index» SET indisready = false WHERE indexrelid = 'a_idx'::regclass;",
    message: 'writes',
    severity: 'warning',
    output: null,
  });
  invalid('a value of an enum', {
    sql: "delete from «pg_catalog.pg_enum» where enumlabel = 'old';\r\nINSERT INTO «pg_enum» VALUES (1);",
    message: 'writes',
    severity: 'warning',
    output: null,
  });
  invalid('a catalog that it has no command for', {
    sql: 'TRUNCATE «pg_catalog.pg_statistic_ext_data»; ALTER TABLE «pg_catalog.pg_am» ADD COLUMN a int, ADD COLUMN b int;',
    message: 'writes',
    output: null,
  });
  invalid('a write inside a query and in a block', {
    sql: "WITH gone AS (DELETE FROM «pg_depend» RETURNING 1) SELECT 1;\nDO $$ BEGIN UPDATE «pg_class» SET relkind = 'r'; END $$;",
    message: 'writes',
    severity: 'warning',
    output: null,
  });
  invalid('a function body, as information', {
    sql: 'CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DELETE FROM «pg_proc»; END $$;',
    message: 'writes',
    severity: 'info',
    output: null,
  });
});
