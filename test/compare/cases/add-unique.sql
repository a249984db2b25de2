-- truth: hazard, because the index is built under ACCESS EXCLUSIVE
ALTER TABLE orders ADD CONSTRAINT orders_code_key UNIQUE (code);
