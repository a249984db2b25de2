import type { Analysis, MigrationInput } from '../analysis/analyze.js';
import type { WrittenFile } from '../frameworks/framework.js';
import { withWritten } from '../frameworks/written-files.js';
import type { SplitSurroundings } from '../planning/plan-split.js';
import type { FileProblem } from './files.js';
import { type MigrationSet, readUp } from './history-states.js';
import { analysedInTurn } from './in-turn.js';

/** How a workspace answers about one of its migrations. */
interface Around {
  set(): MigrationSet;
  place(set: MigrationSet): number;
  textOf(path: string): string | FileProblem;
  /** For a text in the place of the migration. */
  inputFrom(text: string): MigrationInput;
  analyse(input: MigrationInput): Analysis;
}

/** What a split of a statement of a migration has to look at: the names that are there, and the files behind. */
export function surroundingsIn(path: string, around: Around): SplitSurroundings {
  return {
    existing: () => [...new Set([...around.set().paths, path])],
    now: () => Date.now(),
    later: () => {
      const set = around.set();
      const behind = set.paths.slice(around.place(set)).filter((each) => each !== path);
      return behind.flatMap((each) => {
        const text = around.textOf(each);
        return typeof text === 'string' ? { path: each, document: readUp(each, text, set).document } : [];
      });
    },
    analyseInTurn: (files, beside) => inTurn(around, files, beside),
  };
}

/** Analyses texts that would stand one behind the other, the first in the place of a file; nothing is kept of them. */
function inTurn(
  around: Around,
  files: readonly { readonly path: string; readonly sql: string }[],
  beside: readonly WrittenFile[],
): Analysis[] {
  const [first] = files;
  if (!first) return [];
  const { loaded, project: own, applied } = around.set();
  const project = { ...own, files: withWritten(own.files, beside) };
  return analysedInTurn(
    { ...around.inputFrom(first.sql), project },
    files,
    (at, sql) => readUp(at, sql, { loaded, project }),
    around.analyse,
    applied === undefined,
  );
}
