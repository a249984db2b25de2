-- Fails on the first row that is there: no default says what the old orders get.
ALTER TABLE orders ADD COLUMN delivery_notes text NOT NULL;
