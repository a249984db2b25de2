import type { Change, Files, Tool } from '../contract.js';
import { sessionTraps } from './sessions.js';
import { days, pg, quoted } from './text.js';

const calls = (statements: readonly string[], call: (sql: string) => string): string =>
  statements.map((each) => `  ${call(quoted(each))};\n`).join('');

const each = (
  folder: string,
  changes: readonly Change[],
  name: (change: Change) => string,
  text: (change: Change) => string,
): Files => Object.fromEntries(changes.map((change) => [`${folder}/${name(change)}`, text(change)]));

const moments: Tool['versions'] = ['1700000000000', '1700000001000', '1700000002000'];

/** Two functions that get `argument` and send each statement in a call. */
const upAndDown = ({ up, down }: Change, argument: string, call: (sql: string) => string): string =>
  `exports.up = async (${argument}) => {\n${calls(up, call)}};\nexports.down = async (${argument}) => {\n${calls(down, call)}};\n`;

const knex: Tool = {
  name: 'Knex',
  id: 'knex',
  source: { npm: { knex: '3.3.0', pg } },
  files: (changes, { url }) => ({
    'knexfile.js': `module.exports = { client: 'pg', connection: ${quoted(url)}, migrations: { directory: './migrations' } };\n`,
    ...each(
      'migrations',
      changes,
      ({ version, name }) => `${version}_${name}.js`,
      (change) =>
        `${upAndDown(change, 'knex', (sql) => `await knex.raw(${sql})`)}${change.outside ? 'exports.config = { transaction: false };\n' : ''}`,
    ),
  }),
  up: () => ['knex', 'migrate:latest'],
  down: () => ['knex', 'migrate:down'],
  applied: 'SELECT name FROM knex_migrations ORDER BY id',
  versions: days,
  odd: ['1', '10', '2', '20240101000000', '9'],
  hasMark: true,
  traps: [
    ...sessionTraps(
      'migrations/1_a.js',
      (sql) => `knex.raw(${quoted(sql)})`,
      (body) =>
        `exports.up = async (knex) => {\n${body}\n};\nexports.down = async () => {};\nexports.config = { transaction: false };\n`,
    ),
    { fact: 'trap: no way back', files: { 'migrations/1_a.js': 'exports.up = async () => {};\n' } },
    {
      fact: 'trap: another file in the folder',
      files: {
        'migrations/a.sql': 'CREATE TABLE first ();',
        'migrations/2_a.js': 'exports.up = async () => {};\nexports.down = async () => {};\n',
      },
    },
  ],
};

function typeorm(version: string, mode: string): Tool {
  return {
    id: 'typeorm',
    name: `TypeORM, transaction ${mode}`,
    source: { npm: { typeorm: version, pg, 'reflect-metadata': '0.2.2' } },
    files: (changes, { url }) => ({
      'data-source.js': `const { DataSource } = require('typeorm');
module.exports = new DataSource({ type: 'postgres', url: ${quoted(url)}, migrations: ['migrations/*.js'] });\n`,
      ...each(
        'migrations',
        changes,
        ({ version: moment, name }) => `${moment}-${name}.js`,
        ({ version: moment, name, up, down, outside }) =>
          `module.exports = class ${name}${moment} {
  ${outside ? 'transaction = false;' : ''}
  async up(queryRunner) {\n${calls(up, (sql) => `await queryRunner.query(${sql})`)}}
  async down(queryRunner) {\n${calls(down, (sql) => `await queryRunner.query(${sql})`)}}
};\n`,
      ),
    }),
    up: () => ['typeorm', 'migration:run', '-d', 'data-source.js', ...(mode === 'default' ? [] : ['-t', mode])],
    down: () => ['typeorm', 'migration:revert', '-d', 'data-source.js', ...(mode === 'default' ? [] : ['-t', mode])],
    applied: 'SELECT name FROM migrations ORDER BY id',
    versions: moments,
    odd: ['1600000000000', '1700000000000'],
    hasMark: true,
    traps: [
      ...sessionTraps(
        'migrations/1700000000000-a.js',
        (sql) => `queryRunner.query(${quoted(sql)})`,
        (body) => `module.exports = class a1700000000000 { async up(queryRunner) {\n${body}\n} async down() {} };\n`,
      ),
      {
        fact: 'trap: class without a time',
        files: { 'migrations/1700000000000-a.js': 'module.exports = class A { async up() {} async down() {} };\n' },
      },
    ],
  };
}

