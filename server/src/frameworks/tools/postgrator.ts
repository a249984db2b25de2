import { defineFramework } from '../define.js';
import { byDependency, nameLike, downOfVersion } from '../evidence.js';
import { baseName, directoryOf } from '../framework.js';
import { numberedPaths, sortedByNumber } from '../numbers.js';
import { oneWay } from '../one-way.js';

const name = /^\d+\.(do|undo)(?:\..*)?\.sql$/;

/** The number of a name that goes in a direction, without the zeros in front. */
function versionOf(file: string, word: 'do' | 'undo'): string | undefined {
  return name.exec(file)?.[1] === word ? /^0*(\d+)/.exec(file)?.[1] : undefined;
}

/** rickbergfalk/postgrator: lib/PostgratorMigration. Both directions go to the server as one query. */
export const postgrator = defineFramework({
  id: 'postgrator',
  title: 'Postgrator',
  commands: ({ version, previous }) => ({
    apply: `npx postgrator ${version}`,
    back: `npx postgrator ${previous?.version ?? '0'}`,
    named: 'PGAPPNAME',
  }),
  transaction: 'one-query',
  hashes: true,

  recognise(path, files) {
    const like = nameLike(path, files, (each) => name.test(each));
    if (like === undefined) return undefined;
    const root = directoryOf(path);
    const because = `${like} is named as Postgrator names its files`;
    return byDependency(root, files, ['postgrator', 'postgrator-cli']) ?? { root, because, strength: 1 };
  },

  directionOf(path) {
    const word = name.exec(baseName(path))?.[1];
    return word === 'undo' ? 'down' : word === 'do' ? 'up' : undefined;
  },

  order: (paths) => sortedByNumber(paths),
  read: (path, text) => oneWay(name.exec(baseName(path))?.[1] === 'undo' ? 'down' : 'up', text, 'one-query'),

  outside: () => ({
    holds: 'one',
    where: 'by itself to a migration of its own, as Postgrator sends a file as one query',
  }),

  nextPaths: (slugs, place) => numberedPaths(slugs, place, '001', (version, slug) => `${version}.do.${slug}.sql`),

  downPath: (path, { files }) =>
    downOfVersion(path, files, versionOf(baseName(path), 'do'), {
      versionOf: (each) => versionOf(each, 'undo'),
      otherwise: path.replace(/(\d+)\.do(?=[^/]*$)/, '$1.undo'),
    }),
});
