-- truth: hazard, because an identity rewrites the table
ALTER TABLE orders ADD COLUMN n bigint GENERATED ALWAYS AS IDENTITY;
