import type { Code } from '../../code.js';
import { type DjangoState, emptyState } from './state.js';

/** Other files of the project. Paths are absolute, with "/". */
export interface OtherFiles {
  read(path: string): string | undefined;
  /** The same object for as long as no file has changed. */
  stamp?(): object;
}

/** How a file is read, and what a migration makes of the models. */
export interface Replayer {
  codeOf(path: string, text: string): Code | undefined;
  replay(code: Code, path: string, before: DjangoState): DjangoState;
}

/** The models after some migrations. */
interface Models {
  readonly state: DjangoState;
  /** How many migrations of each application have made them. */
  readonly depths: ReadonlyMap<string, number>;
}

const nothing: Models = { state: emptyState, depths: new Map() };

/** What was found out about a file; it holds for as long as its text and what it depends on are the same. */
interface Known {
  readonly text: string;
  /** The tuples of its dependencies. */
  readonly named: readonly (readonly [label: string, name: string])[];
  before: readonly Models[];
  merged: Models;
  after: Models | undefined;
  /** When all that it depends on was looked at last. */
  stamp: object | undefined;
}

const known = new Map<string, Known>();
const MOST_KNOWN = 20_000;

function knownOf({ path, text }: MigrationFile): Known {
  const last = known.get(path);
  if (last?.text === text) return last;
  if (known.size >= MOST_KNOWN) known.clear();
  const own: Known = {
    text,
    named: namedDependencies(text),
    before: [],
    merged: nothing,
    after: undefined,
    stamp: undefined,
  };
  known.set(path, own);
  return own;
}

/** The models before a migration: what the migrations have made that it depends on, whatever application they are of. */
export function modelsBefore(path: string, text: string, files: OtherFiles, replayer: Replayer): DjangoState {
  const stamp = files.stamp?.();
  const isDone = (each: string): Models | undefined => {
    const last = known.get(each);
    return stamp !== undefined && last?.stamp === stamp ? last.after : undefined;
  };
  const done = new Map<string, Models>();
  let own: Known | undefined;
  for (const { file, dependencies } of inOrder({ path, text }, files, isDone)) {
    own = knownOf(file);
    const before = dependencies.flatMap((each) => done.get(each) ?? isDone(each) ?? []);
    if (!isSameList(own.before, before)) Object.assign(own, { before, merged: merged(before), after: undefined });
    if (file.path === path) break;
    own.after ??= modelsAfter(file, own.merged, replayer);
    own.stamp = stamp;
    done.set(file.path, own.after);
  }
  return own?.merged.state ?? emptyState;
}

interface MigrationFile {
  readonly path: string;
  readonly text: string;
}

/** The migration behind all those it depends on, but those that are done; each with the paths of what it names. */
function inOrder(
  file: MigrationFile,
  files: OtherFiles,
  isDone: (path: string) => unknown,
): { readonly file: MigrationFile; readonly dependencies: readonly string[] }[] {
  const texts = new Map<string, string | undefined>([[file.path, file.text]]);
  const textOf = (each: string): string | undefined => {
    if (!texts.has(each)) texts.set(each, files.read(each));
    return texts.get(each);
  };
  const result: { readonly file: MigrationFile; readonly dependencies: readonly string[] }[] = [];
  const begun = new Set<string>();
  // Without recursion: a chain may be as long as a project is old.
  const open: { readonly file: MigrationFile; readonly dependencies: readonly string[]; left: number }[] = [];
  const enter = (path: string): void => {
    if (begun.has(path) || (path !== file.path && isDone(path))) return;
    begun.add(path);
    const text = textOf(path);
    if (text === undefined) return;
    const dependencies = dependencyPaths({ path, text }, textOf);
    open.push({ file: { path, text }, dependencies, left: dependencies.length });
  };
  enter(file.path);
  for (let top = open.at(-1); top; top = open.at(-1)) {
    const next = top.dependencies[--top.left];
    if (next !== undefined) enter(next);
    else {
      result.push(top);
      open.pop();
    }
  }
  return result;
}

function modelsAfter({ path, text }: MigrationFile, { state, depths }: Models, replayer: Replayer): Models {
  const code = replayer.codeOf(path, text);
  const app = appOf(path);
  return {
    state: code ? replayer.replay(code, path, state) : state,
    depths: new Map(depths).set(app, (depths.get(app) ?? 0) + 1),
  };
}

function isSameList(one: readonly Models[], other: readonly Models[]): boolean {
  return one.length === other.length && one.every((each, index) => each === other[index]);
}

/** Of each application the models of the migration that comes latest in it. */
function merged(all: readonly Models[]): Models {
  const [first = nothing, ...others] = all;
  if (others.length === 0) return first;
  const state = new Map(first.state);
  const depths = new Map(first.depths);
  for (const other of others) {
    const ahead = new Set([...other.depths].flatMap(([app, depth]) => (depth > (depths.get(app) ?? 0) ? [app] : [])));
    if (ahead.size === 0) continue;
    for (const [key, model] of state) if (ahead.has(model.app)) state.delete(key);
    for (const [key, model] of other.state) if (ahead.has(model.app)) state.set(key, model);
    for (const app of ahead) depths.set(app, other.depths.get(app) ?? 0);
  }
  return { state, depths };
}

function namedDependencies(text: string): [label: string, name: string][] {
  const list = /\bdependencies\s*(?::[^=\n]*)?=\s*\[([\s\S]*?)\]/.exec(text)?.[1] ?? '';
  return [...list.matchAll(/\(\s*["']([^"']+)["']\s*,\s*["']([^"']+)["']\s*,?\s*\)/g)].map(
    ([, label = '', name = '']) => [label, name],
  );
}

/** The migrations that a file names as its dependencies, those of other applications beside its own included. */
function dependencyPaths(file: MigrationFile, textOf: (path: string) => string | undefined): string[] {
  const folder = parentOf(file.path);
  const application = parentOf(folder);
  const around = [parentOf(application), parentOf(parentOf(application))];
  return knownOf(file).named.flatMap(([label, name]) => {
    if (label === appOf(file.path)) return [`${folder}/${name}.py`];
    const places = around.map((each) => `${each}/${label}/migrations/${name}.py`);
    return places.filter((each) => textOf(each) !== undefined).slice(0, 1);
  });
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function appOf(path: string): string {
  const application = parentOf(parentOf(path));
  return application.slice(application.lastIndexOf('/') + 1);
}
