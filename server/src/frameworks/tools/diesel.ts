import { shellWord } from '../commands.js';
import { defineFramework, inFolder } from '../define.js';
import { byDependency, byFile } from '../evidence.js';
import { baseName, directoryOf, type Framework, type ProjectFiles } from '../framework.js';
import { byCharacters } from '../numbers.js';
import { oneWay } from '../one-way.js';
import { nextMoments } from '../stamps.js';
import { namesBehind } from '../version.js';

const initial = '00000000000000_diesel_initial_setup';
const inTransaction = /^\s*run_in_transaction\s*=\s*true\b/m;
const metadata = 'metadata.toml';
/** Dates with and without dashes; new versions of Diesel count behind them. */
const moment = /^\d{4}(-?)\d\d\1\d\d(-?)\d{6}(-\d{4})?(?=_)/;

const outsideText = 'run_in_transaction = false\n';

/** The version of a migration: what stands before the first "_" of its folder, without dashes. */
function versionOf(path: string): string {
  const folder = baseName(directoryOf(path));
  return folder.slice(0, Math.max(folder.indexOf('_'), 0)).replace(/-/g, '');
}

function besideOf(path: string): string {
  return inFolder(directoryOf(path), metadata);
}

/** A metadata.toml without the word means false. */
function isOutside(path: string, files: ProjectFiles): boolean {
  const text = files.read(besideOf(path));
  return text !== undefined && !inTransaction.test(text);
}

function outsideFile(path: string, files: ProjectFiles): { path: string; text: string } {
  const old = files.read(besideOf(path)) ?? '';
  const text = /^\s*run_in_transaction\b/m.test(old)
    ? old.replace(/^(\s*run_in_transaction\s*=\s*)\w+/m, '$1false')
    : outsideText + old;
  return { path: besideOf(path), text };
}

/** diesel-rs/diesel: diesel_migrations/src/file_based_migrations.rs. A file is sent as one query. */
export const diesel: Framework = defineFramework({
  id: 'diesel',
  title: 'Diesel',
  commands: ({ root }) => ({
    apply: `diesel migration run --migration-dir ${shellWord(root)}`,
    back: `diesel migration revert --migration-dir ${shellWord(root)}`,
    named: 'PGAPPNAME',
  }),
  transaction: 'per-file',
  layout: { up: 'up.sql', down: 'down.sql' },

  recognise(path, files) {
    const folder = directoryOf(path);
    const root = directoryOf(folder);
    if (!/^(?:up|down)\.sql$/.test(baseName(path)) || !/^\d[\d-]*_/.test(baseName(folder))) return undefined;
    if (files.exists(inFolder(root, `${initial}/up.sql`))) {
      return { root, because: `there is ${initial}`, strength: 3 };
    }
    return byFile(root, files, ['diesel.toml']) ?? byDependency(root, files, ['diesel', 'diesel_migrations']);
  },

  order: (paths) => [...paths].sort((a, b) => byCharacters(versionOf(a), versionOf(b)) || byCharacters(a, b)),

  read(path, text, { files }) {
    const direction = baseName(path) === 'down.sql' ? 'down' : 'up';
    return isOutside(path, files)
      ? oneWay(direction, text, 'one-query', `${metadata} beside it`)
      : oneWay(direction, text, 'per-file');
  },

  outside: () => ({
    holds: 'one',
    where: `by itself to a migration with a ${metadata} that says run_in_transaction = false, as Diesel sends it as one query`,
  }),

  mark: (path, text, { files }) => ({ text, beside: [outsideFile(path, files)] }),

  nextPaths(slugs, { existing, project, now }) {
    const dated = existing.filter((path) => baseName(directoryOf(path)) !== initial);
    const last = diesel.order(dated, project).at(-1);
    const style = last === undefined ? moment.exec('2024-01-31-120001_') : moment.exec(baseName(directoryOf(last)));
    if (!style) {
      const nameOf = namesBehind(dated.map((path) => `${baseName(directoryOf(path))}.sql`));
      return slugs.map((slug) => inFolder(project.root, `${nameOf(slug).replace(/\.sql$/, '')}/up.sql`));
    }
    const [, dash = '', behind = '', counter] = style;
    const moments = nextMoments(slugs.length, { existing: dated, now });
    return slugs.map((slug, index) => {
      const digits = moments[index] ?? '';
      const day = [digits.slice(0, 4), digits.slice(4, 6), digits.slice(6, 8)].join(dash);
      const version = `${day}${behind}${digits.slice(8)}${counter === undefined ? '' : '-0000'}`;
      return inFolder(project.root, `${version}_${slug}/up.sql`);
    });
  },

  beside: (written, { files }) =>
    written.map(({ migration, up }) =>
      migration.outside || migration.downOutside ? [outsideFile(up.path, files)] : [],
    ),
});
