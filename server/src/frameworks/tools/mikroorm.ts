import { shellWord } from '../commands.js';
import { defineFramework, inFolder, sortedByCharacters } from '../define.js';
import { baseName, type NewMigration } from '../framework.js';
import { callsFor, indented, templateLiteral } from '../host-code.js';
import { byCode, endingOf } from '../host-evidence.js';
import { nextMoments } from '../stamps.js';

const evidence = {
  name: /^Migration\d{14}\w*\.(?:[cm]?js|ts)$/,
  code: /\bextends Migration\b|\bthis\.addSql\(/,
  packages: ['@mikro-orm/migrations', '@mikro-orm/core'],
};

function codeOf({ up, down, outside, downOutside }: NewMigration, path: string): string {
  const isTyped = path.endsWith('.ts');
  const name = baseName(path).replace(/\.\w+$/, '');
  const head = (method: string): string =>
    isTyped ? `override async ${method}(): Promise<void>` : `async ${method}()`;
  const method = (called: string, sql: string | undefined): string => {
    const calls = callsFor(sql, '//', (statement) => `this.addSql(${templateLiteral(statement)});`);
    return `  ${head(called)} {\n${indented(calls, 4)}\n  }\n`;
  };
  const mark = `  ${isTyped ? 'override isTransactional(): boolean' : 'isTransactional()'} {\n    return false;\n  }\n`;
  const methods = [method('up', up), method('down', down), ...(outside || downOutside ? [mark] : [])].join('\n');
  return isTyped
    ? `import { Migration } from '@mikro-orm/migrations';\n\nexport class ${name} extends Migration {\n${methods}}\n`
    : `'use strict';\nconst { Migration } = require('@mikro-orm/migrations');\n\nclass ${name} extends Migration {\n${methods}}\nexports.${name} = ${name};\n`;
}

/** @mikro-orm/migrations 6: one transaction around all pending, in which a marked migration has a connection of its own. */
export const mikroorm = defineFramework({
  id: 'mikroorm',
  title: 'MikroORM',
  commands: ({ name }) => ({
    apply: `npx mikro-orm migration:up --only ${shellWord(name)}`,
    back: `npx mikro-orm migration:down --only ${shellWord(name)}`,
    named: 'PGAPPNAME',
  }),
  sharesVersions: true,
  transaction: 'all-pending',
  recognise: (path, files) => byCode(path, files, evidence),
  directionOf: (path) => (evidence.name.test(baseName(path)) ? 'up' : undefined),
  order: sortedByCharacters,
  read: () => [],
  outside: () => ({
    holds: 'many',
    where:
      'to a migration of its own with isTransactional() { return false; }, released by itself: beside others it waits for their open transaction for ever',
    note: 'release it by itself, or set allOrNothing: false. Beside others it waits for their open transaction for ever.',
  }),
  nextPaths(slugs, { existing, directory, now }) {
    const moments = nextMoments(slugs.length, { existing, now });
    const ending = endingOf(existing, ['.ts', '.js'], '.ts');
    return slugs.map((slug, index) => inFolder(directory, `Migration${moments[index]}_${slug}${ending}`));
  },
  downPath: () => undefined,
  text: (migration, path) => ({ up: codeOf(migration, path) }),
});
