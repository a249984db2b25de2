import { defineFramework } from '../define.js';
import { byDependency } from '../evidence.js';
import { baseName, directoryOf } from '../framework.js';
import { calls, endingOf, isScript, script, template } from '../host.js';
import { byCharacters, numberedPaths } from '../numbers.js';

function sorted(paths: readonly string[]): string[] {
  return [...paths].sort((a, b) => byCharacters(baseName(a), baseName(b)));
}

/** kysely: migration/migrator. One transaction holds all that are pending; no migration can say otherwise. */
export const kysely = defineFramework({
  id: 'kysely',
  title: 'Kysely',
  transaction: 'all-pending',
  recognise: (path, files) =>
    isScript(path, files, /\bfrom\s+['"]kysely['"]|\brequire\(['"]kysely['"]\)/) &&
    /\bup\b/.test(files.read(path) ?? '')
      ? byDependency(directoryOf(path), files, ['kysely'])
      : undefined,
  directionOf: (path) => (script.test(baseName(path)) && /^[\dV]/.test(baseName(path)) ? 'up' : undefined),
  order: sorted,
  read: () => [],
  outside: () => ({
    holds: 'nothing',
    where: 'to a run of its own with disableTransactions: true, as no migration of Kysely can leave the transaction',
  }),
  nextPaths(slugs, place) {
    const ending = endingOf(sorted(place.existing).at(-1), '.ts');
    return numberedPaths(slugs, place, String(place.now), (version, slug) => `${version}_${slug}${ending}`);
  },
  downPath: () => undefined,
  text({ up, down }, path) {
    const type = path.endsWith('ts') ? ': Kysely<any>): Promise<void> {' : ') {';
    const head = path.endsWith('ts') ? "import { type Kysely, sql } from 'kysely';" : "import { sql } from 'kysely';";
    const body = (text: string | undefined): string =>
      calls(text, '  ', (each) => `await sql.raw(${template(each)}).execute(db);`);
    const both = [['up', up] as const, ['down', down] as const]
      .filter(([, text]) => text !== undefined)
      .map(([way, text]) => `\nexport async function ${way}(db${type}\n${body(text)}}\n`);
    return { up: `${head}\n${both.join('')}` };
  },
});
