import { foreignDialect } from '../analysis/foreign-dialect.js';
import { applyDocument } from '../analysis/replay.js';
import { baseName, directoryOf, migrationName, type Project } from '../frameworks/framework.js';
import { type ReadMigration, readMigration } from '../analysis/sections.js';
import type { HostLanguage } from '../hosts/code.js';
import { shipsLater } from '../rewrite/files.js';
import { SchemaState } from '../schema/state.js';
import { parseDocument } from '../sql/parse.js';
import type { SqlDocument } from '../sql/statement.js';
import type { LoadedConfig } from './config-file.js';
import { faultMessage, type FileProblem } from './files.js';
import type { Applied } from './applied.js';

/** Migrations that run one after the other, with the configuration in force for them. */
export interface MigrationSet extends Applied {
  readonly loaded: LoadedConfig;
  readonly project: Project;
  readonly paths: readonly string[];
  /** Index of every path. */
  readonly places: ReadonlyMap<string, number>;
  /** Of the code among them. */
  readonly languages: ReadonlySet<HostLanguage>;
  /** States before a migration, by its index: some on the way (`stepOf`), and the ones that were asked for. */
  readonly states: Map<number, SchemaState>;
}

/**
 * A state is kept before every so many migrations of a set, so that not all of them run again where one changes. Each
 * keeps the tables that were changed since the last, so a long history has them further apart.
 */
function stepOf(migrations: number): number {
  return Math.max(100, Math.ceil(migrations / 20));
}

/** The states between the migrations of a set, made when they are asked for. */
export class HistoryStates {
  constructor(
    private readonly textOf: (path: string) => string | FileProblem,
    /** Files that could not be read. */
    private readonly problems: Map<string, FileProblem>,
  ) {}

  /**
   * What ships together has one number: all pending migrations when it is known which are applied, else each file
   * by itself.
   */
  releaseOf(set: MigrationSet, place: number, text = ''): number {
    const { applied } = set;
    if (applied === undefined || place < applied) return place + 1;
    // A step of a split that waits for a deploy begins a release of its own.
    let releases = shipsLater(text) ? 1 : 0;
    for (const path of set.paths.slice(applied, place)) {
      const earlier = this.textOf(path);
      if (typeof earlier === 'string' && shipsLater(earlier)) releases++;
    }
    return applied + 1 + releases;
  }

  /** The state before a migration: the same object for as long as nothing in front of it changes. */
  before(set: MigrationSet, place: number): SchemaState {
    let from = 0;
    for (const index of set.states.keys()) if (index <= place && index > from) from = index;
    let state = set.states.get(from) ?? this.firstState(set);
    if (from === place) return state;
    state = state.fork();
    const step = stepOf(set.paths.length);
    for (let index = from; index < place; index++) {
      const path = set.paths[index] as string;
      if (index % step === 0 && index !== from) {
        set.states.set(index, state);
        state = state.fork();
      }
      const text = this.textOf(path);
      state.release = this.releaseOf(set, index, typeof text === 'string' ? text : '');
      if (typeof text !== 'string') this.problems.set(path, text);
      else {
        try {
          const { document, sections, shown } = readUp(path, text, set);
          if (!foreignDialect(document)) applyDocument(document, state, sections, shown);
        } catch (error) {
          this.problems.set(path, { path, message: faultMessage(error) });
        }
      }
    }
    set.states.set(place, state);
    return state;
  }

  /**
   * The migrations from an index on that are of a release, all of them where nobody knows what is applied. In: a test of
   * their texts, so that only those are parsed that matter.
   */
  *behind(set: MigrationSet, from: number, release: number, has: (text: string) => boolean): Generator<SqlDocument> {
    for (let index = from; index < set.paths.length; index++) {
      const path = set.paths[index] as string;
      const text = this.textOf(path);
      if (typeof text !== 'string') continue;
      if (set.applied !== undefined && this.releaseOf(set, index, text) !== release) return;
      if (has(text)) yield readUp(path, text, set).document;
    }
  }

  private firstState(set: MigrationSet): SchemaState {
    const state = new SchemaState();
    const { root, config } = set.loaded;
    if (config.schema !== undefined && root !== undefined) {
      const path = `${root}/${config.schema}`;
      const text = this.textOf(path);
      // What the dump holds is older than every migration.
      state.release = 0;
      if (typeof text === 'string') applyDocument(parseDocument(text), state, []);
      else this.problems.set(path, text);
    }
    set.states.set(0, state);
    return state;
  }
}

/** What runs of a migration when it is applied, in the transactions in which it does. */
export function readUp(
  path: string,
  text: string,
  { project, loaded: { config, root } }: Pick<MigrationSet, 'project' | 'loaded'>,
): ReadMigration & { readonly shown: string } {
  const shown = shownPath(path, root);
  return { ...readMigration(text, { path, shownPath: shown, config, project }), shown };
}

/** A path as people know it: below the project where there is one, else by its name. */
export function shownPath(path: string, root: string | undefined): string {
  if (root !== undefined && path.startsWith(`${root}/`)) return path.slice(root.length + 1);
  return migrationName(path) === baseName(path) ? baseName(path) : `${baseName(directoryOf(path))}/${baseName(path)}`;
}
