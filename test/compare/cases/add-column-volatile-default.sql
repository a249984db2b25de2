-- truth: hazard, because a volatile default rewrites the table
ALTER TABLE orders ADD COLUMN seen timestamptz DEFAULT clock_timestamp();
