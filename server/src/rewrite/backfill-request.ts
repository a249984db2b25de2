import { analyseExpression } from '../sql/expressions.js';
import type { Table } from '../schema/model.js';
import type { ObjectName } from '../sql/action.js';
import { objectSql, quoteIdentifier } from '../sql/quote.js';
import { backfillSpecs, phaseOf } from './backfill-phase.js';
import type { BackfillColumn, BackfillSpec } from './backfill-spec.js';
import {
  expressionIn,
  fieldValue,
  namesIn,
  onlyStatement,
  type PatternContext,
  PatternError,
  type PatternField,
  type PatternValues,
  tableNameOf,
} from './patterns/pattern.js';
import { isRefused, type Phase, type Refusal } from './plan.js';

/** What a person says of a backfill. */
export const backfillFields: readonly PatternField[] = [
  { name: 'table', kind: 'table', title: 'The table' },
  {
    name: 'set',
    kind: 'expression',
    title: 'What is set, as behind SET in an UPDATE; a column alone to write its value later',
  },
  {
    name: 'where',
    kind: 'expression',
    title: 'True for a row that is still to be filled, and not when it is',
    optional: true,
  },
];

/** A backfill that has been asked for, on the schema behind all migrations. */
export interface Backfill {
  readonly title: string;
  readonly name: ObjectName;
  readonly table: Table;
  /** The backfill of the table itself. */
  readonly whole: BackfillSpec;
  /** One, or one for each partition of a table without a key. */
  readonly specs: readonly [BackfillSpec, ...BackfillSpec[]];
  readonly phase: Phase;
  /** What is worth a second look before it runs, a sentence each. */
  readonly warnings: readonly string[];
}

/** Reads what was asked for. Throws PatternError for values that are no SQL. */
export function planBackfill(values: PatternValues, { state }: PatternContext): Backfill | Refusal {
  const name = tableNameOf(values);
  const set = setIn(values);
  const where = (values.where ?? '').trim() === '' ? undefined : expressionIn(values, 'where');
  const table = state.table(name);
  if (!table) return { refused: `No migration makes ${name.name}: is it the right name?` };
  if (table.kind === 'foreignTable')
    return { refused: `${name.name} is a foreign table: fill it on the server that holds it.` };
  const columns = set.map(({ column }) => column);
  const missing = table.complete ? columns.find((column) => !table.columns.has(column)) : undefined;
  if (missing !== undefined) return { refused: `${name.name} has no column ${missing}.` };
  const predicate = where ?? nullsOf(table, columns);
  if (typeof predicate !== 'string') return predicate;
  const found = backfillSpecs(state, name, set, predicate);
  if (isRefused(found)) return found;
  const [first, ...others] = found;
  // Another condition is another backfill: it must not go on where this one has stopped.
  const named = (spec: BackfillSpec): BackfillSpec =>
    where === undefined
      ? spec
      : {
          ...spec,
          job: `${objectSql({ schema: spec.schema, name: spec.table })}: ${columns.join(', ')} where ${where.replace(/\s+/g, ' ')}`,
        };
  const specs: [BackfillSpec, ...BackfillSpec[]] = [named(first), ...others.map(named)];
  const whole = named({ ...first, schema: name.schema, table: name.name });
  const title = `Fill ${columns.map((column) => `${name.name}.${column}`).join(', ')}`;
  const warnings = warningsOf(table, set, where, first);
  const why = set.some(({ expression }) => expression === undefined)
    ? 'Only you know what the old rows get: it fails on the first of them until you write the value into it.'
    : 'Every batch is a transaction of its own, so that no row stays locked for longer than its batch.';
  const phase = phaseOf(state, name, specs, title, why);
  return {
    title,
    name,
    table,
    whole,
    specs,
    phase: { ...phase, notes: [...(phase.notes ?? []), ...warnings] },
    warnings,
  };
}

/** The statement that does the same at once: what is wrong with its names and types is wrong with the backfill. */
export function updateAtOnce({ name, specs: [{ set, predicate }] }: Backfill): string {
  const assigned = set.map(
    ({ column, expression }) => `${quoteIdentifier(column)} = ${expression ?? quoteIdentifier(column)}\n`,
  );
  return `UPDATE ${objectSql(name)} SET ${assigned.join(', ')}WHERE (${predicate}\n)`;
}

/** Columns alone, or what stands behind SET. */
function setIn(values: PatternValues): BackfillColumn[] {
  const text = fieldValue(values, 'set');
  const head = 'UPDATE t SET ';
  const { actions, problem } = onlyStatement(head + text);
  const [update, ...others] = actions;
  if (problem || update?.kind !== 'update' || others.length > 0) return columnsAlone(values, text);
  const { assigns, sets, where } = update;
  if (sets.length < assigns.length)
    throw new PatternError('"set" assigns several columns at once: write column = value for each.');
  const last = sets.at(-1);
  if (where || !last || (head + text).slice(last.value.span.end).trim() !== '')
    throw new PatternError(`"set" has more than column = value: ${text}`);
  const found = sets.map(({ column, value }) => ({ column, expression: value.text }));
  const twice = found.find(({ column }, index) => found.findIndex((each) => each.column === column) < index);
  if (twice) throw new PatternError(`"set" assigns ${twice.column} twice.`);
  return found;
}

function columnsAlone(values: PatternValues, text: string): BackfillColumn[] {
  try {
    return namesIn(values, 'set').map((column) => ({ column, expression: undefined }));
  } catch {
    throw new PatternError(`"set" is not what stands behind SET in an UPDATE: ${text}`);
  }
}

/** Without a condition, rows are to be filled where the column is NULL. */
function nullsOf(table: Table, columns: readonly string[]): string | Refusal {
  const [column] = columns;
  if (column === undefined || columns.length > 1)
    return {
      refused: `Several columns of ${table.name} are set: write where=… for the rows that are still to be filled.`,
    };
  if (table.columns.get(column)?.notNull === true)
    return { refused: `${table.name}.${column} is NOT NULL: write where=… for the rows that are still to be filled.` };
  return `${quoteIdentifier(column)} IS NULL`;
}

function warningsOf(
  table: Table,
  set: readonly BackfillColumn[],
  where: string | undefined,
  { key }: BackfillSpec,
): string[] {
  const columns = set.map(({ column }) => column);
  const warnings: string[] = [];
  const read = where === undefined ? undefined : analyseExpression(where)?.columns;
  if (read && !read.some((column) => columns.includes(column)))
    warnings.push('The condition names no column that is set: a second run changes the same rows again.');
  if (!table.complete) warnings.push(`No migration shows all of ${table.name}: triggers and keys may be missing here.`);
  if (key.length === 0)
    warnings.push(`${table.name} has no key to walk by: it is walked by its blocks, more than once where rows move.`);
  if (key.length === 0 && table.partitionBy)
    warnings.push('A row that moves to a partition which is done is left: run it again then.');
  if (table.rowSecurity === true)
    warnings.push(`Row-level security of ${table.name} is on: run this as its owner or a role with BYPASSRLS.`);
  return warnings;
}
