import { volatilityOf } from '../impact/volatility.js';
import { underDomain } from '../impact/effects/type-change.js';
import { applyAction } from '../schema/apply.js';
import { isSerial } from '../schema/apply-table.js';
import type { SchemaState } from '../schema/state.js';
import type { AddColumn, ColumnDefinition, ConstraintDefinition } from '../sql/action.js';
import { objectSql, quoteIdentifier } from '../sql/quote.js';
import { fillNullsPhase } from './backfill-phase.js';
import { constraintPhases, ruleOf } from './constraint-phases.js';
import { notNullPhase } from './not-null.js';
import {
  alterTable,
  isRefused,
  type Phase,
  type PlanOutcome,
  type RewriteContext,
  short,
  slugOf,
  titleOf,
} from './plan.js';

/**
 * ADD COLUMN in phases: what PostgreSQL adds in an instant first, the rows filled in batches, then NOT NULL and what
 * else would scan or build. A constant default stays where it is, with its NOT NULL: that is instant by itself.
 * Undefined when nothing has to be split, or when there is no form of it that does not rewrite the table: an identity,
 * a serial, a generated column, a primary key, a domain with a constraint.
 */
export function addColumnPlan(action: AddColumn, context: RewriteContext): PlanOutcome {
  const { column, table, ifNotExists } = action;
  const { before, statement } = context;
  if (!canBeSplit(column, before) || action.only || (ifNotExists && before.table(table)?.columns.has(column.name)))
    return undefined;
  const value = column.default?.expression.text;
  const volatile = value !== undefined && volatilityOf(value, before).kind === 'volatile';
  const isInstant = value !== undefined && !volatile && !/^null\b/i.test(value);
  const later = column.constraints.filter((each) => isLater(each, isInstant));
  const fills = volatile || (column.notNull !== undefined && !isInstant);
  if (later.length === 0 && !fills) return undefined;

  const definition = bareDefinition(statement.text, column, {
    constraints: later,
    notNull: column.notNull !== undefined && !isInstant,
    default: volatile,
  });
  if (definition === undefined) return undefined;
  const added = before.fork();
  applyAction(added, { ...action, column: { ...column, constraints: [], notNull: undefined } });
  const phases: Phase[] = [expand(action, definition, volatile ? value : undefined, before)];
  if (fills) {
    // The rows of the code that does not know the column would stay NULL for ever.
    const gate =
      volatile || column.notNull === undefined
        ? undefined
        : `every version that is running writes ${table.name}.${column.name}, and never NULL.`;
    const filled = fillNullsPhase(added, table, column.name, value, gate);
    if (isRefused(filled)) return filled;
    phases.push(filled);
    if (column.notNull) phases.push(notNullPhase(added, table, column.name));
  }
  for (const each of later) {
    const proven = constraintPhases(table, each, added, column.name);
    if (proven === undefined) return undefined;
    if (isRefused(proven)) return proven;
    phases.push(...proven);
  }
  const mends = [
    ...(volatile ? ['no-volatile-default', 'no-rewriting-column'] : []),
    ...(fills && column.notNull ? ['no-required-column', 'require-check-before-not-null'] : []),
    ...later.flatMap(({ kind }) => ruleOf[kind] ?? []),
  ];
  return { title: titleFor(phases, column), phases, mends };
}

/**
 * Whether a constraint of the new column costs a scan or a build. A foreign key of a column that is NULL in every row
 * costs nothing, and PostgreSQL knows it.
 */
function isLater({ kind, notEnforced }: ConstraintDefinition, isFilled: boolean): boolean {
  if (notEnforced || kind === 'notNull') return false;
  return kind !== 'foreignKey' || isFilled;
}

function canBeSplit({ type, identity, generated, constraints }: ColumnDefinition, before: SchemaState): boolean {
  if (!type || identity || generated || constraints.some(({ kind }) => kind === 'primaryKey')) return false;
  return !isSerial(type) && !underDomain(type, before).constrained;
}

/** What is cut out of a column's definition. */
interface Cut {
  readonly constraints: readonly ConstraintDefinition[];
  readonly notNull: boolean;
  readonly default: boolean;
}

/**
 * The column as the author wrote it, without what comes later. Undefined when words are left that belong to what was
 * cut out, such as DEFERRABLE or CONSTRAINT name.
 */
function bareDefinition(text: string, column: ColumnDefinition, cut: Cut): string | undefined {
  const cuts = cut.constraints.map(({ span }) => span);
  if (cut.notNull && column.notNull) cuts.push(column.notNull);
  if (cut.default && column.default) cuts.push(column.default.clause);
  let bare = '';
  let from = column.span.start;
  for (const { start, end } of [...cuts].sort((a, b) => a.start - b.start)) {
    bare += text.slice(from, start).trimEnd();
    from = end;
  }
  bare += text.slice(from, column.span.end);
  const left =
    cut.constraints.length > 0 || cut.notNull ? /\b(constraint|deferrable|initially|enforced)\b/i : /\bconstraint\b/i;
  return left.test(bare) ? undefined : bare.trim();
}

/** One statement, so that it is there as a whole or not at all. */
function expand(
  { table, column, ifNotExists }: AddColumn,
  definition: string,
  volatileDefault: string | undefined,
  before: SchemaState,
): Phase {
  const name = quoteIdentifier(column.name);
  // On a table that the files define whole the column is known to be new, so a second run finds its own.
  const again = ifNotExists || before.table(table)?.complete === true;
  const commands = [`ADD COLUMN ${again ? 'IF NOT EXISTS ' : ''}${definition}`];
  if (volatileDefault !== undefined) commands.push(`ALTER COLUMN ${name} SET DEFAULT ${volatileDefault}`);
  const label = `${table.name}.${column.name}`;
  return {
    slug: slugOf('add', table.name, column.name),
    title: `Add ${label}`,
    why:
      volatileDefault === undefined
        ? 'This changes the catalog only.'
        : 'A volatile default in ADD COLUMN rewrites the table; set apart, it counts for new rows only.',
    statements: [short(alterTable(table, commands.join(', ')))],
    transactional: true,
    verify: `SELECT ${name} FROM ${objectSql(table)} LIMIT 1;`,
    back: [short(alterTable(table, `DROP COLUMN IF EXISTS ${name}`))],
    backTransactional: true,
  };
}

function titleFor(phases: readonly Phase[], { notNull, default: value }: ColumnDefinition): string {
  const words = phases.map(({ slug }, index) => {
    if (index === 0) return notNull && !value ? 'nullable column' : 'column';
    if (slug.startsWith('backfill')) return 'backfill';
    if (slug.startsWith('index')) return 'index';
    return slug.endsWith('not_null') && notNull ? 'NOT NULL' : slug.startsWith('validate') ? 'validate' : 'constraint';
  });
  return titleOf(phases, words.join(' → '));
}
