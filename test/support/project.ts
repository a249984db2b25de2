import type { Framework, Project, ProjectFiles } from '../../server/src/frameworks/framework.js';

/** Files that stand nowhere but in a test, by their paths. */
export function filesOf(texts: Readonly<Record<string, string>> = {}): ProjectFiles {
  const paths = Object.keys(texts);
  const above = (directory: string, names: readonly string[]): string | undefined => {
    for (let at = directory; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
      for (const name of names) {
        const path = at === '' ? name : `${at}/${name}`;
        if (texts[path] !== undefined) return path;
      }
      if (at === '') return undefined;
    }
  };
  return {
    read: (path) => texts[path],
    exists: (path) => paths.some((each) => each === path || each.startsWith(`${path}/`)),
    names: (directory) =>
      paths.flatMap((each) =>
        each.slice(0, Math.max(0, each.lastIndexOf('/'))) === directory ? [each.slice(each.lastIndexOf('/') + 1)] : [],
      ),
    above: (directory, ...names) => above(directory, names),
    dependency: () => undefined,
  };
}

/** A folder of migrations of a tool with nothing else around. */
export function projectOf(
  framework: Framework,
  root = 'migrations',
  texts: Readonly<Record<string, string>> = {},
  version?: string,
): Project {
  return { framework, root, because: 'the test says so', strength: 3, version, files: filesOf(texts) };
}
