import type { StatisticsFile, TableStatistics } from '../../../server/src/sizes/statistics.js';

/** A table as the statistics have it: 100 bytes a row, no index, in public. */
export function table(name: string, rows: number | null, more: Partial<TableStatistics> = {}): TableStatistics {
  return {
    schema: 'public',
    name,
    kind: 'table',
    rows,
    analyzed: rows === null ? null : '2026-11-01T00:00:00Z',
    heapBytes: (rows ?? 0) * 100,
    toastBytes: 0,
    indexBytes: 0,
    insertedPerDay: null,
    updatedPerDay: null,
    deletedPerDay: null,
    deadRows: null,
    indexes: [],
    ...more,
  };
}

/** The statistics of a PostgreSQL 16.4, taken on 2026-11-01. */
export function statistics(
  tables: readonly TableStatistics[],
  replicas: StatisticsFile['replicas'] = [],
): StatisticsFile {
  return {
    version: 1,
    taken: '2026-11-01T08:00:00Z',
    postgres: '16.4',
    standby: false,
    countedSince: null,
    settings: {},
    replicas,
    tables: [...tables],
  };
}
