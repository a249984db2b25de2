import type { Analysis, MigrationInput } from '../analysis/analyze.js';
import type { ReadMigration } from '../analysis/sections.js';
import { baseName } from '../frameworks/framework.js';
import { shipsLater } from '../rewrite/files.js';

/**
 * Analyses texts that would stand one behind the other, the first in the place of the input's file; nothing is kept of
 * them. In: how a file is read, and how one is analysed; whether each file is a release of its own, as where nobody
 * knows which are applied.
 */
export function analysedInTurn(
  input: MigrationInput,
  files: readonly { readonly path: string; readonly sql: string }[],
  read: (path: string, sql: string) => ReadMigration,
  analyse: (input: MigrationInput) => Analysis,
  areApart: boolean,
): Analysis[] {
  const done: Analysis[] = [];
  let { before } = input;
  for (const { path, sql } of files) {
    if (done.length > 0) {
      before = before.fork();
      if (areApart || shipsLater(sql)) before.release++;
    }
    const { document, sections, host } = read(path, sql);
    const analysis = analyse({ ...input, path, shownPath: baseName(path), document, sections, host, before });
    done.push(analysis);
    before = analysis.after;
  }
  return done;
}
