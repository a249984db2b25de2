import rule from '../../../rules/execution/no-long-identifier.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-long-identifier', () => {
  const { valid, invalid } = ruleTester(rule);
  const a63 = 'a'.repeat(63);
  const long = `${a63}bc`;

  valid('63 bytes', `CREATE TABLE ${a63} (a int);`);
  valid('a long string', `INSERT INTO t VALUES ('${long}');`);
  valid('a long name that is only used', `DROP TABLE ${long}; SELECT 1 AS ${long};`);
  valid('a function body', `CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ CREATE TABLE ${long} (a int) $$;`);
  valid('21 characters of three bytes', `CREATE TABLE "${'é'.repeat(31)}" (a int);`);

  invalid('a table', {
    sql: `CREATE TABLE «${long}» (a int);`,
    message: 'cut',
    severity: 'warning',
    output: `CREATE TABLE ${a63} (a int);`,
  });
  invalid('a column and an index in quotes', {
    sql: `ALTER TABLE t ADD COLUMN «"A${long}"» int; CREATE INDEX «"${long}"» ON t (a);`,
    message: ['cut', 'cut'],
    output: `ALTER TABLE t ADD COLUMN "A${a63.slice(1)}" int; CREATE INDEX "${long}" ON t (a);`,
  });
  invalid('a foreign key, as information', {
    sql: `ALTER TABLE t ADD CONSTRAINT «${long}» FOREIGN KEY (a) REFERENCES u;`,
    message: 'cut',
    severity: 'info',
    output: `ALTER TABLE t ADD CONSTRAINT ${a63} FOREIGN KEY (a) REFERENCES u;`,
  });
  invalid('22 characters of three bytes', {
    sql: `ALTER TABLE t RENAME TO «"${'€'.repeat(22)}"»;`,
    message: 'cut',
    output: `ALTER TABLE t RENAME TO "${'€'.repeat(21)}";`,
  });
  invalid('two indexes that become one', {
    sql: `CREATE INDEX «${long}1» ON t (a); CREATE INDEX IF NOT EXISTS «${long}2» ON t (b);`,
    message: ['cut', 'collides'],
    output: `CREATE INDEX ${a63} ON t (a); CREATE INDEX IF NOT EXISTS ${long}2 ON t (b);`,
  });
  invalid('two columns of one table', {
    sql: `CREATE TABLE t («${long}1» int, «${long}2» int);`,
    message: ['cut', 'collides'],
    output: `CREATE TABLE t (${a63} int, ${long}2 int);`,
  });
  invalid('the same column name in two tables, which do not collide', {
    sql: `CREATE TABLE t («${long}1» int); CREATE TABLE u («${long}2» int);`,
    message: ['cut', 'cut'],
    severity: 'warning',
    output: `CREATE TABLE t (${a63} int); CREATE TABLE u (${long}2 int);`,
  });
  invalid('the name of an index, as information', {
    sql: 'CREATE INDEX CONCURRENTLY «a_name_that_a_generator_has_made_of_all_the_columns_that_are_in_the_index» ON t (a);',
    message: 'cut',
    severity: 'info',
    output: 'CREATE INDEX CONCURRENTLY a_name_that_a_generator_has_made_of_all_the_columns_that_are_in ON t (a);',
  });
});
