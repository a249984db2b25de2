-- PostgreSQL refuses this: CONCURRENTLY cannot run inside a transaction.
BEGIN;
CREATE INDEX CONCURRENTLY payments_provider_idx ON payments (provider);
COMMIT;
