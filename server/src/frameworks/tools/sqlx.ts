import { shellWord } from '../commands.js';
import { oneWay } from '../one-way.js';
import { defineFramework } from '../define.js';
import { byDependency, nameLike } from '../evidence.js';
import { baseName, directoryOf } from '../framework.js';
import { numberedPaths, sortedByNumber } from '../numbers.js';
import { momentDigits } from '../stamps.js';

const name = /^\d+_.*\.sql$/;
const reversible = /\.(?:up|down)\.sql$/;
const mark = '-- no-transaction';

/** launchbadge/sqlx: sqlx-core/src/migrate/source.rs, migration.rs. The mark has to be the very first characters. */
export const sqlx = defineFramework({
  id: 'sqlx',
  title: 'sqlx',
  commands: ({ path, root }) => ({
    apply: `sqlx migrate run --source ${shellWord(root)}`,
    back: /\.up\.sql$/.test(path) ? `sqlx migrate revert --source ${shellWord(root)}` : undefined,
    named: 'PGAPPNAME',
  }),
  transaction: 'per-file',
  hashes: true,

  recognise(path, files) {
    if (nameLike(path, files, (each) => name.test(each)) === undefined) return undefined;
    const root = directoryOf(path);
    return byDependency(root, files, ['sqlx', 'sqlx-cli'], baseName(root) === 'migrations' ? 2 : 1);
  },

  directionOf(path) {
    if (!name.test(baseName(path))) return undefined;
    return path.endsWith('.down.sql') ? 'down' : 'up';
  },

  order: (paths) => sortedByNumber(paths),

  read(path, text) {
    const direction = path.endsWith('.down.sql') ? 'down' : 'up';
    return text.startsWith(mark) ? oneWay(direction, text, 'one-query', mark) : oneWay(direction, text, 'per-file');
  },

  outside: () => ({
    holds: 'one',
    where: `by itself to a migration that begins with ${mark}, as sqlx sends it as one query`,
  }),

  mark: (_path, text) => ({ text: text.startsWith(mark) ? text : `${mark}\n${text}`, beside: [] }),

  nextPaths(slugs, place) {
    const last = sortedByNumber(place.existing.filter((path) => name.test(baseName(path)))).at(-1);
    const ending = last !== undefined && reversible.test(last) ? '.up.sql' : '.sql';
    return numberedPaths(slugs, place, momentDigits(place.now), (version, slug) => `${version}_${slug}${ending}`);
  },

  downPath: (path) => (path.endsWith('.up.sql') ? path.replace(/\.up\.sql$/, '.down.sql') : undefined),

  text: ({ up, down, outside, downOutside }) => ({
    up: outside ? `${mark}\n${up}` : up,
    ...(down !== undefined && { down: downOutside ? `${mark}\n${down}` : down }),
  }),
});
