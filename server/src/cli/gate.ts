import { visibleLine } from '../sql/visible.js';
import { filesSince } from '../workspace/git.js';
import { named } from '../workspace/find-files.js';
import { absolute, nodeFiles } from '../workspace/node-files.js';
import { type Arguments, UsageError } from './arguments.js';
import { type Baseline, readBaseline } from './baseline.js';
import type { Session, Terminal } from './session.js';
import { counted } from '../../../rules/engine/words.js';
import { writeFiles } from './write-files.js';

// What a gate asks beside the files: of git and of a baseline. Runs that ask so are not kept for the next.

/**
 * Leaves the files that are as they were where HEAD has left a ref. Throws UsageError where git cannot say which. A file
 * that is gone is reported; the migration at which its finding stands is kept.
 */
export function keepSince({ values: { since } }: Arguments, session: Session, terminal: Terminal): void {
  if (typeof since !== 'string') return;
  if (since === '') throw new UsageError('--since takes a commit, and what is given is empty.');
  const paths = session.files.map(({ path }) => path);
  const found = filesSince(since, paths, (path) => {
    const text = session.workspace.textOf(path);
    return typeof text === 'string' ? text : undefined;
  });
  if ('problem' in found) throw new UsageError(found.problem);
  const { changed, gone } = found;
  const before = session.files.length;
  const names = gone.map((path) => visibleLine(named(path, session.files[0]?.name ?? '')));
  const ends = new Set(gone.length > 0 ? placesOfGone(session) : []);
  session.files = session.files.filter(({ path }) => changed.has(path) || ends.has(path));
  terminal.err(
    `${counted(changed.size, 'migration')} of ${before} new or changed since ${visibleLine(since)}${names.length > 0 ? `; no longer here: ${listed(names)}` : ''}\n`,
  );
}

/** The files at which it is said that others are gone: it is the last one of a history. */
function placesOfGone({ files, workspace }: Session): string[] {
  const last = new Map(files.map(({ path }) => [workspace.projectOf(path), path]));
  return [...last.values()].filter((path) => {
    const input = workspace.inputFor(path);
    return 'place' in input && (input.place?.gone.length ?? 0) > 0;
  });
}

/** More names than these are only counted. */
const NAMED = 5;

function listed(names: readonly string[]): string {
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
  return `${names.slice(0, NAMED).join(', ')}${more}`;
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
