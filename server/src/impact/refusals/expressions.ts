import type { SchemaState } from '../../schema/state.js';
import type { Action, ColumnDefinition, ConstraintDefinition, CreateTrigger } from '../../sql/action.js';
import { analyseExpression, type ExpressionFacts } from '../../sql/expressions.js';
import { hasPlaceholder } from '../../sql/placeholders.js';
import { type Failure, forbiddenExpression, firstOf } from '../failure.js';

/** Expressions of a kind that PostgreSQL does not allow where they stand (measured on PostgreSQL 15 and 18). */
export function ofExpressions(action: Action, before: SchemaState): Failure | undefined {
  switch (action.kind) {
    case 'createTable':
      if (action.ifNotExists && before.relation(action.table)) return undefined;
      return (
        firstOf(action.columns, (column) => ofColumn(column, action.columns, before)) ??
        firstOf(action.constraints, (each) => ofCheck(each, before))
      );
    case 'addColumn':
      return ofColumn(action.column, [], before);
    case 'addConstraint':
      return ofCheck(action.constraint, before);
    case 'setDefault':
      return ofDefault(action.expression.text, before);
    case 'createIndex': {
      const facts = action.predicate && factsOf(action.predicate.text);
      const advice = 'An index reads its own row alone: write the condition over its columns.';
      return facts?.hasSubquery ? subquery('index predicate', advice) : aggregate(facts, 'index predicates', before);
    }
    case 'createTrigger':
      return ofWhen(action, before);
    default:
      return undefined;
  }
}

/** Strings, numbers and calls without arguments, which need no second look; a cast behind them changes nothing. */
const PLAIN = /^\(*(?:'[^']*'|[-+]?[\d.]+|\w+\(\)|true|false|null|current_\w+)\)*(?:::[\w [\]]+)?$/i;

function factsOf(expression: string): ExpressionFacts | undefined {
  if (PLAIN.test(expression)) return undefined;
  const facts = analyseExpression(expression);
  // Nobody knows what stands in the place of a placeholder, which reads as a column or a function.
  const names = [...(facts?.columns ?? []), ...(facts?.functions ?? []).map(({ name }) => name)];
  return names.some(hasPlaceholder) ? undefined : facts;
}

function ofColumn(
  column: ColumnDefinition,
  beside: readonly ColumnDefinition[],
  before: SchemaState,
): Failure | undefined {
  const { default: written, generated: computed } = column;
  const own = written && ofDefault(written.expression.text, before);
  if (own) return own;
  const facts = computed && factsOf(computed.expression.text);
  if (facts?.hasSubquery)
    return subquery(
      'column generation expression',
      'Compute it from columns of the same row, or let a trigger fill it.',
    );
  const ofRows = aggregate(facts, 'column generation expressions', before);
  if (ofRows) return ofRows;
  const other = facts?.columns.find((name) => beside.some((each) => each.generated && each.name === name));
  if (other !== undefined)
    return forbiddenExpression(
      '42P17',
      `cannot use generated column "${other}" in column generation expression`,
      `Repeat the expression of ${other} in its place.`,
    );
  return firstOf(column.constraints, (each) => ofCheck(each, before));
}

function ofDefault(expression: string, before: SchemaState): Failure | undefined {
  const facts = factsOf(expression);
  // PostgreSQL looks at the names first, from left to right.
  if (facts?.hasSubquery && facts.columns.length > 0) return undefined;
  if (facts?.hasSubquery)
    return subquery('DEFAULT expression', 'Fill the column with UPDATE or in a trigger: a default reads no rows.');
  const [column] = facts?.columns ?? [];
  return column === undefined
    ? aggregate(facts, 'DEFAULT expressions', before)
    : forbiddenExpression(
        '0A000',
        'cannot use column reference in DEFAULT expression',
        `A text stands in single quotes ('${column}'); a value of another column is set by a trigger or a generated column.`,
      );
}

function ofCheck({ kind, expression }: ConstraintDefinition, before: SchemaState): Failure | undefined {
  const facts = kind === 'check' && expression ? factsOf(expression.text) : undefined;
  const advice = 'A CHECK reads its own row alone: use a foreign key or a trigger for other rows.';
  return facts?.hasSubquery ? subquery('check constraint', advice) : aggregate(facts, 'check constraints', before);
}

/** Functions over many rows (pg_aggregate), without those that share their name with another. */
const aggregates: ReadonlySet<string> = new Set(
  'array_agg avg bit_and bit_or bool_and bool_or count every json_agg json_object_agg jsonb_agg jsonb_object_agg max min range_agg stddev stddev_pop stddev_samp string_agg sum var_pop var_samp variance xmlagg'.split(
    ' ',
  ),
);

function aggregate(facts: ExpressionFacts | undefined, where: string, before: SchemaState): Failure | undefined {
  const isOne = facts?.functions.some(
    ({ schema, name }) =>
      (schema === undefined || schema === 'pg_catalog') && aggregates.has(name) && !before.function({ schema, name }),
  );
  return isOne
    ? forbiddenExpression(
        '42803',
        `aggregate functions are not allowed in ${where}`,
        'It sees one row at a time: count or sum in a trigger or a view.',
      )
    : undefined;
}

function subquery(where: string, advice: string): Failure {
  return forbiddenExpression('0A000', `cannot use subquery in ${where}`, advice);
}

/** The condition of a trigger reads rows that the event has, and no generated column before it is computed. */
function ofWhen(action: CreateTrigger, before: SchemaState): Failure | undefined {
  const { when, events, timing, forEachRow } = action;
  const readsRows = when.old.length > 0 || when.new.length > 0;
  const say = (message: string, advice: string): Failure => forbiddenExpression('42P17', message, advice);
  if (when.hasSubquery)
    return subquery('trigger WHEN condition', 'Ask it in the function: WHEN reads OLD and NEW alone.');
  if (!readsRows) return undefined;
  if (!forEachRow)
    return say("statement trigger's WHEN condition cannot reference column values", 'Write FOR EACH ROW.');
  if (when.old.length > 0 && events.includes('INSERT'))
    return say("INSERT trigger's WHEN condition cannot reference OLD values", 'Make a trigger of its own for INSERT.');
  if (when.new.length > 0 && events.includes('DELETE'))
    return say("DELETE trigger's WHEN condition cannot reference NEW values", 'Make a trigger of its own for DELETE.');
  if (timing !== 'before' || when.new.length === 0) return undefined;
  const table = before.table(action.table);
  const generated = [...(table?.columns.values() ?? [])].filter((column) => column.generated).map(({ name }) => name);
  const isRead = generated.some((name) => when.new.includes('*') || when.new.includes(name));
  return isRead
    ? say(
        "BEFORE trigger's WHEN condition cannot reference NEW generated columns",
        `Compare the columns one by one without ${generated.join(', ')}, or make it an AFTER trigger.`,
      )
    : undefined;
}
