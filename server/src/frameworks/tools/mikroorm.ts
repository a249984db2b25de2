import { defineFramework, inFolder } from '../define.js';
import { byDependency } from '../evidence.js';
import { baseName, directoryOf } from '../framework.js';
import { calls, endingOf, isOutside, isScript, script, template } from '../host.js';
import { byCharacters, newVersions } from '../numbers.js';
import { momentDigits } from '../stamps.js';

const name = /^Migration(\d{14})/;

function sorted(paths: readonly string[]): string[] {
  return [...paths].sort((a, b) => byCharacters(baseName(a), baseName(b)));
}

/** @mikro-orm/migrations. What is marked waits for what the others have locked, so that it has to be released alone. */
export const mikroorm = defineFramework({
  id: 'mikroorm',
  title: 'MikroORM',
  transaction: 'all-pending',
  recognise: (path, files) =>
    isScript(path, files, /\bextends\s+Migration\b/)
      ? byDependency(directoryOf(path), files, ['@mikro-orm/migrations', '@mikro-orm/core', '@mikro-orm/postgresql'])
      : undefined,
  directionOf: (path) => (script.test(baseName(path)) && name.test(baseName(path)) ? 'up' : undefined),
  order: sorted,
  read: () => [],
  outside: () => ({
    holds: 'many',
    where:
      'to a migration of its own whose isTransactional() returns false, and release it alone: it waits for ever for what other pending migrations have locked',
  }),
  nextPaths(slugs, { existing, directory, now }) {
    const moments = existing.flatMap((path) => name.exec(baseName(path))?.[1] ?? []);
    const versions = newVersions(slugs.length, moments, now, momentDigits(now));
    const ending = endingOf(sorted(existing).at(-1), '.ts');
    return slugs.map((slug, index) => inFolder(directory, `Migration${versions[index]}_${slug}${ending}`));
  },
  downPath: () => undefined,
  text(migration, path) {
    const isTyped = path.endsWith('ts');
    const type = isTyped ? ': Promise<void>' : '';
    const over = isTyped ? 'override ' : '';
    const body = (sql: string | undefined): string => calls(sql, '    ', (each) => `this.addSql(${template(each)});`);
    const mark = isOutside(migration)
      ? `  ${over}isTransactional()${isTyped ? ': boolean' : ''} {\n    return false;\n  }\n\n`
      : '';
    const down = migration.down === undefined ? '' : `\n  ${over}async down()${type} {\n${body(migration.down)}  }\n`;
    const own = baseName(path).replace(/\.\w+$/, '');
    return {
      up: `import { Migration } from '@mikro-orm/migrations';\n\nexport class ${own} extends Migration {\n${mark}  ${over}async up()${type} {\n${body(migration.up)}  }\n${down}}\n`,
    };
  },
});
