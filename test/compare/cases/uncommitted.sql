-- truth: hazard, because everything is rolled back at the end of the file
BEGIN;
ALTER TABLE orders ADD COLUMN note text;
