import { isTableAction } from '../sql/table-actions.js';
import type { Action, AddConstraint, TableAction } from '../sql/action.js';
import { isReadableSql } from '../sql/parse.js';
import { statesWithin } from '../schema/passes.js';
import { addColumnPlan } from './add-column.js';
import { constraintPhases, ruleOf } from './constraint-phases.js';
import { outOfTransactionPlan } from './out-of-transaction.js';
import {
  alterTable,
  isPlan,
  isRefused,
  type Phase,
  type PhaseStatement,
  type Plan,
  type PlanOutcome,
  type RewriteContext,
  short,
  slugOf,
  titleOf,
} from './plan.js';
import { setNotNullPlan } from './set-not-null.js';
import { typeChangePlan } from './type-change.js';

/**
 * The safe form of a statement in phases; undefined when it has none or needs none, a refusal when it has one that
 * cannot be had here. PostgreSQL's grammar has read every statement of the result.
 */
export function planFor(context: RewriteContext): PlanOutcome {
  const { actions, problem } = context.statement;
  if (problem || actions.some((action) => isOnNewTable(action, context))) return undefined;
  const [only] = actions;
  const apart = context.inTransaction ? outOfTransactionPlan(context) : undefined;
  const plan = apart ? apart : actions.length === 1 && only ? actionPlan(only, context) : combined(actions, context);
  if (!isPlan(plan)) return plan;
  const isRead = plan.phases.every(({ statements, back }) =>
    [...statements, ...back].every(({ sql }) => isReadableSql(sql)),
  );
  return isRead ? plan : undefined;
}

/** The plan for one action by itself. */
function actionPlan(action: Action, context: RewriteContext, beside: readonly string[] = []): PlanOutcome {
  switch (action.kind) {
    case 'addColumn':
      return addColumnPlan(action, context);
    case 'setNotNull':
      return setNotNullPlan(action, context);
    case 'alterColumnType':
      return typeChangePlan(action, context);
    case 'addConstraint':
      return constraintPlan(action, context, beside);
    default:
      return undefined;
  }
}

function constraintPlan(action: AddConstraint, context: RewriteContext, beside: readonly string[]): PlanOutcome {
  if (action.ifExists || action.only) return undefined;
  const phases = constraintPhases(
    action.table,
    action.constraint,
    context.before,
    undefined,
    beside,
    context.target.postgres,
  );
  if (phases === undefined || isRefused(phases)) return phases;
  const rule = ruleOf[action.constraint.kind];
  return {
    title: titleOf(phases, constraintWords(phases)),
    phases,
    mends: rule === undefined ? [] : [rule],
  };
}

function constraintWords(phases: readonly Phase[]): string {
  const words = { index: 'index', validate: 'validate', set: 'NOT NULL', backfill: 'backfill' } as const;
  return phases
    .map(({ slug }) => Object.entries(words).find(([start]) => slug.startsWith(`${start}_`))?.[1] ?? 'constraint')
    .join(' → ');
}

/** Nobody waits for a table that this release makes. */
function isOnNewTable(action: Action, { before }: RewriteContext): boolean {
  return 'table' in action && action.table !== undefined && before.isNew(action.table);
}

/** One sub-command with its plan, on the state that the sub-commands before it leave. */
interface Part {
  readonly action: TableAction;
  readonly text: string;
  readonly plan: Plan | undefined;
}

const severalThings =
  'ALTER TABLE does several things here that depend on one another: write them as statements of their own.';

/**
 * One ALTER TABLE with several sub-commands. What is instant stays together in one statement; a key takes the others
 * along into its last step, so that nothing that it replaces is missing in between.
 */
function combined(actions: readonly Action[], context: RewriteContext): PlanOutcome {
  const { statement, before } = context;
  const within = statesWithin(actions, before);
  if (!within) return undefined;
  const parts: Part[] = [];
  for (const action of actions) {
    if (!isTableAction(action) || action.ifExists || action.only) return undefined;
    const plan = actionPlan(action, { ...context, before: within.get(action) ?? before });
    if (isRefused(plan)) return plan;
    parts.push({ action, text: againText(action, statement.text.slice(action.span.start, action.span.end)), plan });
  }
  const planned = parts.filter((part): part is Part & { plan: Plan } => part.plan !== undefined);
  const others = parts.filter((part) => part.plan === undefined);
  const [first] = planned;
  if (!first) return undefined;
  if (isKey(first.action) && planned.length === 1) {
    // Its index is built before the others run.
    if (others.some(({ action }) => makesColumnOf(first.action, action))) return { refused: severalThings };
    const beside = others.map(({ text }) => text);
    return actionPlan(first.action, { ...context, before: within.get(first.action) ?? before }, beside);
  }
  if (planned.some(({ action }) => isKey(action) || action.kind === 'alterColumnType'))
    return { refused: severalThings };
  // Something that is dropped and added again must not be missing in between.
  if (
    others.some(({ action }) => action.kind.startsWith('drop')) &&
    planned.some(({ action }) => action.kind === 'addConstraint')
  )
    return { refused: severalThings };
  return joined(first.action, others, planned);
}

/** A sub-command that can be run again where a later statement of the same phase has stopped. */
function againText(action: TableAction, text: string): string {
  if (action.kind !== 'addColumn' || action.ifNotExists) return text;
  return text.replace(/^ADD(?:\s+COLUMN)?\b/i, 'ADD COLUMN IF NOT EXISTS');
}

/** Whether a sub-command makes or changes a column of a key. */
function makesColumnOf(key: TableAction, action: TableAction): boolean {
  if (key.kind !== 'addConstraint') return false;
  if (action.kind === 'addColumn') return key.constraint.columns.includes(action.column.name);
  return action.kind === 'alterColumnType' && key.constraint.columns.includes(action.column);
}

function isKey(action: TableAction): boolean {
  return (
    action.kind === 'addConstraint' && (action.constraint.kind === 'unique' || action.constraint.kind === 'primaryKey')
  );
}

function joined({ table }: TableAction, others: readonly Part[], planned: readonly (Part & { plan: Plan })[]): Plan {
  const instant: PhaseStatement[] =
    others.length > 0 ? [short(alterTable(table, others.map(({ text }) => text).join(', ')))] : [];
  const later: Phase[] = [];
  for (const { plan } of planned) {
    const [start, ...rest] = plan.phases;
    if (start?.transactional && start.gate === undefined) {
      instant.push(...start.statements);
      later.push(...rest);
    } else later.push(...plan.phases);
  }
  const start: Phase = {
    slug: slugOf('alter', table.name),
    title: `Change ${table.name} where that takes a moment only`,
    why: 'What scans or rewrites the table is left to the next migrations.',
    statements: instant,
    transactional: true,
    back: [],
    backTransactional: true,
  };
  const phases = instant.length === 0 ? later : [start, ...later];
  const before = planned
    .map(({ plan }) => plan.before ?? '')
    .filter((text) => text !== '')
    .join(' ');
  return {
    title: titleOf(phases),
    ...(before === '' ? {} : { before }),
    phases,
    mends: planned.flatMap(({ plan }) => plan.mends),
  };
}
