-- truth: none, because a larger limit is a change of the catalog
CREATE TABLE parcels (id bigint PRIMARY KEY, code varchar(10));
ALTER TABLE parcels ALTER COLUMN code TYPE varchar(50);
