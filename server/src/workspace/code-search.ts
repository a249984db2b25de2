import type { Analysis } from '../analysis/analyze.js';
import type { Config } from '../analysis/config.js';
import { directoryOf } from '../frameworks/framework.js';
import { withUses } from '../references/report.js';
import { search, type SearchMemory, type SearchResult } from '../references/search.js';
import { carriersOf, wantedOf } from '../references/wanted.js';
import type { CodeFiles, CodePlace } from './code-files.js';
import type { LoadedConfig } from './config-file.js';
import type { Files } from './files.js';

/** A migration with what its findings say is gone. */
export interface ToSearch {
  readonly analysis: Analysis;
  /** The keys of what is looked for. */
  readonly keys: readonly string[];
  readonly place: CodePlace;
}

/** What the search for one migration needs; undefined where there is nothing to look for, or nowhere to look. */
export function toSearch(
  analysis: Analysis,
  { root: base }: Pick<LoadedConfig, 'root'>,
  files: Pick<Files, 'exists'>,
): ToSearch | undefined {
  if (!analysis.config.code.search) return undefined;
  const keys = carriersOf(analysis).map(({ key }) => key);
  if (keys.length === 0) return undefined;
  const place = codePlaceOf(analysis.path, analysis.config, base, files);
  return place && { analysis, keys, place };
}

/** Where the code beside a migration stands; undefined where nobody knows. `base` is the folder of the configuration. */
export function codePlaceOf(
  path: string,
  { code: { include, exclude } }: Pick<Config, 'code'>,
  base: string | undefined,
  files: Pick<Files, 'exists'>,
): CodePlace | undefined {
  const root = repositoryAround(directoryOf(path), files) ?? base;
  return root === undefined || root === '' ? undefined : { root, include, exclude, base: base ?? root };
}

/** The repository that a folder stands in. */
function repositoryAround(directory: string, files: Pick<Files, 'exists'>): string | undefined {
  for (let at = directory; at !== ''; at = directoryOf(at)) {
    if (files.exists(`${at}/.git`) !== undefined) return at;
    if (directoryOf(at) === at) break;
  }
  return undefined;
}

/**
 * Searches the code for all of some migrations, each place once, in steps. Out: the analyses with what was found, in the
 * order of what came in. Of migrations the code is no user: they are what breaks it.
 */
export function* searched(
  all: readonly ToSearch[],
  code: CodeFiles,
  memory?: SearchMemory,
): Generator<void, Analysis[], void> {
  const results = yield* resultsOf(all, code, memory);
  return all.map(({ analysis, place }) => {
    const result = results.get(keyOf(place));
    return result ? withUses(analysis, result) : analysis;
  });
}

/** What was found in each place, by its key. */
export function* resultsOf(
  all: readonly ToSearch[],
  code: CodeFiles,
  memory?: SearchMemory,
): Generator<void, Map<string, SearchResult>, void> {
  const results = new Map<string, SearchResult>();
  const migrations = new Set(all.map(({ analysis }) => analysis.path));
  const places = new Map(all.map(({ place }) => [keyOf(place), place]));
  for (const [key, place] of places) {
    const wanted = new Map(
      all.filter((each) => keyOf(each.place) === key).flatMap(({ analysis }) => [...wantedOf(analysis)]),
    );
    const listing = yield* code.list(place);
    const files = listing.files.filter(({ path }) => !migrations.has(path) && !isBeside(path, migrations));
    const { isCut } = listing;
    const sources = { files, isCut, read: ({ path }: { readonly path: string }) => code.read(path) };
    results.set(key, yield* search(wanted, sources, memory));
  }
  return results;
}

/** The same for the same place. */
export function keyOf({ root, base, include, exclude }: CodePlace): string {
  return JSON.stringify([root, base, include, exclude]);
}

/** True for a file of the same kind in the folder of a migration. */
function isBeside(path: string, migrations: ReadonlySet<string>): boolean {
  const folder = directoryOf(path);
  const ending = path.slice(path.lastIndexOf('.'));
  for (const each of migrations) if (directoryOf(each) === folder && each.endsWith(ending)) return true;
  return false;
}
