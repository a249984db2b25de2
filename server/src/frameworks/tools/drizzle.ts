import { defineFramework, inFolder } from '../define.js';
import {
  baseName,
  directoryOf,
  migrationName,
  type Project,
  type ProjectFiles,
  type WrittenFile,
  type Framework,
} from '../framework.js';
import { byCharacters, newVersions } from '../numbers.js';
import { Sha256, utf8 } from '../../sql/sha256.js';
import { nextMoments } from '../stamps.js';
import { split } from '../../sql/split.js';

const breakpoint = '--> statement-breakpoint';
const journalFile = 'meta/_journal.json';

interface Entry {
  readonly idx: number;
  readonly tag: string;
  readonly when: number;
}

interface Journal {
  readonly entries: readonly Entry[];
  /** As it is in the file, for what is written beside the entries. */
  readonly value: Readonly<Record<string, unknown>>;
}

let lastJournal: { readonly text: string; readonly journal: Journal | undefined } = { text: '', journal: undefined };

/** The journal in the folder of the migrations. The last one is kept, for it is asked for each file. */
function journalOf(root: string, files: ProjectFiles): Journal | undefined {
  const text = files.read(inFolder(root, journalFile));
  if (text === undefined) return undefined;
  if (lastJournal.text !== text) lastJournal = { text, journal: parseJournal(text) };
  return lastJournal.journal;
}

function parseJournal(text: string): Journal | undefined {
  const value = objectOf(parseJson(text));
  if (!value) return undefined;
  const entries = Array.isArray(value.entries) ? value.entries : [];
  return { value, entries: entries.flatMap((entry) => entryOf(objectOf(entry)) ?? []) };
}

function entryOf(entry: Readonly<Record<string, unknown>> | undefined): Entry | undefined {
  const { idx, tag, when } = entry ?? {};
  return typeof idx === 'number' && typeof tag === 'string' && typeof when === 'number'
    ? { idx, tag, when }
    : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return isObject(value) ? value : undefined;
}

function tagOf(path: string): string {
  return baseName(path).replace(/\.sql$/, '');
}

/** An id that is made of what it is for, so that the same input gives the same output. */
function idOf(words: string): string {
  const digits = [...new Sha256().add(utf8(words)).digest()].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const [, a, b, c, d, e] = /^(.{8})(.{4}).(.{3}).(.{3})(.{12})/.exec(digits) ?? [];
  return `${a}-${b}-4${c}-8${d}-${e}`;
}

/** The snapshot of the schema for a migration that the schema in TypeScript knows nothing of: that of the last one. */
function snapshotBehind(text: string, previous: 'prevId' | 'prevIds', words: string): string | undefined {
  const value = objectOf(parseJson(text));
  const old = value?.id;
  if (!value || typeof old !== 'string') return undefined;
  const next = { ...value, id: idOf(old + words), [previous]: previous === 'prevId' ? old : [old] };
  return `${JSON.stringify(next, undefined, 2)}\n`;
}

/** Statements with breakpoints between them, for each is sent by itself. */
function withBreakpoints(sql: string): string {
  const { pieces } = split(sql);
  return pieces
    .map(({ fullEnd }, index) => sql.slice(index === 0 ? 0 : (pieces[index - 1]?.fullEnd ?? 0), fullEnd))
    .map((statement) => statement.replace(/^\s*\n/, '').trimEnd())
    .join(`${breakpoint}\n`)
    .concat('\n');
}

function isFolders(project: Project): boolean {
  return !project.files.exists(inFolder(project.root, journalFile));
}

/** The files beside new migrations that are listed in the journal. */
function listedBeside(written: readonly WrittenFile[], { root, files }: Project, now: number): WrittenFile[] {
  const journal = journalOf(root, files);
  if (!journal) return [];
  const out: WrittenFile[] = [];
  const entries = Array.isArray(journal.value.entries) ? [...journal.value.entries] : [];
  let last = journal.entries.reduce<Entry | undefined>(
    (found, one) => (!found || one.idx > found.idx ? one : found),
    undefined,
  );
  let when = Math.max(now, ...journal.entries.map((entry) => entry.when + 1));
  let snapshot =
    last === undefined ? undefined : files.read(inFolder(root, `meta/${prefixOf(last.tag)}_snapshot.json`));
  for (const { path } of written) {
    const tag = tagOf(path);
    const idx = (last?.idx ?? -1) + 1;
    const version = objectOf(entries.at(-1))?.version ?? journal.value.version;
    entries.push({ idx, version, when, tag, breakpoints: true });
    snapshot = snapshot === undefined ? undefined : snapshotBehind(snapshot, 'prevId', tag);
    if (snapshot !== undefined) {
      out.push({ path: inFolder(root, `meta/${prefixOf(tag)}_snapshot.json`), text: snapshot });
    }
    last = { idx, tag, when };
    when++;
  }
  const text = JSON.stringify({ ...journal.value, entries }, undefined, 2);
  return [...out, { path: inFolder(root, journalFile), text }];
}

