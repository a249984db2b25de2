import type { SqlConnection } from '../../support/reset-database.js';

/** A write of an application. */
export interface Write {
  readonly template: string;
  readonly sql: string;
  readonly by: 'old' | 'new';
}

/**
 * The applications that write while a migration runs. A write that has once gone well has to go on doing so. Those that
 * fail after the statement itself are left out: an application that still makes them is not ready for it.
 */
export class Writers {
  readonly done: Write[] = [];
  readonly failures: string[] = [];
  private readonly worked = new Set<string>();
  private count = 0;

  constructor(
    private readonly db: SqlConnection,
    private readonly old: readonly string[],
    private readonly young: readonly string[],
    private readonly mayFail: ReadonlySet<string>,
  ) {}

  /** Every write once; `place`: where that is, for a report. */
  async write(place: string): Promise<void> {
    for (const template of this.old) await this.one(template, 'old', place);
    for (const template of this.young) await this.one(template, 'new', place);
  }

  /** A write that fails after the statement is one that the application no longer makes. */
  private async one(template: string, by: Write['by'], place: string): Promise<void> {
    this.count += 1;
    if (this.mayFail.has(template)) return;
    const sql = filled(template, this.count);
    const error = await errorOf(this.db, sql);
    if (error === undefined) {
      this.done.push({ template, sql, by });
      this.worked.add(template);
    } else if (this.worked.has(template)) this.failures.push(`${place}: ${sql} fails with ${error}`);
  }
}

/** A write with numbers of its own: those of new rows lie above 9000, those of rows that are there go from 16 to 30. */
export function filled(template: string, count: number): string {
  return template.replaceAll(':k', String(9000 + count)).replaceAll(':r', String(16 + (count % 15)));
}

export async function errorOf(db: SqlConnection, sql: string): Promise<string | undefined> {
  try {
    await db.exec(sql);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** The writes that fail here; nothing stays of those that do not. */
export async function failing(db: SqlConnection, templates: readonly string[]): Promise<Set<string>> {
  const found = new Set<string>();
  for (const [index, template] of templates.entries()) {
    await db.exec('BEGIN');
    if ((await errorOf(db, filled(template, index + 1))) !== undefined) found.add(template);
    await db.exec('ROLLBACK');
  }
  return found;
}
