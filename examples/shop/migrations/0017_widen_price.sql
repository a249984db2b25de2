SET lock_timeout = '2s';

-- Rewrites the table and its indexes while nobody can read it.
ALTER TABLE payments ALTER COLUMN amount_cents TYPE bigint;

-- Looks the same and changes only the catalog.
ALTER TABLE products ALTER COLUMN sku TYPE varchar(64);
