import { lineEndOf } from '../sql/line-ends.js';
import { sumsBeside } from './atlas-sum.js';
import {
  baseName,
  directoryOf,
  type Framework,
  migrationName,
  type NewMigration,
  type Project,
  type WrittenFile,
  type WritePlace,
} from './framework.js';
import { wholeFile } from './sections.js';
import { byVersion, namesBehind } from './version.js';

type Required = 'id' | 'title' | 'transaction' | 'recognise' | 'outside';

/** What is particular to a tool; for everything else it does as most do. */
export interface Description extends Pick<Framework, Required>, Partial<Omit<Framework, Required | 'write'>> {
  /**
   * "file": each migration is a file of the folder. A name such as "up.sql": each is a folder below it, and this is the
   * file that runs.
   */
  readonly layout?: 'file' | { readonly up: string; readonly down?: string };
  /** The texts of a migration, its way back in a text of its own; by default the SQL as it is. */
  text?(migration: NewMigration, path: string, project: Project): { readonly up: string; readonly down?: string };
  /** The same for tools whose migrations name the one before them. In: the path of that one. */
  chained?(migration: NewMigration, path: string, before: string | undefined, project: Project): string;
  /** What else is written with migrations. In: their files in the order in which they run. */
  beside?(
    written: readonly {
      readonly migration: NewMigration;
      readonly up: WrittenFile;
      readonly down: WrittenFile | undefined;
    }[],
    project: Project,
    place: WritePlace,
  ): readonly (readonly WrittenFile[])[];
}

const sql = /\.(?:sql|pgsql|psql)$/i;

/** A tool's description made whole: names are sorted as versions, the file is one way up, a new name counts on. */
export function defineFramework(own: Description): Framework {
  const { layout = 'file' } = own;
  const framework: Framework = {
    hashes: false,
    directionOf(path) {
      if (layout === 'file') return sql.test(path) ? 'up' : undefined;
      const name = baseName(path);
      return name === layout.up ? 'up' : name === layout.down ? 'down' : undefined;
    },
    order: (paths) => sortedByVersion(paths),
    read: (_path, text) => wholeFile(text, own.transaction),
    nextPaths(slugs, { existing, directory, project }) {
      const root = layout === 'file' ? directory : project.root;
      const nameOf = namesBehind(existing.map((path) => (layout === 'file' ? baseName(path) : folderName(path))));
      return slugs.map((slug) => inFolder(root, layout === 'file' ? nameOf(slug) : `${nameOf(slug)}/${layout.up}`));
    },
    downPath: (path) =>
      layout === 'file' || layout.down === undefined ? undefined : inFolder(directoryOf(path), layout.down),
    rollback({ path }, { sql: text, outside }, project) {
      const down = framework.downPath(path, project);
      if (down === undefined) {
        const name = migrationName(path).replace(/\.\w+$/, '');
        return { file: { path: inFolder(directoryOf(project.root), `rollbacks/${name}.sql`), text }, beside: [] };
      }
      const marked = outside ? framework.mark?.(down, text, project) : undefined;
      return { file: { path: down, text: marked?.text ?? text }, beside: marked?.beside ?? [] };
    },
    write(migrations, place) {
      const { project } = place;
      const paths = framework.nextPaths(
        migrations.map(({ slug }) => slug),
        place,
      );
      const made = migrations.map((migration, index) => {
        const path = paths[index] ?? '';
        const newline = lineEndOf(migration.up);
        const inNewlines = (text: string): string => (newline === '\n' ? text : text.replace(/\r?\n/g, newline));
        const before = index === 0 ? framework.order(place.existing, project).at(-1) : paths[index - 1];
        const chained = own.chained?.(migration, path, before, project);
        const { up, down = migration.down } =
          chained === undefined ? (own.text?.(migration, path, project) ?? { up: migration.up }) : { up: chained };
        const downPath = framework.downPath(path, project);
        return {
          migration,
          up: { path, text: inNewlines(up) },
          down: downPath === undefined || down === undefined ? undefined : { path: downPath, text: inNewlines(down) },
        };
      });
      const beside = own.beside?.(made, project, place) ?? [];
      return made.map(({ up, down }, index) => ({
        up,
        down,
        beside: [
          ...(beside[index] ?? []),
          ...(index === made.length - 1
            ? sumsBeside(
                made.map(({ up: each }) => each),
                project.files,
              )
            : []),
        ],
      }));
    },
    ...own,
  };
  return framework;
}

/** A path in a folder; the name alone where there is none. */
export function inFolder(directory: string, name: string): string {
  return directory === '' ? name : `${directory}/${name}`;
}

/** The name of the folder of a migration that has one, with an ending, as the names of files have it. */
function folderName(path: string): string {
  return `${baseName(directoryOf(path))}.sql`;
}

/** Paths folder by folder and name by name, numbers by their value. */
export function comparePaths(a: string, b: string): number {
  const partsA = a.split('/');
  const partsB = b.split('/');
  for (let index = 0; index < Math.min(partsA.length, partsB.length); index++) {
    const order = byVersion(partsA[index] ?? '', partsB[index] ?? '');
    if (order !== 0) return order;
  }
  return partsA.length - partsB.length;
}

export function sortedByVersion(paths: readonly string[]): string[] {
  return [...paths].sort(comparePaths);
}

/** Paths as their names stand in a listing: "10_a.sql" before "1_a.sql", for "_" is behind the digits. */
export function sortedByCharacters(paths: readonly string[]): string[] {
  const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
  return [...paths].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : nameOf(a) > nameOf(b) ? 1 : 0));
}
