-- truth: hazard, because every write waits
CREATE INDEX orders_code_idx ON orders (code);
