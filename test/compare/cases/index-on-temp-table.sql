-- truth: none, because nobody else sees a temporary table
CREATE TEMP TABLE parcels (id bigint, code text);
CREATE INDEX parcels_code_idx ON parcels (code);
