import { defineFramework } from '../define.js';
import { byDependency } from '../evidence.js';
import { baseName, directoryOf } from '../framework.js';
import { calls, endingOf, isOutside, isScript, lastText, pathsBeside, script, template } from '../host.js';
import { byCharacters, numberedPaths } from '../numbers.js';
import { momentDigits } from '../stamps.js';

const config = 'const config = { transaction: false };';
const exportsUp = /\bexports\.up\b|\bexport\s+(?:async\s+)?(?:function|const)\s+up\b/;

function sorted(paths: readonly string[]): string[] {
  return [...paths].sort((a, b) => byCharacters(baseName(a), baseName(b)));
}

/** knex: lib/migrations. One transaction holds all that are pending, unless one of them says otherwise. */
export const knex = defineFramework({
  id: 'knex',
  title: 'Knex',
  transaction: 'all-pending',
  recognise: (path, files) =>
    isScript(path, files, exportsUp) && /\bknex\b/i.test(files.read(path) ?? '')
      ? byDependency(directoryOf(path), files, ['knex'])
      : undefined,
  directionOf: (path) => (script.test(baseName(path)) ? 'up' : undefined),
  order: sorted,
  read: () => [],
  outside: () => ({ holds: 'many', where: `to a migration of its own with export ${config}` }),
  nextPaths(slugs, place) {
    const ending = endingOf(sorted(place.existing).at(-1), '.js');
    return numberedPaths(slugs, place, momentDigits(place.now), (version, slug) => `${version}_${slug}${ending}`);
  },
  downPath: () => undefined,
  text(migration, path, { files }) {
    const last = lastText(
      pathsBeside(path, files, (each) => script.test(each)),
      files,
    );
    const isModule = path.endsWith('ts') || /^export\b/m.test(last?.text ?? '');
    const type = path.endsWith('ts') ? ': Knex): Promise<void> {' : ') {';
    const body = (sql: string | undefined): string => calls(sql, '  ', (each) => `await knex.raw(${template(each)});`);
    const open = (name: string): string =>
      isModule ? `export async function ${name}(knex${type}\n` : `exports.${name} = async function (knex) {\n`;
    const close = isModule ? '}\n' : '};\n';
    const head = path.endsWith('ts') ? "import type { Knex } from 'knex';\n\n" : '';
    const mark = isOutside(migration)
      ? `${isModule ? `export ${config}` : 'exports.config = { transaction: false };'}\n\n`
      : '';
    return {
      up: `${head}${mark}${open('up')}${body(migration.up)}${close}\n${open('down')}${body(migration.down)}${close}`,
    };
  },
});
