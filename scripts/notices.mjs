// The notices of the packages whose code stands in the bundles, made from what esbuild really bundled.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));

/** Folder of the package that a bundled file belongs to, such as "node_modules/semver"; undefined for our own files. */
function packageFolder(file) {
  const match = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file.replaceAll('\\', '/'));
  return match?.[0];
}

function licenceText(folder) {
  const name = fs.readdirSync(folder).find((entry) => /^(licen[cs]e|copying)(\.(md|txt))?$/i.test(entry));
  return name === undefined ? undefined : fs.readFileSync(path.join(folder, name), 'utf8').trim();
}

/**
 * The text of THIRD-PARTY-NOTICES for esbuild's metafiles: one section for each package, sorted by name, and what
 * scripts/notices/<package>.txt adds about code that a package embeds.
 */
export function makeNotices(metafiles) {
  const folders = new Set();
  for (const metafile of metafiles) {
    for (const file of Object.keys(metafile.inputs)) {
      const folder = packageFolder(file);
      if (folder !== undefined) folders.add(folder);
    }
  }
  const sections = new Map();
  for (const folder of folders) {
    const manifest = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
    const extra = path.join(here, 'notices', `${manifest.name.replaceAll('/', '__')}.txt`);
    const parts = [`${manifest.name} ${manifest.version}`, licenceText(folder) ?? `Licence: ${manifest.license}`];
    if (fs.existsSync(extra)) parts.push(fs.readFileSync(extra, 'utf8').trim());
    sections.set(`${manifest.name}@${manifest.version}`, parts.join('\n\n'));
  }
  const bar = `\n\n${'='.repeat(80)}\n\n`;
  const intro = 'Airlock contains code of the following projects, each under its own licence.';
  return `${[intro, ...[...sections].sort(([a], [b]) => a.localeCompare(b)).map(([, text]) => text)].join(bar)}\n`;
}
