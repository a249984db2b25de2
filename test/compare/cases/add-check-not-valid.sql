-- truth: none, because NOT VALID does not scan
ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0) NOT VALID;
