import type { PlannedMigration } from '../migration.js';
import { type Block, code, heading, list, paragraph, query, table, type Text } from '../../page/page.js';
import * as server from '../queries/server.js';

/** The thresholds, and what to do where one is crossed. */
export function stopWhen(migrations: readonly PlannedMigration[], session: string | undefined): Block[] {
  const [first] = migrations;
  if (!first) return [];
  const { thresholds } = first.analysis.config;
  const lag = `${thresholds.replicationLagSeconds} s`;
  return [
    heading(2, 'Stop when'),
    table(
      ['What', 'Staging', 'Production', 'Then'],
      [
        [
          ['The migration blocks others, or waits for a lock, for longer than'],
          [`${thresholds.lockSecondsStaging} s`],
          [`${thresholds.lockSecondsProduction} s`],
          ['Cancel it. Find who holds the lock ("Who blocks whom"), wait until that ends, go on as the step says'],
        ],
        [['A replica is behind by more than'], [lag], [lag], lagRemedy(migrations)],
        [['A step fails'], ['–'], ['–'], ['Read its error, then "If it fails" of the step']],
        [
          ['Errors or latency of the application rise'],
          ['–'],
          ['–'],
          ['Cancel the step, then decide: again later, or back'],
        ],
      ],
    ),
    ...(session === undefined
      ? [
          paragraph('To cancel: find the pid of the migration (first query of "Watch"), then'),
          list([['in psql: ', code('SELECT pg_cancel_backend(PID);')]]),
        ]
      : [query(server.cancel(session))]),
  ];
}

function lagRemedy(migrations: readonly PlannedMigration[]): Text {
  const isBatched = migrations.some(({ steps }) =>
    steps.some(({ inner }) =>
      inner.some(({ statement }) => statement.actions.some(({ kind }) => kind === 'transaction')),
    ),
  );
  return isBatched
    ? ['Cancel it: batches that have ended stay. Start it again when the replica has caught up']
    : ['A statement cannot pause. Cancel it where the replica must not lag; otherwise take reads off that replica'];
}
