import fs from 'node:fs';
import { applyEdits } from '../analysis/fix-edits.js';
import { visibleLine } from '../sql/visible.js';
import type { Renumbering } from '../workspace/renumber.js';
import { type Arguments, choice, UsageError } from './arguments.js';
import { named } from '../workspace/find-files.js';
import type { Terminal } from './session.js';
import { writeFiles } from './write-files.js';

interface Asked {
  readonly given: Arguments;
  readonly terminal: Terminal;
  /** The present text of the migration. */
  readonly text: string;
}

/** Shows what another version of a migration renames and changes, or does it with --write: all of it or nothing. */
export function renumber({ renames, edits, remains }: Renumbering, { given, terminal, text }: Asked): number {
  const nameOf = (path: string): string => named(path, given.paths[0] ?? '');
  const changed = edits.map((each) => ({ path: each.path, text: applyEdits(each.text, each.edits) }));
  const isWritten = given.values.write === true;
  if (isWritten) {
    moveAll(renames, nameOf);
    try {
      writeFiles(changed.map((each) => ({ ...each, name: nameOf(each.path), replaces: true })));
    } catch (error) {
      for (const { from, to } of [...renames].reverse()) fs.renameSync(to, from);
      throw error;
    }
  }
  if (choice(given.values, 'format', ['text', 'json']) === 'json') {
    const report = {
      files: [{ path: nameOf(renames[0]?.to ?? ''), sql: text }],
      renames: renames.map(({ from, to }) => ({ from: nameOf(from), to: nameOf(to) })),
      changed: changed.map((each) => ({ path: nameOf(each.path), text: each.text })),
      remains,
    };
    terminal.data(`${JSON.stringify(report, null, 2)}\n`);
    return 0;
  }
  for (const { from, to } of renames)
    terminal.out(`${isWritten ? 'renamed' : 'rename'} ${visibleLine(nameOf(from))} to ${visibleLine(nameOf(to))}\n`);
  for (const { path } of changed)
    terminal.out(`${isWritten ? 'changed' : 'change'} the name in ${visibleLine(nameOf(path))}\n`);
  if (remains !== '') terminal.out(`${remains}\n`);
  return 0;
}

/** Renames all files or none; no file is written over. */
function moveAll(renames: Renumbering['renames'], nameOf: (path: string) => string): void {
  const done: { from: string; to: string }[] = [];
  for (const { from, to } of renames) {
    try {
      if (fs.existsSync(to)) throw new UsageError(`${nameOf(to)} exists already.`);
      fs.renameSync(from, to);
      done.push({ from, to });
    } catch {
      for (const each of done.reverse()) fs.renameSync(each.to, each.from);
      throw new UsageError(`${nameOf(from)} cannot be renamed to ${nameOf(to)}; nothing was changed.`);
    }
  }
}
