import { defineFramework } from '../define.js';
import { byDependency, nameLike } from '../evidence.js';
import { baseName, directoryOf, type Framework, type ProjectFiles, type WrittenFile } from '../framework.js';
import { numberedPaths, sortedByNumber } from '../numbers.js';
import { oneWay } from '../one-way.js';
import { momentDigits } from '../stamps.js';

/** Version, name, words such as a dialect and "autocommit", direction. */
const name = /^(\d+)_([^.]*)((?:\.[a-z0-9]+)*)\.(up|down)\.sql$/;
const postgres = /^(?:postgres|postgresql)$/;

interface Named {
  readonly version: string;
  readonly dialect: string | undefined;
  readonly autocommit: boolean;
  readonly direction: 'up' | 'down';
}

function named(file: string): Named | undefined {
  const [, version, , words = '', direction] = name.exec(file) ?? [];
  if (version === undefined) return undefined;
  const all = words.split('.').filter((word) => word !== '');
  return {
    version,
    dialect: all.find((word) => word !== 'autocommit'),
    autocommit: all.includes('autocommit'),
    direction: direction === 'down' ? 'down' : 'up',
  };
}

/** True where the folder has the file of PostgreSQL's own for the same version and direction. */
function hasOwnDialect(path: string, { version, direction }: Named, files: ProjectFiles): boolean {
  return files.names(directoryOf(path)).some((other) => {
    if (!other.startsWith(`${version}_`)) return false;
    const found = named(other);
    return found?.direction === direction && found.dialect !== undefined && postgres.test(found.dialect);
  });
}

const general = defineFramework({
  id: 'pop',
  title: 'pop',
  transaction: 'per-file',

  recognise(path, files) {
    if (nameLike(path, files, (each) => name.test(each)) === undefined) return undefined;
    const root = directoryOf(path);
    const named = byDependency(root, files, ['github.com/ory/pop/v6', 'github.com/gobuffalo/pop/v6']);
    if (named) return named;
    const config = files.above(root, 'database.yml');
    const isOurs = config !== undefined && /^\s*dialect:/m.test(files.read(config) ?? '');
    return isOurs ? { root, because: 'there is database.yml', strength: 2 } : undefined;
  },

  directionOf(path, { files }) {
    const found = named(baseName(path));
    if (!found) return undefined;
    if (found.dialect === undefined) return hasOwnDialect(path, found, files) ? undefined : found.direction;
    return postgres.test(found.dialect) ? found.direction : undefined;
  },

  order: (paths) => sortedByNumber(paths),

  read(path, text) {
    const found = named(baseName(path));
    const direction = found?.direction ?? 'up';
    return found?.autocommit
      ? oneWay(direction, text, 'one-query', '.autocommit. in its name')
      : oneWay(direction, text, 'per-file');
  },

  outside: ({ files, root }) =>
    files.dependency(root, 'github.com/ory/pop/v6') === undefined
      ? {
          holds: 'nothing',
          where: 'out of the migrations, as pop runs each in a transaction: run it by hand with psql',
        }
      : {
          holds: 'one',
          where: 'by itself to a migration with .autocommit. in its name, as popx sends it as one query',
        },

  nextPaths: (slugs, place) =>
    numberedPaths(slugs, place, momentDigits(place.now), (version, slug) => `${version}_${slug}.up.sql`),

  downPath: (path) => path.replace(/\.up\.sql$/, '.down.sql'),
});

/** gobuffalo/pop and ory's popx: the file of the dialect wins over the general one; popx knows ".autocommit.". */
export const pop: Framework = {
  ...general,
  // The mark is a part of the name.
  write(migrations, place) {
    const canMark = general.outside(place.project).holds === 'one';
    return general.write(migrations, place).map(({ up, down, beside }, index) => {
      const marked = canMark && migrations[index]?.outside === true;
      const named = ({ path, text }: WrittenFile): WrittenFile => ({
        path: marked ? path.replace(/\.(up|down)\.sql$/, '.autocommit.$1.sql') : path,
        text,
      });
      return { up: named(up), down: down && named(down), beside };
    });
  },
};
