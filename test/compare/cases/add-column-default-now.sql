-- truth: none, because now() is stable and the default is kept in the catalog: no rewrite
ALTER TABLE orders ADD COLUMN created timestamptz DEFAULT now();
