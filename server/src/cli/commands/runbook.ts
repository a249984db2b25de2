import { createHash } from 'node:crypto';
import path from 'node:path';
import { rollback } from '../../rollback/rollback.js';
import { runbook, runCommand } from '../../runbook/runbook.js';
import { nodeFiles } from '../../workspace/node-files.js';
import { visibleLine } from '../../sql/visible.js';
import { type Arguments, choice, UsageError, forMigrations, inForms } from '../arguments.js';
import { openFile, type Terminal } from '../session.js';
import { writeFiles } from '../write-files.js';

export const options = { ...forMigrations, ...inForms, out: { type: 'string' } } as const;

export const help = `pg-airlock runbook FILE [options]

The page to have open while shipping FILE, as Markdown: preconditions, steps with their locks, thresholds,
monitoring queries, verification, rollback.

  --out FILE        write it there instead of printing it; an older runbook that nobody has filled in is replaced,
                    any other file is not
  --format markdown the only one
  --postgres 14…18
  --config FILE     default: the nearest airlock.config.json
`;

export async function run(given: Arguments, terminal: Terminal): Promise<number> {
  choice(given.values, 'format', ['markdown']);
  const opened = await openFile(given, terminal);
  if (!opened) return 2;
  const { session, file, analysis } = opened;
  const back = rollback(analysis, session.workspace.historyOf(file.path));
  const text = runbook({ analysis, rollback: back, command: runCommand(file.name) });
  const { out } = given.values;
  if (typeof out === 'string') {
    const there = nodeFiles.read(path.resolve(out));
    const old = 'text' in there ? there.text : '';
    const replaces = 'text' in there && isUntouched(old);
    if (!replaces && old.startsWith('# Runbook'))
      throw new UsageError(`${out} is a runbook that somebody has filled in; nothing was written.`);
    writeFiles([{ path: path.resolve(out), name: out, text: sealed(text), replaces }]);
    terminal.err(`wrote ${visibleLine(out)}\n`);
  } else terminal.data(text);
  return session.failed ? 2 : 0;
}

/** The last line of a written runbook: a check sum of all lines above, by which one knows whether it was filled in. */
const SEAL = /\n<!-- pg-airlock runbook ([0-9a-f]{16}) -->\n$/;

function sealed(text: string): string {
  return `${text}\n<!-- pg-airlock runbook ${checkSum(`${text}`)} -->\n`;
}

function checkSum(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** True for an empty file and for a runbook in which nobody has written since. Line ends may be those of git. */
function isUntouched(text: string): boolean {
  const own = text.replace(/\r\n/g, '\n');
  if (own.trim() === '') return true;
  const seal = SEAL.exec(own);
  return seal !== null && seal[1] === checkSum(own.slice(0, seal.index));
}
