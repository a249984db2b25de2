import { defineFramework, inFolder } from '../define.js';
import { baseName, type NewMigration, type Project } from '../framework.js';
import { callsFor, indented, pascalCase } from '../host-code.js';
import { byCode } from '../host-evidence.js';
import { numberedPaths, sortedByNumber } from '../numbers.js';
import { momentDigits } from '../stamps.js';

const evidence = { name: /^\d+_.*\.exs$/, code: /\buse Ecto\.Migration\b/, packages: ['ecto_sql', 'ecto'] };

/** What stands in front of the name of a migration's module, as the others have it. */
function prefixIn({ root, files }: Project): string {
  for (const name of files.names(root)) {
    const found = /\bdefmodule\s+([\w.]+)\.\w+\s+do\b/.exec(files.read(inFolder(root, name)) ?? '');
    if (found) return found[1] ?? '';
  }
  return 'Repo.Migrations';
}

function codeOf({ slug, up, down, outside, downOutside }: NewMigration, project: Project): string {
  const one = (name: string, sql: string | undefined): string => {
    const calls = callsFor(sql, '#', (statement) => `execute(~S"""\n${statement}\n""")`, 'execute("")');
    return `  def ${name} do\n${indented(calls, 4)}\n  end\n`;
  };
  const mark = outside || downOutside ? '\n  @disable_ddl_transaction true\n  @disable_migration_lock true\n' : '';
  return `defmodule ${prefixIn(project)}.${pascalCase(slug)} do\n  use Ecto.Migration\n${mark}\n${one('up', up)}\n${one('down', down)}end\n`;
}

/** elixir-ecto/ecto_sql: lib/ecto/migration.ex, migrator.ex. */
export const ecto = defineFramework({
  id: 'ecto',
  title: 'Ecto',
  commands: ({ version }) => ({
    apply: `mix ecto.migrate --to ${version}`,
    back: `mix ecto.rollback --to ${version}`,
    named: 'nothing',
  }),
  transaction: 'per-file',
  recognise: (path, files) => byCode(path, files, evidence),
  directionOf: (path) => (evidence.name.test(baseName(path)) ? 'up' : undefined),
  order: (paths) => sortedByNumber(paths),
  read: () => [],
  outside: () => ({
    holds: 'many',
    where: 'to a migration of its own with @disable_ddl_transaction true and @disable_migration_lock true',
  }),
  nextPaths: (slugs, place) =>
    numberedPaths(slugs, place, momentDigits(place.now), (version, slug) => `${version}_${slug}.exs`),
  downPath: () => undefined,
  text: (migration, _path, project) => ({ up: codeOf(migration, project) }),
});
