import { defineFramework, inFolder } from '../define.js';
import { baseName, directoryOf, type Framework, type ProjectFiles } from '../framework.js';
import { isOutside, oneByOne, pathsBeside, pythonString, statementsOf } from '../host.js';
import { byCharacters, numberedPaths } from '../numbers.js';

const name = /^[A-Za-z0-9]\w*\.py$/;

function moduleOf(path: string): string {
  return baseName(path).replace(/\.py$/, '');
}

/** The migrations of its own app that one depends on. */
function dependenciesOf(path: string, files: ProjectFiles): string[] {
  const app = baseName(directoryOf(directoryOf(path)));
  const list = /\bdependencies\s*=\s*\[([\s\S]*?)\]/.exec(files.read(path) ?? '')?.[1] ?? '';
  return [...list.matchAll(/\(\s*["']([\w.]+)["']\s*,\s*["'](\w+)["']\s*,?\s*\)/g)].flatMap(([, label, module = '']) =>
    label === app || files.exists(inFolder(directoryOf(path), `${module}.py`)) ? [module] : [],
  );
}

/** Each behind those that it depends on, otherwise by name. */
function ordered(paths: readonly string[], files: ProjectFiles): string[] {
  const byModule = new Map(paths.map((path) => [moduleOf(path), path]));
  const out: string[] = [];
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const module of dependenciesOf(path, files)) {
      const before = byModule.get(module);
      if (before !== undefined) visit(before);
    }
    out.push(path);
  };
  for (const path of [...paths].sort((a, b) => byCharacters(baseName(a), baseName(b)))) visit(path);
  return out;
}

function list(sql: string | undefined): string {
  const statements = statementsOf(sql ?? '');
  if (statements.length === 0) return 'migrations.RunSQL.noop';
  return `[\n${statements.map((each) => `                ${pythonString(each)},\n`).join('')}            ]`;
}

/** Django: django/db/migrations. Elements of a list are sent one by one, one string as one query. */
export const django: Framework = oneByOne(
  defineFramework({
    id: 'django',
    title: 'Django',
    transaction: 'per-file',
    recognise(path, files) {
      const root = directoryOf(path);
      const text = files.read(path) ?? '';
      const isOurs = name.test(baseName(path)) && /\bclass\s+Migration\s*\(\s*migrations\.Migration\s*\)/.test(text);
      if (!isOurs) return undefined;
      const version = files.dependency(root, 'django', 'Django') || undefined;
      return { root, because: `${baseName(path)} is a migrations.Migration`, strength: 3, version };
    },
    directionOf: (path) => (name.test(baseName(path)) && baseName(path) !== '__init__.py' ? 'up' : undefined),
    order: (paths, { files }) => ordered(paths, files),
    read: () => [],
    outside: () => ({ holds: 'many', where: 'to a migration of its own with atomic = False' }),
    nextPaths: (slugs, place) => numberedPaths(slugs, place, '0001', (version, slug) => `${version}_${slug}.py`),
    downPath: () => undefined,
    text(migration, path, { files }) {
      const app = baseName(directoryOf(directoryOf(path)));
      const before = ordered(
        pathsBeside(path, files, (each) => name.test(baseName(each)) && baseName(each) !== '__init__.py'),
        files,
      );
      const last = before.at(-1);
      const dependencies = last === undefined ? '[]' : `[('${app}', '${moduleOf(last)}')]`;
      const mark = isOutside(migration) ? '    atomic = False\n\n' : '';
      return {
        up: `from django.db import migrations\n\n\nclass Migration(migrations.Migration):\n${mark}    dependencies = ${dependencies}\n\n    operations = [\n        migrations.RunSQL(\n            sql=${list(migration.up)},\n            reverse_sql=${list(migration.down)},\n        ),\n    ]\n`,
      };
    },
  }),
);
