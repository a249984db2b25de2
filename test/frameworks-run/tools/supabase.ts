import type { Tool } from '../contract.js';
import { asFile, build, days, filesOf } from './text.js';

export function supabase(version: string): Tool {
  return {
    name: 'Supabase',
    id: 'supabase',
    source: { npm: { supabase: version } },
    files: (changes) => ({
      'supabase/config.toml': 'project_id = "airlock"\n',
      ...filesOf(changes, ({ version, name, up }) => [[`supabase/migrations/${version}_${name}.sql`, asFile(up)]]),
    }),
    up: ({ url }) => ['supabase', 'migration', 'up', '--yes', '--db-url', url],
    applied: 'SELECT version FROM supabase_migrations.schema_migrations ORDER BY version',
    versions: days,
    odd: ['1', '10', '2', '20240101000000', '9'],
    hasMark: false,
    traps: [
      {
        fact: 'trap: CONCURRENTLY, then a statement that fails',
        files: {
          'supabase/migrations/1_a.sql': `CREATE TABLE first ();\n${build};\nCREATE TABLE second ();\nSELECT 1 / 0;\n`,
        },
        ask: "SELECT concat_ws(' ', to_regclass('first'), to_regclass('account_email'), to_regclass('second'), (SELECT count(*) FROM supabase_migrations.schema_migrations))",
      },
      {
        fact: 'trap: BEGIN and COMMIT, then a statement that fails',
        files: { 'supabase/migrations/1_a.sql': 'BEGIN;\nCREATE TABLE first ();\nCOMMIT;\nSELECT 1 / 0;\n' },
        ask: "SELECT to_regclass('first')",
      },
      {
        fact: 'trap: BEGIN around CONCURRENTLY',
        files: { 'supabase/migrations/1_a.sql': `BEGIN;\n${build};\nCOMMIT;\n` },
      },
      {
        fact: 'trap: DROP INDEX CONCURRENTLY beside another',
        files: { 'supabase/migrations/1_a.sql': `CREATE INDEX i ON account (plan);\nDROP INDEX CONCURRENTLY i;\n` },
      },
      {
        fact: 'trap: DETACH CONCURRENTLY beside another',
        files: {
          'supabase/migrations/1_a.sql':
            'CREATE TABLE p (a int) PARTITION BY LIST (a);\nCREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);\nALTER TABLE p DETACH PARTITION p1 CONCURRENTLY;\n',
        },
      },
      {
        fact: 'trap: REINDEX INDEX CONCURRENTLY beside another',
        files: { 'supabase/migrations/1_a.sql': 'SELECT 1;\nREINDEX INDEX CONCURRENTLY account_pkey;\n' },
      },
      { fact: 'trap: VACUUM beside another', files: { 'supabase/migrations/1_a.sql': 'SELECT 1;\nVACUUM account;\n' } },
      {
        fact: 'trap: mark of pg-delta, then a statement that fails',
        files: {
          'supabase/migrations/1_a.sql': '-- pg-delta: transaction=false\nCREATE TABLE first ();\nSELECT 1 / 0;\n',
        },
        ask: "SELECT to_regclass('first')",
      },
      {
        fact: 'trap: name without a number',
        files: { 'supabase/migrations/a.sql': 'CREATE TABLE first ();\n' },
        ask: "SELECT to_regclass('first')",
      },
      {
        fact: 'trap: SET lasts into the next file',
        files: {
          'supabase/migrations/1_a.sql': "SET lock_timeout = '7s';\n",
          'supabase/migrations/2_a.sql': "INSERT INTO ran (version) SELECT current_setting('lock_timeout');\n",
        },
        ask: 'SELECT version FROM ran',
      },
    ],
  };
}
