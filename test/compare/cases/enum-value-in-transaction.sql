-- truth: hazard, because the value cannot be used before COMMIT
BEGIN;
ALTER TYPE mood ADD VALUE 'new';
UPDATE orders SET mood = 'new' WHERE id = 1;
COMMIT;
