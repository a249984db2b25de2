/**
 * The shortest names by which people can keep files apart: the name alone where no other has it, with the folders in
 * front of it where one does (Prisma calls every migration migration.sql). In: paths with "/". Out: in the same order.
 */
export function shortNames(paths: readonly string[]): string[] {
  const parts = paths.map((path) => path.split('/'));
  const names = parts.map((each) => each.slice(-1).join('/'));
  for (let length = 2; length <= Math.max(0, ...parts.map((each) => each.length)); length++) {
    const counts = new Map<string, number>();
    for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
    if (counts.size === names.length) break;
    for (const [index, own] of parts.entries())
      if ((counts.get(names[index] ?? '') ?? 0) > 1) names[index] = own.slice(-length).join('/');
  }
  return names;
}
