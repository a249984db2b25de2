-- truth: hazard, because the block runs now
DO $$ BEGIN ALTER TABLE orders ALTER COLUMN total TYPE bigint; END $$;
