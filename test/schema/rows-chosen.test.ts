import assert from 'node:assert/strict';
import { applyDocument } from '../../server/src/analysis/replay.js';
import { rowsChosen, type RowsChosen, rowsMerged } from '../../server/src/schema/rows-chosen.js';
import { SchemaState } from '../../server/src/schema/state.js';
import { parseDocument } from '../../server/src/sql/parse.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';

/** Their keys are known; that of things and of logs is not. */
const history = `
  CREATE TABLE tenants (id int PRIMARY KEY, slug text UNIQUE, name text);
  CREATE TABLE orders (
    id bigint PRIMARY KEY, tenant_id int NOT NULL, no int, ref uuid, email text UNIQUE, state text, active boolean,
    parent_id bigint, placed_at timestamptz, total numeric, UNIQUE (tenant_id, no)
  );
  CREATE UNIQUE INDEX orders_open ON orders (ref) WHERE state = 'open';
  CREATE TABLE codes (code text PRIMARY KEY, label text);
  ALTER TABLE things ADD COLUMN seen boolean;
`;

describe('rows that a statement chooses', () => {
  before(initParser);

  function chosen(sql: string): RowsChosen {
    const before = new SchemaState();
    applyDocument(parseDocument(history), before, [], '0001_a.sql');
    const [statement] = parseDocument(sql).statements;
    assert.ok(statement && !statement.parsed.problem, sql);
    const { actions, embedded } = statement.parsed;
    const inBlock = embedded.length > 0;
    for (const action of inBlock ? embedded.flatMap(({ parsed }) => parsed.actions) : actions) {
      if (action.kind === 'merge') return rowsMerged(action, before, inBlock);
      if (action.kind === 'update' || action.kind === 'delete') return rowsChosen(action.rows, before, inBlock);
    }
    throw new Error(`no write in ${sql}`);
  }

  function gives(expected: RowsChosen, cases: readonly string[]): void {
    for (const sql of cases) it(`${expected}: ${sql}`, () => assert.equal(chosen(sql), expected));
  }

  gives('few', [
    // By a key.
    'UPDATE orders SET total = 0 WHERE id = 5',
    'UPDATE orders SET total = 0 WHERE 5 = id',
    'UPDATE orders o SET total = 0 WHERE o.id = $1 AND state = $2',
    'UPDATE public.orders SET total = 0 WHERE orders.id = 5::bigint',
    "DELETE FROM orders WHERE email = 'a@b.c'",
    "DELETE FROM codes WHERE code IN ('a', 'b', 'c')",
    "DELETE FROM orders WHERE id = ANY ('{1,2,3}')",
    'DELETE FROM orders WHERE id = ANY (ARRAY[1, 2]::bigint[])',
    'DELETE FROM orders WHERE id = ANY ($1)',
    'DELETE FROM orders WHERE tenant_id = 1 AND no = 7',
    'DELETE FROM orders WHERE (tenant_id, no) = (1, 7)',
    'DELETE FROM orders WHERE (tenant_id, no) IN ((1, 7), (1, 8))',
    "DELETE FROM orders WHERE id::text = '5'",
    "DELETE FROM orders WHERE id = current_setting('app.id')::bigint",
    'DELETE FROM orders WHERE id IS NOT DISTINCT FROM 5',
    'DELETE FROM things WHERE id = 5',
    "DELETE FROM things WHERE thing_id = '5'",
    'DELETE FROM logs WHERE id IN (1, 2)',
    'DELETE FROM orders WHERE id = :id',
    // A part of a key that is bounded.
    'UPDATE orders SET total = 0 WHERE id BETWEEN 1 AND 10000',
    'UPDATE orders SET total = 0 WHERE id > 10000 AND id <= 20000',
    'UPDATE orders SET total = 0 WHERE 10000 < id AND 20000 >= id',
    'UPDATE orders SET total = 0 WHERE id >= $1 AND id < $2 AND total IS NULL',
    'UPDATE orders SET total = 0 WHERE tenant_id = 3 AND no BETWEEN 1 AND 100',
    'UPDATE things SET seen = true WHERE id BETWEEN 1 AND 500',
    'UPDATE orders SET total = 0 WHERE (tenant_id, no) > ($1, $2) AND (tenant_id, no) <= ($3, $4)',
    'UPDATE things SET seen = true WHERE (day, id) > ($1, $2) AND (day, id) <= ($3, $4)',
    "UPDATE orders SET total = 0 WHERE ctid >= '(0,0)' AND ctid < '(1000,0)'",
    'UPDATE orders SET total = 0 WHERE CURRENT OF cur',
    // Batches.
    'UPDATE orders SET total = 0 WHERE id IN (SELECT id FROM orders WHERE total IS NULL ORDER BY id LIMIT 1000)',
    'UPDATE orders SET total = 0 WHERE id IN (SELECT id FROM orders WHERE total IS NULL FETCH FIRST 1000 ROWS ONLY)',
    'UPDATE orders SET total = 0 WHERE id = ANY (ARRAY(SELECT id FROM orders WHERE total IS NULL LIMIT 1000))',
    'DELETE FROM orders WHERE ctid IN (SELECT ctid FROM orders LIMIT 1000)',
    'DELETE FROM orders WHERE ctid = ANY (ARRAY(SELECT ctid FROM orders LIMIT 1000))',
    'DELETE FROM logs WHERE line IN (SELECT line FROM logs ORDER BY line LIMIT 1000)',
    'WITH batch AS (SELECT id FROM orders WHERE total IS NULL LIMIT 1000 FOR UPDATE SKIP LOCKED) UPDATE orders SET total = 0 FROM batch WHERE orders.id = batch.id',
    'WITH batch AS (SELECT id FROM orders LIMIT 10) UPDATE orders o SET total = 0 WHERE o.id IN (SELECT id FROM batch)',
    'WITH batch AS (SELECT id FROM orders LIMIT 10) UPDATE orders o SET total = 0 WHERE EXISTS (SELECT 1 FROM batch b WHERE b.id = o.id)',
    'WITH batch AS (SELECT line FROM logs LIMIT 10) UPDATE logs SET seen = true FROM batch WHERE logs.line = batch.line',
    'UPDATE orders SET total = b.total FROM (SELECT id, total FROM orders LIMIT 100) b WHERE orders.id = b.id',
    'UPDATE orders SET total = v.total FROM (VALUES (1, 2.0), (2, 3.0)) AS v (id, total) WHERE v.id = orders.id',
    'DELETE FROM orders o USING unnest($1::bigint[]) AS gone (id) WHERE o.id = gone.id',
    'WITH gone AS (DELETE FROM orders WHERE id IN (SELECT id FROM orders LIMIT 100) RETURNING *) INSERT INTO archive SELECT * FROM gone',
    'WITH gone AS (DELETE FROM orders WHERE id = 5 RETURNING id) DELETE FROM things USING gone WHERE things.id = gone.id',
    'DELETE FROM orders WHERE (tenant_id, no) IN (SELECT tenant_id, no FROM orders LIMIT 10)',
    // One value of a query, and rows of another table that are few.
    'DELETE FROM orders WHERE id = (SELECT max(id) FROM orders)',
    "DELETE FROM tenants WHERE id IN (SELECT id FROM tenants WHERE slug = 'a')",
    "UPDATE orders SET total = 0 FROM tenants t WHERE orders.id = t.id AND t.slug = 'a'",
    // Each arm of OR.
    "DELETE FROM orders WHERE id = 5 OR email = 'a@b.c'",
    'DELETE FROM orders WHERE (id BETWEEN 1 AND 10 OR id BETWEEN 100 AND 110) AND total = 0',
    'DELETE FROM orders WHERE false',
    // A variable.
    'DO $$ DECLARE r record; BEGIN FOR r IN SELECT id FROM orders LOOP UPDATE orders SET total = 0 WHERE id = r.id; END LOOP; END $$',
    'DO $$ DECLARE low int := 0; BEGIN UPDATE orders SET total = 0 WHERE id > low AND id <= low + 1000; END $$',
    'DO $$ DECLARE ids int[]; BEGIN DELETE FROM orders WHERE id = ANY (ids); END $$',
    'MERGE INTO orders USING (VALUES (1, 2)) AS v (id, total) ON orders.id = v.id WHEN MATCHED THEN UPDATE SET total = v.total',
    'MERGE INTO orders USING tenants t ON orders.id = t.id AND orders.id = 5 WHEN MATCHED THEN DELETE',
  ]);

  gives('some', [
    'DELETE FROM orders WHERE tenant_id = 5',
    "DELETE FROM orders WHERE state = 'open'",
    "DELETE FROM orders WHERE state IN ('open', 'paid')",
    "DELETE FROM orders WHERE ref = '00000000-0000-0000-0000-000000000000'",
    "DELETE FROM orders WHERE lower(state) = 'open'",
    "DELETE FROM things WHERE path = '/a' OR name = 'b'",
    "DELETE FROM things WHERE data->>'id' IN ('1', '2')",
    "DELETE FROM orders WHERE tenant_id = (SELECT id FROM tenants WHERE slug = 'a')",
    "DELETE FROM orders WHERE tenant_id IN (SELECT id FROM tenants WHERE slug = 'a')",
    'DELETE FROM orders WHERE tenant_id IN (SELECT id FROM tenants LIMIT 10)',
    "DELETE FROM orders WHERE id = 5 OR state = 'open'",
    "DELETE FROM orders WHERE no = 7 AND placed_at > '2020-01-01'",
    'DO $$ DECLARE r record; BEGIN FOR r IN SELECT id FROM tenants LOOP DELETE FROM orders WHERE tenant_id = r.id; END LOOP; END $$',
  ]);

  gives('many', [
    'DELETE FROM orders WHERE NOT (id = 5)',
    'DELETE FROM orders WHERE id <> 5',
    'DELETE FROM orders WHERE id NOT IN (1, 2)',
    'DELETE FROM orders WHERE id <> ALL (ARRAY[1, 2])',
    'DELETE FROM orders WHERE NOT EXISTS (SELECT 1 FROM tenants t WHERE t.id = orders.tenant_id)',
    'DELETE FROM orders WHERE id = 5 OR total IS NULL',
    'DELETE FROM orders WHERE id > 5',
    'DELETE FROM orders WHERE id > 5 AND total < 10',
    'DELETE FROM orders WHERE id > 5 AND id > 7',
    'DELETE FROM orders WHERE (tenant_id, no) > (1, 2)',
    'DELETE FROM orders WHERE id BETWEEN 1 AND 10000000',
    "DELETE FROM orders WHERE placed_at BETWEEN '2020-01-01' AND '2021-01-01'",
    "DELETE FROM orders WHERE placed_at >= '2020-01-01' AND placed_at < '2021-01-01'",
    "DELETE FROM orders WHERE placed_at < '2020-01-01'",
    "DELETE FROM orders WHERE email LIKE 'a%'",
    'DELETE FROM orders WHERE total IS NULL',
    'DELETE FROM orders WHERE active',
    'DELETE FROM orders WHERE active = true',
    'DELETE FROM orders WHERE id = parent_id',
    'DELETE FROM orders WHERE id IN (SELECT order_id FROM cancelled)',
    "DELETE FROM orders WHERE tenant_id IN (SELECT id FROM tenants WHERE name = 'x')",
    "DELETE FROM big WHERE reg_id IN (SELECT id FROM reg WHERE name LIKE 'T%')",
    'DELETE FROM orders WHERE id IN (SELECT id FROM orders WHERE total IS NULL)',
    'DELETE FROM orders WHERE id IN (SELECT id FROM orders LIMIT ALL)',
    'DELETE FROM orders WHERE id IN (SELECT id FROM orders WHERE tenant_id IN (SELECT id FROM tenants LIMIT 1))',
    'DELETE FROM orders WHERE id = (SELECT id FROM orders o WHERE o.tenant_id = orders.tenant_id ORDER BY id LIMIT 1)',
    'DELETE FROM orders WHERE ctid IN (SELECT ctid FROM orders WHERE total IS NULL)',
    'UPDATE orders o SET total = i.total FROM invoices i WHERE i.order_id = o.id',
    "UPDATE orders o SET total = 0 FROM tenants t WHERE t.id = o.tenant_id AND t.name LIKE 'a%'",
    'UPDATE orders SET total = (SELECT total FROM invoices LIMIT 1) WHERE total IS NULL',
    'DO $$ BEGIN DELETE FROM orders WHERE id = parent_id; END $$',
    'MERGE INTO orders o USING carts c ON c.id = o.id WHEN MATCHED THEN UPDATE SET total = 1',
    'MERGE INTO orders o USING carts c ON c.id = o.id AND o.id = 5 WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT (id) VALUES (c.id)',
    'WITH RECURSIVE below AS (SELECT id FROM orders WHERE id = 1 UNION ALL SELECT o.id FROM orders o JOIN below b ON o.parent_id = b.id) DELETE FROM orders USING below WHERE orders.id = below.id',
  ]);

  gives('every', [
    'DELETE FROM orders',
    'UPDATE orders SET total = 0 WHERE true',
    'UPDATE orders SET total = 0 WHERE (1 = 1)',
    "UPDATE orders SET total = 0 WHERE 't'::boolean",
    'UPDATE orders SET total = 0 WHERE NOT false',
    'UPDATE orders SET total = 0 WHERE true OR id = 5',
    'UPDATE orders SET total = 0 WHERE id IS NOT NULL',
    // The table itself is not joined.
    'UPDATE orders SET total = 0 FROM orders o, invoices i WHERE i.order_id = o.id',
    "UPDATE orders SET total = 0 FROM tenants t WHERE t.slug = 'a'",
    'WITH gone AS (DELETE FROM orders RETURNING *) INSERT INTO archive SELECT * FROM gone',
  ]);
});
