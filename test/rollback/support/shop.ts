/** A database with an object of most kinds, and what most kinds of objects can have besides. */
export const shop = `
  CREATE SCHEMA app;
  CREATE TYPE mood AS ENUM ('sad', 'so', 'glad');
  CREATE DOMAIN cents AS int CHECK (VALUE >= 0);
  CREATE TABLE customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email varchar(100) NOT NULL, name text);
  CREATE TABLE orders (
    id bigserial PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    total int NOT NULL DEFAULT 0 CHECK (total >= 0),
    note varchar(20) COLLATE "C" DEFAULT 'none',
    code text CONSTRAINT orders_one_code UNIQUE,
    placed timestamp,
    price numeric(10, 2),
    CONSTRAINT note_length CHECK (length(note) < 50)
  );
  CREATE INDEX orders_note_idx ON orders USING btree (note, total DESC) WHERE total > 0;
  CREATE UNIQUE INDEX orders_lower ON orders (lower(code));
  CREATE VIEW cheap AS SELECT id, total FROM orders WHERE total < 10;
  CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
  CREATE FUNCTION plus(a int, b int DEFAULT 1) RETURNS int LANGUAGE sql IMMUTABLE RETURN a + b;
  CREATE TRIGGER touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
  CREATE TABLE events (at date NOT NULL, what text) PARTITION BY RANGE (at);
  CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
  CREATE TABLE events_2025 (at date NOT NULL, what text);
  CREATE SEQUENCE ticket START 5;
  ALTER TABLE orders ADD CONSTRAINT cheap_only CHECK (total < 1000) NOT VALID;
  COMMENT ON COLUMN orders.note IS 'what the customer says';
  ALTER TABLE orders ALTER COLUMN note SET STATISTICS 50;
  CREATE TABLE app."Odd Name" ("Mixed" int, plain int);
  CREATE ROLE app_ro;
  CREATE ROLE app_rw;
  GRANT SELECT ON orders TO app_ro;
  GRANT SELECT, INSERT ON customers TO app_rw WITH GRANT OPTION;
  GRANT SELECT (email) ON customers TO app_ro;
  COMMENT ON INDEX orders_note_idx IS 'by note';
  COMMENT ON TABLE customers IS 'who buys';
  CREATE MATERIALIZED VIEW totals AS SELECT customer_id, sum(total) AS sum FROM orders GROUP BY customer_id;
  CREATE UNIQUE INDEX totals_customer ON totals (customer_id);
  GRANT SELECT ON totals TO app_ro;
  COMMENT ON MATERIALIZED VIEW totals IS 'sums';
  GRANT SELECT ON cheap TO app_ro;
  COMMENT ON VIEW cheap IS 'cheap ones';
  COMMENT ON COLUMN cheap.total IS 'in cents';
  CREATE FUNCTION label(o orders) RETURNS text LANGUAGE sql STABLE AS 'SELECT o.note';
  REVOKE EXECUTE ON FUNCTION plus(int, int) FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION plus(int, int) TO app_ro;
  COMMENT ON FUNCTION plus(int, int) IS 'adds';
  CREATE TRIGGER quiet AFTER INSERT ON customers FOR EACH ROW EXECUTE FUNCTION touch();
  ALTER TABLE customers DISABLE TRIGGER quiet;
  ALTER TABLE customers ENABLE ROW LEVEL SECURITY;
  CREATE POLICY own ON customers FOR SELECT TO app_ro USING (name IS NOT NULL);
  COMMENT ON POLICY own ON customers IS 'only named';
  CREATE STATISTICS orders_st (dependencies) ON total, placed FROM orders;
  ALTER STATISTICS orders_st SET STATISTICS 77;
  CREATE PUBLICATION feed FOR TABLE customers, orders (id, total) WHERE (total > 5) WITH (publish = 'insert');
  CREATE TYPE address AS (street text, town text);
  CREATE TYPE span AS RANGE (subtype = int4);
  CREATE DOMAIN mail AS text DEFAULT 'x@y' NOT NULL CONSTRAINT has_at CHECK (VALUE LIKE '%@%');
  CREATE AGGREGATE total_of (int) (SFUNC = int4pl, STYPE = int, INITCOND = '0');
  CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq);
  CREATE FUNCTION mood_code(mood) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
  CREATE CAST (mood AS int) WITH FUNCTION mood_code(mood);
  CREATE RULE no_delete AS ON DELETE TO app."Odd Name" DO INSTEAD NOTHING;
  CREATE SEQUENCE invoice AS int START WITH 100 INCREMENT BY 5 MINVALUE 10 MAXVALUE 100000 CACHE 3 CYCLE;
  CREATE TABLE parents (id int PRIMARY KEY);
  CREATE TABLE kids (id int PRIMARY KEY, parent_id int CONSTRAINT kids_parent REFERENCES parents DEFERRABLE INITIALLY DEFERRED, a int, b int);
  CREATE TABLE ranged (id int PRIMARY KEY, during int4range, EXCLUDE USING gist (during WITH &&));
  CREATE TABLE logs (id int, day date NOT NULL, what text, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
  CREATE INDEX logs_what ON logs (what);
  CREATE TABLE logs_a PARTITION OF logs FOR VALUES FROM ('2024-01-01') TO ('2024-07-01');
  CREATE TABLE logs_b PARTITION OF logs FOR VALUES FROM ('2024-07-01') TO ('2025-01-01');
  CREATE TABLE base (id int, label text DEFAULT 'b', CONSTRAINT base_pos CHECK (id > 0));
  CREATE TABLE derived (extra int) INHERITS (base);
  CREATE FUNCTION on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN NULL; END $$;
  CREATE FUNCTION shown() RETURNS TABLE (a int, b text) LANGUAGE sql SECURITY DEFINER SET search_path = public COST 7 AS 'SELECT 1, $$x$$';
  ALTER FUNCTION shown() STABLE;
  CREATE COLLATION plain_c (provider = libc, locale = 'C');
  CREATE TEXT SEARCH CONFIGURATION tidy (COPY = simple);
  ALTER TEXT SEARCH CONFIGURATION tidy DROP MAPPING FOR email;
  ALTER TABLE orders ALTER COLUMN note SET STORAGE EXTERNAL;
  ALTER TABLE orders ALTER COLUMN total SET (n_distinct = 50);
  ALTER TABLE orders SET (fillfactor = 90);
  ALTER TABLE customers CLUSTER ON customers_pkey;
  CREATE UNIQUE INDEX customers_email ON customers (email);
  ALTER TABLE customers REPLICA IDENTITY USING INDEX customers_email;
`;

export const shopRows = `
  INSERT INTO customers (email) SELECT 'c' || n FROM generate_series(1, 20) AS n;
  INSERT INTO orders (customer_id, total, note, code, placed, price)
    SELECT n, n, 'note ' || n, 'code' || n, '2024-01-01', n / 3.0 FROM generate_series(1, 20) AS n;
  INSERT INTO events SELECT '2024-05-05', 'x' FROM generate_series(1, 20) AS n;
  INSERT INTO app."Odd Name" SELECT n, n FROM generate_series(1, 20) AS n;
  INSERT INTO parents SELECT n FROM generate_series(1, 5) AS n;
  INSERT INTO kids SELECT n, n, n, n FROM generate_series(1, 5) AS n;
  INSERT INTO ranged VALUES (1, '[1,5)'), (2, '[5,9)');
  INSERT INTO logs SELECT n, '2024-02-02', 'w' || n FROM generate_series(1, 5) AS n;
  INSERT INTO base VALUES (1, 'one');
  INSERT INTO derived VALUES (2, 'two', 2);
  REFRESH MATERIALIZED VIEW totals;
`;
