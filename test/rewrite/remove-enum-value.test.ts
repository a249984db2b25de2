import assert from 'node:assert/strict';
import type { Pattern } from '../../server/src/rewrite/patterns/pattern.js';
import { rebuildEnum } from '../../server/src/rewrite/patterns/rebuild-enum.js';
import { isRefused } from '../../server/src/rewrite/plan.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { withDatabase } from '../support/pglite.js';
import { stateAfter, target16 } from '../support/schema-state.js';
import { provePattern } from './support/pattern-run.js';

const type = "CREATE TYPE payment_status AS ENUM ('open', 'paid', 'cancelled');\n";
const values = { table: 'payments', column: 'status', value: 'cancelled' };

describe('removing a value from an enum', () => {
  before(initParser);

  it('takes NOT NULL, the default and the index of the column along', async () => {
    const schema = `${type}CREATE TABLE payments (id bigint PRIMARY KEY, status payment_status NOT NULL DEFAULT 'open'::payment_status);\nCREATE INDEX payments_status_idx ON payments (status);`;
    const pattern: Pattern = { ...rebuildEnum, example: { schema, values } };
    await withDatabase(async (db) => {
      await provePattern(
        db,
        pattern,
        {
          fill: "INSERT INTO payments SELECT n, 'paid' FROM generate_series(1, 20) AS n",
          newCode: [
            'INSERT INTO payments (id) SELECT max(id) + 1 FROM payments',
            "UPDATE payments SET status = 'open'::payment_status WHERE id = 3",
          ],
        },
        18,
      );
      const { rows } = await db.query<{ of: string }>(
        "SELECT string_agg(enumlabel, ',' ORDER BY enumsortorder) AS of FROM pg_enum WHERE enumtypid = 'payment_status'::regtype",
      );
      assert.equal(rows[0]?.of, 'open,paid');
      assert.equal((await db.query("SELECT FROM pg_indexes WHERE indexname = 'payments_status_idx'")).rows.length, 1);
      await assert.rejects(db.exec("UPDATE payments SET status = 'cancelled' WHERE id = 1"), /invalid input value/);
    });
  });

  for (const [why, schema, refused] of [
    ['another column of the type', 'CREATE TABLE refunds (id int, state payment_status);', /refunds\.state/],
    ['an array of it', 'CREATE TABLE refunds (id int, states payment_status[]);', /refunds\.states/],
    ['a view', 'CREATE VIEW v AS SELECT status FROM payments;', /the view v/],
    ['a function', 'CREATE FUNCTION f(payment_status) RETURNS int LANGUAGE sql RETURN 1;', /the function f/],
  ] as const)
    it(`is refused by name: ${why}`, async () => {
      const state = await stateAfter(
        `${type}CREATE TABLE payments (id bigint PRIMARY KEY, status payment_status);\n${schema}`,
      );
      const plan = rebuildEnum.plan(values, { state, target: target16 });
      assert.ok(isRefused(plan));
      assert.match(plan.refused, refused);
    });
});
