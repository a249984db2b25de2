import { comparePaths, defineFramework, inFolder } from './define.js';
import { baseName, directoryOf, type ProjectFiles } from './framework.js';
import { sectionsByMarks } from './sections.js';
import { byVersion, isVersioned, namesBehind } from './version.js';

/** `0001.undo.name.sql` is how Postgrator writes it, `U1__name.sql` is an undo migration of Flyway. */
const down = /(?:^|[._-])(?:down|undo|rollback|revert)\.(?:sql|pgsql|psql)$|^\d+\.undo\.|^U\d+(?:[._]\d+)*__/i;

/** Flyway runs its repeatable migrations when all others have run. */
const repeatable = /^R__/;

/** The one file of a folder that is a migration of its own. */
const inOwnFolder = /^(?:up|migration)\.(?:sql|pgsql|psql)$/i;

/** Folders of versions, whose files run version by version: 0, 2, 10; 0.19, 0.20. */
const numbered = /^((?:\d+\.)*)(\d+)$/;
const ofNumbers = 'its folders are numbered';

/** Tools that keep both directions in one file mark where the way back begins. */
const marks = [
  { up: /^[ \t]*--[ \t]*\+goose[ \t]+up\b/im, down: /^[ \t]*--[ \t]*\+goose[ \t]+down\b/im },
  { up: /^[ \t]*--[ \t]*\+migrate[ \t]+up\b/im, down: /^[ \t]*--[ \t]*\+migrate[ \t]+down\b/im },
  { up: /^[ \t]*--[ \t]*migrate:up\b/im, down: /^[ \t]*--[ \t]*migrate:down\b/im },
  { up: /^[ \t]*--[ \t]*up migration\b/im, down: /^[ \t]*--[ \t]*down migration\b/im },
];

/** True for a folder of a version with another one beside it: the next ones, or the first. */
function isNumbered(directory: string, files: ProjectFiles): boolean {
  const [, before = '', last] = numbered.exec(baseName(directory)) ?? [];
  const above = directoryOf(directory);
  // A file beside the folders is the whole schema, or something else: nobody knows how they go together.
  if (last === undefined || files.names(above).some((name) => /\.(?:sql|pgsql|psql)$/i.test(name))) return false;
  const number = Number(last);
  return [number - 1, number + 1, number - 2, number + 2, 0, 1].some(
    (each) => each >= 0 && each !== number && files.exists(inFolder(above, `${before}${each}`)),
  );
}

function hasOwnFolder(path: string): boolean {
  return inOwnFolder.test(baseName(path)) && isVersioned(baseName(directoryOf(path)));
}

/**
 * .sql files run in the order of their names, each statement by itself, as psql does: the files of a folder, or one in
 * each of its folders (0001_init/up.sql). `name.down.sql` beside `name.sql` takes it back.
 */
export const plainSql = defineFramework({
  id: 'sql',
  title: 'plain SQL',
  transaction: 'none',

  recognise(path, files) {
    const directory = directoryOf(path);
    const above = directoryOf(directory);
    if (isNumbered(directory, files)) {
      return { root: above, because: ofNumbers, strength: 1 };
    }
    return isVersioned(baseName(directory)) && /^(?:up|down|migration)\.(?:sql|pgsql|psql)$/i.test(baseName(path))
      ? { root: directoryOf(directory), because: 'each migration has a folder of its own', strength: 1 }
      : { root: directory, because: 'nothing says otherwise', strength: 1 };
  },

  directionOf(path, { because }) {
    if (!/\.(?:sql|pgsql|psql)$/i.test(path)) return undefined;
    // Seeds and views stand beside the folders of versions.
    if (because === ofNumbers && !numbered.test(baseName(directoryOf(path)))) return undefined;
    return down.test(baseName(path)) ? 'down' : 'up';
  },

  order: (paths) =>
    [...paths].sort(
      (a, b) =>
        Number(repeatable.test(baseName(a))) - Number(repeatable.test(baseName(b))) ||
        (hasOwnFolder(a) && hasOwnFolder(b) ? byVersion(directoryOf(a), directoryOf(b)) || 0 : 0) ||
        comparePaths(a, b),
    ),

  read: (_path, text) => sectionsByMarks(text, marks, 'none'),

  outside: () => ({
    holds: 'many',
    where: 'to a migration of its own that runs outside a transaction (psql: without --single-transaction)',
  }),

  nextPaths(slugs, { existing, directory }) {
    const ups = existing.filter((path) => !down.test(baseName(path)));
    const last = ups.at(-1);
    if (last !== undefined && hasOwnFolder(last)) {
      const nameOf = namesBehind(ups.filter(hasOwnFolder).map((path) => `${baseName(directoryOf(path))}.sql`));
      const root = directoryOf(directoryOf(last));
      return slugs.map((slug) => inFolder(root, `${nameOf(slug).replace(/\.sql$/, '')}/${baseName(last)}`));
    }
    const nameOf = namesBehind(ups.map(baseName));
    return slugs.map((slug) => inFolder(directory, nameOf(slug)));
  },

  // Never the migration itself, whatever its name ends with.
  downPath(path) {
    if (hasOwnFolder(path)) return inFolder(directoryOf(path), baseName(path).replace(/^\w+/, 'down'));
    const [, up = path, extension = '.sql'] = /^(.*?)(?:\.up)?(\.(?:sql|pgsql|psql))$/i.exec(path) ?? [];
    return `${up}.down${extension}`;
  },
});
