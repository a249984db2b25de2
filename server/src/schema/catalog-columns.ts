// Made from the catalogs of PostgreSQL 15 and 18 (and datlastsysoid of 14): every column that one of the versions has.

/** The columns of PostgreSQL's own relations that migrations ask, by schema and name. */
export const catalogColumns: Readonly<Record<string, string>> = {
  'information_schema.check_constraints': 'check_clause constraint_catalog constraint_name constraint_schema',
  'information_schema.column_privileges':
    'column_name grantee grantor is_grantable privilege_type table_catalog table_name table_schema',
  'information_schema.columns':
    'character_maximum_length character_octet_length character_set_catalog character_set_name character_set_schema collation_catalog collation_name collation_schema column_default column_name data_type datetime_precision domain_catalog domain_name domain_schema dtd_identifier generation_expression identity_cycle identity_generation identity_increment identity_maximum identity_minimum identity_start interval_precision interval_type is_generated is_identity is_nullable is_self_referencing is_updatable maximum_cardinality numeric_precision numeric_precision_radix numeric_scale ordinal_position scope_catalog scope_name scope_schema table_catalog table_name table_schema udt_catalog udt_name udt_schema',
  'information_schema.constraint_column_usage':
    'column_name constraint_catalog constraint_name constraint_schema table_catalog table_name table_schema',
  'information_schema.constraint_table_usage':
    'constraint_catalog constraint_name constraint_schema table_catalog table_name table_schema',
  'information_schema.domains':
    'character_maximum_length character_octet_length character_set_catalog character_set_name character_set_schema collation_catalog collation_name collation_schema data_type datetime_precision domain_catalog domain_default domain_name domain_schema dtd_identifier interval_precision interval_type maximum_cardinality numeric_precision numeric_precision_radix numeric_scale scope_catalog scope_name scope_schema udt_catalog udt_name udt_schema',
  'information_schema.key_column_usage':
    'column_name constraint_catalog constraint_name constraint_schema ordinal_position position_in_unique_constraint table_catalog table_name table_schema',
  'information_schema.parameters':
    'as_locator character_maximum_length character_octet_length character_set_catalog character_set_name character_set_schema collation_catalog collation_name collation_schema data_type datetime_precision dtd_identifier interval_precision interval_type is_result maximum_cardinality numeric_precision numeric_precision_radix numeric_scale ordinal_position parameter_default parameter_mode parameter_name scope_catalog scope_name scope_schema specific_catalog specific_name specific_schema udt_catalog udt_name udt_schema',
  'information_schema.referential_constraints':
    'constraint_catalog constraint_name constraint_schema delete_rule match_option unique_constraint_catalog unique_constraint_name unique_constraint_schema update_rule',
  'information_schema.role_table_grants':
    'grantee grantor is_grantable privilege_type table_catalog table_name table_schema with_hierarchy',
  'information_schema.routines':
    'as_locator character_maximum_length character_octet_length character_set_catalog character_set_name character_set_schema collation_catalog collation_name collation_schema created data_type datetime_precision dtd_identifier external_language external_name interval_precision interval_type is_deterministic is_implicitly_invocable is_null_call is_udt_dependent is_user_defined_cast last_altered max_dynamic_result_sets maximum_cardinality module_catalog module_name module_schema new_savepoint_level numeric_precision numeric_precision_radix numeric_scale parameter_style result_cast_as_locator result_cast_char_max_length result_cast_char_octet_length result_cast_char_set_catalog result_cast_char_set_name result_cast_char_set_schema result_cast_collation_catalog result_cast_collation_name result_cast_collation_schema result_cast_datetime_precision result_cast_dtd_identifier result_cast_from_data_type result_cast_interval_precision result_cast_interval_type result_cast_maximum_cardinality result_cast_numeric_precision result_cast_numeric_precision_radix result_cast_numeric_scale result_cast_scope_catalog result_cast_scope_name result_cast_scope_schema result_cast_type_udt_catalog result_cast_type_udt_name result_cast_type_udt_schema routine_body routine_catalog routine_definition routine_name routine_schema routine_type schema_level_routine scope_catalog scope_name scope_schema security_type specific_catalog specific_name specific_schema sql_data_access sql_path to_sql_specific_catalog to_sql_specific_name to_sql_specific_schema type_udt_catalog type_udt_name type_udt_schema udt_catalog udt_name udt_schema',
  'information_schema.schemata':
    'catalog_name default_character_set_catalog default_character_set_name default_character_set_schema schema_name schema_owner sql_path',
  'information_schema.sequences':
    'cycle_option data_type increment maximum_value minimum_value numeric_precision numeric_precision_radix numeric_scale sequence_catalog sequence_name sequence_schema start_value',
  'information_schema.table_constraints':
    'constraint_catalog constraint_name constraint_schema constraint_type enforced initially_deferred is_deferrable nulls_distinct table_catalog table_name table_schema',
  'information_schema.table_privileges':
    'grantee grantor is_grantable privilege_type table_catalog table_name table_schema with_hierarchy',
  'information_schema.tables':
    'commit_action is_insertable_into is_typed reference_generation self_referencing_column_name table_catalog table_name table_schema table_type user_defined_type_catalog user_defined_type_name user_defined_type_schema',
  'information_schema.triggers':
    'action_condition action_order action_orientation action_reference_new_row action_reference_new_table action_reference_old_row action_reference_old_table action_statement action_timing created event_manipulation event_object_catalog event_object_schema event_object_table trigger_catalog trigger_name trigger_schema',
  'information_schema.view_table_usage': 'table_catalog table_name table_schema view_catalog view_name view_schema',
  'information_schema.views':
    'check_option is_insertable_into is_trigger_deletable is_trigger_insertable_into is_trigger_updatable is_updatable table_catalog table_name table_schema view_definition',
  'pg_catalog.pg_attrdef': 'adbin adnum adrelid oid',
  'pg_catalog.pg_attribute':
    'attacl attalign attbyval attcacheoff attcollation attcompression attfdwoptions attgenerated atthasdef atthasmissing attidentity attinhcount attisdropped attislocal attlen attmissingval attname attndims attnotnull attnum attoptions attrelid attstattarget attstorage atttypid atttypmod',
  'pg_catalog.pg_available_extensions': 'comment default_version installed_version name',
  'pg_catalog.pg_class':
    'oid relacl relallfrozen relallvisible relam relchecks relfilenode relforcerowsecurity relfrozenxid relhasindex relhasrules relhassubclass relhastriggers relispartition relispopulated relisshared relkind relminmxid relname relnamespace relnatts reloftype reloptions relowner relpages relpartbound relpersistence relreplident relrewrite relrowsecurity reltablespace reltoastrelid reltuples reltype',
  'pg_catalog.pg_collation':
    'collcollate collctype collencoding colliculocale collicurules collisdeterministic colllocale collname collnamespace collowner collprovider collversion oid',
  'pg_catalog.pg_constraint':
    'conbin condeferrable condeferred conenforced conexclop confdelsetcols confdeltype conffeqop confkey confmatchtype confrelid confupdtype conindid coninhcount conislocal conkey conname connamespace connoinherit conparentid conperiod conpfeqop conppeqop conrelid contype contypid convalidated oid',
  'pg_catalog.pg_database':
    'datacl datallowconn datcollate datcollversion datconnlimit datctype datdba datfrozenxid dathasloginevt daticulocale daticurules datistemplate datlastsysoid datlocale datlocprovider datminmxid datname dattablespace encoding oid',
  'pg_catalog.pg_depend': 'classid deptype objid objsubid refclassid refobjid refobjsubid',
  'pg_catalog.pg_description': 'classoid description objoid objsubid',
  'pg_catalog.pg_enum': 'enumlabel enumsortorder enumtypid oid',
  'pg_catalog.pg_extension': 'extcondition extconfig extname extnamespace extowner extrelocatable extversion oid',
  'pg_catalog.pg_index':
    'indcheckxmin indclass indcollation indexprs indexrelid indimmediate indisclustered indisexclusion indislive indisprimary indisready indisreplident indisunique indisvalid indkey indnatts indnkeyatts indnullsnotdistinct indoption indpred indrelid',
  'pg_catalog.pg_indexes': 'indexdef indexname schemaname tablename tablespace',
  'pg_catalog.pg_inherits': 'inhdetachpending inhparent inhrelid inhseqno',
  'pg_catalog.pg_locks':
    'classid database fastpath granted locktype mode objid objsubid page pid relation transactionid tuple virtualtransaction virtualxid waitstart',
  'pg_catalog.pg_matviews': 'definition hasindexes ispopulated matviewname matviewowner schemaname tablespace',
  'pg_catalog.pg_namespace': 'nspacl nspname nspowner oid',
  'pg_catalog.pg_operator':
    'oid oprcanhash oprcanmerge oprcode oprcom oprjoin oprkind oprleft oprname oprnamespace oprnegate oprowner oprrest oprresult oprright',
  'pg_catalog.pg_partitioned_table':
    'partattrs partclass partcollation partdefid partexprs partnatts partrelid partstrat',
  'pg_catalog.pg_policies': 'cmd permissive policyname qual roles schemaname tablename with_check',
  'pg_catalog.pg_policy': 'oid polcmd polname polpermissive polqual polrelid polroles polwithcheck',
  'pg_catalog.pg_proc':
    'oid proacl proallargtypes proargdefaults proargmodes proargnames proargtypes probin proconfig procost proisstrict prokind prolang proleakproof proname pronamespace pronargdefaults pronargs proowner proparallel proretset prorettype prorows prosecdef prosqlbody prosrc prosupport protrftypes provariadic provolatile',
  'pg_catalog.pg_publication':
    'oid puballtables pubdelete pubgencols pubinsert pubname pubowner pubtruncate pubupdate pubviaroot',
  'pg_catalog.pg_publication_tables': 'attnames pubname rowfilter schemaname tablename',
  'pg_catalog.pg_replication_slots':
    'active active_pid catalog_xmin confirmed_flush_lsn conflicting database datoid failover inactive_since invalidation_reason plugin restart_lsn safe_wal_size slot_name slot_type synced temporary two_phase two_phase_at wal_status xmin',
  'pg_catalog.pg_rewrite': 'ev_action ev_class ev_enabled ev_qual ev_type is_instead oid rulename',
  'pg_catalog.pg_roles':
    'oid rolbypassrls rolcanlogin rolconfig rolconnlimit rolcreatedb rolcreaterole rolinherit rolname rolpassword rolreplication rolsuper rolvaliduntil',
  'pg_catalog.pg_rules': 'definition rulename schemaname tablename',
  'pg_catalog.pg_sequence': 'seqcache seqcycle seqincrement seqmax seqmin seqrelid seqstart seqtypid',
  'pg_catalog.pg_sequences':
    'cache_size cycle data_type increment_by last_value max_value min_value schemaname sequencename sequenceowner start_value',
  'pg_catalog.pg_settings':
    'boot_val category context enumvals extra_desc max_val min_val name pending_restart reset_val setting short_desc source sourcefile sourceline unit vartype',
  'pg_catalog.pg_stat_activity':
    'application_name backend_start backend_type backend_xid backend_xmin client_addr client_hostname client_port datid datname leader_pid pid query query_id query_start state state_change usename usesysid wait_event wait_event_type xact_start',
  'pg_catalog.pg_stat_all_tables':
    'analyze_count autoanalyze_count autovacuum_count idx_scan idx_tup_fetch last_analyze last_autoanalyze last_autovacuum last_idx_scan last_seq_scan last_vacuum n_dead_tup n_ins_since_vacuum n_live_tup n_mod_since_analyze n_tup_del n_tup_hot_upd n_tup_ins n_tup_newpage_upd n_tup_upd relid relname schemaname seq_scan seq_tup_read total_analyze_time total_autoanalyze_time total_autovacuum_time total_vacuum_time vacuum_count',
  'pg_catalog.pg_stat_progress_create_index':
    'blocks_done blocks_total command current_locker_pid datid datname index_relid lockers_done lockers_total partitions_done partitions_total phase pid relid tuples_done tuples_total',
  'pg_catalog.pg_stat_replication':
    'application_name backend_start backend_xmin client_addr client_hostname client_port flush_lag flush_lsn pid replay_lag replay_lsn reply_time sent_lsn state sync_priority sync_state usename usesysid write_lag write_lsn',
  'pg_catalog.pg_stat_user_indexes':
    'idx_scan idx_tup_fetch idx_tup_read indexrelid indexrelname last_idx_scan relid relname schemaname',
  'pg_catalog.pg_stat_user_tables':
    'analyze_count autoanalyze_count autovacuum_count idx_scan idx_tup_fetch last_analyze last_autoanalyze last_autovacuum last_idx_scan last_seq_scan last_vacuum n_dead_tup n_ins_since_vacuum n_live_tup n_mod_since_analyze n_tup_del n_tup_hot_upd n_tup_ins n_tup_newpage_upd n_tup_upd relid relname schemaname seq_scan seq_tup_read total_analyze_time total_autoanalyze_time total_autovacuum_time total_vacuum_time vacuum_count',
  'pg_catalog.pg_statio_user_tables':
    'heap_blks_hit heap_blks_read idx_blks_hit idx_blks_read relid relname schemaname tidx_blks_hit tidx_blks_read toast_blks_hit toast_blks_read',
  'pg_catalog.pg_stats':
    'attname avg_width correlation elem_count_histogram histogram_bounds inherited most_common_elem_freqs most_common_elems most_common_freqs most_common_vals n_distinct null_frac range_bounds_histogram range_empty_frac range_length_histogram schemaname tablename',
  'pg_catalog.pg_subscription':
    'oid subbinary subconninfo subdbid subdisableonerr subenabled subfailover subname suborigin subowner subpasswordrequired subpublications subrunasowner subskiplsn subslotname substream subsynccommit subtwophasestate',
  'pg_catalog.pg_tables': 'hasindexes hasrules hastriggers rowsecurity schemaname tablename tableowner tablespace',
  'pg_catalog.pg_trigger':
    'oid tgargs tgattr tgconstraint tgconstrindid tgconstrrelid tgdeferrable tgenabled tgfoid tginitdeferred tgisinternal tgname tgnargs tgnewtable tgoldtable tgparentid tgqual tgrelid tgtype',
  'pg_catalog.pg_type':
    'oid typacl typalign typanalyze typarray typbasetype typbyval typcategory typcollation typdefault typdefaultbin typdelim typelem typinput typisdefined typispreferred typlen typmodin typmodout typname typnamespace typndims typnotnull typoutput typowner typreceive typrelid typsend typstorage typsubscript typtype typtypmod',
  'pg_catalog.pg_user': 'passwd usebypassrls useconfig usecreatedb usename userepl usesuper usesysid valuntil',
  'pg_catalog.pg_views': 'definition schemaname viewname viewowner',
};
