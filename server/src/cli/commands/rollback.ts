import { positionsOf } from '../../analysis/positions.js';
import { rollback } from '../../rollback/rollback.js';
import { visibleLine } from '../../sql/visible.js';
import { type Arguments, choice } from '../arguments.js';
import { named } from '../../workspace/find-files.js';
import { openFile, type Terminal } from '../session.js';
import { writeFiles } from '../write-files.js';

export const options = { write: { type: 'boolean' } } as const;

export const help = `pg-airlock rollback FILE [options]

The migration that takes FILE back, with a grade for every step: lossless, lossy, impossible.

  --write              write the rollback file beside the migration
  --format text|json   default: text
  --postgres 14…18
  --config FILE        default: the nearest airlock.config.json
`;

export async function run(given: Arguments, terminal: Terminal): Promise<number> {
  const format = choice(given.values, 'format', ['text', 'json']);
  const opened = await openFile(given, terminal);
  if (!opened) return 2;
  const { session, file, analysis } = opened;
  const result = rollback(analysis, session.workspace.historyOf(file.path));
  const nameOf = (path: string): string => named(path, given.paths[0] ?? '');
  if (given.values.write === true) {
    writeFiles(
      result.files.map((each) => ({
        path: each.path,
        name: nameOf(each.path),
        text: each.sql,
        replaces: each.path === file.path,
      })),
    );
    for (const each of result.files) terminal.err(`wrote ${visibleLine(nameOf(each.path))}\n`);
  }
  if (format === 'json') {
    const positions = positionsOf(analysis);
    const steps = result.steps.map(({ span, grade, reason }) => ({ range: positions.range(span), grade, reason }));
    terminal.data(
      `${JSON.stringify({ files: result.files.map((each) => ({ ...each, path: nameOf(each.path) })), steps }, null, 2)}\n`,
    );
    return session.failed ? 2 : 0;
  }
  if (given.values.write !== true) for (const each of result.files) terminal.data(each.sql);
  terminal.err(`${result.summary}\n`);
  return session.failed ? 2 : 0;
}
