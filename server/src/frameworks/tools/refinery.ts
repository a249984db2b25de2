import { shellWord } from '../commands.js';
import { defineFramework, inFolder } from '../define.js';
import { byDependency, nameLike } from '../evidence.js';
import { baseName, directoryOf } from '../framework.js';
import { newVersions, sortedByNumber } from '../numbers.js';

/** "U" is a migration that may run behind later ones; it takes nothing back. */
const name = /^[UV](\d+)(?:\.\d+)?__\w+\.sql$/;

function versionOf(path: string): bigint | undefined {
  const digits = name.exec(baseName(path))?.[1];
  return digits === undefined ? undefined : BigInt(digits);
}

/** rust-db/refinery: refinery_core/src/util.rs, traits/async.rs. */
export const refinery = defineFramework({
  id: 'refinery',
  title: 'Refinery',
  commands: ({ root }) => ({ apply: `refinery migrate -e DATABASE_URL -p ${shellWord(root)}`, named: 'nothing' }),
  transaction: 'per-file',
  hashes: true,

  recognise(path, files) {
    if (nameLike(path, files, (each) => name.test(each)) === undefined) return undefined;
    const root = directoryOf(path);
    return byDependency(root, files, ['refinery', 'refinery-core']);
  },

  directionOf: (path) => (name.test(baseName(path)) ? 'up' : undefined),
  order: (paths) => sortedByNumber(paths, versionOf),

  outside: () => ({
    holds: 'nothing',
    where: 'out of the migrations, as Refinery runs each in a transaction: run it by hand with psql',
  }),

  nextPaths(slugs, { existing, directory, now }) {
    const versions = newVersions(
      slugs.length,
      existing.flatMap((path) => name.exec(baseName(path))?.[1] ?? []),
      now,
      '1',
    );
    return slugs.map((slug, index) => inFolder(directory, `V${versions[index] ?? ''}__${slug}.sql`));
  },

  downPath: () => undefined,
});
