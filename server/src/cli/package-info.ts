import fs from 'node:fs';
import path from 'node:path';

/** What the command line knows of itself. */
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

function read(): PackageInfo {
  for (let directory = __dirname; directory !== path.dirname(directory); directory = path.dirname(directory)) {
    const file = path.join(directory, 'package.json');
    if (!fs.existsSync(file)) continue;
    const { version, homepage } = JSON.parse(fs.readFileSync(file, 'utf8')) as { version: string; homepage: string };
    return { version, pages: `${homepage.replace(/#.*$/, '')}/blob/v${version}` };
  }
  return { version: 'unknown', pages: undefined };
}
