import { defineFramework } from '../define.js';
import { baseName, directoryOf } from '../framework.js';
import { calls, camelCase, isOutside, lastText, pathsBeside } from '../host.js';
import { numberedPaths, sortedByNumber } from '../numbers.js';
import { momentDigits } from '../stamps.js';

const name = /^\d+_.+\.exs$/;

/** A sigil without interpolation and escapes. */
function heredoc(text: string): string {
  const lines = text.replace(/"""/g, '"" "').split('\n');
  return `execute(~S"""\n${lines.map((line) => (line === '' ? '' : `    ${line}`)).join('\n')}\n    """)`;
}

/** elixir-ecto/ecto_sql: lib/ecto/migration.ex, migrator.ex. */
export const ecto = defineFramework({
  id: 'ecto',
  title: 'Ecto',
  transaction: 'per-file',
  recognise(path, files) {
    const root = directoryOf(path);
    const isOurs = name.test(baseName(path)) && /\buse\s+Ecto\.Migration\b/.test(files.read(path) ?? '');
    if (!isOurs) return undefined;
    const version = files.dependency(root, 'ecto_sql', 'ecto') || undefined;
    return { root, because: `${baseName(path)} uses Ecto.Migration`, strength: 3, version };
  },
  directionOf: (path) => (name.test(baseName(path)) ? 'up' : undefined),
  order: (paths) => sortedByNumber(paths),
  read: () => [],
  outside: () => ({
    holds: 'many',
    where: 'to a migration of its own with @disable_ddl_transaction true and @disable_migration_lock true',
  }),
  nextPaths: (slugs, place) =>
    numberedPaths(slugs, place, momentDigits(place.now), (version, slug) => `${version}_${slug}.exs`),
  downPath: () => undefined,
  text(migration, path, { files }) {
    const last = lastText(
      pathsBeside(path, files, (each) => name.test(baseName(each))),
      files,
    );
    const space = /^defmodule\s+([\w.]+)\.\w+\s+do/m.exec(last?.text ?? '')?.[1] ?? 'Repo.Migrations';
    const body = (sql: string | undefined, nothing: string): string => calls(sql, '    ', heredoc, nothing);
    const mark = isOutside(migration) ? '  @disable_ddl_transaction true\n  @disable_migration_lock true\n' : '';
    const down = migration.down === undefined ? '' : `\n  def down do\n${body(migration.down, ':ok')}  end\n`;
    return {
      up: `defmodule ${space}.${camelCase(migration.slug)} do\n  use Ecto.Migration\n${mark}\n  def up do\n${body(migration.up, ':ok')}  end\n${down}end\n`,
    };
  },
});
