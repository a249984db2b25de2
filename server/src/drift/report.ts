import { fencedBlock, markdownText } from '../review/markdown-text.js';
import { type Drift, objectOf } from './compare.js';
import type { DriftResult } from './drift.js';
import { endingOf } from './statements.js';

/** How a difference reads: one line, the object first. */
export function driftText(drift: Drift): string {
  const { kind, name, facts, state } = objectOf(drift);
  const object =
    kind === 'comment' ? `comment on ${name.replace(/^table (?=column|constraint)/, '')}` : `${kind} ${name}`;
  const half = state === '' ? '' : `, and it is ${state === 'invalid' ? 'invalid' : 'NOT VALID'}`;
  switch (drift.what) {
    case 'missing':
      return `${object} is missing in the database; the migrations make it`;
    case 'extra':
      return `${object} is only in the database${half}; no migration makes it`;
    case 'half done':
      return state === 'invalid'
        ? `${object} is invalid in the database: its build has failed`
        : state === 'not valid'
          ? `${object} is NOT VALID in the database; the migrations validate it`
          : `${object} is valid in the database, and not in the migrations`;
    case 'changed': {
      const [was, is] = differing(drift.built?.facts ?? '', facts);
      return `${object} differs: the migrations make "${was}", the database has "${is}"`;
    }
  }
}

/** The words in which two texts differ, with one before them. */
function differing(built: string, live: string): [string, string] {
  const [a, b] = [built.split(/\s+/), live.split(/\s+/)];
  let from = 0;
  while (from < a.length && from < b.length && a[from] === b[from]) from++;
  let end = 0;
  while (end < a.length - from && end < b.length - from && a.at(-1 - end) === b.at(-1 - end)) end++;
  const start = Math.max(0, from - 1);
  return [clipped(a.slice(start, a.length - end)), clipped(b.slice(start, b.length - end))];
}

function clipped(words: readonly string[]): string {
  const text = words.join(' ');
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}

/** What stands at the top: how many objects agree, and how many do not. */
export function driftSummary({ drifts, equal }: DriftResult): string {
  const count = `${equal} ${equal === 1 ? 'object is' : 'objects are'} as the migrations build ${equal === 1 ? 'it' : 'them'}`;
  return drifts.length === 0
    ? `No drift: ${count}.`
    : `${drifts.length} ${drifts.length === 1 ? 'difference' : 'differences'}; ${count}.`;
}

/** Markdown of the whole comparison. In: where the database is, as it may be shown, and up to which migration. */
export function driftMarkdown(result: DriftResult, address: string, through: string): string {
  const lines = [
    `# Drift: ${markdownText(address)}`,
    '',
    `${markdownText(driftSummary(result))} Migrations up to ${markdownText(through)}, built on ${markdownText(result.engine)}.`,
    '',
  ];
  for (const drift of result.drifts) {
    const [database, migrations] = [endingOf(drift, 'database'), endingOf(drift, 'migrations')];
    lines.push(`## ${markdownText(driftText(drift))}`, '');
    if (database !== '')
      lines.push('To make the database what the migrations build:', '', ...fencedBlock('sql', database), '');
    if (migrations !== '' && migrations !== database)
      lines.push('To take it over, in a new migration:', '', ...fencedBlock('sql', migrations), '');
    if (database === '' && migrations === '') lines.push('To be decided by hand.', '');
  }
  for (const { file, stopped } of result.unreplayed)
    lines.push(`- ${markdownText(`${file.name} was not built as a whole: ${stopped.message}`)}`);
  return `${lines.join('\n').trimEnd()}\n`;
}
