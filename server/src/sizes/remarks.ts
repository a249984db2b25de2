import type { StatisticsFile } from './statistics.js';

/** What a person must know of table statistics that were just taken, in sentences; none where they are whole. */
export function statisticsRemarks({ tables, standby }: StatisticsFile): string[] {
  const unknown = tables.filter(({ rows }) => rows === null).length;
  return [
    ...(tables.length === 0
      ? ['This database holds no table: is it the right one? The database is the last part of the address.']
      : []),
    ...(unknown > 0
      ? [`${unknown} of ${tables.length} tables were never analysed: their rows are unknown. ANALYZE counts them.`]
      : []),
    ...(standby ? ['This is a standby: writes and index scans are counted on the primary.'] : []),
  ];
}
