import { defineFramework, inFolder } from '../define.js';
import { byFile } from '../evidence.js';
import { baseName, directoryOf, type Framework, type ProjectFiles } from '../framework.js';
import { calls, isOutside, oneByOne, pathsBeside, pythonString } from '../host.js';
import { byCharacters } from '../numbers.js';
import { Sha256, utf8 } from '../sha256.js';

const revisionLine = /^revision(?:\s*:\s*[\w[\], |]+)?\s*=\s*["']([^"']+)["']/m;
const downLine = /^down_revision(?:\s*:[^=]*)?\s*=\s*([^\n]+(?:\n[^\n=]*\))?)/m;

/** What SQLAlchemy takes for a parameter. */
const bind = /(?<![:\w\\]):(?=\w)/g;

interface Revision {
  readonly path: string;
  readonly id: string;
  readonly before: readonly string[];
}

function revisionOf(path: string, files: ProjectFiles): Revision | undefined {
  const text = files.read(path) ?? '';
  const id = revisionLine.exec(text)?.[1];
  const down = downLine.exec(text)?.[1] ?? '';
  return id === undefined
    ? undefined
    : { path, id, before: [...down.matchAll(/["']([^"']+)["']/g)].map(([, one = '']) => one) };
}

/** Each behind those that it revises. */
function ordered(paths: readonly string[], files: ProjectFiles): Revision[] {
  const all = paths.flatMap((path) => revisionOf(path, files) ?? []).sort((a, b) => byCharacters(a.path, b.path));
  const byId = new Map(all.map((one) => [one.id, one]));
  const out: Revision[] = [];
  const seen = new Set<string>();
  const visit = (start: Revision): void => {
    // Chains are long: no recursion.
    const stack = [start];
    for (let one = stack.at(-1); one; one = stack.at(-1)) {
      seen.add(one.id);
      const open = one.before.map((id) => byId.get(id)).find((each) => each && !seen.has(each.id));
      if (open) stack.push(open);
      else {
        stack.pop();
        out.push(one);
      }
    }
  };
  for (const one of all) if (!seen.has(one.id)) visit(one);
  return out;
}

/** Twelve digits that are made of the name, so that the same input gives the same output. */
function idOf(slug: string, before: string): string {
  return [...new Sha256().add(utf8(`${before} ${slug}`)).digest()]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .slice(0, 12);
}

function headOf(paths: readonly string[], files: ProjectFiles): string | undefined {
  const all = ordered(paths, files);
  const revised = new Set(all.flatMap(({ before }) => before));
  return all.filter(({ id }) => !revised.has(id)).at(-1)?.id;
}

/** sqlalchemy/alembic: script/base.py, runtime/migration.py. One transaction holds all, as env.py is written at first. */
export const alembic: Framework = oneByOne(
  defineFramework({
    id: 'alembic',
    title: 'Alembic',
    transaction: 'all-pending',
    recognise(path, files) {
      if (!path.endsWith('.py') || !revisionLine.test(files.read(path) ?? '')) return undefined;
      const root = directoryOf(path);
      const version = files.dependency(root, 'alembic') || undefined;
      const found = byFile(root, files, ['alembic.ini', 'env.py'], 3);
      const because = `${baseName(path)} has a revision`;
      return /^down_revision\b/m.test(files.read(path) ?? '')
        ? { ...(found ?? { root, because, strength: 2 }), version }
        : undefined;
    },
    directionOf: (path, { files }) => (path.endsWith('.py') && revisionOf(path, files) ? 'up' : undefined),
    order: (paths, { files }) => ordered(paths, files).map(({ path }) => path),
    read: () => [],
    outside: () => ({
      holds: 'many',
      where: 'into with op.get_context().autocommit_block():, in a migration of its own',
    }),
    nextPaths(slugs, { existing, directory, project: { files } }) {
      let before = headOf(existing, files) ?? '';
      return slugs.map((slug) => {
        before = idOf(slug, before);
        return inFolder(directory, `${before}_${slug}.py`);
      });
    },
    downPath: () => undefined,
    text(migration, path, { files }) {
      const id = baseName(path).split('_')[0] ?? '';
      const beside = pathsBeside(path, files, (each) => each.endsWith('.py'));
      const head = headOf(beside, files);
      const before = head === undefined ? 'None' : `'${head}'`;
      const way = (sql: string | undefined, outside: boolean): string => {
        const indent = outside ? '        ' : '    ';
        const body = calls(sql, indent, (each) => `op.execute(${pythonString(each.replace(bind, '\\:'))})`, 'pass');
        return outside ? `    with op.get_context().autocommit_block():\n${body}` : body;
      };
      return {
        up: `"""${migration.slug}"""\n\nfrom alembic import op\n\nrevision = '${id}'\ndown_revision = ${before}\nbranch_labels = None\ndepends_on = None\n\n\ndef upgrade():\n${way(migration.up, migration.outside)}\n\ndef downgrade():\n${way(migration.down, isOutside(migration) && migration.downOutside)}`,
      };
    },
  }),
);
