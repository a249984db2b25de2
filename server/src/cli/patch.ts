import { structuredPatch } from 'diff';

/**
 * The change of a file as a unified diff, which `git apply` and `patch -p1` take. In: its path from the folder in which the
 * diff is applied, with forward slashes, and both texts; "" where they are the same.
 */
export function patchOf(path: string, before: string, after: string): string {
  if (before === after) return '';
  const { hunks } = structuredPatch(path, path, before, after, undefined, undefined, { context: 3 });
  const [from, to] = [`a/${path}`, `b/${path}`];
  const lines = hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => [
    `@@ -${range(oldStart, oldLines)} +${range(newStart, newLines)} @@`,
    ...lines,
  ]);
  return [`diff --git ${quoted(from)} ${quoted(to)}`, `--- ${ended(from)}`, `+++ ${ended(to)}`, ...lines, ''].join(
    '\n',
  );
}

/** Of no lines the one before them is named, and one line needs no number. */
function range(start: number, lines: number): string {
  if (lines === 1) return `${start}`;
  return `${lines === 0 ? start - 1 : start},${lines}`;
}

/** A name as git writes it: one with other than printable ASCII in quotes, its bytes in octal digits. */
function quoted(name: string): string {
  if (!/[^ -~]|["\\]/.test(name)) return name;
  const bytes = [...new TextEncoder().encode(name)].map((byte) => {
    const letter = String.fromCharCode(byte);
    if (letter === '"' || letter === '\\') return `\\${letter}`;
    return byte < 0x20 || byte > 0x7e ? `\\${byte.toString(8).padStart(3, '0')}` : letter;
  });
  return `"${bytes.join('')}"`;
}

/** The same behind `---` and `+++`, where a name with a space ends at a tab. */
function ended(name: string): string {
  return name.includes(' ') ? `${quoted(name)}\t` : quoted(name);
}
