import type { ConstraintDefinition } from '../sql/action.js';
import { analyseExpression } from '../sql/expressions.js';
import { chooseName } from '../sql/quote.js';
import type { Constraint, Table } from './model.js';

const suffixes: Readonly<Record<ConstraintDefinition['kind'], string>> = {
  primaryKey: 'pkey',
  unique: 'key',
  check: 'check',
  foreignKey: 'fkey',
  exclusion: 'excl',
  notNull: 'not_null',
};

/**
 * The name PostgreSQL gives a constraint that has none (ChooseConstraintName in src/backend/catalog/pg_constraint.c):
 * table, columns and kind joined by "_", cut to 63 bytes, with a number behind it when the name is taken.
 */
export function constraintName(table: Pick<Table, 'name' | 'constraints'>, definition: ConstraintDefinition): string {
  if (definition.name !== undefined) return definition.name;
  if (definition.usingIndex !== undefined) return definition.usingIndex;
  const columns = definition.kind === 'check' ? checkedColumns(definition) : definition.columns;
  const parts = definition.kind === 'primaryKey' ? [table.name] : [table.name, ...columns];
  const base = chooseName(parts, suffixes[definition.kind]);
  let name = base;
  for (let number = 1; table.constraints.has(name); number++) name = `${base}${number}`;
  return name;
}

/** A CHECK is named after its column when it reads exactly one. */
function checkedColumns(definition: ConstraintDefinition): readonly string[] {
  const read = analyseExpression(definition.expression?.text ?? '')?.columns ?? [];
  return new Set(read).size === 1 ? read.slice(0, 1) : [];
}

/** The definition behind CONSTRAINT name, as the author wrote it. */
function definitionText(definition: ConstraintDefinition): string {
  return definition.text.replace(/^constraint\s+("(?:[^"]|"")*"|[^\s]+)\s+/i, '');
}

/** A constraint as the catalog will hold it. `referencesKey` is the key of the referenced table. */
export function constraintFrom(
  table: Pick<Table, 'name' | 'constraints'>,
  definition: ConstraintDefinition,
  referencesKey: string | undefined,
): Constraint {
  return {
    name: constraintName(table, definition),
    kind: definition.kind,
    columns: definition.columns,
    expression: definition.expression?.text,
    references:
      referencesKey !== undefined
        ? {
            table: referencesKey,
            columns: definition.references?.columns ?? [],
            onDelete: definition.references?.onDelete ?? 'no action',
          }
        : undefined,
    validated: !definition.notValid && !definition.notEnforced,
    enforced: !definition.notEnforced,
    definition: definitionText(definition),
  };
}

/**
 * True when the catalog proves that no row has NULL in the column, so that SET NOT NULL need not scan:
 * a valid CHECK with `column IS NOT NULL` under AND at its top. `CHECK (b > 0)` proves nothing, a NOT VALID
 * one proves nothing (measured: set-notnull-with-valid-check and its neighbours, PostgreSQL 14–18). Constraints in
 * `without` do not count.
 */
export function provesNotNull(table: Table | undefined, column: string, without?: ReadonlySet<string>): boolean {
  if (!table) return false;
  if (table.columns.get(column)?.notNull === true) return true;
  return [...table.constraints.values()].some(
    (constraint) => constraint.validated && !without?.has(constraint.name) && saysNotNull(constraint, column),
  );
}

/** True when a constraint would prove it, once somebody validates it. One that is NOT ENFORCED can't be validated. */
export function provesNotNullOnceValidated(table: Table | undefined, column: string): boolean {
  return [...(table?.constraints.values() ?? [])].some(
    (constraint) => !constraint.validated && constraint.enforced && saysNotNull(constraint, column),
  );
}

/** Whether no row for which the constraint holds has NULL in the column. */
function saysNotNull({ kind, columns, expression }: Constraint, column: string): boolean {
  if (kind === 'primaryKey' || kind === 'notNull') return columns.includes(column);
  if (kind !== 'check' || expression === undefined) return false;
  return analyseExpression(expression)?.notNullColumns.includes(column) === true;
}
