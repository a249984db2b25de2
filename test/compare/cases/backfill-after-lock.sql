-- truth: hazard, because the rows are changed under ACCESS EXCLUSIVE
BEGIN;
ALTER TABLE orders ADD COLUMN currency text;
UPDATE orders SET currency = 'EUR';
COMMIT;
