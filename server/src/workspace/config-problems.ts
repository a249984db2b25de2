import { Positions } from '../analysis/positions.js';
import { type LoadedConfig, missingThroughProblem } from './config-file.js';
import { isSql } from './migrations.js';
import type { Workspace } from './workspace.js';

/** What is wrong in a configuration file. */
export interface PlacedProblem {
  readonly path: string;
  /** From 1, both. */
  readonly line: number;
  readonly character: number;
  readonly message: string;
}

/** What is wrong in the configurations that hold for some files, each once. What is right in them holds all the same. */
export function configProblems(places: readonly { readonly path: string }[], workspace: Workspace): PlacedProblem[] {
  const found = new Map<string, { loaded: LoadedConfig; missing: Set<string | undefined> }>();
  for (const place of places) {
    const loaded = workspace.configFor(place.path);
    if (loaded.path === undefined) continue;
    const known = found.get(loaded.path) ?? { loaded, missing: new Set() };
    found.set(loaded.path, known);
    // The folder itself is named so that its configuration is read though it has no file.
    if (isSql(place.path)) known.missing.add(workspace.missingThrough(place.path));
  }
  return [...found].flatMap(([path, { loaded, missing }]) => {
    const positions = new Positions(loaded.text);
    // A configuration above several folders means the one that has the migration.
    const [through] = missing.size === 1 ? missing : [];
    const unknown = through === undefined ? [] : [missingThroughProblem(loaded, through)];
    return [...loaded.problems, ...unknown].map(({ message, span }) => {
      const { line, character } = positions.at(span.start);
      return { path, line: line + 1, character: character + 1, message };
    });
  });
}