const sequelize: Tool = {
  name: 'Sequelize',
  id: 'sequelize',
  source: { npm: { 'sequelize-cli': '6.6.5', sequelize: '6.37.8', pg } },
  files: (changes, { url }) => ({
    'config/config.json': JSON.stringify({ development: { url, dialect: 'postgres' } }),
    ...each(
      'migrations',
      changes,
      ({ version, name }) => `${version}-${name}.js`,
      (change) => upAndDown(change, 'queryInterface', (sql) => `await queryInterface.sequelize.query(${sql})`),
    ),
  }),
  up: () => ['sequelize-cli', 'db:migrate'],
  down: () => ['sequelize-cli', 'db:migrate:undo'],
  applied: 'SELECT name FROM "SequelizeMeta" ORDER BY name',
  versions: days,
  odd: ['1', '10', '2', '20240101000000', '9'],
  hasMark: false,
  traps: [
    ...sessionTraps(
      'migrations/1-a.js',
      (sql) => `queryInterface.sequelize.query(${quoted(sql)})`,
      (body) => `exports.up = async (queryInterface) => {\n${body}\n};\nexports.down = async () => {};\n`,
    ),
    { fact: 'trap: no way back', files: { 'migrations/1-a.js': 'exports.up = async () => {};\n' } },
  ],
};

const nodePgMigrate: Tool = {
  name: 'node-pg-migrate',
  id: 'node-pg-migrate',
  source: { npm: { 'node-pg-migrate': '9.0.0', pg } },
  files: (changes) =>
    each(
      'migrations',
      changes,
      ({ version, name }) => `${version}_${name}.js`,
      ({ up, down, outside }) => {
        const mark = outside ? '  pgm.noTransaction();\n' : '';
        const call = (sql: string) => `pgm.sql(${sql})`;
        return `exports.up = (pgm) => {\n${mark}${calls(up, call)}};\nexports.down = (pgm) => {\n${mark}${calls(down, call)}};\n`;
      },
    ),
  up: () => ['node-pg-migrate', 'up'],
  down: () => ['node-pg-migrate', 'down'],
  environment: ({ url }) => ({ DATABASE_URL: url }),
  applied: 'SELECT name FROM pgmigrations ORDER BY id',
  versions: moments,
  odd: ['2', '10', '0100', '1700000000000'],
  hasMark: true,
  traps: [
    { fact: 'trap: no number', files: { 'migrations/a.js': 'exports.up = () => {};\n' } },
    { fact: 'trap: no way back', files: { 'migrations/1_a.js': 'exports.up = () => {};\n' } },
  ],
};

const nodePgMigrateSql: Tool = {
  ...nodePgMigrate,
  name: 'node-pg-migrate, SQL files',
  hasMark: false,
  traps: [
    {
      fact: 'trap: no marks',
      files: { 'migrations/1_a.sql': 'CREATE TABLE first ();\n' },
      ask: "SELECT to_regclass('first')",
    },
    {
      fact: 'trap: the way back stands first',
      files: {
        'migrations/1_a.sql': '-- Down Migration\nDROP TABLE first;\n-- Up Migration\nCREATE TABLE first ();\n',
      },
      ask: "SELECT to_regclass('first')",
    },
    {
      fact: 'trap: marks in other letters',
      files: {
        'migrations/1_a.sql': '--- up   migration\nCREATE TABLE first ();\n--down migration\nDROP TABLE first;\n',
      },
      ask: "SELECT to_regclass('first')",
    },
    {
      fact: 'trap: COMMIT before CONCURRENTLY',
      files: { 'migrations/1_a.sql': 'COMMIT;\nCREATE INDEX CONCURRENTLY i ON account (email);\n' },
    },
  ],
  files: (changes) =>
    each(
      'migrations',
      changes,
      ({ version, name }) => `${version}_${name}.sql`,
      ({ up, down }) => `-- Up Migration\n${up.join(';\n')};\n\n-- Down Migration\n${down.join(';\n')};\n`,
    ),
};

const mikroOrm = (how: string, options: string): Tool => ({
  name: `MikroORM${how}`,
  id: 'mikroorm',
  source: {
    npm: { '@mikro-orm/migrations': '6.6.16', '@mikro-orm/core': '6.6.16', '@mikro-orm/postgresql': '6.6.16' },
  },
  files: (changes, { url }) => ({
    'run.js': `const { MikroORM } = require('@mikro-orm/postgresql');
const { Migrator } = require('@mikro-orm/migrations');
(async () => {
  const orm = await MikroORM.init({ clientUrl: ${quoted(url)}, entities: [], extensions: [Migrator], discovery: { warnWhenNoEntities: false },
    migrations: { path: './migrations', snapshot: false${options} } });
  try { await orm.getMigrator()[process.argv[2]](); } finally { await orm.close(true); }
})().catch((error) => { console.error(error); process.exitCode = 1; });\n`,
    ...each(
      'migrations',
      changes,
      ({ version, name }) => `Migration${version}_${name}.js`,
      ({ version, name, up, down, outside }) =>
        `const { Migration } = require('@mikro-orm/migrations');
exports.Migration${version}_${name} = class Migration${version}_${name} extends Migration {
  ${outside ? 'isTransactional() { return false; }' : ''}
  async up() {\n${calls(up, (sql) => `this.addSql(${sql})`)}}
  async down() {\n${calls(down, (sql) => `this.addSql(${sql})`)}}
};\n`,
    ),
  }),
  up: () => ['node', 'run.js', 'up'],
  down: () => ['node', 'run.js', 'down'],
  applied: 'SELECT name FROM mikro_orm_migrations ORDER BY id',
  versions: days,
  odd: ['1', '10', '2', '20240101000000', '9'],
  hasMark: true,
  traps: sessionTraps(
    'migrations/Migration20240101000000_a.js',
    (sql) => `this.execute(${quoted(sql)})`,
    (body) =>
      `const { Migration } = require('@mikro-orm/migrations');
exports.Migration20240101000000_a = class Migration20240101000000_a extends Migration {
  isTransactional() { return false; }
  async up() {\n${body}\n}
};\n`,
  ),
});

