import { shellWord } from '../commands.js';
import { defineFramework, inFolder } from '../define.js';
import { bothDirections, type DirectionForm, withWayBack } from '../directions.js';
import { byDependency, byMark } from '../evidence.js';
import { baseName, directoryOf, migrationName, type NewMigration, type ProjectFiles } from '../framework.js';
import { callsFor, indented, templateLiteral } from '../host-code.js';
import { byCode, endingOf } from '../host-evidence.js';
import { numberedPaths, sortedByNumber } from '../numbers.js';
import { oneWay } from '../one-way.js';
import { sectionsByMarks } from '../sections.js';

const name = /^\d+[-_].*\.sql$/;
const endings = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs', '.sql'];
const form: DirectionForm = {
  marks: { up: /^\s*--[\s-]*up\s+migration/im, down: /^\s*--[\s-]*down\s+migration/im },
  file: (up, down, newline) => ['-- Up Migration', up.sql, '-- Down Migration', down.sql].join(newline),
  downLine: () => '-- Down Migration',
};

/** Migrations in code. */
const evidence = {
  name: /^\d+[-_](?!.*\.d\.ts$).*\.[cm]?[jt]s$/,
  code: /\bMigrationBuilder\b|\bpgm\.\w+\(|\b(?:up|down)\s*=\s*(?:async\s*)?\(?\s*pgm\b/,
  packages: ['node-pg-migrate'],
};

function isCode(path: string): boolean {
  return evidence.name.test(baseName(path));
}

function codeOf({ up, down, outside, downOutside }: NewMigration, path: string): string {
  const isTyped = /\.[cm]?ts$/.test(path);
  const isModule = isTyped || path.endsWith('.mjs');
  const body = (sql: string | undefined, isOutside: boolean): string => {
    const mark = isOutside ? 'pgm.noTransaction();\n' : '';
    // In braces the tool puts its own values in.
    const calls = callsFor(sql, '//', (statement) => `pgm.sql(${templateLiteral(statement)});`);
    return indented(mark + calls, 2);
  };
  const one = (called: string, sql: string | undefined, isOutside: boolean): string =>
    isModule
      ? `export async function ${called}(pgm${isTyped ? ': MigrationBuilder' : ''})${isTyped ? ': Promise<void>' : ''} {\n${body(sql, isOutside)}\n}\n`
      : `exports.${called} = (pgm) => {\n${body(sql, isOutside)}\n};\n`;
  return [
    ...(isTyped ? ["import type { MigrationBuilder } from 'node-pg-migrate';\n"] : []),
    one('up', up, outside),
    one('down', down, downOutside),
  ].join('\n');
}

/** The ending of the newest migration of a folder. */
function newestEnding(root: string, files: ProjectFiles): string {
  const names = files.names(root).filter((each) => name.test(each) || evidence.name.test(each));
  return endingOf(sortedByNumber(names), endings, '.sql');
}

/** salsita/node-pg-migrate: sqlMigration, migrationLoader, runner. A .sql file has no mark for its transaction, code has. */
export const nodePgMigrate = defineFramework({
  id: 'node-pg-migrate',
  title: 'node-pg-migrate',
  commands: ({ root }) => ({
    apply: `npx node-pg-migrate up 1 -m ${shellWord(root)}`,
    back: `npx node-pg-migrate down 1 -m ${shellWord(root)}`,
    named: 'PGAPPNAME',
  }),
  sharesVersions: true,
  transaction: 'all-pending',
  recognise: (path, files) =>
    name.test(baseName(path))
      ? (byMark(path, files, /^[ \t]*--[ \t-]*(?:up|down)[ \t]+migration\b.*/im) ??
        byDependency(directoryOf(path), files, ['node-pg-migrate']))
      : byCode(path, files, evidence),
  directionOf: (path) => {
    if (isCode(path)) return 'up';
    return name.test(baseName(path)) ? (/\.down\.sql$/.test(path) ? 'down' : 'up') : undefined;
  },
  order: (paths) => sortedByNumber(paths),
  read: (path, text) => {
    if (isCode(path)) return [];
    return /\.down\.sql$/.test(path)
      ? oneWay('down', text, 'all-pending')
      : sectionsByMarks(text, [form.marks], 'all-pending');
  },
  outside: ({ root, files }) =>
    newestEnding(root, files) === '.sql'
      ? {
          holds: 'nothing',
          where:
            'to a JavaScript migration with pgm.noTransaction(), as node-pg-migrate has no mark for that in .sql files',
        }
      : { holds: 'many', where: 'to a migration of its own with pgm.noTransaction()' },
  nextPaths: (slugs, place) => {
    const { root, files } = place.project;
    const ending = place.existing.length > 0 ? endingOf(place.existing, endings, '.sql') : newestEnding(root, files);
    return numberedPaths(slugs, place, String(place.now), (version, slug) => `${version}_${slug}${ending}`);
  },
  downPath: () => undefined,
  text: (migration, path) => ({ up: isCode(path) ? codeOf(migration, path) : bothDirections(form, migration) }),
  rollback: ({ path, text }, back, { root }) => ({
    file: isCode(path)
      ? {
          path: inFolder(directoryOf(root), `rollbacks/${migrationName(path).replace(/\.\w+$/, '')}.sql`),
          text: back.sql,
        }
      : { path, text: withWayBack(form, text, back) },
    beside: [],
  }),
});
