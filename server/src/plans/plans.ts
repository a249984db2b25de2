import type { Engine } from '../rehearsal/engine.js';
import { SqlError } from '../rehearsal/engine.js';
import { tablesToFill } from '../rehearsal/fill-catalog.js';
import type { OldQuery } from '../rehearsal/queries.js';
import type { RunStatement } from '../rehearsal/runnable.js';
import { type HistoryFile, Stage } from '../rehearsal/stage.js';
import { KeptStates } from '../rehearsal/states.js';
import { parseStatement } from '../sql/parse.js';
import { queryTables } from './query-tables.js';
import { explaining, type Plan, planOf, planSettings } from './explain.js';
import type { IndexChange } from './index-changes.js';
import { addVolume } from './volume.js';

/** How a query reads the table of an index, before and behind the migration. */
export interface QueryPlans {
  readonly query: OldQuery;
  readonly before: Plan | undefined;
  readonly behind: Plan | undefined;
}

export interface IndexPlans {
  readonly change: IndexChange;
  /** The queries that read its table. */
  readonly queries: readonly QueryPlans[];
  /** False where the table has few rows, so that an index may lose against reading it. */
  readonly isFilled: boolean;
}

export interface PlansInput {
  readonly history: readonly HistoryFile[];
  readonly statements: readonly RunStatement[];
  readonly extensions: readonly string[];
  readonly queries: readonly OldQuery[];
  readonly changes: readonly IndexChange[];
  readonly limitMs: number;
}

/** The queries that read or change a table, by its name. */
export function queriesOn(table: string, queries: readonly OldQuery[]): OldQuery[] {
  return queries.filter(({ text }) => queryTables(parseStatement(text)).includes(table));
}

/**
 * Plans the queries of the application on filled tables, before the migration and behind it. Throws EngineLost. What is
 * compared are generic plans: those that hold for any values.
 */
export async function plansAround(engine: Engine, input: PlansInput): Promise<IndexPlans[]> {
  const { history, statements, extensions, queries, changes, limitMs } = input;
  const stage = new Stage(engine, new KeptStates(), extensions, limitMs);
  await stage.begin(history, () => {});
  const filled = await volumeOf(engine, changes, limitMs);
  await engine.run(planSettings);
  const perChange = changes.map((change) => ({ change, on: queriesOn(change.table, queries) }));
  const all = [...new Set(perChange.flatMap(({ on }) => on))];
  const before = await planAll(engine, all);
  await stage.run(statements, false);
  for (const name of new Set(changes.map(({ key }) => filled.names.get(key))))
    if (name !== undefined) await engine.run(`ANALYZE ${name}`);
  await engine.run(planSettings);
  const behind = await planAll(engine, all);
  return perChange.map(({ change, on }) => ({
    change,
    isFilled: filled.full.has(change.key),
    queries: on.map((query) => ({
      query,
      before: planOf(before.get(query), change.table),
      behind: planOf(behind.get(query), change.table),
    })),
  }));
}

/** Fills the tables of the indexes. Out: the name of each as SQL writes it, and those that have many rows. */
async function volumeOf(
  engine: Engine,
  changes: readonly IndexChange[],
  limitMs: number,
): Promise<{ readonly names: ReadonlyMap<string, string>; readonly full: ReadonlySet<string> }> {
  const names = new Map<string, string>();
  const full = new Set<string>();
  const wanted = new Set(changes.map(({ key }) => key));
  for (const table of await tablesToFill(engine)) {
    const key = table.name.replaceAll('"', '');
    if (!wanted.has(key)) continue;
    names.set(key, table.name);
    if (await addVolume(engine, table, limitMs)) full.add(key);
  }
  return { names, full };
}

async function planAll(engine: Engine, queries: readonly OldQuery[]): Promise<Map<OldQuery, unknown>> {
  const found = new Map<OldQuery, unknown>();
  for (const query of queries) {
    const [prepare = '', explain = '', deallocate = ''] = explaining({
      text: query.text,
      parameters: highest(query),
    });
    try {
      await engine.run(prepare);
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      continue;
    }
    try {
      const [row] = (await engine.run(explain)).at(-1)?.rows ?? [];
      found.set(query, row && Object.values(row)[0]);
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
    }
    await engine.run(deallocate);
  }
  return found;
}

/** The highest number of its parameters: one may stand in several places. */
export function highest({ text }: OldQuery): number {
  return Math.max(0, ...[...text.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number)));
}
