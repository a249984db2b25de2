import { fileTextWith, isNotWritten } from '../analysis/file-edits.js';
import { fileTextOf } from '../analysis/positions.js';
import { repeatedAnalysis } from '../analysis/repeated.js';
import { planFixAll } from '../planning/plan-fixes.js';
import { visibleLine } from '../sql/visible.js';
import { named } from '../workspace/find-files.js';
import type { Workspace } from '../workspace/workspace.js';
import type { Session, Terminal } from './session.js';
import { writeFiles } from './write-files.js';
import { counted } from '../../../rules/engine/words.js';

/** A file as it is, and as its safe fixes make it. */
interface Fixed {
  readonly before: string;
  readonly after: string;
}

/** Makes the safe fixes of a file; undefined where there are none, for an applied file, and for one that cannot be read. */
async function fixedText(path: string, workspace: Workspace): Promise<Fixed | undefined> {
  const input = workspace.inputFor(path);
  if (!('document' in input) || input.applied) return undefined;
  const before = fileTextOf(input);
  const look = repeatedAnalysis(input, workspace.ruleSet);
  const analysis = look(before);
  const { text } = await planFixAll(analysis, look);
  const after = fileTextWith(analysis, text);
  return text === analysis.document.text || isNotWritten(after) ? undefined : { before, after };
}

/** Writes the safe fixes into the files of a session. Throws UsageError for a file that cannot be written. */
export async function writeFixes({ files, workspace }: Session, terminal: Terminal): Promise<void> {
  for (const [index, { path, name }] of files.entries()) {
    terminal.progress?.(`fixing ${index + 1} of ${files.length}  ${name}`);
    const fixed = await fixedText(path, workspace);
    if (!fixed) continue;
    writeFiles([{ path, name, text: fixed.after, replaces: true }]);
    workspace.changed(path);
    terminal.err(`fixed ${visibleLine(name)}\n`);
  }
}

/** Prints what writeFixes would do as a unified diff, from the working directory, and leaves everything as it is. */
export async function showFixes({ files, workspace }: Session, terminal: Terminal): Promise<void> {
  const { patchOf } = await import('./apart.js');
  const changed: string[] = [];
  for (const [index, { path, name }] of files.entries()) {
    terminal.progress?.(`fixing ${index + 1} of ${files.length}  ${name}`);
    const fixed = await fixedText(path, workspace);
    if (!fixed) continue;
    terminal.data(patchOf(named(path, '.'), fixed.before, fixed.after));
    // The files behind it see what it would be.
    workspace.setOverlay(path, fixed.after);
    changed.push(path);
  }
  for (const path of changed) workspace.removeOverlay(path);
  terminal.err(`--fix would change ${counted(changed.length, 'file')}\n`);
}
