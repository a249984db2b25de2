import { shellWord } from '../commands.js';
import { lineEndOf } from '../../sql/line-ends.js';
import { wholeFile } from '../sections.js';
import { sumBeside } from '../atlas-sum.js';
import { defineFramework, inFolder, sortedByCharacters } from '../define.js';
import { directoryOf } from '../framework.js';
import { numberedPaths } from '../numbers.js';
import { momentDigits } from '../stamps.js';

const sumFile = 'atlas.sum';
const mark = '-- atlas:txmode none';

/** True for a file whose first comments, with an empty line behind them, have the mark. */
function isOutside(text: string): boolean {
  const head = /^(?:\s*\n)*((?:[ \t]*(?:--|#)[^\n]*\n)+)[ \t]*\r?\n/.exec(text)?.[1] ?? '';
  return /^--[ \t]*atlas:txmode[ \t]+none[ \t]*\r?$/m.test(head);
}

function withMark(text: string): string {
  const newline = lineEndOf(text);
  return isOutside(text) ? text : `${mark}${newline}${newline}${text}`;
}

/** ariga/atlas: sql/migrate/dir.go, cmd/atlas/internal/cmdapi/migrate.go. */
export const atlas = defineFramework({
  id: 'atlas',
  title: 'Atlas',
  commands: ({ root }) => ({
    apply: `atlas migrate apply 1 --url "$DATABASE_URL" --dir ${shellWord(`file://${root}`)}`,
    named: 'PGAPPNAME',
  }),
  transaction: 'per-file',
  hashes: true,

  recognise(path, files) {
    const root = directoryOf(path);
    if (!/\.sql$/.test(path) || !files.exists(inFolder(root, sumFile))) return undefined;
    // Atlas keeps the sums of other tools' folders as well; those run their files themselves.
    if (/\.(?:up|down)\.sql$/.test(path)) return undefined;
    return { root, because: 'atlas.sum is beside it', strength: 2 };
  },

  order: sortedByCharacters,

  read: (_path, text) => (isOutside(text) ? wholeFile(text, 'none', mark) : wholeFile(text, 'per-file')),

  outside: () => ({
    holds: 'many',
    where: `to a migration of its own that begins with ${mark} and an empty line`,
  }),

  mark(path, text, { files }) {
    const marked = withMark(text);
    return { text: marked, beside: sumBeside(directoryOf(path), [{ path, text: marked }], files) };
  },

  nextPaths: (slugs, place) =>
    numberedPaths(slugs, place, momentDigits(place.now), (version, slug) => `${version}_${slug}.sql`),

  downPath: () => undefined,
  text: ({ up, outside }) => ({ up: outside ? withMark(up) : up }),
});
