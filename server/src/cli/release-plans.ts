import { migrationName } from '../frameworks/framework.js';
import { indexChanges } from '../plans/index-changes.js';
import { plansAround, queriesOn } from '../plans/plans.js';
import { indexReport } from '../plans/report.js';
import { EngineLost } from '../rehearsal/engine.js';
import { outcomeOf, remarksOf } from '../rehearsal/remarks.js';
import type { ReviewedIndex } from '../review/index-plans.js';
import type { Arguments } from './arguments.js';
import { engineFor } from './rehearsal-engine.js';
import type { GroupRehearsal, RehearsalSystem } from './rehearsal-run.js';

/** How long one file of the history, and the rows of one table, may take, in ms. */
const LIMIT = 60_000;

/**
 * The plans of the application's queries around each migration that makes or drops an index on a table that they read,
 * on tables with many rows. Nothing is run where no such query is known, and for a migration that has not passed its
 * rehearsal. Throws UsageError and DatabaseError.
 */
export async function releasePlans(
  given: Arguments,
  { project, done, queries: { queries } }: GroupRehearsal,
  { progress }: Pick<RehearsalSystem, 'progress'>,
): Promise<{ readonly plans: readonly ReviewedIndex[]; readonly notes: readonly string[] }> {
  const plans: ReviewedIndex[] = [];
  const notes: string[] = [];
  for (const result of done.files) {
    const analysis = project.analysisOf(result.path);
    const place = project.files.findIndex(({ path }) => path === result.path);
    const own = project.files[place];
    if (!analysis || !own || outcomeOf(remarksOf(result, () => false)) !== 'passed') continue;
    const changes = indexChanges(analysis).filter(({ table }) => queriesOn(table, queries).length > 0);
    if (changes.length === 0) continue;
    progress?.(`plans around ${own.name}`);
    const engine = await engineFor(given, project);
    try {
      const found = await plansAround(engine, {
        history: project.files.slice(0, place),
        statements: own.statements,
        extensions: project.extensions,
        queries,
        changes,
        limitMs: LIMIT,
      });
      plans.push(...found.map((each) => indexReport(each, migrationName(own.path))));
    } catch (error) {
      if (!(error instanceof EngineLost)) throw error;
      notes.push(`The queries were not planned around ${own.name}: ${error.message}`);
    } finally {
      await engine.close();
    }
  }
  return { plans, notes };
}
