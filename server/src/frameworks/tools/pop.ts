import { shellWord } from '../commands.js';
import { defineFramework, inFolder } from '../define.js';
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

/** By the names of a folder: the name that runs for a version and a direction. */
const known = new WeakMap<readonly string[], ReadonlyMap<string, string>>();

/** The names of a folder that run: for each version and direction PostgreSQL's own, or the general one. */
function running(names: readonly string[]): ReadonlyMap<string, string> {
  const found = known.get(names);
  if (found) return found;
  const made = new Map<string, string>();
  for (const each of names) {
    const { version, direction, dialect } = named(each) ?? {};
    if (version === undefined || (dialect !== undefined && !postgres.test(dialect))) continue;
    const key = `${version} ${direction}`;
    if (dialect !== undefined || !made.has(key)) made.set(key, each);
  }
  known.set(names, made);
  return made;
}

/** True where PostgreSQL has a file of its own beside a general one. */
function isPassedOver(path: string, { version, direction, dialect }: Named, files: ProjectFiles): boolean {
  const runs = running(files.names(directoryOf(path))).get(`${version} ${direction}`);
  return dialect === undefined && runs !== undefined && named(runs)?.dialect !== undefined;
}

const general: Framework = defineFramework({
  id: 'pop',
  title: 'pop',
  commands: ({ root }) => ({
    apply: `soda migrate up --step 1 --path ${shellWord(root)}`,
    back: `soda migrate down --step 1 --path ${shellWord(root)}`,
    named: 'PGAPPNAME',
  }),
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
    if (isPassedOver(path, found, files)) return undefined;
    return found.dialect === undefined || postgres.test(found.dialect) ? found.direction : undefined;
  },

  notRun(path, { files }) {
    const found = named(baseName(path));
    return found && isPassedOver(path, found, files)
      ? 'is not run by pop: PostgreSQL has a file of its own beside it'
      : undefined;
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

  downPath(path, { files }) {
    const version = named(baseName(path))?.version;
    const found = running(files.names(directoryOf(path))).get(`${version} down`);
    return found === undefined ? path.replace(/\.up\.sql$/, '.down.sql') : inFolder(directoryOf(path), found);
  },
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
