import type { SchemaState } from '../schema/state.js';
import { nodeBackfill } from '../rewrite/backfill-node.js';
import { psqlScript } from '../rewrite/backfill-psql.js';
import { type Backfill, planBackfill, updateAtOnce } from '../rewrite/backfill-request.js';
import type { PatternValues } from '../rewrite/patterns/pattern.js';
import { harmless, isRefused, type Plan, type Refusal } from '../rewrite/plan.js';
import type { Files } from './files.js';
import { planMigrations, type SafeMigration } from './safe-migration.js';
import type { Workspace } from './workspace.js';

/** A backfill with its migration, or with the text of a script. */
export interface MadeBackfill {
  readonly backfill: Backfill;
  readonly migration: SafeMigration | undefined;
  /** With its name, which is no path. */
  readonly script: { readonly name: string; readonly text: string } | undefined;
}

/** What is wrong with a statement wherever it runs. The rest hangs on how it is run. */
const certain: ReadonlySet<string> = new Set(['no-failing-statement', 'no-unknown-column', 'no-syntax-error']);

/**
 * A backfill on the schema behind all migrations, as a migration in the form of their tool or as a script. In: what was
 * asked for, and a file of the folder. Nothing is written. Throws PatternError for values that are wrong.
 */
export function makeBackfill(
  values: PatternValues,
  form: 'sql' | 'psql' | 'node',
  sample: string,
  workspace: Workspace,
  files: Pick<Files, 'exists' | 'list'>,
): MadeBackfill | Refusal {
  const found: { backfill?: Backfill; state?: SchemaState } = {};
  // As one statement it says what names and types of it PostgreSQL refuses, whatever the tool of the folder can run.
  const looked = planMigrations(
    (context) => {
      const backfill = planBackfill(values, context);
      if (isRefused(backfill)) return backfill;
      found.backfill = backfill;
      found.state = context.state;
      const { phase, title } = backfill;
      return planOf(title, { ...phase, statements: [harmless(updateAtOnce(backfill))], transactional: true });
    },
    sample,
    workspace,
    files,
    { counts: ({ rule }) => certain.has(rule), subject: 'The backfill' },
  );
  const { backfill, state } = found;
  if (isRefused(looked)) return looked;
  if (!backfill || !state) return { refused: 'The schema behind the migrations is not known.' };
  if (form !== 'sql') {
    const name = `${backfill.phase.slug}.${form === 'psql' ? 'sql' : 'mjs'}`;
    const text = form === 'psql' ? psqlScript(backfill, state, name) : nodeBackfill(backfill, name);
    return { backfill, migration: undefined, script: { name, text } };
  }
  const migration = planMigrations(
    () => planOf(backfill.title, backfill.phase),
    sample,
    workspace,
    files,
    // The value that the author still has to write is wanted so.
    { counts: ({ rule }) => rule !== 'no-unwritten-value' },
  );
  return isRefused(migration) ? migration : { backfill, migration, script: undefined };
}

function planOf(title: string, phase: Plan['phases'][number]): Plan {
  return { title, phases: [phase], mends: [] };
}
