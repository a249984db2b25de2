import type { Analysis } from '../analysis/analyze.js';
import { baseName, directoryOf } from '../frameworks/framework.js';
import type { MigrationFile } from '../rewrite/files.js';
import { type OpenEnd, openEnds } from '../schema/open-ends.js';
import { slugOf } from '../rewrite/plan.js';

/** A migration that ends what others have begun. */
export interface Ending {
  readonly title: string;
  readonly file: MigrationFile;
}

/**
 * The migration that validates what earlier ones have left NOT VALID: that loses nothing, unlike the drop of what was put
 * aside. In: the analysis of the last migration, and every migration that is there. Undefined when nothing is open.
 */
export function planEnding(analysis: Analysis, existing: readonly string[]): Ending | undefined {
  const { after, config, framework, path } = analysis;
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
  const [to] = one ? framework.nextPaths(existing, [slugFor(open)], directoryOf(path)) : [];
  if (!one || to === undefined) return undefined;
  const begun = [...new Set(open.map(({ place }) => baseName(place.path)))];
  const sql = [
    `-- Ends what ${begun.join(', ')} began: rows are read beside reads and writes.`,
    ...(config.timeouts === 'set-elsewhere' ? [] : [`SET lock_timeout = '${config.lockTimeout}';`]),
    ...open.map(({ ending }) => ending),
    '',
  ].join('\n');
  const title = `Write the migration that validates ${open.length === 1 ? one.name : `all ${open.length} constraints`}`;
  return { title, file: { path: to, sql, transactional: true } };
}

function slugFor(open: readonly OpenEnd[]): string {
  const [one, ...others] = open;
  return one && others.length === 0 ? slugOf('validate', one.name) : 'validate_constraints';
}
