import { defineFramework } from '../define.js';
import { byFile, compareVersions } from '../evidence.js';
import { baseName, directoryOf, type Project } from '../framework.js';
import { nextFolders } from '../names.js';
import { wholeFile } from '../sections.js';

/** From this version on the engine sends each statement by itself, where its own parser reads them all. */
const splits = '7.4.0';

function sendsOneByOne({ version }: Project): boolean {
  return version !== undefined && compareVersions(version, splits) >= 0;
}

/** prisma/prisma-engines: schema-engine (apply_migrations.rs, checksum.rs), and pull request 5767 for the split. */
export const prisma = defineFramework({
  id: 'prisma',
  title: 'Prisma',
  transaction: 'one-query',
  hashes: true,
  layout: { up: 'migration.sql', down: 'down.sql' },
  recognise(path, files) {
    if (!/^(?:migration|down)\.sql$/.test(baseName(path))) return undefined;
    const root = directoryOf(directoryOf(path));
    const found = files.exists(`${root}/migration_lock.toml`)
      ? { root, because: 'there is migration_lock.toml', strength: 3 as const }
      : byFile(root, files, ['schema.prisma', 'prisma.config.ts']);
    return found && { ...found, version: files.dependency(root, 'prisma', '@prisma/client') || undefined };
  },
  order: (paths) => [...paths].sort((a, b) => directoryOf(a).localeCompare(directoryOf(b), 'en')),
  read(_path, text, project) {
    // Its parser does not read DROP INDEX CONCURRENTLY, and then sends the whole.
    const isOneByOne = sendsOneByOne(project) && !/\bdrop\s+index\s+concurrently\b/i.test(text);
    return wholeFile(text, isOneByOne ? 'none' : 'one-query');
  },
  mark: (_path, text) => ({ text, beside: [] }),
  outside: ({ version }) => ({
    holds: 'one',
    where: `alone to a migration of its own${version === undefined ? ' (which version of Prisma runs it is not known)' : ''}`,
  }),
  nextPaths: (slugs, place) => nextFolders(slugs, place, 'migration.sql'),
});
