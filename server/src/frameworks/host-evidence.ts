import { inFolder } from './define.js';
import { baseName, directoryOf, type ProjectFiles, type Recognition } from './framework.js';

const SAMPLE = 4;

/** How a tool's migrations in a host language are known. */
export interface HostEvidence {
  /** The names of its files. */
  readonly name: RegExp;
  /** What only its migrations say. */
  readonly code: RegExp;
  /** Packages whose version its facts depend on. */
  readonly packages: readonly string[];
}

/** The tool by its own words in a migration, the file or one beside it. */
export function byCode(path: string, files: ProjectFiles, evidence: HostEvidence): Recognition | undefined {
  const { name, code, packages } = evidence;
  if (!name.test(baseName(path))) return undefined;
  const root = directoryOf(path);
  const names = files.names(root).filter((each) => name.test(each));
  names.sort();
  const some = [names[0], names[names.length >> 1], names.at(-1)].flatMap((each) => each ?? []);
  for (const each of [...new Set([path, ...some.map((one) => inFolder(root, one))])].slice(0, SAMPLE)) {
    const found = code
      .exec(files.read(each) ?? '')?.[0]
      .replace(/\s+/g, ' ')
      .trim();
    if (found !== undefined)
      return {
        root,
        because: `${baseName(each)} says ${found}`,
        strength: 3,
        version: files.dependency(root, ...packages) || undefined,
      };
  }
  return undefined;
}

/** The ending of the last of some files, which new ones get, too. */
export function endingOf(existing: readonly string[], endings: readonly string[], otherwise: string): string {
  const last = [...existing].sort().at(-1) ?? '';
  return endings.find((ending) => last.endsWith(ending)) ?? otherwise;
}
