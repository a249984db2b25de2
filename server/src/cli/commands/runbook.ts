import path from 'node:path';
import { rollback } from '../../rollback/rollback.js';
import { runbook, runCommand } from '../../runbook/runbook.js';
import { nodeFiles } from '../../workspace/node-files.js';
import type { Arguments } from '../arguments.js';
import { openFile, type Terminal } from '../session.js';
import { writeFiles } from '../write-files.js';

export const options = { out: { type: 'string' } } as const;

export const help = `pg-airlock runbook FILE [options]

The page to have open while shipping FILE, as Markdown: preconditions, steps with their locks, thresholds,
monitoring queries, verification, rollback.

  --out FILE        write it there instead of printing it; an older runbook is replaced, any other file is not
  --postgres 14…18
`;

export async function run(given: Arguments, terminal: Terminal): Promise<number> {
  const opened = await openFile(given, terminal);
  if (!opened) return 2;
  const { session, file, analysis } = opened;
  const back = rollback(analysis, session.workspace.historyOf(file.path));
  const text = runbook({ analysis, rollback: back, command: runCommand(file.name) });
  const { out } = given.values;
  if (typeof out === 'string') {
    writeFiles([{ path: path.resolve(out), name: out, text, replaces: isReplaceable(out) }]);
    terminal.err(`wrote ${out}\n`);
  } else terminal.out(text);
  return 0;
}

/** True for an older runbook and for an empty file. A migration that was named by mistake stays what it is. */
function isReplaceable(file: string): boolean {
  const result = nodeFiles.read(file);
  return 'text' in result && (result.text.trim() === '' || result.text.startsWith('# Runbook'));
}
