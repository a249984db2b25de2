-- truth: none, because it runs beside reads and writes
CREATE INDEX CONCURRENTLY orders_code_idx ON orders (code);
