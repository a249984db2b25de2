import type { ConstraintDefinition, QualifiedName } from '../sql/action.js';
import { objectSql, quoteIdentifier } from '../sql/quote.js';
import type { RowsInTheWay, Words } from './safe-statements.js';
import type { SchemaState } from './state.js';

/** What a constraint says of single rows: its definition, or what the history knows of it. */
export interface RowConstraint extends Pick<ConstraintDefinition, 'kind' | 'columns' | 'text'> {
  readonly expression?: { readonly text: string } | undefined;
  readonly references?: { readonly table: QualifiedName; readonly columns: readonly string[] } | undefined;
}

/**
 * The rows that a constraint refuses, to be looked for before anything refuses them: what is NOT VALID already refuses
 * new rows, and a CHECK or NOT NULL every later change of an old one. In: the table and the constraint's name as people
 * write them. Undefined where it cannot be said: the files do not show which columns a foreign key points to.
 */
export function rowsInTheWay(
  table: string,
  name: string,
  constraint: RowConstraint,
  state: SchemaState,
  words: Words,
): RowsInTheWay | undefined {
  const condition = conditionOf(table, constraint, state, words);
  return condition === undefined
    ? undefined
    : { condition, message: `rows of ${table} break ${name}: mend them first` };
}

function conditionOf(
  table: string,
  { kind, expression, columns, references, text }: RowConstraint,
  state: SchemaState,
  words: Words,
): string | undefined {
  const [column] = columns;
  if (kind === 'check') return expression && `${words('NOT')} (${expression.text})`;
  if (kind === 'notNull') return column === undefined ? undefined : `${quoteIdentifier(column)} ${words('IS NULL')}`;
  if (kind !== 'foreignKey' || !references) return undefined;
  const pointed = references.columns.length > 0 ? references.columns : keyOf(references.table, state);
  if (pointed.length === 0 || pointed.length !== columns.length) return undefined;
  const and = ` ${words('AND')} `;
  const there = columns.map((each) => `${table}.${quoteIdentifier(each)} ${words('IS NOT NULL')}`).join(and);
  const same = columns
    .map((each, index) => `airlock_parent.${quoteIdentifier(pointed[index] ?? '')} = ${table}.${quoteIdentifier(each)}`)
    .join(and);
  const orphan = `${there}${and}${words('NOT EXISTS')} (${words('SELECT FROM')} ${objectSql(references.table)} ${words('AS')} airlock_parent ${words('WHERE')} ${same})`;
  if (columns.length < 2 || !/\bmatch\s+full\b/i.test(text)) return orphan;
  // MATCH FULL refuses a key of which only a part is NULL.
  const none = columns.map((each) => `${table}.${quoteIdentifier(each)} ${words('IS NULL')}`).join(and);
  return `${words('NOT')} (${there})${and}${words('NOT')} (${none}) ${words('OR')} ${orphan}`;
}

/** The columns of the primary key, to which a foreign key without columns points. */
function keyOf({ schema, name }: QualifiedName, state: SchemaState): readonly string[] {
  for (const constraint of state.table({ schema, name })?.constraints.values() ?? [])
    if (constraint.kind === 'primaryKey') return constraint.columns;
  return [];
}
