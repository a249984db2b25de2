import { wholeFile } from '../sections.js';
import { defineFramework } from '../define.js';
import { byDependency, byMark, nameLike } from '../evidence.js';
import { baseName, directoryOf } from '../framework.js';
import { numberedPaths, sortedByNumber } from '../numbers.js';

const name = /^\d+[-_]?.*\.sql$/;
const mark = '-- postgres-migrations disable-transaction';

/** thomwright/postgres-migrations: run-migration.ts looks for the mark anywhere in the file. Ids without a gap. */
export const postgresMigrations = defineFramework({
  id: 'postgres-migrations',
  title: 'postgres-migrations',
  commands: () => ({ apply: undefined, named: 'PGAPPNAME' }),
  transaction: 'per-file',
  hashes: true,

  recognise(path, files) {
    if (nameLike(path, files, (each) => name.test(each)) === undefined) return undefined;
    return (
      byMark(path, files, /^-- postgres-migrations disable-transaction/m) ??
      byDependency(directoryOf(path), files, ['postgres-migrations'])
    );
  },

  directionOf: (path) => (name.test(baseName(path)) ? 'up' : undefined),
  order: (paths) => sortedByNumber(paths),

  read: (_path, text) => (text.includes(mark) ? wholeFile(text, 'one-query', mark) : wholeFile(text, 'per-file')),

  outside: () => ({
    holds: 'one',
    where: `by itself to a migration that begins with ${mark}, as postgres-migrations sends it as one query`,
  }),

  mark: (_path, text) => ({ text: text.includes(mark) ? text : `${mark}\n${text}`, beside: [] }),

  nextPaths(slugs, place) {
    const names = place.existing.flatMap((path) => /^\d+([-_])/.exec(baseName(path))?.[1] ?? []);
    const separator = names.at(-1) ?? '_';
    return numberedPaths(slugs, place, '0001', (version, slug) => `${version}${separator}${slug}.sql`);
  },

  downPath: () => undefined,
  text: ({ up, outside }) => ({ up: outside ? `${mark}\n${up}` : up }),
});
