-- truth: none, because the file is not one transaction
ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0) NOT VALID;

ALTER TABLE orders VALIDATE CONSTRAINT positive;
