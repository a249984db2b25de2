-- truth: hazard, because int to bigint rewrites
ALTER TABLE orders ALTER COLUMN total TYPE bigint;