function kysely(how: string, options: string): Tool {
  return {
    id: 'kysely',
    name: `Kysely${how}`,
    source: { npm: { kysely: '0.28.18', pg } },
    files: (changes, { url }) => ({
      'run.js': `const { Kysely, PostgresDialect, Migrator, FileMigrationProvider } = require('kysely');
const { Pool } = require('pg');
const fs = require('node:fs/promises');
const path = require('node:path');
(async () => {
  const db = new Kysely({ dialect: new PostgresDialect({ pool: new Pool({ connectionString: ${quoted(url)} }) }) });
  const provider = new FileMigrationProvider({ fs, path, migrationFolder: path.join(__dirname, 'migrations') });
  const migrator = new Migrator({ db, provider, ${options} });
  const { error } = await migrator[process.argv[2]]();
  await db.destroy();
  if (error) throw error;
})().catch((error) => { console.error(error); process.exitCode = 1; });\n`,
      ...each(
        'migrations',
        changes,
        ({ version, name }) => `${version}_${name}.js`,
        (change) =>
          `const { sql } = require('kysely');\n${upAndDown(change, 'db', (text) => `await sql.raw(${text}).execute(db)`)}`,
      ),
    }),
    up: () => ['node', 'run.js', 'migrateToLatest'],
    down: () => ['node', 'run.js', 'migrateDown'],
    applied: 'SELECT name FROM kysely_migration ORDER BY timestamp',
    versions: moments,
    odd: ['1', '10', '2', '20240101', '9'],
    hasMark: false,
    traps: [
      ...sessionTraps(
        'migrations/1_a.js',
        (sql) => `sql.raw(${quoted(sql)}).execute(db)`,
        (body) =>
          `const { sql } = require('kysely');\nexports.up = async (db) => {\n${body}\n};\nexports.down = async () => {};\n`,
      ),
      { fact: 'trap: no way back', files: { 'migrations/1_a.js': 'exports.up = async () => {};\n' } },
    ],
  };
}

const ley: Tool = {
  name: 'ley',
  id: 'ley',
  source: { npm: { ley: '0.8.1', pg } },
  files: (changes, { url }) => ({
    'ley.config.js': `module.exports = { connectionString: ${quoted(url)} };\n`,
    ...each(
      'migrations',
      changes,
      ({ version, name }) => `${version}-${name}.js`,
      (change) => upAndDown(change, 'client', (sql) => `await client.query(${sql})`),
    ),
  }),
  up: () => ['ley', 'up'],
  down: () => ['ley', 'down'],
  applied: 'SELECT name FROM migrations ORDER BY id',
  versions: ['00001', '00002', '00003'],
  odd: ['2', '9', '10', '0100', '20240101'],
  hasMark: false,
};

function dbMigrate(how: string, options: readonly string[]): Tool {
  return {
    id: 'db-migrate',
    name: `db-migrate${how}`,
    source: { npm: { 'db-migrate': '0.11.14', 'db-migrate-pg': '1.5.2' } },
    files: (changes, { port, database }) => ({
      'database.json': JSON.stringify({
        dev: { driver: 'pg', host: '127.0.0.1', port, user: 'postgres', password: 'postgres', database },
      }),
      ...each(
        'migrations',
        changes,
        ({ version, name }) => `${version}-${name}.js`,
        (change) => upAndDown(change, 'db', (sql) => `await db.runSql(${sql})`),
      ),
    }),
    up: () => ['db-migrate', 'up', ...options],
    down: () => ['db-migrate', 'down', ...options],
    applied: 'SELECT name FROM migrations ORDER BY id',
    versions: days,
    odd: ['1', '10', '2', '20240101000000', '9'],
    hasMark: false,
  };
}

export const javascriptTools: readonly Tool[] = [
  knex,
  typeorm('1.1.1', 'default'),
  typeorm('1.1.1', 'each'),
  typeorm('1.1.1', 'none'),
  typeorm('0.3.27', 'default'),
  typeorm('0.3.27', 'each'),
  sequelize,
  nodePgMigrate,
  nodePgMigrateSql,
  mikroOrm('', ''),
  mikroOrm(', allOrNothing: false', ', allOrNothing: false'),
  kysely('', ''),
  kysely(', disableTransactions', 'disableTransactions: true'),
  ley,
  dbMigrate('', []),
  dbMigrate(', --non-transactional', ['--non-transactional']),
];
