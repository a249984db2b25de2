import type { Database } from '../database/connect.js';
import type { OldQuery } from '../rehearsal/queries.js';
import { explaining, type Plan, planOf, planSettings } from './explain.js';
import type { IndexChange } from './index-changes.js';
import { highest, queriesOn } from './plans.js';

/** How a query of the application is planned on a server now. */
export interface LivePlan {
  readonly query: OldQuery;
  readonly plan: Plan | undefined;
  /** Milliseconds that it took; undefined where it was not run. */
  readonly ms: number | undefined;
}

export interface LivePlans {
  readonly change: IndexChange;
  readonly queries: readonly LivePlan[];
  /** How often the index was read since the counters began; undefined where it is not there. */
  readonly scans: number | undefined;
}

/**
 * Plans queries on a server in a READ ONLY transaction, without running them. `analyze`: those are run that only read and
 * need no values, and their time is said. Throws DatabaseError.
 */
export async function plansOn(
  database: Database,
  changes: readonly IndexChange[],
  queries: readonly OldQuery[],
  analyze: boolean,
): Promise<LivePlans[]> {
  await database.query(planSettings.replace('SET ', 'SET LOCAL '));
  const known = new Map<OldQuery, { readonly answer: unknown; readonly ms: number | undefined }>();
  const found: LivePlans[] = [];
  for (const change of changes) {
    const on = queriesOn(change.table, queries);
    for (const query of on) if (!known.has(query)) known.set(query, await planned(database, query, analyze));
    const [row] = await database.query<{ scans: number }>(
      'SELECT idx_scan::float8 AS scans FROM pg_stat_all_indexes WHERE indexrelname = $1 AND relname = $2',
      [change.index, change.table],
    );
    found.push({
      change,
      scans: row?.scans,
      queries: on.map((query) => ({
        query,
        plan: planOf(known.get(query)?.answer, change.table),
        ms: known.get(query)?.ms,
      })),
    });
  }
  return found;
}

/** One query between savepoints: what PostgreSQL refuses ends nothing. */
async function planned(
  database: Database,
  query: OldQuery,
  analyze: boolean,
): Promise<{ readonly answer: unknown; readonly ms: number | undefined }> {
  const parameters = highest(query);
  const isRun = analyze && parameters === 0 && /^\s*(?:select|with|values|table)\b/i.test(query.text);
  const [prepare = '', explain = '', deallocate = ''] = explaining({ text: query.text, parameters });
  await database.query('SAVEPOINT airlock_plan');
  try {
    await database.query(prepare);
    const began = performance.now();
    const [row] = await database.query(isRun ? explain.replace('(FORMAT JSON)', '(ANALYZE, FORMAT JSON)') : explain);
    const ms = isRun ? performance.now() - began : undefined;
    await database.query(deallocate);
    return { answer: row && Object.values(row)[0], ms };
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'DatabaseError') throw error;
    await database.query('ROLLBACK TO SAVEPOINT airlock_plan');
    return { answer: undefined, ms: undefined };
  }
}
