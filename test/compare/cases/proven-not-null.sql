-- truth: none, because the validated CHECK proves it
ALTER TABLE orders ADD CONSTRAINT given CHECK (code IS NOT NULL) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT given;
ALTER TABLE orders ALTER COLUMN code SET NOT NULL;
