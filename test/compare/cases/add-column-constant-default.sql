-- truth: none, because a constant default is kept in the catalog
ALTER TABLE orders ADD COLUMN state text DEFAULT 'open';
