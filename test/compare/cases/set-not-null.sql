-- truth: hazard, because it scans under ACCESS EXCLUSIVE
ALTER TABLE orders ALTER COLUMN code SET NOT NULL;
