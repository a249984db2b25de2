import { directoryOf, type ProjectFiles } from '../frameworks/framework.js';

type Read = Pick<ProjectFiles, 'read' | 'exists'>;

/** Finds a package in one manifest or lock file: its version, "" when it stands there without one. */
type Lookup = (text: string, name: string) => string | undefined;

const escaped = (name: string): string => name.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');

/** The first group of a pattern; "" where it has matched nothing; undefined where the pattern is not found. */
const found = (text: string, pattern: RegExp): string | undefined => {
  const match = pattern.exec(text);
  return match ? (match[1] ?? '') : undefined;
};

/** Lock files first: what is written there is what runs. */
const manifests: readonly (readonly [file: string, lookup: Lookup])[] = [
  [
    'package-lock.json',
    (text, name) => found(text, new RegExp(`"node_modules/${escaped(name)}": \\{\\s*"version": "([^"]+)"`)),
  ],
  ['pnpm-lock.yaml', (text, name) => found(text, new RegExp(`^ {2}/?'?${escaped(name)}[@/](\\d[^'():\\s]*)`, 'm'))],
  [
    'yarn.lock',
    (text, name) => found(text, new RegExp(`^"?${escaped(name)}@[^\\n]*:\\n {2}version:? "?([^"\\n]+)`, 'm')),
  ],
  ['package.json', (text, name) => found(text, new RegExp(`"${escaped(name)}"\\s*:\\s*"[^"\\d]*([^"]*)"`))],
  ['deno.json', (text, name) => found(text, new RegExp(`"npm:/?${escaped(name)}(?:@[\\^~]?([\\d.]*)[^"]*)?"`))],
  [
    'go.mod',
    // What a project needs for something else only does not run its migrations. A bare name is another language's.
    (text, name) =>
      name.includes('/')
        ? found(
            text,
            new RegExp(
              `^\\s*(?:require\\s+)?(?:[\\w.-]+/)*${escaped(name)}(?:/v\\d+)?\\s+v(\\S+)(?![^\\n]*// indirect)`,
              'm',
            ),
          )
        : undefined,
  ],
  [
    'Cargo.toml',
    (text, name) =>
      found(text, new RegExp(`^(?:\\[.*dependencies\\.)?${escaped(name)}(?:[\\].]|\\s*=)[^"\\n]*"?([\\d.]*)`, 'm')),
  ],
  [
    'pyproject.toml',
    (text, name) =>
      found(
        text,
        new RegExp(
          `["'\\s]${escaped(name)}(?:\\[[^\\]]*\\])?["'\\s]*(?:[=~><^!]+\\s*["']?[\\^~>=]*([\\d.]*)|["'])`,
          'i',
        ),
      ),
  ],
  [
    'requirements.txt',
    (text, name) => found(text, new RegExp(`^${escaped(name)}(?:\\[[^\\]]*\\])?\\s*(?:[=~><!]+\\s*([\\d.]*))?`, 'im')),
  ],
  ['Gemfile.lock', (text, name) => found(text, new RegExp(`^ {4}${escaped(name)} \\(([^)]*)\\)`, 'm'))],
  [
    'Gemfile',
    (text, name) => found(text, new RegExp(`^\\s*gem ["']${escaped(name)}["'](?:,\\s*["'][^\\d"']*([\\d.]*))?`, 'm')),
  ],
  ['mix.exs', (text, name) => found(text, new RegExp(`\\{:${escaped(name)},\\s*"[^\\d"]*([\\d.]*)`))],
];

/** The version of the first of some packages that a manifest in a folder or above it names, up to the repository's root. */
export function dependencyAbove(directory: string, names: readonly string[], files: Read): string | undefined {
  for (let at = directory; at !== ''; at = directoryOf(at)) {
    const version = dependencyIn(at, names, files);
    if (version !== undefined) return version;
    if (files.exists(`${at}/.git`)) return undefined;
  }
  return undefined;
}

function dependencyIn(directory: string, names: readonly string[], files: Read): string | undefined {
  let named: string | undefined;
  for (const [file, lookup] of manifests) {
    const text = files.read(`${directory}/${file}`);
    if (text === undefined) continue;
    for (const name of names) {
      const version = lookup(text, name);
      if (version) return version;
      named ??= version;
    }
  }
  return named;
}
