import type { Action } from '../sql/action.js';
import { isReadableSql } from '../sql/parse.js';
import { addColumnPlan } from './add-column.js';
import { constraintPhases } from './constraint-phases.js';
import { alterTable, lockTimeout, type Phase, type Plan, type RewriteContext, slugOf } from './plan.js';
import { setNotNullPlan } from './set-not-null.js';
import { typeChangePlan } from './type-change.js';

/**
 * The safe form of a statement in phases, or undefined when it has none or needs none. Sub-commands of the same
 * ALTER TABLE that need no phases of their own stay together in the first one. PostgreSQL's grammar has read every
 * statement of the result.
 */
export function planFor(context: RewriteContext): Plan | undefined {
  const { actions, problem } = context.statement;
  if (problem || actions.some((action) => isOnNewTable(action, context))) {
    return undefined;
  }
  const plans = actions.map((action) => actionPlan(action, context));
  const plan = actions.length === 1 ? plans[0] : combined(actions, plans, context);
  return plan?.phases.every(({ sql, back }) => isReadableSql(sql) && isReadableSql(back ?? '')) ? plan : undefined;
}

/** The plan for one action by itself. */
function actionPlan(action: Action, context: RewriteContext): Plan | undefined {
  switch (action.kind) {
    case 'addColumn':
      return addColumnPlan(action, context);
    case 'setNotNull':
      return setNotNullPlan(action, context);
    case 'alterColumnType':
      return typeChangePlan(action, context);
    case 'addConstraint': {
      const phases = constraintPhases(action.table, action.constraint, context);
      return phases && { title: `Split into ${phases.length} migrations: ${constraintWords(phases)}`, phases };
    }
    default:
      return undefined;
  }
}

function constraintWords(phases: readonly Phase[]): string {
  return phases
    .map(({ slug }) =>
      slug.startsWith('index')
        ? 'index'
        : slug.startsWith('validate')
          ? 'validate'
          : slug.startsWith('set')
            ? 'NOT NULL'
            : 'constraint',
    )
    .join(' → ');
}

/** Nobody waits for a table that this release makes. */
function isOnNewTable(action: Action, { before }: RewriteContext): boolean {
  return 'table' in action && action.table !== undefined && before.isNew(action.table);
}

/** One ALTER TABLE with several sub-commands: what needs no split runs first, in its order, beside the first phases. */
function combined(
  actions: readonly Action[],
  plans: readonly (Plan | undefined)[],
  { statement }: RewriteContext,
): Plan | undefined {
  const split = plans.filter((plan): plan is Plan => plan !== undefined);
  if (split.length === 0) {
    return undefined;
  }
  let first = lockTimeout;
  const later: Phase[] = [];
  let table = '';
  for (const [index, action] of actions.entries()) {
    const plan = plans[index];
    if (!('ifExists' in action) || !('only' in action) || action.only) {
      return undefined;
    }
    table = action.table.name;
    const [expand, ...rest] = plan?.phases ?? [];
    if (expand?.transactional) {
      first += expand.sql.replace(lockTimeout, '');
      later.push(...rest);
    } else if (expand) {
      later.push(expand, ...rest);
    } else {
      first += alterTable(action.table, statement.text.slice(action.span.start, action.span.end));
    }
  }
  const start: Phase = {
    slug: slugOf('alter', table),
    title: `Change ${table} where that takes a moment only`,
    why: 'What scans or rewrites the table is left to the next migrations.',
    sql: first,
    transactional: true,
    deploy:
      split
        .map(({ phases }) => phases[0]?.deploy ?? '')
        .filter((text) => text !== '')
        .join(' ') || undefined,
  };
  const before =
    split
      .map((plan) => plan.before ?? '')
      .filter((text) => text !== '')
      .join(' ') || undefined;
  const phases = first === lockTimeout ? later : [start, ...later];
  return { title: `Split into ${phases.length} migrations`, before, phases };
}
