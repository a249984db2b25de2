import fs from 'node:fs';
import path from 'node:path';

/** What Airlock knows of its own package. */
export interface PackageInfo {
  readonly version: string;
  /** Where a file of this version of the project can be read on the web; undefined without a package around. */
  readonly pages: string | undefined;
}

/** From the nearest package.json above this file: the package's own, from sources as from the bundle. Read once. */
export function packageInfo(): PackageInfo {
  known ??= read();
  return known;
}

let known: PackageInfo | undefined;

/** The folder of the package; undefined without one around. */
export function packageFolder(): string | undefined {
  for (let directory = __dirname; directory !== path.dirname(directory); directory = path.dirname(directory))
    if (fs.existsSync(path.join(directory, 'package.json'))) return directory;
  return undefined;
}

/** The web page of a rule. */
export function pageOf({ rule, category }: { readonly rule: string; readonly category: string }): string | undefined {
  const { pages } = packageInfo();
  return pages === undefined ? undefined : `${pages}/rules/${category}/${rule}.md`;
}

function read(): PackageInfo {
  const folder = packageFolder();
  if (folder === undefined) return { version: 'unknown', pages: undefined };
  const manifest = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const { version, homepage } = manifest as { version: string; homepage: string };
  return { version, pages: `${homepage.replace(/#.*$/, '')}/blob/v${version}` };
}
