import { visibleLine } from '../sql/visible.js';
import { filesSince } from '../workspace/git.js';
import { absolute, nodeFiles } from '../workspace/node-files.js';
import { type Arguments, UsageError } from './arguments.js';
import { type Baseline, readBaseline } from './baseline.js';
import type { Session, Terminal } from './session.js';
import { counted } from '../../../rules/engine/words.js';
import { writeFiles } from './write-files.js';

// What a gate asks beside the files: of git and of a baseline. Runs that ask so are not kept for the next.

/** Leaves the files that are as they were; false where git cannot say which. */
export async function keepSince(given: Arguments, session: Session, terminal: Terminal): Promise<boolean> {
  const { since } = given.values;
  if (typeof since !== 'string') return true;
  const paths = session.files.map(({ path }) => path);
  const changed = filesSince(since, paths, (path) => {
    const text = session.workspace.textOf(path);
    return typeof text === 'string' ? text : undefined;
  });
  if ('problem' in changed) {
    terminal.err(`pg-airlock check: ${visibleLine(changed.problem)}\n`);
    return false;
  }
  const before = session.files.length;
  session.files = session.files.filter(({ path }) => changed.has(path));
  terminal.err(
    `${counted(session.files.length, 'migration')} of ${before} new or changed since ${visibleLine(since)}\n`,
  );
  return true;
}

/** The baseline that a call names; throws UsageError where there is none. */
export function baselineOf({ values }: Arguments): Baseline | undefined {
  const { baseline } = values;
  if (typeof baseline !== 'string') return undefined;
  const read = nodeFiles.read(absolute(baseline));
  const known = 'text' in read ? readBaseline(read.text) : undefined;
  if (!known) throw new UsageError(`${baseline} is no baseline. Write one: --write-baseline ${baseline}`);
  return known;
}

/** Writes a baseline, over one that is there. */
export function writeBaseline(name: string, text: string, count: number, terminal: Terminal): void {
  writeFiles([{ path: absolute(name), name, text, replaces: 'if there' }]);
  terminal.err(`wrote ${counted(count, 'finding')} into ${visibleLine(name)}\n`);
}

/** How many findings the baseline has held back. */
export function baselineLine({ known, met }: Baseline): string {
  const gone = known.size - met.size;
  return `${counted(met.size, 'finding')} in the baseline${gone > 0 ? `; ${gone} of it ${gone === 1 ? 'is' : 'are'} gone: write it anew` : ''}\n`;
}
