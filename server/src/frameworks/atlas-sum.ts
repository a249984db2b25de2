import { baseName, directoryOf, type ProjectFiles, type WrittenFile } from './framework.js';
import { byCharacters } from './numbers.js';
import { base64, Sha256, utf8 } from '../sql/sha256.js';

const sumFile = 'atlas.sum';

/**
 * The text of atlas.sum for the files of a folder, in any order: ariga/atlas, sql/migrate/dir.go, NewHashFile. In a
 * folder of golang-migrate the ways back have no line.
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
  const path = `${directory}/${sumFile}`;
  if (!files.exists(path)) return [];
  const texts = new Map<string, string>();
  for (const name of files.names(directory)) {
    const text = name.endsWith('.sql') ? files.read(`${directory}/${name}`) : undefined;
    if (text !== undefined) texts.set(name, text);
  }
  for (const { path: at, text } of written)
    if (directoryOf(at) === directory && at.endsWith('.sql')) texts.set(baseName(at), text);
  return [{ path, text: atlasSum([...texts].map(([name, text]) => ({ name, text }))) }];
}

/**
 * The new sums of every folder in which files are written and that has some: Atlas keeps those of any tool's folder. In: all
 * files as they are to be written, the edited ones among them, for one that is left out counts as it is on the disk.
 */
export function sumsBeside(written: readonly WrittenFile[], files: ProjectFiles): readonly WrittenFile[] {
  const folders = new Set(written.map(({ path }) => directoryOf(path)));
  return [...folders].flatMap((folder) => sumBeside(folder, written, files));
}
