import type { Tool } from '../contract.js';
import { asFile, build, client, filesOf, pg, quoted, script } from './text.js';

export const postgrator: Tool = {
  name: 'postgrator',
  id: 'postgrator',
  source: { npm: { postgrator: '8.0.0', pg } },
  files: (changes, { url, database }) => ({
    'run.js': script(`${client(url)}
  const { default: Postgrator } = await import('postgrator');
  const postgrator = new Postgrator({ migrationPattern: __dirname + '/migrations/*', driver: 'pg', database: ${quoted(database)}, execQuery: (query) => client.query(query) });
  try { await postgrator.migrate(process.argv[2]); } finally { await client.end(); }`),
    ...filesOf(changes, ({ version, name, up, down }) => [
      [`migrations/${version}.do.${name}.sql`, asFile(up)],
      [`migrations/${version}.undo.${name}.sql`, asFile(down)],
    ]),
  }),
  up: () => ['node', 'run.js', 'max'],
  down: () => ['node', 'run.js', '0'],
  applied: 'SELECT name FROM schemaversion WHERE version > 0 ORDER BY version',
  versions: ['001', '002', '003'],
  odd: ['2', '003', '10', '0100', '20240101'],
  hasMark: false,
  traps: [
    { fact: 'trap: comment beside CONCURRENTLY', files: { 'migrations/1.do.a.sql': `-- why\n${build};\n-- end\n` } },
    { fact: 'trap: no way back', files: { 'migrations/1.do.a.sql': 'SELECT 1;\n' } },
    {
      fact: 'trap: name without do',
      files: { 'migrations/1.a.sql': 'CREATE TABLE one ();\n' },
      ask: "SELECT to_regclass('one')",
    },
  ],
};

export const postgresMigrations: Tool = {
  name: 'postgres-migrations',
  id: 'postgres-migrations',
  source: { npm: { 'postgres-migrations': '5.3.0' } },
  files: (changes, { port, database }) => ({
    'run.js': script(`const { migrate } = require('postgres-migrations');
  await migrate({ host: '127.0.0.1', port: ${port}, user: 'postgres', password: 'postgres', database: ${quoted(database)} }, __dirname + '/migrations');`),
    ...filesOf(changes, ({ version, name, up, outside }) => [
      [
        `migrations/${version}_${name}.sql`,
        `${outside ? '-- postgres-migrations disable-transaction\n' : ''}${asFile(up)}`,
      ],
    ]),
  }),
  up: () => ['node', 'run.js'],
  applied: 'SELECT name FROM migrations WHERE id > 0 ORDER BY id',
  versions: ['001', '002', '003'],
  odd: ['1', '02', '3', '0004', '5'],
  hasMark: true,
  traps: [
    {
      fact: 'trap: mark in the second line',
      files: { 'migrations/1_a.sql': `-- why\n-- postgres-migrations disable-transaction\n${build};\n` },
    },
    {
      fact: 'trap: a way back beside it',
      files: { 'migrations/1_a.sql': 'SELECT 1;\n', 'migrations/1_a.down.sql': 'SELECT 1;\n' },
    },
    { fact: 'trap: numbers that begin with 2', files: { 'migrations/2_a.sql': 'SELECT 1;\n' } },
  ],
};
