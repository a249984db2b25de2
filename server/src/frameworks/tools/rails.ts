import { defineFramework } from '../define.js';
import { baseName, directoryOf } from '../framework.js';
import { calls, camelCase, isOutside, lastText, pathsBeside } from '../host.js';
import { numberedPaths, sortedByNumber } from '../numbers.js';
import { momentDigits } from '../stamps.js';

const name = /^\d+_[_a-z0-9]+\.rb$/;

/** A heredoc without interpolation, whose end does not stand in the text. */
function heredoc(text: string, indent: string): string {
  const end = /^\s*SQL\s*$/m.test(text) ? 'STATEMENT' : 'SQL';
  const lines = text.split('\n').map((line) => (line === '' ? '' : `${indent}  ${line}`));
  return `execute <<~'${end}'\n${lines.join('\n')}\n${indent}${end}`;
}

/** rails: activerecord/lib/active_record/migration.rb. */
export const rails = defineFramework({
  id: 'rails',
  title: 'Rails',
  transaction: 'per-file',
  recognise(path, files) {
    const root = directoryOf(path);
    const isOurs = name.test(baseName(path)) && /<\s*ActiveRecord::Migration\b/.test(files.read(path) ?? '');
    if (!isOurs) return undefined;
    const version = files.dependency(root, 'rails', 'activerecord') || undefined;
    return { root, because: `${baseName(path)} is an ActiveRecord::Migration`, strength: 3, version };
  },
  directionOf: (path) => (name.test(baseName(path)) ? 'up' : undefined),
  order: (paths) => sortedByNumber(paths),
  read: () => [],
  outside: () => ({ holds: 'many', where: 'to a migration of its own with disable_ddl_transaction!' }),
  nextPaths: (slugs, place) =>
    numberedPaths(slugs, place, momentDigits(place.now), (version, slug) => `${version}_${slug}.rb`),
  downPath: () => undefined,
  text(migration, path, { files }) {
    const last = lastText(
      pathsBeside(path, files, (each) => name.test(baseName(each))),
      files,
    );
    const version = /ActiveRecord::Migration(\[[\d.]+\])/.exec(last?.text ?? '')?.[1] ?? '[7.0]';
    const body = (sql: string | undefined, nothing: string): string =>
      calls(sql, '    ', (each) => heredoc(each, '    '), nothing);
    const mark = isOutside(migration) ? '  disable_ddl_transaction!\n\n' : '';
    const ways = `  def up\n${body(migration.up, '')}  end\n\n  def down\n${body(migration.down, 'raise ActiveRecord::IrreversibleMigration')}  end\n`;
    return { up: `class ${camelCase(migration.slug)} < ActiveRecord::Migration${version}\n${mark}${ways}end\n` };
  },
});
