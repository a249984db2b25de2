import { shellWord } from '../commands.js';
import { defineFramework, inFolder } from '../define.js';
import { byFile, compareVersions } from '../evidence.js';
import { baseName, directoryOf, type Project, type Section } from '../framework.js';
import { jsonLists, jsonStrings } from '../json-strings.js';
import { nextFolders } from '../names.js';
import { wholeFile } from '../sections.js';

/** From this version on the engine sends each statement by itself, where its own parser reads them all. */
const splits = '7.4.0';

function sendsOneByOne({ version }: Project): boolean {
  return version !== undefined && compareVersions(version, splits) >= 0;
}

function downBeside(path: string): string {
  return inFolder(directoryOf(path), 'down.sql');
}

/** Prisma 8 runs what stands there; people write migration.ts, which writes it. */
const operations = 'ops.json';

/** The SQL of each operation, in order; what is asked before and behind it changes nothing. */
function operationsOf(text: string): Section[] {
  const executed = jsonLists(text, 'execute').flatMap((list) => jsonStrings(text, 'sql', list));
  return executed.map(({ span, readAs }, index) => ({
    direction: 'up',
    span,
    readAs,
    scope: 'all-pending',
    ...(index > 0 && { goesOn: true }),
  }));
}

/** prisma/prisma-engines: schema-engine (apply_migrations.rs, checksum.rs), and pull request 5767 for the split. */
export const prisma = defineFramework({
  id: 'prisma',
  title: 'Prisma',
  commands: ({ name }) => ({
    apply: 'npx prisma migrate deploy',
    afterFailure: `npx prisma migrate resolve --rolled-back ${shellWord(name)}`,
    noteApplied: `npx prisma migrate resolve --applied ${shellWord(name)}`,
    named: 'application_name',
  }),
  transaction: 'one-query',
  hashes: true,
  layout: { up: 'migration.sql', down: 'down.sql' },
  recognise(path, files) {
    const root = directoryOf(directoryOf(path));
    if (baseName(path) === operations)
      return /"operationClass"/.test(files.read(path) ?? '')
        ? { root, because: `${operations} has operations of Prisma 8`, strength: 3, version: '8' }
        : undefined;
    if (!/^(?:migration|down)\.sql$/.test(baseName(path))) return undefined;
    const found = files.exists(`${root}/migration_lock.toml`)
      ? { root, because: 'there is migration_lock.toml', strength: 3 as const }
      : byFile(root, files, ['schema.prisma', 'prisma.config.ts']);
    return found && { ...found, version: files.dependency(root, 'prisma', '@prisma/client') || undefined };
  },
  order: (paths) => [...paths].sort((a, b) => directoryOf(a).localeCompare(directoryOf(b), 'en')),
  directionOf(path) {
    const name = baseName(path);
    return name === 'migration.sql' || name === operations ? 'up' : name === 'down.sql' ? 'down' : undefined;
  },
  writtenBy: (path) =>
    baseName(path) === operations ? 'migration.ts writes ops.json: change that one and run it.' : undefined,
  read(path, text, project) {
    if (baseName(path) === operations) return operationsOf(text);
    // Its parser does not read DROP INDEX CONCURRENTLY, and then sends the whole.
    const isOneByOne = sendsOneByOne(project) && !/\bdrop\s+index\s+concurrently\b/i.test(text);
    return wholeFile(text, isOneByOne ? 'none' : 'one-query');
  },
  mark: (_path, text) => ({ text, beside: [] }),
  outside: ({ version }) => ({
    holds: 'one',
    where: `alone to a migration of its own${version === undefined ? ' (which version of Prisma runs it is not known)' : ''}`,
  }),
  // It ignores them: they are kept where somebody has begun to, or asks for one.
  downPath(path, { files }) {
    const down = downBeside(path);
    return files.exists(down) ? down : undefined;
  },
  rollback: ({ path }, { sql }) => ({ file: { path: downBeside(path), text: sql }, beside: [] }),
  nextPaths: (slugs, place) => nextFolders(slugs, place, 'migration.sql'),
});
