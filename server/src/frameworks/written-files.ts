import { directoryOf, type ProjectFiles, type WrittenFile } from './framework.js';

/** The files of a project as they are once some have been written. */
export function withWritten(files: ProjectFiles, written: readonly WrittenFile[]): ProjectFiles {
  if (written.length === 0) return files;
  const texts = new Map(written.map(({ path, text }) => [path, text]));
  const paths = [...texts.keys()];
  return {
    read: (path) => texts.get(path) ?? files.read(path),
    exists: (path) => paths.some((each) => each === path || each.startsWith(`${path}/`)) || files.exists(path),
    names: (directory) => [
      ...new Set([
        ...files.names(directory),
        ...paths.filter((path) => directoryOf(path) === directory).map((path) => path.slice(directory.length + 1)),
      ]),
    ],
    above: (directory, ...names) => files.above(directory, ...names),
    dependency: (directory, ...names) => files.dependency(directory, ...names),
  };
}
