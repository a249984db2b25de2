import { wholeFile } from '../sections.js';
import { defineFramework, inFolder } from '../define.js';
import { byDependency, byFile } from '../evidence.js';
import { baseName, directoryOf, type ProjectFiles } from '../framework.js';
import { byCharacters, sortedByNumber } from '../numbers.js';

const committed = /^\d+(?:-[-_a-zA-Z0-9]*)?\.sql$/;
const header = /^--! (?:Previous|Hash): sha1:/m;
const mark = '--! no-transaction';

/** Where a file stands below the folder of the migrations. */
type Place = 'committed' | 'current';

function placeOf(path: string): { readonly root: string; readonly place: Place } | undefined {
  const folder = directoryOf(path);
  if (baseName(folder) === 'committed' && committed.test(baseName(path))) {
    return { root: directoryOf(folder), place: 'committed' };
  }
  if (baseName(folder) === 'current' && /\.sql$/.test(path)) return { root: directoryOf(folder), place: 'current' };
  return baseName(path) === 'current.sql' ? { root: folder, place: 'current' } : undefined;
}

/** So many folders stand at most between a file of fixtures and that of the migrations. */
const DEEP = 4;

/** The folder of the migrations above a file, which has what is committed and what is current. */
function rootOf(directory: string, files: ProjectFiles): string | undefined {
  let at = directory;
  for (let step = 0; step < DEEP && at !== ''; step++) {
    const name = baseName(at);
    if (name !== 'committed' && name !== 'current') {
      const hasCurrent = files.exists(inFolder(at, 'current.sql')) || files.exists(inFolder(at, 'current'));
      if (hasCurrent || files.exists(inFolder(at, 'committed'))) return at;
    }
    at = directoryOf(at);
  }
  return undefined;
}

/** The mark stands in the first line, behind the lines "--! Hash: …" and the like of a committed file. */
function isOutside(text: string): boolean {
  return /^(?:--! [A-Z]\w*(?::[^\n]*)?\r?\n)*\s*--![ \t]*no-transaction\b/.test(text);
}

/** graphile/migrate: src/migration.ts, header.ts, current.ts. Only current.sql is written; committing is the tool's. */
export const graphileMigrate = defineFramework({
  id: 'graphile-migrate',
  title: 'graphile-migrate',
  commands: () => ({ apply: 'npx graphile-migrate migrate', named: 'PGAPPNAME' }),
  transaction: 'per-file',
  hashes: true,

  recognise(path, files) {
    const root = rootOf(directoryOf(path), files);
    if (root === undefined) return undefined;
    const folder = inFolder(root, 'committed');
    const [first] = [...files.names(folder)].filter((name) => committed.test(name)).sort();
    if (first !== undefined && header.test(files.read(inFolder(folder, first)) ?? '')) {
      return { root, because: `committed/${first} has the line --! Hash`, strength: 3 };
    }
    return byFile(root, files, ['.gmrc', '.gmrc.js', '.gmrc.cjs']) ?? byDependency(root, files, ['graphile-migrate']);
  },

  directionOf: (path) => (placeOf(path) ? 'up' : undefined),

  order(paths) {
    const isCommitted = (path: string): boolean => placeOf(path)?.place === 'committed';
    const rest = paths.filter((path) => !isCommitted(path)).sort(byCharacters);
    return [...sortedByNumber(paths.filter(isCommitted)), ...rest];
  },

  read: (_path, text) => (isOutside(text) ? wholeFile(text, 'one-query', mark) : wholeFile(text, 'per-file')),

  outside: () => ({
    holds: 'one',
    where: `to the next current.sql, with ${mark} as its first line and nothing else in it`,
  }),

  mark: (_path, text) => ({ text: isOutside(text) ? text : `${mark}\n${text}`, beside: [] }),

  // There is one file for what comes next; a second one cannot be written before the first is committed.
  nextPaths: (slugs, { project }) => slugs.slice(0, 1).map(() => inFolder(project.root, 'current.sql')),

  downPath: () => undefined,
  text: ({ up, outside }) => ({ up: outside ? `${mark}\n${up}` : up }),
});
