import { defineFramework, inFolder } from '../define.js';
import { baseName, directoryOf } from '../framework.js';
import { numberedPaths, sortedByNumber } from '../numbers.js';
import { momentDigits } from '../stamps.js';

const name = /^\d+_.*\.sql$/;

/** supabase/cli: pkg/migration/file.go, list.go, apply.go. A file goes to the server in one pipeline. */
export const supabase = defineFramework({
  id: 'supabase',
  title: 'Supabase',
  transaction: 'pipeline',

  recognise(path, files) {
    const root = directoryOf(path);
    const above = directoryOf(root);
    if (baseName(root) !== 'migrations' || !name.test(baseName(path))) return undefined;
    if (files.exists(inFolder(above, 'config.toml')) && baseName(above) === 'supabase') {
      return { root, because: 'supabase/config.toml is there', strength: 2 };
    }
    return baseName(above) === 'supabase'
      ? { root, because: 'it stands in supabase/migrations', strength: 2 }
      : undefined;
  },

  directionOf: (path) => (name.test(baseName(path)) ? 'up' : undefined),
  order: (paths) => sortedByNumber(paths),

  outside: () => ({
    holds: 'one',
    where: 'by itself to a migration of its own, as Supabase sends a file as one pipeline, where it has to come first',
  }),

  nextPaths: (slugs, place) =>
    numberedPaths(slugs, place, momentDigits(place.now), (version, slug) => `${version}_${slug}.sql`),

  downPath: () => undefined,
});
