/** What an extension brings that tables, indexes and expressions use, by bare names. */
export interface ExtensionMembers {
  readonly types: readonly string[];
  readonly functions: readonly string[];
  /** Operator classes that an index names. */
  readonly operatorClasses: readonly string[];
  /** The access method for which it brings the default operator classes of plain types. */
  readonly plainTypesIn?: 'gin' | 'gist';
}

function members(types: string, functions: string, operatorClasses: string): ExtensionMembers {
  const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '');
  return { types: words(types), functions: words(functions), operatorClasses: words(operatorClasses) };
}

/**
 * The extensions of PostgreSQL's contrib that migrations use, from pg_depend of PostgreSQL 15, and vector's. Functions
 * with the name of a built-in one are left out (citext's replace, pgcrypto's gen_random_uuid): a call of it means the
 * one of pg_catalog, or is not kept apart from it. Of PostGIS the types and ST_… are what everybody knows.
 */
const extensions: Readonly<Record<string, ExtensionMembers>> = {
  autoinc: members('', 'autoinc', ''),
  btree_gin: { ...members('', '', ''), plainTypesIn: 'gin' },
  btree_gist: {
    ...members('', 'cash_dist date_dist float4_dist float8_dist', ''),
    plainTypesIn: 'gist',
  },
  citext: members('citext', 'citext_cmp citext_eq citext_larger citext_smaller', 'citext_ops citext_pattern_ops'),
  cube: members('cube', 'cube cube_dim cube_distance cube_enlarge cube_inter cube_union', 'cube_ops gist_cube_ops'),
  dblink: members(
    'dblink_pkey_results',
    'dblink dblink_connect dblink_connect_u dblink_disconnect dblink_exec dblink_fetch dblink_get_result dblink_send_query',
    '',
  ),
  earthdistance: members(
    'earth',
    'earth earth_box earth_distance gc_to_sec latitude ll_to_earth longitude sec_to_gc',
    '',
  ),
  fuzzystrmatch: members(
    '',
    'difference dmetaphone dmetaphone_alt levenshtein levenshtein_less_equal metaphone soundex',
    '',
  ),
  hstore: members(
    'hstore',
    'akeys avals hstore hstore_to_array hstore_to_json hstore_to_jsonb hstore_to_matrix populate_record skeys slice svals',
    'btree_hstore_ops gin_hstore_ops gist_hstore_ops hash_hstore_ops',
  ),
  insert_username: members('', 'insert_username', ''),
  intarray: members(
    'query_int',
    'icount idx sort_asc sort_desc subarray uniq',
    'gin__int_ops gist__int_ops gist__intbig_ops',
  ),
  isn: members(
    'ean13 isbn isbn13 ismn ismn13 issn issn13 upc',
    'is_valid isn_weak make_valid',
    'ean13_ops isbn13_ops isbn_ops',
  ),
  lo: members('lo', 'lo_manage lo_oid', ''),
  ltree: members(
    'lquery ltree ltxtquery',
    'lca ltree2text nlevel subltree subpath text2ltree',
    'gist__ltree_ops gist_ltree_ops ltree_ops',
  ),
  moddatetime: members('', 'moddatetime', ''),
  pg_trgm: members(
    '',
    'set_limit show_limit show_trgm similarity strict_word_similarity word_similarity',
    'gin_trgm_ops gist_trgm_ops',
  ),
  pgcrypto: members(
    '',
    'armor crypt dearmor decrypt decrypt_iv digest encrypt encrypt_iv gen_random_bytes gen_salt hmac pgp_pub_decrypt pgp_pub_encrypt pgp_sym_decrypt pgp_sym_encrypt',
    '',
  ),
  postgis: {
    ...members('box2d box3d geography geometry', '', 'gist_geometry_ops_2d gist_geometry_ops_nd gist_geography_ops'),
  },
  seg: members('seg', 'seg_center seg_cmp seg_lower seg_upper', 'gist_seg_ops seg_ops'),
  tablefunc: members('', 'connectby crosstab crosstab2 crosstab3 crosstab4 normal_rand', ''),
  tcn: members('', 'triggered_change_notification', ''),
  unaccent: members('', 'unaccent', ''),
  'uuid-ossp': members(
    '',
    'uuid_generate_v1 uuid_generate_v1mc uuid_generate_v3 uuid_generate_v4 uuid_generate_v5 uuid_nil uuid_ns_dns uuid_ns_oid uuid_ns_url uuid_ns_x500',
    '',
  ),
  vector: members(
    'halfvec sparsevec vector',
    'cosine_distance inner_product l1_distance l2_distance vector_dims vector_norm',
    'vector_cosine_ops vector_ip_ops vector_l1_ops vector_l2_ops halfvec_cosine_ops halfvec_ip_ops halfvec_l2_ops',
  ),
};

/** What an extension brings; undefined for one that is not in the list. */
export function membersOf(extension: string): ExtensionMembers | undefined {
  return Object.hasOwn(extensions, extension) ? extensions[extension] : undefined;
}

/** The functions of an extension that are named by a beginning. */
export function isFunctionOf(extension: string, name: string): boolean {
  if (extension === 'postgis') return name.startsWith('st_');
  return membersOf(extension)?.functions.includes(name) ?? false;
}
