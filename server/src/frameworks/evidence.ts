import { baseName, directoryOf, type ProjectFiles, type Recognition } from './framework.js';
import { inFolder } from './define.js';

/** So many files of a folder are read to find a tool by its marks: a new one may not have them yet. */
const SAMPLE = 4;

/** Some of the .sql files of a folder: the file itself, the first, one in the middle, the last. */
function sampleOf(path: string, files: ProjectFiles): string[] {
  const directory = directoryOf(path);
  const names = files.names(directory).filter((name) => /\.(?:sql|pgsql|psql)$/i.test(name));
  names.sort();
  const some = [names[0], names[names.length >> 1], names.at(-1)].flatMap((name) => name ?? []);
  return [...new Set([path, ...some.map((name) => inFolder(directory, name))])].slice(0, SAMPLE);
}

/** The tool by a line that only this one reads, in the file or in one beside it. In: the line, found line by line ("m"). */
export function byMark(path: string, files: ProjectFiles, mark: RegExp): Recognition | undefined {
  for (const each of sampleOf(path, files)) {
    const found = mark.exec(files.read(each) ?? '')?.[0].trim();
    if (found !== undefined)
      return { root: directoryOf(path), because: `${baseName(each)} has the line ${found}`, strength: 3 };
  }
  return undefined;
}

/**
 * The tool by a file that stands in the folder of the migrations or above it. In: the folder whose files belong
 * together, and the names, of which the first one that is there counts.
 */
export function byFile(
  root: string,
  files: ProjectFiles,
  names: readonly string[],
  strength: Recognition['strength'] = 2,
): Recognition | undefined {
  const found = files.above(root, ...names);
  return found === undefined ? undefined : { root, because: `there is ${baseName(found)}`, strength };
}

/** What runs a project's tools: scripts and containers. */
const scripts = [
  'Makefile',
  'Dockerfile',
  'docker-compose.yml',
  'docker-compose.yaml',
  'compose.yml',
  'compose.yaml',
  'Taskfile.yml',
  'justfile',
];

/** The tool by a script or a container above the folder that calls it. */
export function byCall(root: string, files: ProjectFiles, call: RegExp): Recognition | undefined {
  for (const name of scripts) {
    const found = files.above(root, name);
    if (found !== undefined && call.test(files.read(found) ?? '')) {
      return { root, because: `${name} calls it`, strength: 2 };
    }
  }
  return undefined;
}

/** The name of a file, or of one beside it, that is as a tool names its files; undefined where none is. */
export function nameLike(path: string, files: ProjectFiles, isLike: (name: string) => boolean): string | undefined {
  const own = baseName(path);
  return isLike(own) ? own : files.names(directoryOf(path)).find(isLike);
}

/**
 * The way back of a migration among the files beside it: that of the same version, and if there is none yet, the one
 * that would be written. In: the version of a name that takes a migration back, undefined for any other.
 */
export function downOfVersion(
  path: string,
  files: ProjectFiles,
  version: string | undefined,
  { versionOf, otherwise }: { versionOf(name: string): string | undefined; readonly otherwise: string },
): string {
  const directory = directoryOf(path);
  if (version === undefined || files.exists(otherwise)) return otherwise;
  const found = files.names(directory).find((name) => versionOf(name) === version);
  return found === undefined ? otherwise : inFolder(directory, found);
}

/** The tool by a package that the project names. */
export function byDependency(
  root: string,
  files: ProjectFiles,
  packages: readonly string[],
  strength: Recognition['strength'] = 2,
): Recognition | undefined {
  const version = files.dependency(root, ...packages);
  if (version === undefined) return undefined;
  return { root, because: `the project depends on ${packages[0]}`, strength, version: version || undefined };
}

/** Compares versions such as "7.4.1" number by number; what is no number counts as 0. Negative when `a` is the older. */
export function compareVersions(a: string, b: string): number {
  const [one, other] = [a.split('.'), b.split('.')];
  for (let index = 0; index < Math.max(one.length, other.length); index++) {
    const difference = Number.parseInt(one[index] ?? '0', 10) - Number.parseInt(other[index] ?? '0', 10);
    if (difference) return difference;
  }
  return 0;
}
