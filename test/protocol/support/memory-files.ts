import type { Files } from '../../../server/src/workspace/files.js';

/** A file system in memory: absolute path → text. Changing the map changes the "disk". */
export function memoryFiles(texts: Map<string, string>): Files {
  const paths = (): readonly string[] => [...texts.keys()];
  return {
    read(path) {
      const text = texts.get(path);
      return text === undefined ? { problem: { path, message: 'There is no such file.' } } : { text };
    },
    exists: (path) =>
      texts.has(path) ? 'file' : paths().some((each) => each.startsWith(`${path}/`)) ? 'directory' : undefined,
    walk: (directory) => paths().filter((each) => each.startsWith(`${directory}/`)),
    leadsOut: () => false,
    list: (directory) => paths().filter((each) => each.slice(0, each.lastIndexOf('/')) === directory),
  };
}
