import { defineFramework, inFolder } from '../define.js';
import { byDependency } from '../evidence.js';
import { baseName, directoryOf } from '../framework.js';
import { nextNames } from '../names.js';
import { wholeFile } from '../sections.js';

const name = /^(\d+)_(.*)\.(up|down)\.sql$/;

/** golang-migrate/migrate: source/parse.go, database/postgres/postgres.go. A file is sent as one query. */
export const golangMigrate = defineFramework({
  id: 'golang-migrate',
  title: 'golang-migrate',
  transaction: 'one-query',
  recognise(path, files) {
    if (!name.test(baseName(path))) return undefined;
    const root = directoryOf(path);
    return (
      byDependency(root, files, ['golang-migrate/migrate']) ?? {
        root,
        because: `${baseName(path)} is named as golang-migrate names its files`,
        strength: 1,
      }
    );
  },
  directionOf(path) {
    const [, , , direction] = name.exec(baseName(path)) ?? [];
    return direction === 'up' || direction === 'down' ? direction : undefined;
  },
  read: (_path, text) => wholeFile(text, 'one-query'),
  mark: (_path, text) => ({ text, beside: [] }),
  outside: () => ({ holds: 'one', where: 'alone to a migration of its own' }),
  nextPaths: (slugs, place) => nextNames(slugs, place, { ending: '.up.sql' }),
  downPath: (path) => inFolder(directoryOf(path), baseName(path).replace(/\.up\.sql$/, '.down.sql')),
});
