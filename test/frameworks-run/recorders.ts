import { knexCases } from '../hosts/cases/knex.js';
import { kyselyCases } from '../hosts/cases/kysely.js';
import { nodePgMigrateCases } from '../hosts/cases/node-pg-migrate.js';
import { sequelizeCases } from '../hosts/cases/sequelize.js';
import { typeormCases } from '../hosts/cases/typeorm.js';
import type { hostTools } from '../hosts/support/tools.js';

/** Bodies of `up`, and a script that runs them through a tool and writes down what it sends. */
export interface Recorder {
  readonly tool: keyof typeof hostTools;
  readonly cases: readonly (readonly [up: string, sql: readonly string[], before?: string])[];
  /** JavaScript: `record(run)` calls `run(up, before, send)` for each body; `up` is JavaScript, `send` takes SQL. */
  readonly script: string;
}

/** What is around the script of each tool: it prints the statements of each body as JSON. */
const frame = (script: string): string => `'use strict';
const AsyncFunction = Object.getPrototypeOf(async function () {}).constructor;
const bodies = require('./bodies.json');
const bind = (sql, values) => values.length === 0 ? sql : sql.replace(/\\$(\\d+)/g, (_, n) => {
  const value = values[n - 1];
  if (value === null || value === undefined) return 'NULL';
  return typeof value === 'string' ? "'" + value.replaceAll("'", "''") + "'" : String(value);
});
async function record(run) {
  const all = [];
  for (const { up, before } of bodies) {
    const sent = [];
    try {
      await run(up, before, (sql, values = []) => sent.push(bind(sql, values)));
    } catch (error) {
      sent.push('FAILED: ' + error.message);
    }
    all.push(sent);
  }
  console.log('SENT ' + JSON.stringify(all));
  process.exit(0);
}
${script}`;

const knex = `
const makeKnex = require('knex');
record(async (up, before, send) => {
  const knex = makeKnex({ client: 'pg', version: '15' });
  const { client } = knex;
  client.acquireConnection = async () => ({});
  client.releaseConnection = async () => {};
  client._query = async (connection, query) => {
    if (!/^(BEGIN|COMMIT|ROLLBACK)/.test(query.sql)) send(query.sql, query.bindings);
    query.response = { rows: [], rowCount: 0, fields: [], command: '' };
    return query;
  };
  Object.getPrototypeOf(client)._query = client._query;
  await new AsyncFunction('knex', up)(knex);
});
`;

const nodePgMigrate = `
import('./node_modules/node-pg-migrate/dist/legacy/migrationBuilder.js')
  .catch(() => import('../node_modules/node-pg-migrate/dist/legacy/migrationBuilder.js'))
  .then(({ MigrationBuilder }) => {
    const logger = { error() {}, warn() {}, info() {}, debug() {} };
    class PgLiteral {
      literal = true;
      constructor(value) { this.value = value; }
      toString() { return this.value; }
    }
    return record(async (up, before, send) => {
      const pgm = new MigrationBuilder({}, {}, false, logger);
      await new AsyncFunction('pgm', 'PgLiteral', up)(pgm, PgLiteral);
      for (const sql of pgm.getSqlSteps()) send(sql);
    });
  });
`;

const sequelize = `
const { Sequelize } = require('sequelize');
record(async (up, before, send) => {
  const sequelize = new Sequelize('postgres://a:b@localhost/c', { logging: false });
  sequelize.options.databaseVersion = '15.0.0';
  sequelize.transaction = async (work) => work({});
  sequelize.dialect.connectionManager._refreshDynamicOIDs = async () => {};
  sequelize.query = async (query, options = {}) => {
    // A column that is renamed is looked up before.
    if (options.type === 'DESCRIBE') return { x: { type: 'TEXT', allowNull: true, defaultValue: null } };
    if (options.type === 'SELECT') return null;
    const isRecord = typeof query === 'object';
    send(isRecord ? query.query : query, (isRecord ? query.bind ?? query.values : options.bind) ?? []);
    return [[], 0];
  };
  await new AsyncFunction('queryInterface', 'Sequelize', up)(sequelize.getQueryInterface(), Sequelize);
});
`;

const typeorm = `
const typeorm = require('typeorm');
const { Client } = require('pg');
const names = Object.keys(typeorm).filter((name) => /^(Table|View)/.test(name));
const url = process.env.DATABASE_URL;
record(async (up, before, send) => {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query('DROP SCHEMA IF EXISTS s CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE EXTENSION IF NOT EXISTS btree_gist;' + before);
  await client.end();
  const source = await new typeorm.DataSource({ type: 'postgres', url, installExtensions: false }).initialize();
  const runner = source.createQueryRunner();
  const query = runner.query.bind(runner);
  runner.query = async (sql, values, structured) => {
    if (!/^\\s*(SELECT|SHOW|WITH)/i.test(sql)) send(sql, values);
    return query(sql, values, structured);
  };
  try {
    await new AsyncFunction('queryRunner', ...names, up)(runner, ...names.map((name) => typeorm[name]));
  } finally {
    await runner.release();
    await source.destroy();
  }
});
`;

const kysely = `
const kysely = require('kysely');
record(async (up, before, send) => {
  const connection = {
    executeQuery: async ({ sql, parameters }) => {
      send(sql, parameters);
      return { rows: [] };
    },
  };
  const nothing = async () => {};
  const driver = {
    init: nothing,
    acquireConnection: async () => connection,
    beginTransaction: nothing,
    commitTransaction: nothing,
    rollbackTransaction: nothing,
    releaseConnection: nothing,
    destroy: nothing,
  };
  const dialect = {
    createAdapter: () => new kysely.PostgresAdapter(),
    createDriver: () => driver,
    createIntrospector: (db) => new kysely.PostgresIntrospector(db),
    createQueryCompiler: () => new kysely.PostgresQueryCompiler(),
  };
  const db = new kysely.Kysely({ dialect });
  // JavaScript has no types behind a tag.
  await new AsyncFunction('db', 'sql', up.replace(/sql<[^\`]*>\`/g, 'sql\`'))(db, kysely.sql);
});
`;

/** By the name of the tool in the harness. */
export const recorders: Readonly<Record<string, Recorder>> = {
  Knex: { tool: 'knex', cases: knexCases, script: frame(knex) },
  'node-pg-migrate': { tool: 'node-pg-migrate', cases: nodePgMigrateCases, script: frame(nodePgMigrate) },
  Sequelize: { tool: 'sequelize', cases: sequelizeCases, script: frame(sequelize) },
  'TypeORM, transaction default': { tool: 'typeorm', cases: typeormCases, script: frame(typeorm) },
  Kysely: { tool: 'kysely', cases: kyselyCases, script: frame(kysely) },
};
