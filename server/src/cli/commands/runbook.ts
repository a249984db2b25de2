import { createHash } from 'node:crypto';
import path from 'node:path';
import { rollback } from '../../rollback/rollback.js';
import { runbook, runCommand } from '../../runbook/runbook.js';
import { nodeFiles } from '../../workspace/node-files.js';
import { visibleLine } from '../../sql/visible.js';
import { type Arguments, choice, UsageError } from '../arguments.js';
import { openFile, type Terminal } from '../session.js';
import { writeFiles } from '../write-files.js';

export const options = { out: { type: 'string' } } as const;

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
    const replaces = isUntouched(out);
    if (!replaces && nodeFiles.exists(path.resolve(out)) !== undefined)
      throw new UsageError(
        `${out} exists already and is no runbook as Airlock has written it: somebody has filled it in, or it is another file. Nothing was written.`,
      );
    writeFiles([{ path: path.resolve(out), name: out, text: sealed(text), replaces }]);
    terminal.err(`wrote ${visibleLine(out)}\n`);
  } else terminal.data(text);
  return 0;
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
function isUntouched(file: string): boolean {
  const result = nodeFiles.read(path.resolve(file));
  if (!('text' in result)) return false;
  const text = result.text.replace(/\r\n/g, '\n');
  if (text.trim() === '') return true;
  const seal = SEAL.exec(text);
  return seal !== null && seal[1] === checkSum(text.slice(0, seal.index));
}
