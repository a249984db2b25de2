import type { FileEdit } from '../analysis/finding.js';
import { baseName, directoryOf, type Project } from '../frameworks/framework.js';
import { headBehind, headOf } from '../frameworks/version.js';
import type { Files } from './files.js';

/** A migration that gets a version behind the last one, with all that bears its name. */
export interface Renumbering {
  readonly title: string;
  /** Absolute paths; the migration first, then what goes along. */
  readonly renames: readonly { readonly from: string; readonly to: string }[];
  /** Edits of files that name it. */
  readonly edits: readonly { readonly path: string; readonly text: string; readonly edits: readonly FileEdit[] }[];
  /** What remains to be done by hand, in sentences; "" for nothing. */
  readonly remains: string;
}

/** The migrations of a project, and what of its files is looked at. */
export interface Numbered {
  readonly paths: readonly string[];
  readonly project: Project;
  /** The folder of the configuration; undefined without one. */
  readonly root: string | undefined;
  readonly files: Pick<Files, 'list' | 'read' | 'exists'>;
}

/** Lists and journals of migration tools, and scripts that include files; no larger ones. */
const lists = /\.(?:json|ya?ml|xml|toml|txt|list|sql|psql|pgsql|sh)$/i;
const LONGEST = 1_000_000;

/** Folders whose files take back or check those of another folder under the same name. */
const besides: readonly (readonly string[])[] = [
  ['up', 'down'],
  ['do', 'undo'],
  ['deploy', 'revert', 'verify'],
  ['migrations', 'rollback', 'rollbacks'],
];

/**
 * Gives a migration the next free version in the style of the project: digits, dates and letters as the last one has
 * them. Its down file goes along, and so do lists that name it. Undefined where its name has no version, or a name is taken.
 */
export function planRenumbering(path: string, project: Numbered): Renumbering | undefined {
  const { paths, files } = project;
  const { framework } = project.project;
  const own = baseName(path);
  const head = headOf(own);
  const others = paths
    .filter((each) => each !== path && framework.directionOf(each, project.project) !== 'down')
    .map(baseName);
  if (!head || others.length === 0) return undefined;
  const next = headBehind(others);
  const folder = directoryOf(path);
  const to = `${folder}/${next}${own.slice(head.length)}`;
  const renames = [{ from: path, to }, ...pairsOf(path, head, next, project)];
  if (renames.some((each) => files.exists(each.to) !== undefined)) return undefined;
  const named = filesThatName(path, project);
  const journal = journalOf(path, head, next, project);
  const sums =
    files.exists(`${folder}/atlas.sum`) === 'file' ? ['Run atlas migrate hash: atlas.sum holds the old name.'] : [];
  const remains = [...sums, ...(journal?.remains ?? [])].join(' ');
  return {
    title: `Rename to ${baseName(to)}${sums.length > 0 ? ', then run atlas migrate hash' : ''}`,
    renames: [...renames, ...(journal?.renames ?? [])],
    edits: [...named.map((each) => withName(each, own, baseName(to))), ...(journal?.edits ?? [])],
    remains,
  };
}

/** A name without the ending by which its tool knows a migration: "add_x" of 0003_add_x.up.sql, of 0003.do.add_x.sql. */
function stemBehind(name: string, head: string): string {
  return name.slice(head.length).replace(/(?:\.up)?\.(?:sql|pgsql|psql)$/i, '');
}

/** The files that take the migration back or describe it: name.down.sql, U3__name.sql, 3.undo.name.sql, down/name.sql. */
function pairsOf(path: string, head: string, next: string, { paths, files }: Numbered): { from: string; to: string }[] {
  const folder = directoryOf(path);
  const own = baseName(path);
  const stem = stemBehind(own, head);
  const stems = stem.startsWith('do.') ? [stem, `un${stem}`] : [stem];
  const heads = /^[vV]/.test(head) ? [head, head.replace(/^v/, 'u').replace(/^V/, 'U')] : [head];
  const known = new Set(paths);
  const found: { from: string; to: string }[] = [];
  for (const from of files.list(folder)) {
    const name = baseName(from);
    const its = heads.find((each) => name.startsWith(each));
    if (from === path || known.has(from) || its === undefined) continue;
    const rest = name.slice(its.length);
    if (!stems.some((each) => rest.startsWith(`${each}.`))) continue;
    const letter = its === head ? next : next.replace(/^v/, 'u').replace(/^V/, 'U');
    found.push({ from, to: `${folder}/${letter}${rest}` });
  }
  for (const beside of foldersBeside(folder)) {
    const from = `${beside}/${own}`;
    if (!known.has(from) && files.exists(from) === 'file')
      found.push({ from, to: `${beside}/${next}${own.slice(head.length)}` });
  }
  return found;
}

