import path from 'node:path';
import { captureStatistics } from '../../database/capture.js';
import { statisticsRemarks } from '../../sizes/remarks.js';
import { statisticsText } from '../../sizes/statistics.js';
import { visibleLine } from '../../sql/visible.js';
import { nodeFiles } from '../../workspace/node-files.js';
import { isReplaceable } from '../../workspace/statistics-file.js';
import { type Arguments, UsageError } from '../arguments.js';
import type { Terminal } from '../session.js';
import { writeFiles } from '../write-files.js';

export const options = { url: { type: 'string' }, out: { type: 'string' } } as const;

export const help = `pg-airlock stats [--url URL] [--out FILE]

Asks a PostgreSQL server how large its tables are, and prints or writes that as JSON, for "stats" of
airlock.config.json. The file holds numbers and names, nothing that stands in a table, and is safe to commit.

  --url URL        postgres://user@host:5432/database; env:NAME takes it from the variable NAME, so that no password
                   stands on the command line; without it psql's variables hold (PGHOST, PGDATABASE, PGPASSWORD …)
  --out FILE       write it there, such as airlock.stats.json; an older one is replaced, any other file is not

It reads catalogs and counters in one transaction that is READ ONLY.
`;

export async function run(given: Arguments, terminal: Terminal): Promise<number> {
  const [extra] = given.paths;
  if (extra !== undefined) throw new UsageError(`This command takes no "${extra}". Name the file with --out.`);
  const { url, out } = given.values;
  if (out === '') throw new UsageError('--out names no file.');
  const target = typeof out === 'string' ? path.resolve(out) : undefined;
  const replaces = target !== undefined && isReplaceable(target, nodeFiles);
  if (target !== undefined && !replaces && nodeFiles.exists(target) !== undefined)
    throw new UsageError(`${out} is no file of table statistics; it was left alone.`);
  const { address, statistics } = await captured(typeof url === 'string' ? url : undefined);
  const text = statisticsText(statistics);
  if (target === undefined || typeof out !== 'string') terminal.data(text);
  else {
    writeFiles([{ path: target, name: out, text, replaces }]);
    terminal.err(`wrote ${visibleLine(out)}: ${statistics.tables.length} tables of ${visibleLine(address)}\n`);
  }
  for (const remark of statisticsRemarks(statistics)) terminal.err(`${remark}\n`);
  return 0;
}

async function captured(url: string | undefined): ReturnType<typeof captureStatistics> {
  try {
    return await captureStatistics(url);
  } catch (error) {
    if (error instanceof Error && error.name === 'DatabaseError') throw new UsageError(error.message);
    throw error;
  }
}
