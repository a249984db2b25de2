import { heredoc } from '../../sql/heredoc.js';
import { defineFramework, inFolder } from '../define.js';
import { baseName, type NewMigration, type Project } from '../framework.js';
import { callsFor, indented, pascalCase } from '../host-code.js';
import { byCode } from '../host-evidence.js';
import { numberedPaths, sortedByNumber } from '../numbers.js';
import { momentDigits } from '../stamps.js';

const evidence = {
  // Those of an engine carry its name: 1_create_blobs.active_storage.rb.
  name: /^\d+_[_a-z0-9]*(?:\.[_a-z0-9]+)?\.rb$/,
  code: /<\s*ActiveRecord::Migration\b(?:\[[\d.]+\])?/,
  packages: ['rails', 'activerecord'],
};

/** The version of Rails that the other migrations name. */
function versionIn({ root, version, files }: Project): string {
  for (const name of [...files.names(root)].sort().reverse()) {
    const found = /ActiveRecord::Migration\[([\d.]+)\]/.exec(files.read(inFolder(root, name)) ?? '');
    if (found) return found[1] ?? '';
  }
  return /^\d+\.\d+/.exec(version ?? '')?.[0] ?? '7.0';
}

function codeOf({ slug, up, down, outside, downOutside }: NewMigration, project: Project): string {
  const method = (name: string, sql: string | undefined): string => {
    const calls = callsFor(sql, '#', (statement) => `execute ${heredoc(statement, true)}`);
    return `  def ${name}\n${indented(calls, 4)}\n  end\n`;
  };
  const mark = outside || downOutside ? '  disable_ddl_transaction!\n\n' : '';
  const name = `${pascalCase(slug)} < ActiveRecord::Migration[${versionIn(project)}]`;
  return `class ${name}\n${mark}${method('up', up)}\n${method('down', down)}end\n`;
}

/** rails: activerecord/lib/active_record/migration.rb. */
export const rails = defineFramework({
  id: 'rails',
  title: 'Rails',
  commands: ({ version }) => ({
    apply: `bin/rails db:migrate:up VERSION=${version}`,
    back: `bin/rails db:migrate:down VERSION=${version}`,
    named: 'PGAPPNAME',
  }),
  transaction: 'per-file',
  recognise: (path, files) => byCode(path, files, evidence),
  directionOf: (path) => (evidence.name.test(baseName(path)) ? 'up' : undefined),
  order: (paths) => sortedByNumber(paths),
  read: () => [],
  outside: () => ({ holds: 'many', where: 'to a migration of its own with disable_ddl_transaction!' }),
  nextPaths: (slugs, place) =>
    numberedPaths(slugs, place, momentDigits(place.now), (version, slug) => `${version}_${slug}.rb`),
  downPath: () => undefined,
  text: (migration, _path, project) => ({ up: codeOf(migration, project) }),
});
