-- truth: hazard, because ADD CHECK scans under ACCESS EXCLUSIVE
ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0);
