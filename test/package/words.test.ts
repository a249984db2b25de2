import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';

const root = path.resolve(__dirname, '..', '..', '..');

/** Words that a search for their plain sisters misses, with those. */
const instead = new Map([
  ['tell', 'report, know, show, record'],
  ['tells', 'reports, knows, shows, records'],
  ['told', 'reported, known, shown, recorded'],
  ['please', 'nothing'],
]);

/** Where people read: code, pages and documents. */
const places = ['server/src', 'rules', 'client', 'test', 'scripts', 'snippets', 'examples', 'docs'];

function textsBelow(folder: string): string[] {
  return fs
    .readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(?:ts|js|mjs|md|txt)$/.test(file))
    .map((file) => path.join(folder, file));
}

describe('words', () => {
  const documents = fs.readdirSync(root).filter((file) => file.endsWith('.md'));
  const files = [...documents, ...places.flatMap(textsBelow)].filter((file) => path.basename(file) !== 'words.test.ts');

  for (const [word, others] of instead) {
    it(`"${word}" is nowhere; say ${others}`, () => {
      // In a pattern and in quotes it is spoken of, not used.
      const used = new RegExp(`(?<![\\\\"'])\\b${word}\\b(?!["'\\\\])`, 'i');
      const found = files.flatMap((file) =>
        fs
          .readFileSync(path.join(root, file), 'utf8')
          .split('\n')
          .flatMap((line, index) => (used.test(line) ? `${file}:${index + 1}: ${line.trim().slice(0, 80)}` : [])),
      );
      assert.deepEqual(found, []);
    });
  }
});
