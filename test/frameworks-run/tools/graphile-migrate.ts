import { createHash } from 'node:crypto';
import type { Files, Tool } from '../contract.js';
import { asFile, build } from './text.js';

/** What a person does with graphile-migrate: commits the current migration, if there is one, and migrates. */
const commitAndMigrate = `const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const run = (word) => execFileSync('../node_modules/.bin/graphile-migrate', [word], { stdio: 'inherit' });
try {
  if (fs.readFileSync('migrations/current.sql', 'utf8').trim() !== '') run('commit');
  run('migrate');
} catch { process.exitCode = 1; }
`;

/** A committed migration of graphile-migrate: it names the hash of the one before, and its own. */
function committed(name: string, text: string, previous: string): { readonly files: Files; readonly hash: string } {
  const body = text.trim();
  const before = previous === '-' ? '' : previous;
  const hash = `sha1:${createHash('sha1')
    .update(`${`${before}\n${body}`.trim()}\n`)
    .digest('hex')}`;
  return {
    files: { [`migrations/committed/${name}.sql`]: `--! Previous: ${previous}\n--! Hash: ${hash}\n\n${body}\n` },
    hash,
  };
}

export const graphileMigrate: Tool = {
  name: 'graphile-migrate',
  id: 'graphile-migrate',
  source: { npm: { 'graphile-migrate': '1.4.1' } },
  files: (changes, { url, database }) => {
    let previous = '-';
    let files: Files = {
      '.gmrc': JSON.stringify({
        connectionString: url,
        shadowConnectionString: url.replace('?', '_shadow?'),
        rootConnectionString: url.replace(database, 'postgres'),
      }),
      'run.js': commitAndMigrate,
      'migrations/current.sql': '',
    };
    for (const { version, name, up, outside } of changes) {
      const next = committed(`${version}-${name}`, `${outside ? '--! no-transaction\n' : ''}${asFile(up)}`, previous);
      files = { ...files, ...next.files };
      previous = next.hash;
    }
    return files;
  },
  up: () => ['node', 'run.js'],
  current: 'migrations/current.sql',
  environment: ({ url }) => ({ DATABASE_URL: url }),
  applied: 'SELECT filename FROM graphile_migrate.migrations ORDER BY filename',
  versions: ['000001', '000002', '000003'],
  odd: ['1', '02', '3'],
  hasMark: true,
  traps: [
    { fact: 'trap: mark behind a comment', files: committed('1', `-- why\n--! no-transaction\n${build};`, '-').files },
    {
      fact: 'trap: comment beside CONCURRENTLY',
      files: committed('1', `--! no-transaction\n-- why\n${build};\n-- end`, '-').files,
    },
    {
      fact: 'trap: no empty line behind the headers',
      files: { 'migrations/committed/1.sql': '--! Previous: -\n--! Hash: sha1:0\nSELECT 1;\n' },
    },
  ],
};
