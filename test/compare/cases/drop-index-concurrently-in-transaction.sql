-- truth: hazard, because PostgreSQL refuses it
BEGIN;
DROP INDEX CONCURRENTLY orders_code_idx;
COMMIT;
