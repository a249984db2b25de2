// `node scripts/release-notes.mjs <tag>`: prints the section of CHANGELOG.md for a tag such as v1.2.3. Fails when the
// tag is not the version of package.json or has no section, so that nothing is released by halves.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** In: the text of the changelog and a version. Out: the text below its heading; undefined where there is none. */
export function sectionOf(changelog, version) {
  const lines = changelog.split(/\r?\n/);
  const isHeading = (line) => /^## /.test(line);
  const start = lines.findIndex((line) => isHeading(line) && /^## \[?([^\s\]]+)/.exec(line)?.[1] === version);
  if (start < 0) return undefined;
  const length = lines.slice(start + 1).findIndex(isHeading);
  const end = length < 0 ? lines.length : start + 1 + length;
  return lines
    .slice(start + 1, end)
    .join('\n')
    .trim();
}

function main(tag) {
  const read = (file) => fs.readFileSync(path.join(root, file), 'utf8');
  const { version } = JSON.parse(read('package.json'));
  if (tag !== `v${version}`) throw new Error(`The tag is ${tag ?? 'missing'}, and package.json says ${version}.`);
  const section = sectionOf(read('CHANGELOG.md'), version);
  if (!section) throw new Error(`CHANGELOG.md has no section "## ${version}", or an empty one.`);
  console.log(section);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    main(process.argv[2]);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
