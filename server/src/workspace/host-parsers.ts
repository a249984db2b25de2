import fs from 'node:fs';
import path from 'node:path';
import type { HostLanguage } from '../hosts/code.js';
import { initHostParser } from '../hosts/syntax/parser.js';

/** Beside the bundle; while it is being developed, in the package. */
const folders = [
  __dirname,
  path.join(__dirname, '..', '..', '..', '..', 'node_modules', '@vscode', 'tree-sitter-wasm', 'wasm'),
];

function readParserFile(name: string): Uint8Array {
  const found = folders.map((folder) => path.join(folder, name)).find((each) => fs.existsSync(each));
  if (found === undefined) throw new Error(`${name} is missing: the package is not complete.`);
  return fs.readFileSync(found);
}

/** Loads the parsers of some languages, those that are not loaded yet. */
export async function loadHostParsers(languages: Iterable<HostLanguage>): Promise<void> {
  await Promise.all([...new Set(languages)].map((language) => initHostParser(language, readParserFile)));
}
