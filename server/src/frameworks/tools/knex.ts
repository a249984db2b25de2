import { shellWord } from '../commands.js';
import { byFile } from '../evidence.js';
import { defineFramework, sortedByCharacters } from '../define.js';
import { directoryOf, type NewMigration, baseName } from '../framework.js';
import { callsFor, indented, templateLiteral } from '../host-code.js';
import { byCode, endingOf } from '../host-evidence.js';
import { numberedPaths } from '../numbers.js';
import { momentDigits } from '../stamps.js';

const endings = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs'];
const knexfiles = ['js', 'ts', 'cjs', 'mjs'].map((ending) => `knexfile.${ending}`);

const evidence = {
  name: /\.[cm]?[jt]s$/,
  code: /\bimport (?:type )?\{[^}]*\bKnex\b[^}]*\} from ['"]knex['"]|\bexports\.(?:up|down)\s*=\s*(?:async\s*)?(?:function\s*\w*\s*)?\(?\s*knex\b|\bexport (?:async )?(?:function|const) up\b[^{]*\bknex\b/,
  packages: ['knex'],
};

/** Knex makes a parameter of each question mark, in strings as well, unless a backslash stands before it. */
const asRaw = (sql: string): string => sql.replaceAll('?', '\\?');

function body(sql: string | undefined): string {
  return indented(
    callsFor(sql, '//', (statement) => `await knex.raw(${templateLiteral(asRaw(statement))});`),
    2,
  );
}

function codeOf({ up, down, outside, downOutside }: NewMigration, path: string): string {
  const isTyped = /\.[cm]?ts$/.test(path);
  const isModule = isTyped || path.endsWith('.mjs');
  const type = isTyped ? ': Knex' : '';
  const result = isTyped ? ': Promise<void>' : '';
  const one = (name: string, sql: string | undefined): string =>
    isModule
      ? `export async function ${name}(knex${type})${result} {\n${body(sql)}\n}\n`
      : `exports.${name} = async function (knex) {\n${body(sql)}\n};\n`;
  // One mark for both directions.
  const mark = isModule
    ? 'export const config = { transaction: false };\n'
    : 'exports.config = { transaction: false };\n';
  return [
    ...(isTyped ? ["import type { Knex } from 'knex';\n"] : []),
    one('up', up),
    one('down', down),
    ...(outside || downOutside ? [mark] : []),
  ].join('\n');
}

/** knex 3: lib/migrations. Both directions have to be functions; each statement is a call of its own. */
export const knex = defineFramework({
  id: 'knex',
  title: 'Knex',
  commands: ({ path }) => ({
    apply: `npx knex migrate:up ${shellWord(baseName(path))}`,
    back: `npx knex migrate:down ${shellWord(baseName(path))}`,
    named: 'PGAPPNAME',
  }),
  sharesVersions: true,
  transaction: 'all-pending',
  recognise(path, files) {
    const known = byCode(path, files, evidence);
    if (known || !evidence.name.test(path)) return known;
    // Another name for its argument: then its configuration above says whose it is.
    const isOurs = /\b(?:exports|export)\b[\s\S]*\b(?:up|down)\b/.test(files.read(path) ?? '');
    return isOurs ? byFile(directoryOf(path), files, knexfiles) : undefined;
  },
  directionOf: (path) => (evidence.name.test(path) && !path.endsWith('.d.ts') ? 'up' : undefined),
  order: sortedByCharacters,
  read: () => [],
  outside: () => ({
    holds: 'many',
    where: 'to a migration of its own with export const config = { transaction: false }',
  }),
  nextPaths: (slugs, place) =>
    numberedPaths(
      slugs,
      place,
      momentDigits(place.now),
      (version, slug) => `${version}_${slug}${endingOf(place.existing, endings, '.js')}`,
    ),
  downPath: () => undefined,
  text: (migration, path) => ({ up: codeOf(migration, path) }),
  notRun: (path, { root }) =>
    directoryOf(path) === root ? undefined : 'does not stand in the folder of the migrations',
});
