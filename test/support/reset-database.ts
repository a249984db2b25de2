import type { SqlConnection } from '../../server/src/rehearsal/connection.js';

export type { SqlConnection };

/** PostgreSQL gives objects that initdb did not make an oid from here on (FirstNormalObjectId). */
const firstUserOid = 16384;

/** Catalogs that hold what a test can leave behind; each must be empty above `firstUserOid` after a reset. */
const catalogs = [
  'pg_am',
  'pg_authid',
  'pg_cast',
  'pg_class',
  'pg_collation',
  'pg_constraint',
  'pg_conversion',
  'pg_database',
  'pg_default_acl',
  'pg_event_trigger',
  'pg_extension',
  'pg_foreign_data_wrapper',
  'pg_foreign_server',
  'pg_language',
  'pg_largeobject_metadata',
  'pg_opclass',
  'pg_operator',
  'pg_opfamily',
  'pg_policy',
  'pg_proc',
  'pg_publication',
  'pg_rewrite',
  'pg_statistic_ext',
  'pg_subscription',
  'pg_tablespace',
  'pg_transform',
  'pg_trigger',
  'pg_ts_config',
  'pg_ts_dict',
  'pg_ts_parser',
  'pg_ts_template',
  'pg_type',
];

/**
 * Brings an instance back to the state after initdb, and throws when anything is left.
 * Sequences of oids go on counting; nothing else survives.
 */
export async function resetDatabase(db: SqlConnection): Promise<void> {
  await db.exec('ROLLBACK');
  for (const statement of ['RESET SESSION AUTHORIZATION', 'DISCARD ALL', 'UNLISTEN *']) {
    await db.exec(statement);
  }
  await db.exec(dropEverything);
  await db.exec('DROP SCHEMA IF EXISTS public CASCADE');
  await db.exec(makePublicSchema);
  await db.exec('DISCARD ALL');
  await assertEmpty(db);
}

// Event triggers first, because they would fire for every later DROP.
const dropEverything = `
DO $reset$
DECLARE
  command text;
BEGIN
  FOR command IN SELECT format('DROP EVENT TRIGGER %I', evtname) FROM pg_event_trigger LOOP
    EXECUTE command;
  END LOOP;
  FOR command IN
    SELECT format('DROP PUBLICATION %I', pubname) FROM pg_publication
    UNION ALL SELECT format('DROP EXTENSION %I CASCADE', extname) FROM pg_extension WHERE oid >= ${firstUserOid}
    UNION ALL SELECT format('DROP SCHEMA %I CASCADE', nspname) FROM pg_namespace
      WHERE oid >= ${firstUserOid} AND nspname <> 'public' AND nspname NOT LIKE 'pg\\_%'
    UNION ALL SELECT format('DROP FOREIGN DATA WRAPPER %I CASCADE', fdwname) FROM pg_foreign_data_wrapper
    UNION ALL SELECT format('ALTER ROLE ALL RESET ALL')
    UNION ALL SELECT format('ALTER DATABASE %I RESET ALL', current_database())
  LOOP
    EXECUTE command;
  END LOOP;
  PERFORM lo_unlink(oid) FROM pg_largeobject_metadata;
  PERFORM pg_advisory_unlock_all();
  FOR command IN SELECT format('DROP OWNED BY %I CASCADE', rolname) FROM pg_authid WHERE oid >= ${firstUserOid} LOOP
    EXECUTE command;
  END LOOP;
  FOR command IN SELECT format('DROP ROLE %I', rolname) FROM pg_authid WHERE oid >= ${firstUserOid} LOOP
    EXECUTE command;
  END LOOP;
END
$reset$`;

// The rights that initdb gives to the schema (PostgreSQL 15 and later: PUBLIC may use it but not create in it).
const makePublicSchema = `
CREATE SCHEMA public AUTHORIZATION pg_database_owner;
COMMENT ON SCHEMA public IS 'standard public schema';
GRANT USAGE ON SCHEMA public TO PUBLIC`;

async function assertEmpty(db: SqlConnection): Promise<void> {
  const counts = catalogs
    .filter((catalog) => catalog !== 'pg_database')
    .map(
      (catalog) => `SELECT '${catalog}' AS catalog, count(*)::int AS n FROM ${catalog} WHERE oid >= ${firstUserOid}`,
    );
  const { rows } = await db.query<{ catalog: string; n: number }>(
    `SELECT * FROM (${counts.join(' UNION ALL ')}) AS c WHERE n > 0
     UNION ALL SELECT 'pg_db_role_setting', count(*)::int FROM pg_db_role_setting HAVING count(*) > 0`,
  );
  if (rows.length > 0) {
    throw new Error(`the reset left ${rows.map(({ catalog, n }) => `${n} in ${catalog}`).join(', ')}`);
  }
}
