import { baseName, type Framework } from './framework.js';
import { byVersion, namesBehind } from './version.js';

/** `0001.undo.name.sql` is how Postgrator writes it, `U1__name.sql` is an undo migration of Flyway. */
const down = /(?:^|[._-])(?:down|undo|rollback|revert)\.(?:sql|pgsql|psql)$|^\d+\.undo\.|^U\d+(?:[._]\d+)*__/i;

/** Flyway runs its repeatable migrations when all others have run. */
const repeatable = /^R__/;

/**
 * A directory of .sql files run in the order of their names, each statement by itself, as psql does.
 * `name.down.sql` beside `name.sql` takes it back and is no migration of its own.
 */
export const plainSql: Framework = {
  id: 'sql',
  title: 'plain SQL',
  transaction: 'none',

  isDown: (path) => down.test(baseName(path)),

  compare(a, b) {
    const last = Number(repeatable.test(baseName(a))) - Number(repeatable.test(baseName(b)));
    if (last !== 0) return last;
    const partsA = a.split('/');
    const partsB = b.split('/');
    for (let index = 0; index < Math.min(partsA.length, partsB.length); index++) {
      const order = byVersion(partsA[index] ?? '', partsB[index] ?? '');
      if (order !== 0) return order;
    }
    return partsA.length - partsB.length;
  },

  nextPaths(existing, slugs, directory) {
    const nameOf = namesBehind(existing.filter((path) => !down.test(baseName(path))).map(baseName));
    return slugs.map((slug) => (directory === '' ? nameOf(slug) : `${directory}/${nameOf(slug)}`));
  },

  // Never the migration itself, whatever its name ends with.
  downPath(path) {
    const [, up = path, extension = '.sql'] = /^(.*?)(?:\.up)?(\.(?:sql|pgsql|psql))$/i.exec(path) ?? [];
    return `${up}.down${extension}`;
  },
};
