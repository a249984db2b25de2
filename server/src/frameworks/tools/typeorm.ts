import { defineFramework, inFolder } from '../define.js';
import { byDependency } from '../evidence.js';
import { baseName, directoryOf, type ProjectFiles } from '../framework.js';
import { calls, camelCase, endingOf, isOutside, isScript, script, template } from '../host.js';
import { newVersions, sortedByNumber } from '../numbers.js';

/** The last thirteen digits of the class name decide, and those of the file name only where it cannot be read. */
function stampOf(path: string, files: ProjectFiles): bigint | undefined {
  const digits = /\bclass\s+\w*?(\d{13})\b/.exec(files.read(path) ?? '')?.[1] ?? /^\d{13}/.exec(baseName(path))?.[0];
  return digits === undefined ? undefined : BigInt(digits);
}

/** typeorm: migration/MigrationExecutor.js. By default one transaction holds all that are pending. */
export const typeorm = defineFramework({
  id: 'typeorm',
  title: 'TypeORM',
  transaction: 'all-pending',
  recognise: (path, files) =>
    isScript(path, files, /\bMigrationInterface\b|\bqueryRunner\b/)
      ? byDependency(directoryOf(path), files, ['typeorm'])
      : undefined,
  directionOf: (path, { files }) =>
    script.test(baseName(path)) && stampOf(path, files) !== undefined ? 'up' : undefined,
  order: (paths, { files }) => sortedByNumber(paths, (path) => stampOf(path, files)),
  read: () => [],
  outside: () => ({
    holds: 'many',
    where: 'to a migration of its own with transaction = false, and run the migrations in the mode "each"',
  }),
  nextPaths(slugs, { existing, directory, now, project: { files } }) {
    const stamps = existing.flatMap((path) => stampOf(path, files)?.toString() ?? []);
    const versions = newVersions(slugs.length, stamps, now, String(now));
    const ending = endingOf(existing.at(-1), '.ts');
    return slugs.map((slug, index) => inFolder(directory, `${versions[index]}-${camelCase(slug)}${ending}`));
  },
  downPath: () => undefined,
  text(migration, path) {
    const name = `${camelCase(migration.slug)}${/^\d+/.exec(baseName(path))?.[0] ?? ''}`;
    const isTyped = path.endsWith('ts');
    const body = (sql: string | undefined): string =>
      calls(sql, '    ', (each) => `await queryRunner.query(${template(each)});`);
    const method = (way: string, sql: string | undefined): string =>
      isTyped
        ? `  public async ${way}(queryRunner: QueryRunner): Promise<void> {\n${body(sql)}  }\n`
        : `  async ${way}(queryRunner) {\n${body(sql)}  }\n`;
    const mark = isOutside(migration) ? `  transaction = false${isTyped ? ' as const' : ''};\n` : '';
    const inner = `  name = '${name}';\n${mark}\n${method('up', migration.up)}\n${method('down', migration.down)}`;
    return {
      up: isTyped
        ? `import type { MigrationInterface, QueryRunner } from 'typeorm';\n\nexport class ${name} implements MigrationInterface {\n${inner}}\n`
        : `module.exports = class ${name} {\n${inner}};\n`,
    };
  },
});
