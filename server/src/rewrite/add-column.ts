import { volatilityOf } from '../impact/volatility.js';
import type { AddColumn, ColumnDefinition } from '../sql/action.js';
import { objectSql, quoteIdentifier } from '../sql/quote.js';
import { fillNullsPhase } from './backfill-phase.js';
import { constraintPhases } from './constraint-phases.js';
import { notNullPhase } from './not-null.js';
import { alterTable, lockTimeout, type Phase, type Plan, type RewriteContext, slugOf } from './plan.js';

/**
 * ADD COLUMN in phases: the column nullable and bare, its rows filled in batches, then NOT NULL and what else was
 * written at it. Undefined when nothing has to be split, or when there is no form of it that does not rewrite the
 * table: an identity, a serial, a generated column, a primary key, a domain with a constraint.
 */
export function addColumnPlan(action: AddColumn, context: RewriteContext): Plan | undefined {
  const { column, table } = action;
  const { before, target, statement } = context;
  const volatile = column.default !== undefined && isVolatile(column, context);
  if (!(column.notNull || volatile || column.constraints.length > 0) || !canBeSplit(column, context)) {
    return undefined;
  }
  const definition = bareDefinition(statement.text, column, volatile);
  const constraints = column.constraints.map((each) => constraintPhases(table, each, context, column.name));
  if (definition === undefined || constraints.some((phases) => phases === undefined)) {
    return undefined;
  }
  const known = column.default?.expression.text;
  const phases: Phase[] = [expand(action, definition, volatile ? known : undefined)];
  if (volatile || column.notNull) {
    // Also behind a constant default, which fills the old rows at once: the application can still have written NULL.
    phases.push(fillNullsPhase(before, table, column.name, known));
  }
  if (column.notNull) {
    phases.push(notNullPhase(table, column.name, target.postgres));
  }
  phases.push(...constraints.flatMap((each) => each ?? []));
  return { title: titleFor(phases, column), phases };
}

function isVolatile(column: ColumnDefinition, { before }: RewriteContext): boolean {
  return column.default !== undefined && volatilityOf(column.default.expression.text, before).kind === 'volatile';
}

function canBeSplit({ type, identity, generated, constraints }: ColumnDefinition, { before }: RewriteContext): boolean {
  if (!type || identity || generated || constraints.some(({ kind }) => kind === 'primaryKey')) {
    return false;
  }
  if (type.schema === undefined && /^(small|big)?serial[248]?$/.test(type.name)) {
    return false;
  }
  const userType = before.type(type);
  return !(userType?.kind === 'domain' && userType.constrained);
}

/**
 * The column as the author wrote it, without NOT NULL, without its constraints and, when it is volatile, without its
 * default. Undefined when words are left that belong to what was cut out, such as DEFERRABLE or CONSTRAINT name.
 */
function bareDefinition(text: string, column: ColumnDefinition, volatile: boolean): string | undefined {
  const cuts = column.constraints.map(({ span }) => span);
  if (column.notNull) {
    cuts.push(column.notNull);
  }
  if (volatile && column.default) {
    cuts.push(column.default.clause);
  }
  let bare = '';
  let from = column.span.start;
  for (const { start, end } of [...cuts].sort((a, b) => a.start - b.start)) {
    bare += text.slice(from, start).trimEnd();
    from = end;
  }
  bare += text.slice(from, column.span.end);
  return /\b(constraint|deferrable|initially|enforced)\b/i.test(bare) ? undefined : bare.trim();
}

function expand({ table, column, ifNotExists }: AddColumn, definition: string, volatileDefault?: string): Phase {
  const name = quoteIdentifier(column.name);
  const setDefault =
    volatileDefault === undefined ? '' : alterTable(table, `ALTER COLUMN ${name} SET DEFAULT ${volatileDefault}`);
  const label = `${table.name}.${column.name}`;
  const hasDefault = column.default !== undefined;
  return {
    slug: slugOf('add', table.name, column.name),
    title: `Add ${label}, nullable`,
    why:
      volatileDefault === undefined
        ? 'A nullable column changes the catalog only.'
        : 'A volatile default in ADD COLUMN rewrites the table; set apart, it counts for new rows only.',
    sql: `${lockTimeout}${alterTable(table, `ADD COLUMN ${ifNotExists ? 'IF NOT EXISTS ' : ''}${definition}`)}${setDefault}`,
    transactional: true,
    deploy: hasDefault
      ? `The application may use ${label}; it must never write NULL into it.`
      : `The application must write ${label} in every INSERT, and never NULL.`,
    verify: `SELECT ${name} FROM ${objectSql(table)} LIMIT 1;`,
    back: lockTimeout + alterTable(table, `DROP COLUMN ${name}`),
  };
}

function titleFor(phases: readonly Phase[], { notNull }: ColumnDefinition): string {
  const words = phases.map(({ slug }, index) => {
    if (index === 0) return 'nullable column';
    if (slug.startsWith('backfill')) return 'backfill';
    if (slug.startsWith('index')) return 'index';
    return slug.endsWith('not_null') && notNull ? 'NOT NULL' : slug.startsWith('validate') ? 'validate' : 'constraint';
  });
  return `Split into ${phases.length} migrations: ${words.join(' → ')}`;
}
