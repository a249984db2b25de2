import type { Tool } from '../contract.js';
import { asFile, quoted } from './text.js';

/**
 * Prisma's own program for migrations is not in npm, but its WebAssembly build is: the part of `prisma migrate deploy`
 * that applies folders and keeps the table of them. The script does what the command does around it: it reads the
 * folders, sorted as `localeCompare` has it.
 * The program sends a file as one query before 7.4.0, and statement by statement since; the adapter of the WebAssembly
 * build cuts at every semicolon. `asOneQuery` makes it what the program does before 7.4.0, the stricter of the two.
 */
const run = (url: string, asOneQuery: boolean): string => `const fs = require('node:fs');
const path = require('node:path');
(async () => {
  const engineFolder = path.resolve('../node_modules/@prisma/schema-engine-wasm');
  const engine = await import(path.join(engineFolder, 'schema_engine_bg.js'));
  const { instance } = await WebAssembly.instantiate(fs.readFileSync(path.join(engineFolder, 'schema_engine_bg.wasm')), { './schema_engine_bg.js': engine });
  engine.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  const { PrismaPg } = require('@prisma/adapter-pg');
  const { bindMigrationAwareSqlAdapterFactory } = require('@prisma/driver-adapter-utils');
  const adapter = new PrismaPg({ connectionString: ${quoted(url)} });
  const connect = adapter.connect.bind(adapter);
  adapter.connect = async () => {
    const connection = await connect();
    ${asOneQuery ? 'connection.executeScript = async (script) => { await connection.client.query(script).catch((error) => { console.error(String(error)); throw error; }); };' : ''}
    return connection;
  };
  const factory = bindMigrationAwareSqlAdapterFactory(adapter);
  const schema = fs.readFileSync('prisma/schema.prisma', 'utf8');
  const migrator = await engine.SchemaEngine.new({ datamodels: [['schema.prisma', schema]] }, () => undefined, factory);
  const folder = path.resolve('prisma/migrations');
  const directories = fs.readdirSync(folder, { withFileTypes: true }).filter((each) => each.isDirectory()).map(({ name }) => name)
    .sort((one, other) => one.localeCompare(other));
  const list = {
    baseDir: folder, shadowDbInitScript: '',
    lockfile: { path: 'migration_lock.toml', content: fs.readFileSync(path.join(folder, 'migration_lock.toml'), 'utf8') },
    migrationDirectories: directories.map((name) => ({ path: name,
      migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: fs.readFileSync(path.join(folder, name, 'migration.sql'), 'utf8') } } })),
  };
  await migrator.applyMigrations({ migrationsList: list, filters: { externalTables: [], externalEnums: [] } });
  process.exit(0);
})().catch((error) => { console.error(error); process.exit(1); });
`;

export function prisma(version: string, engine: string, asOneQuery: boolean): Tool {
  return {
    id: 'prisma',
    name: `Prisma, ${asOneQuery ? 'a file as one query' : 'by its adapter'}`,
    source: {
      npm: {
        '@prisma/adapter-pg': version,
        '@prisma/driver-adapter-utils': version,
        '@prisma/schema-engine-wasm': engine,
      },
    },
    files: (changes, { url }) => ({
      'package.json': JSON.stringify({ private: true, dependencies: { prisma: version, '@prisma/client': version } }),
      'run.js': run(url, asOneQuery),
      'prisma/schema.prisma': 'datasource db {\n  provider = "postgresql"\n}\n',
      'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n',
      ...Object.fromEntries(
        changes.map(({ version: moment, name, up }) => [
          `prisma/migrations/${moment}_${name}/migration.sql`,
          asFile(up),
        ]),
      ),
    }),
    up: () => ['node', 'run.js'],
    applied: 'SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL ORDER BY started_at',
    baseline: `CREATE TABLE _prisma_migrations (id varchar(36) PRIMARY KEY NOT NULL, checksum varchar(64) NOT NULL,
      finished_at timestamptz, migration_name varchar(255) NOT NULL, logs text, rolled_back_at timestamptz,
      started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count integer NOT NULL DEFAULT 0)`,
    versions: ['20240101000000', '20240102000000', '20240103000000'],
    odd: ['1', '10', '2', '20240101000000', '9'],
    hasMark: false,
  };
}

export const prismas: readonly Tool[] = [
  prisma('7.3.0', '7.3.0-16.9d6ad21cbbceab97458517b147a6a09ff43aa735', true),
  prisma('7.10.0', '7.10.0-4.0edf323efd1d98336f3f0a68684b56f689b900d3', false),
];
