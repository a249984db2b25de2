import { baseName, directoryOf, type Project, type ProjectFiles } from '../frameworks/framework.js';
import { recognise } from '../frameworks/index.js';
import { dependencyAbove } from './dependencies.js';
import type { Files } from './files.js';

/** Names of files that say which migration tool there is, in which version, and how it runs a file. */
export const toolFiles: readonly string[] = [
  '.gmrc',
  '*.sql.conf',
  '_journal.json',
  'Cargo.toml',
  'Gemfile.lock',
  'alembic.ini',
  'atlas.hcl',
  'atlas.sum',
  'config.toml',
  'config.yaml',
  'database.yml',
  'dbconfig.yml',
  'diesel.toml',
  'flyway.conf',
  'flyway.toml',
  'go.mod',
  'metadata.toml',
  'migration_lock.toml',
  'mix.exs',
  'package-lock.json',
  'package.json',
  'pnpm-lock.yaml',
  'pyproject.toml',
  'requirements.txt',
  'sqitch.plan',
  'tern.conf',
  'yarn.lock',
];

/** True for the path of such a file that belongs to the project, not to a package in it. */
export function isToolFile(path: string): boolean {
  const name = baseName(path);
  if (path.includes('/node_modules/')) return false;
  return toolFiles.some((each) => (each.startsWith('*') ? name.endsWith(each.slice(1)) : each === name));
}

/** Which tool runs the migrations of each folder. Keeps what it has found until files come or go. */
export class Projects {
  /** By the folder of a file and the name of the framework in the configuration. */
  private readonly known = new Map<string, Project>();
  private readonly texts = new Map<string, string | undefined>();
  private readonly dependencies = new Map<string, string | undefined>();
  private readonly folders = new Map<string, readonly string[]>();
  private stamp: object = {};
  readonly files: ProjectFiles;

  /** In: the disk, and the text of an open document in place of the disk's. */
  constructor(
    disk: Pick<Files, 'read' | 'exists' | 'list' | 'leadsOut'>,
    openText: (path: string) => string | undefined,
  ) {
    const read = (path: string): string | undefined => {
      const open = openText(path);
      if (open !== undefined) return open;
      if (!this.texts.has(path)) this.texts.set(path, textOf(path, disk));
      return this.texts.get(path);
    };
    const exists = (path: string): boolean => openText(path) !== undefined || disk.exists(path) !== undefined;
    this.files = {
      read,
      exists,
      stamp: () => this.stamp,
      names: (directory) => {
        const known = this.folders.get(directory) ?? disk.list(directory).map(baseName);
        this.folders.set(directory, known);
        return known;
      },
      above(directory, ...names) {
        for (let at = directory; at !== ''; at = directoryOf(at)) {
          for (const name of names) if (exists(`${at}/${name}`)) return `${at}/${name}`;
          if (exists(`${at}/.git`)) return undefined;
        }
        return undefined;
      },
      dependency: (directory, ...names) => {
        const key = `${directory}\n${names.join('\n')}`;
        if (!this.dependencies.has(key))
          this.dependencies.set(key, dependencyAbove(directory, names, { read, exists }));
        return this.dependencies.get(key);
      },
    };
  }

  /** The project of a file. In: what the configuration names, or "auto". */
  of(path: string, framework: string): Project {
    // Code and SQL of one folder may be two tools'.
    const key = `${framework}\n${folderOf(path)}\n${/\.(?:sql|pgsql|psql)$/i.test(path) ? '' : 'code'}`;
    const known = this.known.get(key);
    if (known) return known;
    const { framework: found, recognition } = recognise(path, this.files, framework);
    const { root, because, strength, version } = recognition;
    const rootKey = `${framework}\n${found.id}\n${root}`;
    const project = this.known.get(rootKey) ?? {
      framework: found,
      root,
      because,
      strength,
      version,
      files: this.files,
    };
    this.known.set(key, project);
    this.known.set(rootKey, project);
    return project;
  }

  /** The text of a file that was read here already, so that no file is read twice; handed out once. */
  takeText(path: string): string | undefined {
    const text = this.texts.get(path);
    if (text !== undefined) this.texts.delete(path);
    return text;
  }

  /** A file was changed, made or removed. */
  changed(path: string, listing: boolean): void {
    this.stamp = {};
    this.texts.delete(path);
    if (!listing) return;
    // A file that is opened was there before.
    const names = this.folders.get(directoryOf(path));
    if (names?.includes(baseName(path)) && this.files.exists(path)) return;
    this.folders.delete(directoryOf(path));
    this.clear();
  }

  clear(): void {
    this.stamp = {};
    this.known.clear();
    this.texts.clear();
    this.dependencies.clear();
    this.folders.clear();
  }
}

/** The folders of migrations that have one each are alike: those beside one another are looked at once. */
function folderOf(path: string): string {
  const directory = directoryOf(path);
  const name = baseName(path);
  return /^(?:up|down|migration)\.sql$/i.test(name) ? `${directoryOf(directory)}/*/${name}` : directory;
}

function textOf(path: string, disk: Pick<Files, 'read' | 'exists' | 'leadsOut'>): string | undefined {
  if (disk.exists(path) !== 'file' || disk.leadsOut(path)) return undefined;
  const result = disk.read(path);
  return 'text' in result ? result.text : undefined;
}
