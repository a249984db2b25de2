import assert from 'node:assert/strict';
import { wantedOf } from '../../server/src/references/wanted.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { look, usesOf } from './support.js';

const dropTable = 'DROP TABLE orders;';

describe('uses of other objects', () => {
  before(initParser);

  const finds = (
    title: string,
    sql: string,
    files: Readonly<Record<string, string>>,
    expected: readonly string[],
  ): void => void it(title, () => assert.deepEqual(usesOf(sql, files), expected));

  finds(
    'a table: none in words, other tables and columns of its name',
    dropTable,
    {
      'a.ts': "const orders = []; orders.push(1); t('orders'); const s = 'Your orders are here';",
      'b.ts': "db.query('SELECT orders FROM audit_entries'); db.query('SELECT 1 FROM orders_archive');",
      'c.sql': 'CREATE TABLE orders (id int);',
    },
    [],
  );
  finds(
    'a table: queries, models and what is called with its name',
    dropTable,
    {
      'a.ts': "db.query('SELECT * FROM orders JOIN customers USING (id)');",
      'b.ts': "knex('orders').select('*'); supabase.from('orders');",
      'schema.prisma': 'model Order {\n  id Int @id\n  @@map("orders")\n}\n',
      'c.ts': 'await prisma.order.findMany();',
      'd.rb': 'class Order < ApplicationRecord\nend\n',
      'e.rb': 'Order.find(1)\n',
      'f.sql': 'SELECT count(*) FROM public.orders;',
    },
    [
      'a.ts:1 certain SQL string',
      'b.ts:1 certain SQL string',
      'c.ts:1 certain identifier',
      'd.rb:1 certain model',
      'f.sql:1 certain SQL string',
      'schema.prisma:1 certain model',
      'e.rb:1 likely identifier',
    ],
  );
  finds(
    'a function: none where code has one of its name',
    'DROP FUNCTION order_total(bigint);',
    { 'a.py': 'def order_total(x):\n    return order_total(x)\n', 'b.ts': "log('order_total');" },
    [],
  );
  finds(
    'a function: calls in SQL and by its name',
    'DROP FUNCTION order_total(bigint);',
    {
      'a.ts': "db.query('SELECT order_total(id) FROM customers');",
      'b.ts': "supabase.rpc('order_total', { x });",
      'c.py': 'session.execute(select(func.order_total(1)))',
    },
    ['a.ts:1 certain SQL string', 'b.ts:1 certain SQL string', 'c.py:1 certain identifier'],
  );
  finds(
    'a value of an enum: none for the word by itself',
    "ALTER TYPE order_status RENAME VALUE 'open' TO 'started';",
    { 'a.ts': "fs.open('x'); const x = 'open'; dialog({ mode: 'open' });" },
    [],
  );
  finds(
    'a value of an enum: in its type, with its column, in SQL',
    "ALTER TYPE order_status RENAME VALUE 'open' TO 'started';",
    {
      'a.ts': "export const orderStatus = pgEnum('order_status', ['open', 'paid']);",
      'schema.prisma': 'enum OrderStatus {\n  OPEN @map("open")\n  PAID @map("paid")\n  @@map("order_status")\n}\n',
      'b.ts': "if (order.state === 'open') go();",
      'c.ts': 'go(OrderStatus.OPEN);',
      'd.ts': "db.query(`SELECT id FROM orders WHERE state = 'open'`);",
    },
    [
      'a.ts:1 certain model',
      'd.ts:1 certain SQL string',
      'schema.prisma:2 certain model',
      'b.ts:1 likely identifier',
      'c.ts:1 likely identifier',
    ],
  );
  finds(
    'an index: the queries that begin with its first column, and no others',
    'DROP INDEX orders_customer;',
    {
      'a.ts': "db.query('SELECT id FROM orders WHERE customer_id = $1 AND status = $2');",
      'b.ts': "db.query('SELECT id FROM orders ORDER BY customer_id');",
      'c.ts': "db.query('SELECT c.id FROM customers c JOIN orders o ON o.customer_id = c.id');",
      'd.ts': "db.query('SELECT customer_id FROM orders WHERE status = $1');",
      'e.ts': "db.query('SELECT id FROM orders WHERE customer_id <> $1');",
      'f.ts': "db.query('SELECT id FROM audit_entries WHERE customer_id = $1');",
      'g.ts': "db.query('SELECT id FROM orders WHERE status = $1 ORDER BY status, customer_id');",
      'h.ts': "db.query('SELECT id FROM orders WHERE lower(customer_id) = $1');",
      'i.ts': "db.query('DELETE FROM orders WHERE customer_id IN (1, 2)');",
    },
    [
      'a.ts:1 certain SQL string',
      'b.ts:1 certain SQL string',
      'c.ts:1 certain SQL string',
      'i.ts:1 certain SQL string',
    ],
  );

  it('says of a new index which queries it serves, and nothing where it finds none', () => {
    const made = 'CREATE INDEX orders_code ON orders (legacy_code);';
    const say = (files: Readonly<Record<string, string>>, sql = made): string =>
      look(sql, files)
        .analysis.findings.map(({ advice }) => advice)
        .join('\n');
    assert.match(
      say({ 'a.ts': "db.query('SELECT id FROM orders WHERE legacy_code = $1');" }),
      /1 query in the code finds or orders rows by orders\.legacy_code: a\.ts:1 \(SQL string\)\./,
    );
    assert.doesNotMatch(say({ 'a.ts': 'x;' }), /[Qq]uery|queries/);
  });

  it('looks for no index of a table or a column whose name the tool puts in', () => {
    for (const sql of ['CREATE INDEX i ON ${jobs} (state);', 'CREATE INDEX i ON orders (${column});'])
      assert.deepEqual([...wantedOf(look(sql, {}).analysis).values()], []);
  });

  it('says nothing where no code is there, and of a migration that is applied', () => {
    assert.doesNotMatch(JSON.stringify(look(dropTable, {}).analysis.findings.map(({ advice }) => advice)), /No use/);
  });
});
