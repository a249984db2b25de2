import type { SchemaState } from '../schema/state.js';
import { backfillBlock } from './backfill.js';
import { type Check, checksAfter, checksBefore } from './backfill-checks.js';
import type { Backfill } from './backfill-request.js';
import { commentText } from './session.js';

/** A backfill as one script for psql: queries, the block (one for each partition without a key), queries again. */
export function psqlScript(backfill: Backfill, state: SchemaState, fileName: string): string {
  const { phase, title, specs } = backfill;
  const head = [
    `${title}.`,
    `Run it with: psql -X -f ${fileName}, with the address of the database (not with -1, which opens a transaction).`,
    phase.why,
    ...(phase.notes ?? []),
  ];
  return `${head.map((line) => `-- ${commentText(line)}\n`).join('')}
\\set ON_ERROR_STOP on
\\set AUTOCOMMIT on
SET statement_timeout = 0;
SET client_min_messages = notice;

\\echo 'Before: nothing is changed yet.'
${checksBefore(backfill, state).map(shown).join('')}
\\echo 'The backfill.'
${specs.map((spec) => `${backfillBlock(spec)};\n`).join('\n')}
\\echo 'After.'
${checksAfter(backfill, state).map(shown).join('')}`;
}

function shown({ title, sql }: Check): string {
  return `\\echo ${psqlText(title)}\n${sql};\n`;
}

/** An argument of a meta-command: psql knows backslashes between quotes, and ends the command with the line. */
function psqlText(text: string): string {
  return `'${commentText(text).replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}
