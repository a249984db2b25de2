-- truth: none, because the table was made two lines above
CREATE TABLE parcels (id bigint PRIMARY KEY, code text);
CREATE INDEX parcels_code_idx ON parcels (code);
