import { shellWord } from '../commands.js';
import { defineFramework, sortedByCharacters } from '../define.js';
import { baseName, type NewMigration } from '../framework.js';
import { callsFor, indented, templateLiteral } from '../host-code.js';
import { byCode, endingOf } from '../host-evidence.js';
import { numberedPaths } from '../numbers.js';
import { momentDigits } from '../stamps.js';

const evidence = {
  name: /^(?!.*\.d\.ts$).*\.(?:cjs|js|cts|ts)$/,
  code: /\bqueryInterface\b/,
  packages: ['sequelize', 'umzug', 'sequelize-cli'],
};

function codeOf({ up, down }: NewMigration, path: string): string {
  const isTyped = path.endsWith('ts');
  const argument = isTyped ? 'queryInterface: QueryInterface' : 'queryInterface';
  const method = (name: string, sql: string | undefined): string => {
    const calls = callsFor(
      sql,
      '//',
      (statement) => `await queryInterface.sequelize.query(${templateLiteral(statement)});`,
    );
    return `  async ${name}(${argument}) {\n${indented(calls, 4)}\n  },\n`;
  };
  const methods = `${method('up', up)}\n${method('down', down)}`;
  return isTyped
    ? `import type { QueryInterface } from 'sequelize';\n\nexport default {\n${methods}};\n`
    : `'use strict';\n\nmodule.exports = {\n${methods}};\n`;
}

/** sequelize-cli 6: lib/core/migrator. No transaction but the one that a migration opens itself. */
export const sequelize = defineFramework({
  id: 'sequelize',
  title: 'Sequelize',
  commands: ({ path }) => ({
    apply: `npx sequelize-cli db:migrate --to ${shellWord(baseName(path))}`,
    back: `npx sequelize-cli db:migrate:undo --name ${shellWord(baseName(path))}`,
    named: 'PGAPPNAME',
  }),
  sharesVersions: true,
  transaction: 'none',
  recognise: (path, files) => byCode(path, files, evidence),
  directionOf: (path) => (evidence.name.test(baseName(path)) ? 'up' : undefined),
  order: sortedByCharacters,
  read: () => [],
  outside: () => ({ holds: 'many', where: 'out of sequelize.transaction' }),
  nextPaths: (slugs, place) =>
    numberedPaths(
      slugs,
      place,
      momentDigits(place.now),
      (version, slug) =>
        `${version}-${slug.replaceAll('_', '-')}${endingOf(place.existing, ['.ts', '.cjs', '.js'], '.js')}`,
    ),
  downPath: () => undefined,
  text: (migration, path) => ({ up: codeOf(migration, path) }),
});
