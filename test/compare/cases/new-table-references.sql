-- truth: none, because the table is new in the same transaction
BEGIN;
CREATE TABLE parcels (id bigint);
ALTER TABLE parcels ADD COLUMN parent bigint;
ALTER TABLE parcels ADD PRIMARY KEY (id);
COMMIT;
