import { defineFramework } from '../define.js';
import { bothDirections, type DirectionForm, withWayBack } from '../directions.js';
import { byDependency, byMark } from '../evidence.js';
import { baseName, directoryOf } from '../framework.js';
import { numberedPaths, sortedByNumber } from '../numbers.js';
import { oneWay } from '../one-way.js';
import { sectionsByMarks } from '../sections.js';

const name = /^\d+[-_].*\.sql$/;
const form: DirectionForm = {
  marks: { up: /^\s*--[\s-]*up\s+migration/im, down: /^\s*--[\s-]*down\s+migration/im },
  file: (up, down, newline) => ['-- Up Migration', up.sql, '-- Down Migration', down.sql].join(newline),
  downLine: () => '-- Down Migration',
};

/** salsita/node-pg-migrate: sqlMigration, migrationLoader, runner. A .sql file has no mark for its transaction. */
export const nodePgMigrate = defineFramework({
  id: 'node-pg-migrate',
  title: 'node-pg-migrate',
  sharesVersions: true,
  transaction: 'all-pending',
  recognise: (path, files) =>
    name.test(baseName(path))
      ? (byMark(path, files, /^[ \t]*--[ \t-]*(?:up|down)[ \t]+migration\b.*/im) ??
        byDependency(directoryOf(path), files, ['node-pg-migrate']))
      : undefined,
  directionOf: (path) => (name.test(baseName(path)) ? (/\.down\.sql$/.test(path) ? 'down' : 'up') : undefined),
  order: (paths) => sortedByNumber(paths),
  read: (path, text) =>
    /\.down\.sql$/.test(path)
      ? oneWay('down', text, 'all-pending')
      : sectionsByMarks(text, [form.marks], 'all-pending'),
  outside: () => ({
    holds: 'nothing',
    where: 'to a JavaScript migration with pgm.noTransaction(), as node-pg-migrate has no mark for that in .sql files',
  }),
  nextPaths: (slugs, place) =>
    numberedPaths(slugs, place, String(place.now), (version, slug) => `${version}_${slug}.sql`),
  downPath: () => undefined,
  text: (migration) => ({ up: bothDirections(form, migration) }),
  rollback: ({ path, text }, back) => ({ file: { path, text: withWayBack(form, text, back) }, beside: [] }),
});
