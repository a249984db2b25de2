import rule from '../../../rules/execution/no-autocommit-only-in-transaction.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-autocommit-only-in-transaction', () => {
  const { valid, invalid } = ruleTester(rule);
  const inFile = { config: { transaction: 'per-file' as const } };

  valid('VACUUM outside a transaction', 'VACUUM ANALYZE orders;');
  valid('ANALYZE and CLUSTER of a table, which may run inside one', 'BEGIN; ANALYZE orders; CLUSTER orders; COMMIT;');
  valid('VACUUM behind the COMMIT', 'BEGIN; DELETE FROM orders WHERE id = 1; COMMIT; VACUUM orders;');
  valid('VACUUM behind the ROLLBACK of the tool’s transaction', 'ROLLBACK; VACUUM orders;', inFile);
  valid('a DO block that commits, outside a transaction', 'DO $$ BEGIN DELETE FROM a WHERE b = 1; COMMIT; END $$;');
  valid('a DO block that does not commit', 'DO $$ BEGIN DELETE FROM a WHERE b = 1; END $$;', inFile);
  valid('CONCURRENTLY, which has a rule of its own', 'CREATE INDEX CONCURRENTLY i ON orders (id);', inFile);
  valid('REFRESH MATERIALIZED VIEW CONCURRENTLY', 'REFRESH MATERIALIZED VIEW CONCURRENTLY totals;', inFile);

  invalid('VACUUM behind BEGIN', {
    sql: 'BEGIN;\r\n«vacuum» full orders;\r\nCOMMIT;',
    message: 'forbidden',
    severity: 'error',
    output: null,
  });
  invalid("several in the tool's transaction", {
    sql: "«ALTER SYSTEM» SET work_mem = '8MB'; «CREATE DATABASE» shop; «REINDEX SCHEMA» public; «CLUSTER»;",
    ...inFile,
    message: 'forbidden',
    output: null,
  });
  invalid('a statement behind a comment', {
    sql: '/* all */ «VACUUM» /* of it */ (FREEZE) orders;',
    ...inFile,
    message: 'forbidden',
    output: null,
  });
  invalid('VACUUM inside a DO block', {
    sql: 'DO $$ BEGIN «VACUUM» orders; END $$;',
    message: 'forbidden',
    output: null,
  });
  invalid('a DO block that commits inside a transaction', {
    sql: 'DO $$ BEGIN DELETE FROM a WHERE b = 1; «COMMIT»; END $$;',
    ...inFile,
    message: 'commits',
    output: null,
  });
  invalid('a DO block that commits in a loop behind BEGIN', {
    sql: 'BEGIN; DO $$ BEGIN FOR i IN 1..9 LOOP DELETE FROM a WHERE b = i; «commit»; END LOOP; END $$; COMMIT;',
    message: 'commits',
    output: null,
  });
});
