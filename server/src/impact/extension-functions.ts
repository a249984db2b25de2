/**
 * Functions of extensions that come with PostgreSQL and whose names are theirs alone, by volatility: read from pg_proc
 * of PostgreSQL 15 with uuid-ossp, pgcrypto, unaccent, hstore, ltree, pg_trgm and fuzzystrmatch.
 */

const volatile = `
  uuid_generate_v1 uuid_generate_v1mc uuid_generate_v4
  gen_random_bytes gen_salt pgp_pub_encrypt pgp_pub_encrypt_bytea pgp_sym_encrypt pgp_sym_encrypt_bytea
`;

const immutableOrStable = `
  uuid_generate_v3 uuid_generate_v5 uuid_nil uuid_ns_dns uuid_ns_oid uuid_ns_url uuid_ns_x500
  dearmor decrypt_iv encrypt_iv hmac pgp_key_id pgp_pub_decrypt pgp_pub_decrypt_bytea pgp_sym_decrypt
  pgp_sym_decrypt_bytea
  unaccent hstore hstore_to_json hstore_to_jsonb text2ltree ltree2text
  word_similarity strict_word_similarity show_trgm
  dmetaphone dmetaphone_alt levenshtein metaphone soundex
`;

export const volatileOfExtensions: ReadonlySet<string> = new Set(volatile.trim().split(/\s+/));

export const steadyOfExtensions: ReadonlySet<string> = new Set(immutableOrStable.trim().split(/\s+/));
