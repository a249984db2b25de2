import { defineFramework, inFolder } from '../define.js';
import { inDependencyOrder } from '../dependency-order.js';
import { baseName, type NewMigration, type Project } from '../framework.js';
import { callsFor, indented, pythonString } from '../host-code.js';
import { byCode } from '../host-evidence.js';
import { Sha256, utf8 } from '../../sql/sha256.js';

const evidence = {
  name: /^(?!__init__|env\.py)[\w.-]+\.py$/,
  code: /^down_revision\b/m,
  packages: ['alembic'],
};

function revisionOf(path: string, { files }: Project): string | undefined {
  return /^revision\b[^=\n]*=\s*["']([^"']+)["']/m.exec(files.read(path) ?? '')?.[1];
}

function before(path: string, { files }: Project): string[] {
  const value = /^down_revision\b[^=\n]*=\s*([^\n]*(?:\n[^\n]*?\))?)/m.exec(files.read(path) ?? '')?.[1] ?? '';
  return [...value.matchAll(/["']([^"']+)["']/g)].flatMap(([, revision]) => revision ?? []);
}

function inOrder(paths: readonly string[], project: Project): string[] {
  const byRevision = new Map(
    paths.flatMap((path) => {
      const revision = revisionOf(path, project);
      return revision === undefined ? [] : [[revision, path] as const];
    }),
  );
  return inDependencyOrder(paths, (path) => before(path, project).flatMap((each) => byRevision.get(each) ?? []));
}

/** Twelve digits of a hash, as Alembic's own ids look. */
function newRevision(slug: string, now: number): string {
  const bytes = new Sha256().add(utf8(`${slug} ${now}`)).digest();
  return [...bytes]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .slice(0, 12);
}

/** What SQLAlchemy would take for a parameter. */
function withoutBinds(sql: string): string {
  return sql.replace(/(?<![:\w\\]):(?=\w)/g, '\\:');
}

function codeOf(
  { slug, up, down, outside, downOutside }: NewMigration,
  path: string,
  last: string | undefined,
  project: Project,
): string {
  const revision = /^([0-9a-f]{12})_/.exec(baseName(path))?.[1] ?? slug;
  const previous =
    last === undefined ? undefined : (revisionOf(last, project) ?? /^([0-9a-f]{12})_/.exec(baseName(last))?.[1]);
  const one = (name: string, sql: string | undefined, isOutside: boolean): string => {
    const calls = callsFor(sql, '#', (statement) => `op.execute(${pythonString(withoutBinds(statement))})`, 'pass');
    const block = isOutside ? `with op.get_context().autocommit_block():\n${indented(calls, 4)}` : calls;
    return `def ${name}() -> None:\n${indented(block, 4)}\n`;
  };
  const words = slug.replaceAll('_', ' ');
  return `"""${words}

Revision ID: ${revision}
Revises: ${previous ?? ''}
"""

from alembic import op

revision = "${revision}"
down_revision = ${previous === undefined ? 'None' : `"${previous}"`}
branch_labels = None
depends_on = None


${one('upgrade', up, outside)}

${one('downgrade', down, downOutside)}`;
}

/** alembic: script/base.py, runtime/migration.py. A chain: each revision names the one before it. */
export const alembic = defineFramework({
  id: 'alembic',
  title: 'Alembic',
  commands: () => ({ apply: 'alembic upgrade +1', back: 'alembic downgrade -1', named: 'PGAPPNAME' }),
  sharesVersions: true,
  transaction: 'all-pending',
  recognise: (path, files) => byCode(path, files, evidence),
  directionOf: (path) => (evidence.name.test(baseName(path)) ? 'up' : undefined),
  order: inOrder,
  read: () => [],
  outside: () => ({
    holds: 'many',
    where: 'into with op.get_context().autocommit_block() of a migration of its own',
  }),
  nextPaths: (slugs, { project, directory, now }) =>
    slugs.map((slug, index) =>
      inFolder(directory === '' ? project.root : directory, `${newRevision(slug, now + index)}_${slug}.py`),
    ),
  downPath: () => undefined,
  chained: (migration, path, last, project) => codeOf(migration, path, last, project),
});
