/**
 * Files in the order of what each of them needs before it; by their names where that leaves a choice. A circle is cut
 * where it is met. In: the files, and those that a file needs.
 */
export function inDependencyOrder(paths: readonly string[], needs: (path: string) => readonly string[]): string[] {
  const known = new Set(paths);
  const done = new Set<string>();
  const ordered: string[] = [];
  for (const first of [...paths].sort()) {
    // Depth first, without recursion: a chain has as many links as there are files.
    const open = [first];
    const entered = new Set<string>();
    while (open.length > 0) {
      const path = open.at(-1) as string;
      const missing = entered.has(path)
        ? []
        : [...needs(path)].sort().filter((each) => known.has(each) && !done.has(each) && !entered.has(each));
      entered.add(path);
      if (missing.length > 0) {
        open.push(...missing.reverse());
        continue;
      }
      open.pop();
      if (done.has(path)) continue;
      done.add(path);
      ordered.push(path);
    }
  }
  return ordered;
}
