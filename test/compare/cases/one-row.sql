-- truth: none, because one row is changed
UPDATE settings SET value = 'on' WHERE id = 1;
