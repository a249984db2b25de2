/**
 * What the cases find in a database and no schema holds: a role, an access method that is not heap's own, a tablespace,
 * extensions. Cases that change types of time zones expect UTC.
 */
export const surroundings = [
  'create role lt_role',
  'create access method heap2 type table handler heap_tableam_handler',
  'create extension citext',
  'create extension pg_trgm',
  'create extension btree_gist',
];