function foldersBeside(folder: string): string[] {
  const last = baseName(folder);
  const group = besides.find((names) => names[0] === last) ?? [];
  const siblings = group.slice(1).map((name) => `${directoryOf(folder)}/${name}`);
  const inside = ['down', 'rollback', 'rollbacks', 'undo'].map((name) => `${folder}/${name}`);
  return [...siblings, ...inside];
}

interface Named {
  readonly path: string;
  readonly text: string;
}

/** Files beside the migrations, and above them up to the project's folder, that say the name of the migration. */
function filesThatName(path: string, { paths, root, files }: Numbered): Named[] {
  const own = baseName(path);
  const known = new Set(paths);
  const found: Named[] = [];
  let folder = directoryOf(path);
  for (let depth = 0; depth < 4; depth++) {
    for (const each of files.list(folder)) {
      if (known.has(each) || !lists.test(each) || /(?:^|[-.])lock\b|package\.json$/i.test(baseName(each))) continue;
      const read = files.read(each);
      if ('text' in read && read.text.length <= LONGEST && wholeName(own).test(read.text))
        found.push({ path: each, text: read.text });
    }
    if (root === undefined || folder === root || !folder.startsWith(`${root}/`)) break;
    folder = directoryOf(folder);
  }
  return found;
}

/** The name as a whole, not as a part of another. */
function wholeName(name: string): RegExp {
  return new RegExp(`(?<![\\w.-])${name.replace(/[.*+?^$()|[\]{}\\]/g, '\\$&')}(?![\\w-]|\\.\\w)`, 'g');
}

function withName({ path, text }: Named, from: string, to: string): Renumbering['edits'][number] {
  const edits = [...text.matchAll(wholeName(from))].map(({ index }) => ({
    span: { start: index, end: index + from.length },
    text: to,
  }));
  return { path, text, edits };
}

/** Drizzle's journal names a migration without its ending, and keeps a snapshot by its number. */
function journalOf(
  path: string,
  head: string,
  next: string,
  { files, paths }: Numbered,
): (Pick<Renumbering, 'renames' | 'edits'> & { remains: string[] }) | undefined {
  const folder = `${directoryOf(path)}/meta`;
  const read = files.exists(`${folder}/_journal.json`) === 'file' ? files.read(`${folder}/_journal.json`) : undefined;
  if (!read || !('text' in read)) return undefined;
  const tag = `"${baseName(path).replace(/\.sql$/, '')}"`;
  const at = read.text.indexOf(tag);
  if (at < 0) return undefined;
  const text = `"${next}${tag.slice(1 + head.length)}`;
  const numberOf = (of: string): string => /\d+/.exec(of)?.[0] ?? '';
  const snapshot = {
    from: `${folder}/${numberOf(head)}_snapshot.json`,
    to: `${folder}/${numberOf(next)}_snapshot.json`,
  };
  const isShared = paths.some((each) => each !== path && numberOf(headOf(baseName(each)) ?? '') === numberOf(head));
  const hasSnapshot = files.exists(snapshot.from) === 'file';
  const isOwn = hasSnapshot && !isShared && files.exists(snapshot.to) === undefined;
  return {
    renames: isOwn ? [snapshot] : [],
    edits: [
      {
        path: `${folder}/_journal.json`,
        text: read.text,
        edits: [{ span: { start: at, end: at + tag.length }, text }],
      },
    ],
    remains: [
      'Give its entry in meta/_journal.json the last "idx" and "when": drizzle goes by those.',
      ...(hasSnapshot && !isOwn
        ? [`Look up whose meta/${baseName(snapshot.from)} is, and rename it if it is this one's.`]
        : []),
    ],
  };
}
