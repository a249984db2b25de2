import { byteWords } from '../../review/durations.js';
import type { PlannedMigration } from '../migration.js';
import { type Block, heading, paragraph, query, toDo } from '../../page/page.js';
import * as server from '../queries/server.js';

/** What is looked at before the start. */
export function preconditions(migrations: readonly PlannedMigration[]): Block[] {
  const tables = [...new Set(migrations.flatMap((each) => each.tables.map(({ sql }) => sql)))];
  const steps = migrations.flatMap((each) => each.steps);
  const bytes = steps
    .flatMap(({ estimates }) => estimates)
    .reduce((sum, each) => sum + each.diskBytes + each.walBytes, 0);
  const writesMuch = steps.some(({ estimates }) => estimates.some(({ walBytes }) => walBytes > 0));
  const postgres = migrations[0]?.analysis.target.postgres ?? 14;
  const breaking = migrations.flatMap((each) => each.rowsThatBreak);
  return [
    heading(2, 'Preconditions'),
    toDo([
      ['This has run in staging, and the times stand at the steps.'],
      ['A backup or snapshot of today is there, and somebody has restored one like it.'],
      ['The people above know the time, and a second session is open for watching.'],
      ['No dump, report, vacuum by hand or other deploy runs beside it.'],
    ]),
    paragraph('Run these on the primary, right before the start. Each reads only.'),
    query(server.place(postgres)),
    ...(tables.length > 0 ? [query(server.sizes(tables))] : []),
    query(server.longTransactions()),
    query(server.preparedTransactions()),
    ...(tables.length > 0 ? [query(server.invalidIndexes(tables))] : []),
    query(server.replicas()),
    query(server.slots()),
    ...(writesMuch || tables.length > 0 ? [query(server.disk(bytes > 0 ? byteWords(bytes) : undefined))] : []),
    ...(breaking.length > 0
      ? [
          heading(3, 'Rows that would stop it'),
          paragraph('Best on a replica or in quiet hours: each reads a whole table.'),
          ...breaking.map(query),
        ]
      : []),
  ];
}
