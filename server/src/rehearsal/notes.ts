import { counted } from '../../../rules/engine/words.js';
import type { Rehearsed } from './rehearse.js';

/** So many queries that fail anyway are named. */
const most = 10;

/** What a rehearsal says once, whatever the migrations are: about the seed file and the queries of the application. */
export function notesOf({
  seedProblems,
  oldCode,
  files,
}: Pick<Rehearsed, 'seedProblems' | 'oldCode' | 'files'>): string[] {
  const notes = seedProblems.map(({ name, line, message }) => `${name}:${line} of the seed did not run: ${message}.`);
  if (notes.length > 0) notes.push('The rest of the seed ran.');
  const { source, queries, failedBefore, dynamic, left, isCut, unread } = oldCode;
  for (const { name, message } of unread) notes.push(`Queries of ${name} were not read: ${message}`);
  const isConfigured = source === 'configured';
  if (queries.length === 0) {
    if (isConfigured) notes.push('"queries" of "rehearsal" names no query that can be run.');
    return notes;
  }
  if (!files.some((file) => file.oldCode)) return notes;
  const whose = isConfigured ? '' : ' in strings of the code';
  const parts = [
    `${queries.length} ${queries.length === 1 ? 'query' : 'queries'}${whose}: ${queries.length - failedBefore.length} run without the migrations, and were run behind each`,
    ...(failedBefore.length === 0
      ? []
      : [`${failedBefore.length} ${failedBefore.length === 1 ? 'fails' : 'fail'} without them already`]),
    ...(dynamic === 0
      ? []
      : isConfigured
        ? [`${dynamic} more cannot be read as SQL`]
        : [
            `${dynamic} more ${dynamic === 1 ? 'is' : 'are'} put together when the code runs, and ${dynamic === 1 ? 'was' : 'were'} not run`,
          ]),
    ...(left === 0 || !isConfigured
      ? []
      : [`${counted(left, 'statement')} that ${left === 1 ? 'is no query was' : 'are no queries were'} left out`]),
    ...(isCut ? ['there are more, which were not run'] : []),
  ];
  notes.push(`${parts.join('; ')}.`);
  // A string of the code that does not run may be no query at all.
  if (isConfigured)
    for (const { query, code, message } of failedBefore.slice(0, most))
      notes.push(
        `${query.file}:${query.line} fails without the migrations already: ${message}${code === undefined ? '' : ` (${code})`}.`,
      );
  return notes;
}
