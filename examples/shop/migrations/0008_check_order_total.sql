-- NOT VALID checks new rows from now on; 0009 proves the old ones without blocking anybody.
SET lock_timeout = '2s';
ALTER TABLE orders ADD CONSTRAINT orders_total_cents_positive CHECK (total_cents >= 0) NOT VALID;
