import { defineFramework } from '../define.js';
import { byDependency } from '../evidence.js';
import { baseName, directoryOf } from '../framework.js';
import { calls, endingOf, isScript, lastText, pathsBeside, script, template } from '../host.js';
import { byCharacters, numberedPaths } from '../numbers.js';
import { momentDigits } from '../stamps.js';

function sorted(paths: readonly string[]): string[] {
  return [...paths].sort((a, b) => byCharacters(baseName(a), baseName(b)));
}

/** sequelize-cli: lib/core/migrator.js. No transaction but those that a migration opens itself. */
export const sequelize = defineFramework({
  id: 'sequelize',
  title: 'Sequelize',
  transaction: 'none',
  recognise: (path, files) =>
    isScript(path, files, /\bqueryInterface\b/)
      ? byDependency(directoryOf(path), files, ['sequelize', 'sequelize-cli', 'umzug'])
      : undefined,
  directionOf: (path) => (script.test(baseName(path)) ? 'up' : undefined),
  order: sorted,
  read: () => [],
  outside: () => ({ holds: 'many', where: 'out of sequelize.transaction, each statement in a call of its own' }),
  nextPaths(slugs, place) {
    const ending = endingOf(sorted(place.existing).at(-1), '.js');
    return numberedPaths(slugs, place, momentDigits(place.now), (version, slug) => `${version}-${slug}${ending}`);
  },
  downPath: () => undefined,
  text({ up, down }, path, { files }) {
    const last = lastText(
      pathsBeside(path, files, (each) => script.test(each)),
      files,
    );
    const isModule = path.endsWith('ts') || /^export\b/m.test(last?.text ?? '');
    const body = (sql: string | undefined): string =>
      calls(sql, '    ', (each) => `await queryInterface.sequelize.query(${template(each)});`);
    const type = path.endsWith('ts') ? ': QueryInterface): Promise<void> {' : ') {';
    const head = path.endsWith('ts') ? "import type { QueryInterface } from 'sequelize';\n\n" : '';
    const both = `  async up(queryInterface${type}\n${body(up)}  },\n\n  async down(queryInterface${type}\n${body(down)}  },\n`;
    return { up: `${head}${isModule ? 'export default' : 'module.exports ='} {\n${both}};\n` };
  },
});
