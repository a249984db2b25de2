import assert from 'node:assert/strict';
import rule from '../../../rules/execution/no-unrestorable-trigger.js';
import { errorOf, withDatabase } from '../../support/pglite.js';
import { ruleTester } from '../../support/rule-tester.js';

const table = 'CREATE TABLE orders (id bigint PRIMARY KEY, price int, changed timestamptz);';
const stamp = `CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.changed := now(); RETURN NEW; END';`;
const trigger = (timing: string, when: string): string =>
  `CREATE TRIGGER stamp_orders ${timing} UPDATE ON orders FOR EACH ROW ${when} EXECUTE FUNCTION stamp();`;
const wholeRow = trigger('BEFORE', 'WHEN (OLD.* IS DISTINCT FROM NEW.*)');
const generated = 'ALTER TABLE orders ADD COLUMN gross int GENERATED ALWAYS AS (price * 2) STORED;';

describe('no-unrestorable-trigger', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = [table, stamp, wholeRow];

  valid('an ordinary column', 'ALTER TABLE orders ADD COLUMN gross int;', { history });
  valid('a table without triggers', generated, { history: [table] });
  valid('a trigger that names its columns', generated, {
    history: [table, stamp, trigger('BEFORE', 'WHEN (OLD.price IS DISTINCT FROM NEW.price)')],
  });
  valid('a trigger that compares the old row alone', generated, {
    history: [table, stamp, trigger('BEFORE', 'WHEN (OLD.* IS NOT NULL)')],
  });
  valid('a trigger that fires behind the row', generated, {
    history: [table, stamp, trigger('AFTER', 'WHEN (OLD.* IS DISTINCT FROM NEW.*)')],
  });
  valid('a trigger that is gone', `DROP TRIGGER stamp_orders ON orders; ${generated}`, { history });
  valid('a column that is there already', generated.replace('COLUMN', 'COLUMN IF NOT EXISTS'), {
    history: [table, stamp, generated, wholeRow.replace('BEFORE', 'AFTER')],
  });

  invalid('a stored column beside a trigger that compares whole rows', {
    sql: generated.replace('GENERATED ALWAYS AS (price * 2) STORED', '«GENERATED ALWAYS AS (price * 2) STORED»'),
    history,
    message: 'refused',
    severity: 'warning',
    output: null,
  });
  invalid('a virtual one', {
    sql: 'ALTER TABLE orders ADD COLUMN gross int «GENERATED ALWAYS AS (price * 2) VIRTUAL»;',
    config: { postgres: 18 },
    history,
    message: 'refused',
    output: null,
  });

  it('says what PostgreSQL does: the column is added, and the trigger cannot be made any more', () =>
    withDatabase(async (postgres) => {
      const drop = 'DROP TRIGGER stamp_orders ON orders';
      await postgres.exec(`${table} ${stamp} ${wholeRow} ${generated} ${drop}`);
      assert.equal((await errorOf(postgres, wholeRow)).code, '42P17');
      await postgres.exec(`${wholeRow.replace('BEFORE', 'AFTER')} ${drop}`);
      await postgres.exec(trigger('BEFORE', 'WHEN (OLD.* IS NOT NULL)'));
    }));
});
