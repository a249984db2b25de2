import rule from '../../../rules/lock-contention/no-wide-lock-window.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-wide-lock-window', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = [
    'CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY); CREATE TABLE c (id int PRIMARY KEY); CREATE TABLE d (id int PRIMARY KEY);',
  ];
  const perFile = { history, config: { transaction: 'per-file' as const } };

  valid('no transaction', 'ALTER TABLE a ADD x int; ALTER TABLE b ADD x int; ALTER TABLE c ADD x int;', { history });
  valid(
    'one table several times',
    'ALTER TABLE a ADD x int; ALTER TABLE public.a ADD y int; CREATE INDEX ON a (x);',
    perFile,
  );
  valid('a transaction for each', 'BEGIN; ALTER TABLE a ADD x int; COMMIT; BEGIN; ALTER TABLE b ADD x int; COMMIT;', {
    history,
  });
  valid(
    'new tables',
    'CREATE TABLE n (id int PRIMARY KEY REFERENCES a, o int REFERENCES b); ALTER TABLE n ADD x int; ALTER TABLE c ADD x int;',
    perFile,
  );
  valid('a foreign key, which needs both', 'ALTER TABLE a ADD FOREIGN KEY (id) REFERENCES b NOT VALID;', perFile);
  valid(
    'locks that block nothing',
    'ALTER TABLE a ADD x int; ALTER TABLE b ALTER id SET STATISTICS 9; COMMENT ON TABLE c IS $$$$;',
    perFile,
  );
  valid('tables that are dropped', 'DROP TABLE a; DROP TABLE b; DROP TABLE c;', perFile);
  valid('a table and its partition', 'ALTER TABLE p ADD x int; ALTER TABLE p1 ADD CHECK (at > now()) NOT VALID;', {
    history: [
      "CREATE TABLE p (at date) PARTITION BY RANGE (at); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');",
    ],
    config: { transaction: 'per-file' },
  });

  invalid('two tables, as information', {
    sql: 'BEGIN; ALTER TABLE a ADD x int; «ALTER TABLE» b ADD x int; COMMIT;',
    history,
    message: 'several',
    severity: 'info',
    output: null,
  });
  invalid('the second and the third, not the fourth', {
    sql: 'ALTER TABLE a ADD x int; «ALTER TABLE» b ADD x int; «CREATE INDEX» ON c (id); ALTER TABLE d ADD x int;',
    ...perFile,
    message: ['several', 'several'],
    output: null,
  });
  invalid('two at once behind one', {
    sql: 'alter table a add x int; «lock table» b, c;',
    ...perFile,
    message: 'several',
    severity: 'warning',
    output: null,
  });
  invalid('inside a DO block', {
    sql: 'DO $$ BEGIN ALTER TABLE a ADD x int; «ALTER TABLE» b ADD x int; END $$;',
    history,
    message: 'several',
    severity: 'info',
    output: null,
  });
  invalid('two tables again in the next transaction', {
    sql: 'BEGIN; ALTER TABLE a ADD x int; «ALTER TABLE» b ADD x int; COMMIT; BEGIN; ALTER TABLE c ADD x int; «ALTER TABLE» d ADD x int; COMMIT;',
    history,
    message: ['several', 'several'],
    severity: 'info',
    output: null,
  });
});
