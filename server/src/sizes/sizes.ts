import { keyOf } from '../schema/key-of.js';
import type { StatisticsFile, TableStatistics } from './statistics.js';

/** Up to so many bytes of rows a table may be small; a scan of as much takes well under a second. */
const SMALL_BYTES = 64 * 1024 * 1024;

/** When a table counts as small. */
export interface SmallTables {
  readonly rows: number;
  /** Statistics of more days keep nothing quiet. */
  readonly days: number;
  /** The day, as 2027-01-31; undefined where nobody knows it. */
  readonly today: string | undefined;
}

/** The table statistics that a configuration names. */
export class Sizes {
  private readonly tables: ReadonlyMap<string, TableStatistics>;

  constructor(
    private readonly file: StatisticsFile,
    /** As the configuration names it. */
    private readonly name: string,
  ) {
    this.tables = new Map(file.tables.map((table) => [keyOf(table.schema, table.name), table]));
  }

  /** The version of the server, where Airlock knows it: "15.17". */
  get postgres(): string | undefined {
    return /^1[4-8]\.\d{1,2}$/.test(this.file.postgres) ? this.file.postgres : undefined;
  }

  /** Where its numbers are from: "airlock.stats.json of 2026-11-01". */
  get source(): string {
    return `${this.name} of ${this.file.taken.slice(0, 10)}`;
  }

  /** Whether the server had replicas that follow it. */
  get hasReplicas(): boolean {
    return this.file.replicas.length > 0;
  }

  /** A table by its key in the schema state; undefined where the statistics do not have it. */
  table(key: string): TableStatistics | undefined {
    return this.tables.get(key);
  }

  /**
   * What is said of a finding about a table whose harm is duration. `label`: the table as people read it. Undefined
   * where the statistics do not know its rows, or know many: unknown is never small.
   */
  judge(
    key: string,
    label: string,
    small: SmallTables,
  ): { readonly isSmall: boolean; readonly words: string } | undefined {
    const table = this.tables.get(key);
    if (!table || table.rows === null) return undefined;
    const age = daysBetween(this.file.taken, small.today);
    const rows = table.rows + Math.max(0, age ?? 0) * (table.insertedPerDay ?? 0);
    if (table.rows > small.rows || table.heapBytes + table.toastBytes > SMALL_BYTES) return undefined;
    const counted = `${label} has ${numberWords(table.rows)} in ${this.name} of ${this.file.taken.slice(0, 10)}`;
    if (age !== undefined && age > small.days)
      return { isSmall: false, words: `${counted}, which is older than ${small.days} days and keeps nothing quiet.` };
    if (rows > small.rows)
      return {
        isSmall: false,
        words: `${counted}, and by what was inserted a day it has about ${numberWords(Math.round(rows))} now.`,
      };
    return { isSmall: true, words: `${counted}, so this takes an instant once its lock is granted.` };
  }
}

/** How many rows, as people read it: "1,200 rows". */
export function numberWords(rows: number): string {
  return rows === 1 ? '1 row' : `${grouped(rows)} rows`;
}

/** "2,000,000". */
export function grouped(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Whole days from a moment to a day; undefined where one of them is unknown. */
function daysBetween(taken: string, today: string | undefined): number | undefined {
  return today === undefined
    ? undefined
    : Math.floor((Date.parse(today) - Date.parse(taken.slice(0, 10))) / 86_400_000);
}
