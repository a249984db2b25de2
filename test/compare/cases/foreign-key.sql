-- truth: hazard, because both tables are locked while it is checked
ALTER TABLE orders ADD CONSTRAINT owner FOREIGN KEY (owner_id) REFERENCES users (id);
