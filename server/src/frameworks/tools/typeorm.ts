import { defineFramework, inFolder } from '../define.js';
import { baseName, type NewMigration, type ProjectFiles } from '../framework.js';
import { callsFor, indented, pascalCase, templateLiteral } from '../host-code.js';
import { byCode, endingOf } from '../host-evidence.js';
import { newVersions, sortedByNumber } from '../numbers.js';

const evidence = {
  name: /\.[cm]?[jt]s$/,
  code: /\bimplements MigrationInterface\b|\bqueryRunner\.query\(/,
  packages: ['typeorm'],
};

/** The thirteen digits by which TypeORM knows a migration: those of "name" or of its class; those of its file are for people. */
function stampOf(path: string, files: ProjectFiles): bigint | undefined {
  const text = files.read(path) ?? '';
  const [, stated] = /^\s*name\s*=\s*['"]\w*?(\d{13})['"]/m.exec(text) ?? /\bclass\s+\w*?(\d{13})\b/.exec(text) ?? [];
  return stated === undefined ? digitsOf(path) : BigInt(stated);
}

function digitsOf(path: string): bigint | undefined {
  const digits = /\d{13}/.exec(baseName(path))?.[0];
  return digits === undefined ? undefined : BigInt(digits);
}

function method(name: string, sql: string | undefined, isTyped: boolean): string {
  const calls = callsFor(sql, '//', (statement) => `await queryRunner.query(${templateLiteral(statement)});`);
  const head = isTyped ? `async ${name}(queryRunner: QueryRunner): Promise<void> {` : `async ${name}(queryRunner) {`;
  return `  ${head}\n${indented(calls, 4)}\n  }\n`;
}

function codeOf({ slug, up, down, outside, downOutside }: NewMigration, path: string): string {
  const isTyped = /\.[cm]?ts$/.test(path);
  const name = `${pascalCase(slug)}${digitsOf(path) ?? ''}`;
  const mark = outside || downOutside ? '  transaction = false;\n\n' : '';
  // The mark does not count on the way back.
  const revert = downOutside ? '-- typeorm migration:revert opens a transaction: call it with -t none.\n' : '';
  const methods = `${mark}${method('up', up, isTyped)}\n${method('down', down === undefined ? down : revert + down, isTyped)}`;
  return isTyped
    ? `import type { MigrationInterface, QueryRunner } from 'typeorm';\n\nexport class ${name} implements MigrationInterface {\n${methods}}\n`
    : `module.exports = class ${name} {\n${methods}};\n`;
}

/** typeorm 0.3 and 1: migration/MigrationExecutor. The mark on a class counts where each migration has a transaction. */
export const typeorm = defineFramework({
  id: 'typeorm',
  title: 'TypeORM',
  commands: () => ({
    apply: 'npx typeorm migration:run -d "$DATA_SOURCE"',
    back: 'npx typeorm migration:revert -d "$DATA_SOURCE"',
    named: 'PGAPPNAME',
  }),
  sharesVersions: true,
  transaction: 'all-pending',
  recognise: (path, files) => byCode(path, files, evidence),
  directionOf: (path) => (evidence.name.test(path) && digitsOf(path) !== undefined ? 'up' : undefined),
  order: (paths, { files }) => sortedByNumber(paths, (path) => stampOf(path, files)),
  read: () => [],
  outside: () => ({
    holds: 'many',
    where:
      'to a migration of its own with transaction = false, and run it with migrationsTransactionMode: "each" (with "all" TypeORM refuses the mark)',
    note: 'TypeORM refuses transaction = false unless migrationsTransactionMode is "each" or "none".',
  }),
  nextPaths(slugs, { existing, directory, now, project: { files } }) {
    const digits = existing.flatMap((path) => stampOf(path, files)?.toString() ?? []);
    const versions = newVersions(slugs.length, digits, now, String(now));
    const ending = endingOf(existing, ['.ts', '.js'], '.ts');
    return slugs.map((slug, index) => inFolder(directory, `${versions[index]}-${pascalCase(slug)}${ending}`));
  },
  downPath: () => undefined,
  text: (migration, path) => ({ up: codeOf(migration, path) }),
});
