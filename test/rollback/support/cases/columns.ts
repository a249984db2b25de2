import { exact, lossy, never, type RollbackCase } from '../case.js';

export const columnCases: readonly RollbackCase[] = [
  lossy('ALTER TABLE orders ADD COLUMN a int, ADD COLUMN "B c" text DEFAULT 5 NOT NULL'),
  exact('ALTER TABLE orders ADD COLUMN IF NOT EXISTS note text'),
  lossy('ALTER TABLE orders ADD COLUMN a int; UPDATE orders SET a = total; ALTER TABLE orders ALTER a SET NOT NULL'),
  lossy('ALTER TABLE orders ADD COLUMN s serial'),
  lossy('ALTER TABLE logs ADD COLUMN extra int'),
  lossy('ALTER TABLE base ADD COLUMN extra2 int'),
  exact('ALTER TABLE orders ADD COLUMN z int; ALTER TABLE orders DROP COLUMN z'),
  lossy('ALTER TABLE orders DROP COLUMN placed'),
  lossy('ALTER TABLE app."Odd Name" DROP COLUMN "Mixed"'),
  lossy('ALTER TABLE orders DROP COLUMN total CASCADE', { leaves: /orders_st|publication feed/ }),
  lossy(
    'DROP VIEW cheap; DROP MATERIALIZED VIEW totals; ALTER PUBLICATION feed DROP TABLE orders; ALTER TABLE orders DROP COLUMN total',
    { leaves: /orders_st|publication feed/ },
  ),
  lossy('ALTER TABLE orders DROP COLUMN code'),
  lossy('ALTER TABLE orders DROP COLUMN note CASCADE'),
  lossy('ALTER TABLE customers DROP COLUMN email', { leaves: /public\.customers|customers\|email/ }),
  lossy('ALTER TABLE kids DROP COLUMN parent_id'),
  lossy('ALTER TABLE logs DROP COLUMN what'),
  lossy('ALTER TABLE base DROP COLUMN label'),
  lossy('ALTER TABLE two DROP COLUMN a, DROP COLUMN b', {
    history: 'CREATE TABLE two (id int, a int, b int); CREATE INDEX two_ab ON two (a, b);',
  }),
  exact('ALTER TABLE g DROP COLUMN c', {
    history: 'CREATE TABLE g (a int, b int, c int GENERATED ALWAYS AS (a + b) STORED);',
    rows: 'INSERT INTO g (a, b) VALUES (1, 2), (3, 4);',
  }),
  lossy('ALTER TABLE k DROP COLUMN id', {
    history: 'CREATE TABLE k (id serial PRIMARY KEY, v int);',
    rows: 'INSERT INTO k (v) VALUES (1), (2);',
  }),
  lossy('ALTER TABLE k DROP COLUMN id', {
    history: 'CREATE TABLE k (id int GENERATED ALWAYS AS IDENTITY (START WITH 50) PRIMARY KEY, v int);',
    rows: 'INSERT INTO k (v) VALUES (1), (2);',
  }),
  lossy('ALTER TABLE k DROP COLUMN id', {
    history: 'CREATE TABLE k (id int PRIMARY KEY, v int);',
    rows: 'INSERT INTO k VALUES (1, 1), (2, 2);',
    leaves: /k_pkey|public\.k/,
  }),
  exact('ALTER TABLE orders RENAME COLUMN note TO remark'),
  exact(
    'ALTER TABLE sw RENAME COLUMN a TO t; ALTER TABLE sw RENAME COLUMN b TO a; ALTER TABLE sw RENAME COLUMN t TO b',
    { history: 'CREATE TABLE sw (a int, b int);', want: 'lossy' },
  ),
  exact('DROP VIEW cheap; ALTER TABLE orders ALTER COLUMN note TYPE varchar(40)'),
  exact('ALTER TABLE orders ALTER note TYPE varchar(40)', {
    between: "UPDATE orders SET note = repeat('x', 35) WHERE id = 1",
    fails: true,
  }),
  exact('ALTER TABLE orders ALTER note TYPE text', {
    between: "UPDATE orders SET note = repeat('x', 35) WHERE id = 1",
    fails: true,
  }),
  exact('ALTER TABLE kids ALTER a TYPE numeric', { between: 'UPDATE kids SET a = 1.5 WHERE id = 1', fails: true }),
  exact('ALTER TABLE r ALTER a TYPE float8', {
    history: 'CREATE TABLE r (a real);',
    rows: 'INSERT INTO r VALUES (0.1), (2.5);',
  }),
  exact('ALTER TABLE r ALTER a TYPE float8', {
    history: 'CREATE TABLE r (a real);',
    rows: 'INSERT INTO r VALUES (0.1);',
    between: 'INSERT INTO r VALUES (0.123456789012345)',
    fails: true,
  }),
  exact('ALTER TABLE kids ALTER a TYPE bigint', {
    between: 'UPDATE kids SET a = 3000000000 WHERE id = 1',
    fails: true,
  }),
  exact('ALTER TABLE kids ALTER a TYPE smallint'),
  exact('ALTER TABLE kids ALTER a TYPE text'),
  exact('ALTER TABLE kids ALTER a TYPE text USING a::text'),
  lossy(
    'ALTER TABLE customers DISABLE ROW LEVEL SECURITY; DROP POLICY own ON customers; ALTER TABLE customers ALTER name TYPE text USING upper(name)',
    { want: 'impossible' },
  ),
  exact('DROP POLICY own ON customers; ALTER TABLE customers ALTER name TYPE varchar(20)'),
  lossy('DROP POLICY own ON customers; ALTER TABLE customers ALTER name TYPE varchar(2) USING name::varchar(2)'),
  exact('ALTER TABLE orders ALTER price TYPE numeric(12, 2)'),
  exact('ALTER TABLE orders ALTER price TYPE numeric(12, 4)'),
  exact('ALTER TABLE orders ALTER price TYPE numeric'),
  lossy('ALTER TABLE orders ALTER price TYPE numeric(10, 1)'),
  lossy('ALTER TABLE orders ALTER price TYPE int'),
  lossy('ALTER TABLE orders ALTER price TYPE float8'),
  lossy('DROP STATISTICS orders_st; ALTER TABLE orders ALTER placed TYPE date'),
  lossy('DROP STATISTICS orders_st; ALTER TABLE orders ALTER placed TYPE timestamptz'),
  lossy("ALTER TABLE orders ALTER placed TYPE timestamptz USING placed AT TIME ZONE 'Europe/Berlin'"),
  exact("ALTER TABLE orders ALTER placed TYPE timestamptz USING placed AT TIME ZONE 'UTC'"),
  exact('ALTER TABLE em ALTER m TYPE text', {
    history: "CREATE TYPE mm AS ENUM ('a', 'b'); CREATE TABLE em (m mm DEFAULT 'a');",
    rows: "INSERT INTO em VALUES ('a'), ('b');",
  }),
  exact('ALTER TABLE em ALTER m DROP DEFAULT, ALTER m TYPE mm USING m::mm', {
    history: "CREATE TYPE mm AS ENUM ('a', 'b'); CREATE TABLE em (m text DEFAULT 'a');",
    rows: "INSERT INTO em VALUES ('a'), ('b');",
  }),
  exact('ALTER TABLE dd ALTER m TYPE dom', {
    history: 'CREATE DOMAIN dom AS int CHECK (VALUE > 0); CREATE TABLE dd (m int);',
    rows: 'INSERT INTO dd VALUES (1);',
  }),
  lossy('ALTER TABLE tt ALTER m TYPE int USING m::int', {
    history: 'CREATE TABLE tt (m text);',
    rows: "INSERT INTO tt VALUES ('007');",
  }),
  exact('ALTER TABLE bb ALTER m DROP DEFAULT, ALTER m TYPE int USING m::int, ALTER m SET DEFAULT 1', {
    history: 'CREATE TABLE bb (m bool DEFAULT true);',
    rows: 'INSERT INTO bb VALUES (true), (false);',
  }),
  exact('ALTER TABLE jj ALTER m TYPE jsonb', {
    history: 'CREATE TABLE jj (m json);',
    rows: `INSERT INTO jj VALUES ('{"b": 1, "a" :2}');`,
    want: 'lossy',
  }),
  exact('ALTER TABLE ar ALTER m TYPE bigint[]', {
    history: 'CREATE TABLE ar (m int[]);',
    rows: "INSERT INTO ar VALUES ('{1,2}');",
  }),
  exact('ALTER TABLE ii ALTER id TYPE bigint', {
    history: 'CREATE TABLE ii (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY);',
    rows: 'INSERT INTO ii DEFAULT VALUES;',
  }),
  exact('ALTER TABLE ii ALTER id TYPE bigint', {
    history: 'CREATE TABLE ii (id serial PRIMARY KEY);',
    rows: 'INSERT INTO ii DEFAULT VALUES;',
  }),
  exact('ALTER TABLE pr ALTER m TYPE varchar(9) COLLATE "C"', { history: 'CREATE TABLE pr (m varchar(9));' }),
  exact('ALTER TABLE logs ALTER what TYPE varchar(100)'),
  exact("ALTER TABLE orders ALTER note SET DEFAULT 'other'"),
  exact('ALTER TABLE orders ALTER note DROP DEFAULT, ALTER id DROP DEFAULT'),
  exact('ALTER TABLE sn RENAME TO sn2; ALTER TABLE sn2 ALTER id DROP DEFAULT', {
    history: 'CREATE TABLE sn (id serial);',
  }),
  exact('ALTER TABLE sn2 ALTER id DROP DEFAULT', {
    history: 'CREATE TABLE sn (id serial); ALTER TABLE sn RENAME TO sn2;',
  }),
  exact('ALTER TABLE orders ALTER note SET NOT NULL'),
  exact('ALTER TABLE orders ALTER id SET NOT NULL'),
  exact('ALTER TABLE customers ALTER email DROP NOT NULL', {
    history: 'CREATE TABLE customers (email text NOT NULL);',
  }),
  exact('ALTER TABLE customers ALTER email DROP NOT NULL', {
    history: 'CREATE TABLE customers (id int, email text NOT NULL);',
    rows: "INSERT INTO customers VALUES (1, 'a');",
    between: 'INSERT INTO customers VALUES (2)',
    fails: true,
  }),
  exact('ALTER TABLE logs ALTER day DROP NOT NULL', {
    history:
      'CREATE TABLE logs (id int, day date NOT NULL) PARTITION BY RANGE (day); CREATE TABLE logs_a PARTITION OF logs DEFAULT;',
  }),
  exact('ALTER TABLE app."Odd Name" ALTER plain SET NOT NULL, ALTER plain ADD GENERATED BY DEFAULT AS IDENTITY', {
    leaves: /^$/,
  }),
  exact('ALTER TABLE customers ALTER id DROP IDENTITY'),
  exact('ALTER TABLE ii ALTER id DROP IDENTITY', {
    history:
      'CREATE TABLE ii (id int GENERATED BY DEFAULT AS IDENTITY (START WITH 100 INCREMENT BY 10 CACHE 5) PRIMARY KEY, b int);',
    rows: 'INSERT INTO ii (b) VALUES (1);',
  }),
  exact('ALTER TABLE customers ALTER id SET GENERATED BY DEFAULT'),
  exact('ALTER TABLE customers ALTER id SET INCREMENT BY 10 SET CACHE 7'),
  never('ALTER TABLE customers ALTER id RESTART WITH 1000'),
  exact('ALTER TABLE orders ALTER note SET STATISTICS 100, ALTER total SET STATISTICS 7'),
  exact('ALTER TABLE orders ALTER note SET STORAGE PLAIN, ALTER code SET STORAGE MAIN'),
  exact('ALTER TABLE orders ALTER total SET (n_distinct = 99), ALTER total SET (n_distinct_inherited = -0.5)'),
  exact('ALTER TABLE orders ALTER total RESET (n_distinct)'),
  exact('ALTER TABLE orders ALTER note SET COMPRESSION pglz'),
  never('ALTER TABLE g ALTER c DROP EXPRESSION', {
    history: 'CREATE TABLE g (a int, b int, c int GENERATED ALWAYS AS (a + b) STORED);',
    rows: 'INSERT INTO g (a, b) VALUES (1, 2);',
  }),
];