function prefixOf(tag: string): string {
  return /^\d+/.exec(tag)?.[0] ?? '';
}

/** drizzle-kit 0.x (a journal) and 1.0 (a folder each): drizzle-orm/src/migrator.ts, pg-core/dialect.ts. */
export const drizzle: Framework = defineFramework({
  id: 'drizzle',
  title: 'Drizzle',
  commands: () => ({ apply: 'npx drizzle-kit migrate', named: 'PGAPPNAME' }),
  transaction: 'all-pending',

  recognise(path, files) {
    const directory = directoryOf(path);
    if (!path.endsWith('.sql')) return undefined;
    const version = files.dependency(directory, 'drizzle-kit', 'drizzle-orm') || undefined;
    if (files.exists(inFolder(directory, journalFile))) {
      return { root: directory, because: 'meta/_journal.json is beside it', strength: 3, version };
    }
    const isOwn = baseName(path) === 'migration.sql' && files.exists(inFolder(directory, 'snapshot.json'));
    return isOwn
      ? { root: directoryOf(directory), because: 'snapshot.json is beside it', strength: 3, version }
      : undefined;
  },

  directionOf(path, project) {
    if (isFolders(project)) return baseName(path) === 'migration.sql' ? 'up' : undefined;
    const journal = journalOf(project.root, project.files);
    // A file that the journal does not name never runs.
    const isListed = !journal || journal.entries.some(({ tag }) => tag === tagOf(path));
    return isListed && path.endsWith('.sql') ? 'up' : undefined;
  },

  notRun: (path, project) =>
    path.endsWith('.sql') && !isFolders(project) && drizzle.directionOf(path, project) === undefined
      ? `is not run by Drizzle: ${journalFile} does not name it`
      : undefined,

  order(paths, project) {
    const journal = isFolders(project) ? undefined : journalOf(project.root, project.files);
    const places = new Map(journal?.entries.map(({ tag }, index) => [tag, index]));
    const placeOf = (path: string): number => places.get(tagOf(path)) ?? places.size;
    return [...paths].sort((a, b) => placeOf(a) - placeOf(b) || byCharacters(a, b));
  },

  outside: () => ({
    holds: 'nothing',
    where: 'out of the migrations, as Drizzle runs all that are pending in one transaction: run it by hand with psql',
  }),

  nextPaths(slugs, place) {
    const { existing, project, now } = place;
    if (isFolders(project)) {
      const moments = nextMoments(slugs.length, place);
      return slugs.map((slug, index) => inFolder(project.root, `${moments[index]}_${slug}/migration.sql`));
    }
    const versions = newVersions(
      slugs.length,
      existing.flatMap((path) => /^\d+(?=_)/.exec(migrationName(path)) ?? []),
      now,
      '0000',
    );
    return slugs.map((slug, index) => inFolder(project.root, `${versions[index]}_${slug}.sql`));
  },

  downPath: () => undefined,
  text: ({ up }) => ({ up: withBreakpoints(up) }),

  beside(written, project, place) {
    if (!isFolders(project)) {
      const files = listedBeside(
        written.map(({ up }) => up),
        project,
        place.now,
      );
      return written.map((_one, index) => (index === written.length - 1 ? files : []));
    }
    const last = [...place.existing].sort().at(-1);
    let snapshot = last === undefined ? undefined : project.files.read(inFolder(directoryOf(last), 'snapshot.json'));
    return written.map(({ up }) => {
      snapshot = snapshot === undefined ? undefined : snapshotBehind(snapshot, 'prevIds', up.path);
      return snapshot === undefined ? [] : [{ path: inFolder(directoryOf(up.path), 'snapshot.json'), text: snapshot }];
    });
  },
});
