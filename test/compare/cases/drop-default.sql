-- truth: hazard, because INSERTs of the running code lose the default
-- history: CREATE TABLE orders (id bigint PRIMARY KEY, state text NOT NULL DEFAULT 'open');
ALTER TABLE orders ALTER COLUMN state DROP DEFAULT;
