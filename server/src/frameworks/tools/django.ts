import { shellWord } from '../commands.js';
import { defineFramework, inFolder } from '../define.js';
import { inDependencyOrder } from '../dependency-order.js';
import { baseName, directoryOf, type NewMigration, type Project } from '../framework.js';
import { hostComments, hostStatements, indented, pythonString } from '../host-code.js';
import { byCode } from '../host-evidence.js';

const evidence = {
  name: /^(?!__init__)\w+\.py$/,
  code: /\bclass Migration\(migrations\.Migration\)/,
  packages: ['django', 'Django'],
};

/** The label of the app whose folder "migrations" this is. */
function appOf(root: string): string {
  return baseName(directoryOf(root));
}

/** The migrations of the same app that a file names as its dependencies. */
function dependenciesOf(path: string, { root, files }: Project): string[] {
  const list = /\bdependencies\s*(?::[^=]*)?=\s*\[([\s\S]*?)\]/.exec(files.read(path) ?? '')?.[1] ?? '';
  return [...list.matchAll(/\(\s*["']([^"']+)["']\s*,\s*["']([^"']+)["']\s*,?\s*\)/g)].flatMap(([, app, name]) =>
    app === appOf(root) ? [inFolder(root, `${name}.py`)] : [],
  );
}

function inOrder(paths: readonly string[], project: Project): string[] {
  return inDependencyOrder(paths, (path) => dependenciesOf(path, project));
}

/** One string for each statement: Django sends each by itself. */
function strings(sql: string | undefined): string {
  const statements = sql === undefined ? [] : hostStatements(sql);
  if (statements.length === 0) return 'migrations.RunSQL.noop';
  const lines = statements.map(({ sql: statement }) => `${pythonString(statement)},`);
  return `[\n${indented(lines.join('\n'), 4)}\n]`;
}

function codeOf(
  { up, down, outside, downOutside }: NewMigration,
  before: string | undefined,
  { root }: Project,
): string {
  const words = [...hostComments(up)].map((word) => `# ${word}`.trimEnd());
  const needs = before === undefined ? '' : `("${appOf(root)}", "${baseName(before).replace(/\.py$/, '')}")`;
  const mark = outside || downOutside ? '    atomic = False\n\n' : '';
  const operation = `migrations.RunSQL(\n    sql=${indented(strings(up), 4).trimStart()},\n    reverse_sql=${indented(strings(down), 4).trimStart()},\n),`;
  const head = words.length === 0 ? '' : `${words.join('\n')}\n`;
  return `${head}from django.db import migrations\n\n\nclass Migration(migrations.Migration):\n${mark}    dependencies = [${needs}]\n\n    operations = [\n${indented(operation, 8)}\n    ]\n`;
}

/** django.db.migrations: the order is that of the dependencies, and a new migration has to name the last. */
export const django = defineFramework({
  id: 'django',
  title: 'Django',
  commands: ({ root, name, previous }) => {
    const app = shellWord(baseName(directoryOf(root)));
    const to = (migration: string): string => `python manage.py migrate ${app} ${shellWord(migration)}`;
    return { apply: to(name), back: to(previous?.name ?? 'zero'), named: 'PGAPPNAME' };
  },
  sharesVersions: true,
  transaction: 'per-file',
  recognise: (path, files) => byCode(path, files, evidence),
  directionOf: (path) => (evidence.name.test(baseName(path)) ? 'up' : undefined),
  order: inOrder,
  read: () => [],
  outside: () => ({ holds: 'many', where: 'to a migration of its own with atomic = False' }),
  nextPaths(slugs, { existing, project, directory }) {
    const numbers = existing.map((path) => Number.parseInt(/^\d+/.exec(baseName(path))?.[0] ?? '0', 10));
    const last = Math.max(0, ...numbers);
    return slugs.map((slug, index) =>
      inFolder(directory === '' ? project.root : directory, `${String(last + index + 1).padStart(4, '0')}_${slug}.py`),
    );
  },
  downPath: () => undefined,
  chained: (migration, _path, before, project) => codeOf(migration, before, project),
});
