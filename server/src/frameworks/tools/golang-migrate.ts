import { shellWord } from '../commands.js';
import { defineFramework, inFolder } from '../define.js';
import { byCall, byDependency, nameLike } from '../evidence.js';
import { baseName, directoryOf } from '../framework.js';
import { numberedPaths, sortedByNumber } from '../numbers.js';
import { oneWay } from '../one-way.js';
import { momentDigits } from '../stamps.js';

const name = /^(\d+)_(.*)\.(up|down)\.sql$/;

/** Its program in a script, or its image. */
const called = /\bmigrate\/migrate\b|\bgolang-migrate\b|\bmigrate\b[^\n]*\s-{1,2}(?:path|source)\b/;

function wayOf(path: string): 'up' | 'down' | undefined {
  const [, , , direction] = name.exec(baseName(path)) ?? [];
  return direction === 'up' || direction === 'down' ? direction : undefined;
}

/** golang-migrate/migrate: source/parse.go, database/postgres/postgres.go. A file is sent as one query. */
export const golangMigrate = defineFramework({
  id: 'golang-migrate',
  title: 'golang-migrate',
  commands: ({ root, version, previous }) => {
    const migrate = `migrate -path ${shellWord(root)} -database "$DATABASE_URL"`;
    return {
      apply: `${migrate} goto ${version}`,
      back: `${migrate} down 1`,
      afterFailure: `${migrate} force ${previous?.version ?? '-1'}`,
      noteApplied: `${migrate} force ${version}`,
      named: 'PGAPPNAME',
    };
  },
  transaction: 'one-query',
  recognise(path, files) {
    const root = directoryOf(path);
    // Others name their files so as well. It does not look into folders: numbered ones are the work of another runner.
    if (nameLike(path, files, (each) => name.test(each)) === undefined || /^\d+$/.test(baseName(root)))
      return undefined;
    return byDependency(root, files, ['golang-migrate/migrate']) ?? byCall(root, files, called);
  },
  directionOf: wayOf,
  order: (paths) => sortedByNumber(paths),
  read: (path, text) => oneWay(wayOf(path) ?? 'up', text, 'one-query'),
  mark: (_path, text) => ({ text, beside: [] }),
  outside: () => ({
    holds: 'one',
    where: 'alone to a migration of its own, as golang-migrate sends a file as one query',
  }),
  nextPaths: (slugs, place) =>
    numberedPaths(slugs, place, momentDigits(place.now), (version, slug) => `${version}_${slug}.up.sql`),
  downPath: (path) => inFolder(directoryOf(path), baseName(path).replace(/\.up\.sql$/, '.down.sql')),
});
