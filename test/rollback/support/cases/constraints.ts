import { exact, lossy, type RollbackCase } from '../case.js';

export const constraintCases: readonly RollbackCase[] = [
  exact('ALTER TABLE orders RENAME CONSTRAINT note_length TO shorter'),
  exact(
    'ALTER TABLE orders ADD CONSTRAINT big CHECK (total < 1000) NOT VALID; ALTER TABLE orders VALIDATE CONSTRAINT big',
  ),
  exact('ALTER TABLE orders ADD UNIQUE (note), ADD CHECK (price > 0)'),
  exact('ALTER TABLE kids ADD CHECK (a > 0), ADD CHECK (a < 100), ADD CHECK (a > b - 9)'),
  exact('ALTER TABLE app."Odd Name" ADD PRIMARY KEY ("Mixed")'),
  exact('ALTER TABLE kids ADD FOREIGN KEY (a) REFERENCES parents'),
  exact(
    'ALTER TABLE kids ADD CONSTRAINT fk2 FOREIGN KEY (a) REFERENCES parents (id) MATCH FULL ON UPDATE CASCADE ON DELETE SET NULL (a) DEFERRABLE NOT VALID',
  ),
  exact('ALTER TABLE kids ADD EXCLUDE USING btree (b WITH =)'),
  exact('ALTER TABLE kids ADD UNIQUE (a, b) INCLUDE (id)'),
  exact(
    'CREATE UNIQUE INDEX CONCURRENTLY code_u ON orders (note); ALTER TABLE orders ADD CONSTRAINT code_u UNIQUE USING INDEX code_u',
  ),
  exact('ALTER TABLE kids ADD CONSTRAINT kids_a_u UNIQUE USING INDEX kids_a', {
    history:
      "CREATE TABLE kids (id int, a int); CREATE UNIQUE INDEX kids_a ON kids (a); COMMENT ON INDEX kids_a IS 'x';",
  }),
  exact('ALTER TABLE kids ADD CONSTRAINT kp PRIMARY KEY USING INDEX kids_a', {
    history: 'CREATE TABLE kids (id int, a int); CREATE UNIQUE INDEX kids_a ON kids (a);',
  }),
  exact('ALTER TABLE orders VALIDATE CONSTRAINT cheap_only'),
  exact('ALTER TABLE orders DROP CONSTRAINT cheap_only'),
  exact('ALTER TABLE orders DROP CONSTRAINT note_length'),
  exact('ALTER TABLE orders DROP CONSTRAINT orders_customer_id_fkey'),
  exact('ALTER TABLE orders DROP CONSTRAINT orders_one_code'),
  exact('ALTER TABLE orders DROP CONSTRAINT orders_pkey'),
  exact('ALTER TABLE orders DROP CONSTRAINT orders_total_check'),
  exact('ALTER TABLE kids DROP CONSTRAINT kids_parent'),
  exact('ALTER TABLE parents DROP CONSTRAINT parents_pkey CASCADE'),
  exact('ALTER TABLE ranged DROP CONSTRAINT ranged_during_excl'),
  exact('ALTER TABLE base DROP CONSTRAINT base_pos'),
  exact('ALTER TABLE logs DROP CONSTRAINT logs_pkey'),
  exact('ALTER TABLE kids ALTER CONSTRAINT kids_parent NOT DEFERRABLE'),
  exact('ALTER TABLE u DROP CONSTRAINT u_a_key', {
    history: 'CREATE TABLE u (a int UNIQUE, b int);',
    rows: 'INSERT INTO u VALUES (1), (NULL), (NULL);',
    between: 'INSERT INTO u VALUES (1)',
    fails: true,
  }),
  exact('ALTER TABLE u DROP CONSTRAINT u_pkey', {
    history: 'CREATE TABLE u (a int PRIMARY KEY, b int);',
    rows: 'INSERT INTO u VALUES (1), (2);',
    between: 'INSERT INTO u VALUES (1)',
    fails: true,
  }),
  exact('ALTER TABLE kids DROP CONSTRAINT kids_parent', { between: 'INSERT INTO kids VALUES (99, 99)', fails: true }),
  exact('ALTER TABLE orders DROP CONSTRAINT orders_total_check', {
    between: 'UPDATE orders SET total = -1 WHERE id = 1',
    fails: true,
  }),
  exact('DROP INDEX customers_email2', {
    history:
      'CREATE TABLE customers (id int, email text); CREATE UNIQUE INDEX customers_email2 ON customers (lower(email));',
    rows: "INSERT INTO customers VALUES (1, 'a');",
    between: "INSERT INTO customers VALUES (2, 'A')",
    fails: true,
  }),
  exact('ALTER TABLE u DROP CONSTRAINT u_a_b_c_key', {
    history: 'CREATE TABLE u (a int, b int, c int, UNIQUE (a, b) INCLUDE (c) DEFERRABLE INITIALLY DEFERRED);',
  }),
  exact('ALTER TABLE u DROP CONSTRAINT u_a_key', {
    history: 'CREATE TABLE u (a int UNIQUE NULLS NOT DISTINCT WITH (fillfactor = 60));',
  }),
  exact('ALTER TABLE f DROP CONSTRAINT f_a_b_fkey', {
    history:
      'CREATE TABLE p (a int, b int, PRIMARY KEY (a, b)); CREATE TABLE f (a int, b int, FOREIGN KEY (a, b) REFERENCES p MATCH FULL ON DELETE CASCADE);',
  }),
  exact('ALTER TABLE o DROP CONSTRAINT o_p_fkey', {
    history:
      'CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE o (p int REFERENCES p, d int) PARTITION BY LIST (d); CREATE TABLE o1 PARTITION OF o FOR VALUES IN (1);',
  }),
  exact('ALTER TABLE o ADD FOREIGN KEY (p) REFERENCES p', {
    history:
      'CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE o (p int, d int) PARTITION BY LIST (d); CREATE TABLE o1 PARTITION OF o FOR VALUES IN (1);',
  }),
  exact(
    'CREATE INDEX CONCURRENTLY a ON orders (placed); CREATE INDEX ON orders (placed); CREATE INDEX ON orders (placed)',
  ),
  exact('CREATE INDEX ON orders (customer_id); CREATE INDEX ON orders (customer_id)', {
    history: 'CREATE TABLE orders (customer_id int); CREATE INDEX ON orders (customer_id);',
  }),
  exact('CREATE INDEX events_what ON events (what)'),
  exact('CREATE INDEX ON logs (day, what)'),
  exact(
    'CREATE INDEX le ON ONLY logs (day); CREATE INDEX le_a ON logs_a (day); ALTER INDEX le ATTACH PARTITION le_a; CREATE INDEX le_b ON logs_b (day); ALTER INDEX le ATTACH PARTITION le_b',
  ),
  exact('CREATE INDEX IF NOT EXISTS orders_note_idx ON orders (note)'),
  exact('DROP INDEX CONCURRENTLY orders_note_idx'),
  exact('DROP INDEX orders_note_idx, orders_lower'),
  exact('DROP INDEX logs_what'),
  exact('DROP INDEX customers_email'),
  exact('ALTER INDEX orders_note_idx RENAME TO other; DROP INDEX other'),
  exact('ALTER INDEX orders_pkey RENAME TO pk'),
  exact('ALTER INDEX orders_note_idx SET (fillfactor = 55)'),
  exact('ALTER INDEX orders_lower ALTER COLUMN 1 SET STATISTICS 300'),
  exact('DROP INDEX orders_x', {
    history:
      'CREATE TABLE orders (a int, b text); CREATE INDEX orders_x ON orders (b); ALTER TABLE orders RENAME COLUMN b TO c; ALTER TABLE orders RENAME TO sales;',
  }),
  exact('DROP INDEX gi', {
    history: 'CREATE TABLE j (d jsonb, a int); CREATE INDEX gi ON j USING gin (d jsonb_path_ops);',
  }),
  exact('DROP INDEX bi', {
    history: 'CREATE TABLE j (d jsonb, a int); CREATE INDEX bi ON j USING brin (a) WITH (pages_per_range = 4);',
  }),
  exact('REINDEX INDEX orders_note_idx'),
  exact('ALTER TABLE orders DROP CONSTRAINT orders_pkey, ADD CONSTRAINT orders_pkey PRIMARY KEY (id, customer_id)'),
  exact(
    'CREATE INDEX a ON orders (placed); DROP INDEX orders_note_idx; ALTER TABLE orders DROP CONSTRAINT orders_pkey',
    { config: { transaction: 'per-file' } },
  ),
  exact(
    'ALTER TABLE orders ALTER note DROP DEFAULT; ALTER TABLE customers ALTER name SET NOT NULL; DROP INDEX orders_lower',
    { config: { transaction: 'per-file' }, rows: 'DELETE FROM customers;' },
  ),
  lossy(
    'ALTER TABLE orders DROP COLUMN placed, ADD COLUMN placed date, ADD CONSTRAINT later CHECK (placed > $$2020-01-01$$)',
  ),
];
