import { lineEndOf } from '../../sql/line-ends.js';
import { wholeFile } from '../sections.js';
import { defineFramework, inFolder } from '../define.js';
import { baseName, directoryOf, type ProjectFiles, type WrittenFile } from '../framework.js';
import { byCharacters, numberedPaths } from '../numbers.js';
import { momentDigits } from '../stamps.js';
import { base64, Sha256, utf8 } from '../sha256.js';

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

/**
 * The text of atlas.sum for the files of a folder, in any order: sql/migrate/dir.go, NewHashFile. In a folder of
 * golang-migrate the ways back have no line.
 */
export function atlasSum(files: readonly { readonly name: string; readonly text: string }[]): string {
  const running = new Sha256();
  const all = new Sha256();
  const lines: string[] = [];
  const counted = files.filter(({ name }) => !name.endsWith('.down.sql'));
  for (const { name, text } of counted.sort((a, b) => byCharacters(a.name, b.name))) {
    const hash = base64(running.add(utf8(name)).add(utf8(text)).digest());
    all.add(utf8(name)).add(utf8(hash));
    lines.push(`${name} h1:${hash}`);
  }
  return [`h1:${base64(all.digest())}`, ...lines, ''].join('\n');
}

/** The new atlas.sum of a folder that has one, when files are written in it; nothing for any other folder. */
export function sumBeside(
  directory: string,
  written: readonly WrittenFile[],
  files: ProjectFiles,
): readonly WrittenFile[] {
  const path = inFolder(directory, sumFile);
  if (!files.exists(path)) return [];
  const texts = new Map<string, string>();
  for (const name of files.names(directory)) {
    const text = name.endsWith('.sql') ? files.read(inFolder(directory, name)) : undefined;
    if (text !== undefined) texts.set(name, text);
  }
  for (const { path: at, text } of written) if (directoryOf(at) === directory) texts.set(baseName(at), text);
  return [{ path, text: atlasSum([...texts].map(([name, text]) => ({ name, text }))) }];
}

/** ariga/atlas: sql/migrate/dir.go, cmd/atlas/internal/cmdapi/migrate.go. */
export const atlas = defineFramework({
  id: 'atlas',
  title: 'Atlas',
  transaction: 'per-file',
  hashes: true,

  recognise(path, files) {
    const root = directoryOf(path);
    if (!/\.sql$/.test(path) || !files.exists(inFolder(root, sumFile))) return undefined;
    // Atlas keeps the sums of other tools' folders as well; those run their files themselves.
    if (/\.(?:up|down)\.sql$/.test(path)) return undefined;
    return { root, because: 'atlas.sum is beside it', strength: 2 };
  },

  order: (paths) => [...paths].sort((a, b) => byCharacters(baseName(a), baseName(b))),

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

  // One sum for all of them.
  beside: (written, { files }) =>
    written.map(({ up }, index) =>
      index < written.length - 1
        ? []
        : sumBeside(
            directoryOf(up.path),
            written.map((one) => one.up),
            files,
          ),
    ),
});
