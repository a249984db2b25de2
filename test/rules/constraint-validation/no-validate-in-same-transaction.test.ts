import assert from 'node:assert/strict';
import rule from '../../../rules/constraint-validation/no-validate-in-same-transaction.js';
import { analyzeSql } from '../../support/analyze-sql.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-validate-in-same-transaction', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = [
    'CREATE TABLE customers (id bigint PRIMARY KEY); CREATE TABLE orders (id bigint PRIMARY KEY, total int, customer_id bigint);',
  ];
  const add = 'ALTER TABLE orders ADD CONSTRAINT c CHECK (total > 0) NOT VALID;';
  const validate = 'ALTER TABLE orders VALIDATE CONSTRAINT c;';

  valid('statements that each commit', `${add} ${validate}`, { history });
  valid('two transactions', `BEGIN; ${add} COMMIT; BEGIN; ${validate} COMMIT;`, { history });
  valid('a constraint from an earlier migration', `BEGIN; ${validate} COMMIT;`, { history: [...history, add] });
  valid('a table made in the same file', `CREATE TABLE orders (total int); BEGIN; ${add} ${validate} COMMIT;`);
  valid('a temporary table', `CREATE TEMP TABLE orders (total int); BEGIN; ${add} ${validate} COMMIT;`);
  valid('another constraint', `BEGIN; ${add} ALTER TABLE orders VALIDATE CONSTRAINT d; COMMIT;`, { history });
  valid('a constraint of another table', `BEGIN; ${add} ALTER TABLE customers VALIDATE CONSTRAINT c; COMMIT;`, {
    history,
  });
  valid('a transaction that was taken back', `BEGIN; ${add} ROLLBACK; BEGIN; ${validate} COMMIT;`, { history });

  invalid('one transaction', {
    sql: `BEGIN; ${add} ALTER TABLE orders «VALIDATE CONSTRAINT c»; COMMIT;`,
    history,
    message: 'check',
    severity: 'error',
    output: null,
  });
  invalid("the tool's transaction", {
    sql: `${add} ALTER TABLE orders «VALIDATE CONSTRAINT c»;`,
    history,
    config: { transaction: 'per-file' },
    message: 'check',
    output: null,
  });
  invalid('one ALTER TABLE', {
    sql: 'ALTER TABLE orders ADD CONSTRAINT c CHECK (total > 0) NOT VALID, «VALIDATE CONSTRAINT c»;',
    history,
    message: 'check',
    output: null,
  });
  it('names a table that refers to itself once', () => {
    const key = 'ALTER TABLE orders ADD CONSTRAINT k FOREIGN KEY (id) REFERENCES orders (id) NOT VALID;';
    const { findings } = analyzeSql(`BEGIN; ${key} ALTER TABLE orders VALIDATE CONSTRAINT k; COMMIT;`, { history });
    const found = findings.find((finding) => finding.rule === rule.meta.id);
    assert.match(found?.message ?? '', /still holds a SHARE ROW EXCLUSIVE lock on orders: VALIDATE reads/);
  });
  invalid('a foreign key without a name', {
    sql: 'BEGIN; ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers NOT VALID; ALTER TABLE orders «VALIDATE CONSTRAINT orders_customer_id_fkey»; COMMIT;',
    history,
    message: 'foreignKey',
    output: null,
  });
  invalid('a table that no migration has made, with a savepoint between', {
    sql: 'BEGIN; alter table "V" add constraint "C" check (a > 0) not valid; SAVEPOINT s; alter table "V" «validate constraint "C"»; COMMIT;',
    message: 'check',
    output: null,
  });
});
