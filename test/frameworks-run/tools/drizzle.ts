import type { Files, Tool } from '../contract.js';
import { build, client, days, filesOf, indexIsValid, pg, script } from './text.js';

/** A journal of Drizzle that names files. */
function journal(...tags: readonly string[]): Files {
  const entries = tags.map((tag, idx) => ({ idx, version: '7', when: 1700000000000 + idx, tag, breakpoints: true }));
  return { 'drizzle/meta/_journal.json': JSON.stringify({ version: '7', dialect: 'postgresql', entries }) };
}

export const drizzle: Tool = {
  name: 'Drizzle',
  id: 'drizzle',
  source: { npm: { 'drizzle-orm': '0.45.4', pg } },
  files: (changes, { url }) => ({
    'run.js': script(`${client(url)}
  const { drizzle } = require('drizzle-orm/node-postgres');
  const { migrate } = require('drizzle-orm/node-postgres/migrator');
  try { await migrate(drizzle({ client }), { migrationsFolder: __dirname + '/drizzle' }); } finally { await client.end(); }`),
    'drizzle/meta/_journal.json': JSON.stringify({
      version: '7',
      dialect: 'postgresql',
      entries: changes.map(({ version, name }, idx) => ({
        idx,
        version: '7',
        when: 1700000000000 + Number(version),
        tag: `${version}_${name}`,
        breakpoints: true,
      })),
    }),
    ...filesOf(changes, ({ version, name, up }) => [
      [`drizzle/${version}_${name}.sql`, up.map((each) => `${each};`).join('--> statement-breakpoint\n')],
    ]),
  }),
  up: () => ['node', 'run.js'],
  applied: 'SELECT hash FROM drizzle.__drizzle_migrations ORDER BY id',
  versions: ['0000', '0001', '0002'],
  odd: ['0010', '0002', '0001'],
  hasMark: false,
  traps: [
    {
      fact: 'trap: file that the journal does not name',
      files: { 'drizzle/0000_a.sql': 'CREATE TABLE one ();' },
      ask: "SELECT to_regclass('one')",
    },
    {
      fact: 'trap: COMMIT before CONCURRENTLY, BEGIN behind',
      files: {
        ...journal('0000_a'),
        'drizzle/0000_a.sql': `COMMIT;--> statement-breakpoint\n${build};--> statement-breakpoint\nBEGIN;`,
      },
      ask: indexIsValid,
    },
    {
      fact: 'trap: breakpoint within a string',
      files: {
        ...journal('0000_a'),
        'drizzle/0000_a.sql': "COMMENT ON TABLE account IS 'a --> statement-breakpoint b';",
      },
    },
    {
      fact: 'trap: several statements without a breakpoint',
      files: { ...journal('0000_a'), 'drizzle/0000_a.sql': 'SELECT 1; SELECT 2;' },
    },
  ],
};

export const drizzleFolders: Tool = {
  ...drizzle,
  name: 'Drizzle, folders',
  source: { npm: { 'drizzle-orm': '1.0.0-rc.5', pg } },
  files: (changes, target) => ({
    'run.js': drizzle.files(changes, target)['run.js'] ?? '',
    ...filesOf(changes, ({ version, name, up }) => [
      [`drizzle/${version}_${name}/migration.sql`, up.map((each) => `${each};`).join('--> statement-breakpoint\n')],
      [`drizzle/${version}_${name}/snapshot.json`, '{}'],
    ]),
  }),
  versions: days,
  traps: [
    {
      fact: 'trap: COMMIT before CONCURRENTLY, BEGIN behind',
      files: {
        'drizzle/20240101000000_a/migration.sql': `COMMIT;--> statement-breakpoint\n${build};--> statement-breakpoint\nBEGIN;`,
        'drizzle/20240101000000_a/snapshot.json': '{}',
      },
      ask: indexIsValid,
    },
    {
      fact: 'trap: folder without a snapshot',
      files: { 'drizzle/20240101000000_a/migration.sql': 'CREATE TABLE first ();' },
      ask: "SELECT to_regclass('first')",
    },
    {
      fact: 'trap: folder without a time',
      files: { 'drizzle/a/migration.sql': 'CREATE TABLE first ();' },
      ask: "SELECT to_regclass('first')",
    },
  ],
  odd: ['20240101000000', '20240101000001', '20240201000000'],
};
