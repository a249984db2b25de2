/**
 * Where migration tools note what they have run, in lower case: their names as the tools' manuals and sources give them.
 */
export const toolTables = {
  names: [
    '__diesel_schema_migrations',
    '__drizzle_migrations',
    '_prisma_migrations',
    '_sqlx_migrations',
    'alembic_version',
    'ar_internal_metadata',
    'atlas_schema_revisions',
    'databasechangelog',
    'databasechangeloglock',
    'django_migrations',
    'flyway_schema_history',
    'goose_db_version',
    'gorp_migrations',
    'knex_migrations',
    'knex_migrations_lock',
    'kysely_migration',
    'kysely_migration_lock',
    'mikro_orm_migrations',
    'pgmigrations',
    'refinery_schema_history',
    'schema_migration',
    'schema_migrations',
    'schema_version',
    'schemaversion',
    'sequelizemeta',
  ],
  schemas: ['atlas_schema_revisions', 'drizzle', 'graphile_migrate', 'hdb_catalog', 'sqitch', 'supabase_migrations'],
} as const;
