-- truth: hazard, because the constraint that is validated proves nothing about the column
ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT positive;
ALTER TABLE orders ALTER COLUMN code SET NOT NULL;
