import { defineFramework, sortedByCharacters } from '../define.js';
import { baseName, type NewMigration } from '../framework.js';
import { callsFor, indented, templateLiteral } from '../host-code.js';
import { byCode, endingOf } from '../host-evidence.js';
import { numberedPaths } from '../numbers.js';

const evidence = {
  name: /^(?!.*\.d\.[cm]?ts$).*\.[cm]?[jt]s$/,
  code: /\bKysely<|from ['"]kysely['"]|require\(['"]kysely['"]\)/,
  packages: ['kysely'],
};

function codeOf({ up, down }: NewMigration, path: string): string {
  const isTyped = path.endsWith('ts');
  const isModule = isTyped || path.endsWith('.mjs');
  const one = (name: string, sql: string | undefined): string => {
    const calls = indented(
      callsFor(sql, '//', (statement) => `await sql${templateLiteral(statement)}.execute(db);`),
      2,
    );
    const head = isTyped ? `(db: Kysely<unknown>): Promise<void>` : '(db)';
    return isModule
      ? `export async function ${name}${head} {\n${calls}\n}\n`
      : `exports.${name} = async function ${head} {\n${calls}\n};\n`;
  };
  const head = isTyped
    ? "import { type Kysely, sql } from 'kysely';\n"
    : isModule
      ? "import { sql } from 'kysely';\n"
      : "const { sql } = require('kysely');\n";
  return [head, one('up', up), one('down', down)].join('\n');
}

/** kysely 0.28: one transaction around all pending migrations; the switch is the Migrator's, for all of them. */
export const kysely = defineFramework({
  id: 'kysely',
  title: 'Kysely',
  commands: () => ({ apply: 'npx kysely migrate:up', back: 'npx kysely migrate:down', named: 'PGAPPNAME' }),
  sharesVersions: true,
  transaction: 'all-pending',
  recognise: (path, files) => byCode(path, files, evidence),
  directionOf: (path) => (evidence.name.test(baseName(path)) ? 'up' : undefined),
  order: sortedByCharacters,
  read: () => [],
  outside: () => ({
    holds: 'nothing',
    where: 'into a run with disableTransactions: true, as Kysely opens one transaction around all pending migrations',
  }),
  nextPaths: (slugs, place) =>
    numberedPaths(
      slugs,
      place,
      String(place.now),
      (version, slug) => `${version}_${slug}${endingOf(place.existing, ['.ts', '.mjs', '.js'], '.ts')}`,
    ),
  downPath: () => undefined,
  text: (migration, path) => ({ up: codeOf(migration, path) }),
});
