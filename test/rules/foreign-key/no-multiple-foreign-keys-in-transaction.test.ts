import rule from '../../../rules/foreign-key/no-multiple-foreign-keys-in-transaction.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-multiple-foreign-keys-in-transaction', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = [
    'CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY); CREATE TABLE c (id int PRIMARY KEY, a_id int, b_id int);',
  ];
  const toA = 'ALTER TABLE c ADD FOREIGN KEY (a_id) REFERENCES a NOT VALID;';
  const toB = 'ALTER TABLE c ADD FOREIGN KEY (b_id) REFERENCES b NOT VALID;';

  valid('statements that each commit', `${toA} ${toB}`, { history });
  valid('two transactions', `BEGIN; ${toA} COMMIT; BEGIN; ${toB} COMMIT;`, { history });
  valid(
    'two keys to one table',
    'BEGIN; ALTER TABLE c ADD FOREIGN KEY (a_id) REFERENCES a NOT VALID; ALTER TABLE c ADD FOREIGN KEY (b_id) REFERENCES public.a NOT VALID; COMMIT;',
    { history },
  );
  valid('one new table with two keys', 'CREATE TABLE d (a_id int REFERENCES a, b_id int REFERENCES b);', { history });
  valid(
    'parents made in the same file',
    'BEGIN; CREATE TABLE x (id int PRIMARY KEY); CREATE TABLE y (id int PRIMARY KEY); CREATE TABLE z (x int REFERENCES x, y int REFERENCES y); COMMIT;',
  );
  valid('a key that is taken back', `BEGIN; ${toA} ROLLBACK; BEGIN; ${toB} COMMIT;`, { history });

  invalid('two keys in one transaction', {
    sql: `BEGIN; ${toA} ALTER TABLE c ADD FOREIGN KEY (b_id) REFERENCES «b» NOT VALID; COMMIT;`,
    history,
    message: 'several',
    severity: 'warning',
    output: null,
  });
  invalid('two keys in one ALTER TABLE', {
    sql: 'alter table visits add foreign key (a_id) references a not valid, add foreign key (b_id) references «"B"» not valid;',
    history,
    message: 'several',
    severity: 'warning',
    output: null,
  });
  invalid("new tables in the tool's transaction, as information and once", {
    sql: 'CREATE TABLE d (a_id int REFERENCES a); CREATE TABLE e (b_id int REFERENCES «b»); CREATE TABLE f (b_id int REFERENCES b);',
    history,
    config: { transaction: 'per-file' },
    message: 'several',
    severity: 'info',
    output: null,
  });
  valid(
    'a parent that the transaction has locked before',
    `BEGIN; ALTER TABLE b ADD COLUMN x int; ${toA} ${toB} COMMIT;`,
    { history },
  );
  valid(
    'keys that are dropped and made again in one statement',
    'ALTER TABLE c DROP CONSTRAINT k, DROP CONSTRAINT l, ADD CONSTRAINT k FOREIGN KEY (a_id) REFERENCES a ON DELETE SET NULL, ADD CONSTRAINT l FOREIGN KEY (b_id) REFERENCES b ON DELETE SET NULL;',
    {
      history: [
        ...history,
        'ALTER TABLE c ADD CONSTRAINT k FOREIGN KEY (a_id) REFERENCES a; ALTER TABLE c ADD CONSTRAINT l FOREIGN KEY (b_id) REFERENCES b;',
      ],
    },
  );
});
