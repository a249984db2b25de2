-- No lock_timeout: behind one slow query all three make everybody wait.
UPDATE orders SET notes = trim(notes);
ALTER TABLE orders RENAME COLUMN notes TO remarks;
ALTER TABLE orders DROP COLUMN legacy_reference;
