import type { Analysis } from '../analysis/analyze.js';
import { baseName, directoryOf, type WrittenFile } from '../frameworks/framework.js';
import type { MigrationFile } from '../rewrite/files.js';
import { type OpenEnd, openEnds } from '../schema/open-ends.js';
import { slugOf } from '../rewrite/plan.js';

/** A migration that ends what others have begun. */
export interface Ending {
  readonly title: string;
  readonly file: MigrationFile;
  /** What the tool needs besides. */
  readonly beside: readonly WrittenFile[];
}

/**
 * The migration that validates what earlier ones have left NOT VALID: that loses nothing, unlike the drop of what was put
 * aside. In: the analysis of the last migration, and every migration that is there. Undefined when nothing is open.
 */
export function planEnding(analysis: Analysis, existing: readonly string[], now: number): Ending | undefined {
  const { after, config, project, path } = analysis;
  const { leave } = config.rules.get('require-finished-change')?.options ?? {};
  const left: readonly unknown[] = Array.isArray(leave) ? leave : [];
  const [first = ''] = existing;
  const open = openEnds(after).filter(
    ({ kind, name, table, place }) =>
      kind === 'not valid' &&
      // The first migration may be a dump.
      baseName(place.path) !== baseName(first) &&
      !left.includes(name) &&
      !left.includes(`${table}.${name}`),
  );
  const [one] = open;
  if (!one) return undefined;
  const begun = [...new Set(open.map(({ place }) => baseName(place.path)))];
  const sql = [
    `-- Ends what ${begun.join(', ')} began: rows are read beside reads and writes.`,
    ...(config.timeouts === 'set-elsewhere' ? [] : [`SET lock_timeout = '${config.lockTimeout}';`]),
    ...open.map(({ ending }) => ending),
    '',
  ].join('\n');
  const title = `Write the migration that validates ${open.length === 1 ? one.name : `all ${open.length} constraints`}`;
  const migration = { slug: slugFor(open), up: sql, down: undefined, outside: false, downOutside: false };
  const [written] = project.framework.write([migration], { project, existing, directory: directoryOf(path), now });
  if (!written) return undefined;
  return { title, file: { path: written.up.path, sql: written.up.text, transactional: true }, beside: written.beside };
}

function slugFor(open: readonly OpenEnd[]): string {
  const [one, ...others] = open;
  return one && others.length === 0 ? slugOf('validate', one.name) : 'validate_constraints';
}
