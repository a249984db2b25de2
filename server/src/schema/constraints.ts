import type { ConstraintDefinition } from '../sql/action.js';
import { analyseExpression } from '../sql/expressions.js';
import type { Constraint, Table } from './model.js';
import { constraintName } from './names.js';
import type { SchemaState } from './state.js';

/** The definition behind CONSTRAINT name, as the author wrote it. */
function definitionText(definition: ConstraintDefinition): string {
  return definition.text.replace(/^constraint\s+("(?:[^"]|"")*"|[^\s]+)\s+/i, '');
}

/** A constraint as the catalog will hold it. `referencesKey` is the key of the referenced table. */
export function constraintFrom(
  state: SchemaState,
  table: Pick<Table, 'schema' | 'name'>,
  definition: ConstraintDefinition,
  referencesKey: string | undefined,
): Constraint {
  return {
    name: constraintName(state, table, definition),
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
 * one proves nothing (measured: set-notnull-with-valid-check and its neighbours, PostgreSQL 14–18).
 */
export function provesNotNull(table: Table | undefined, column: string): boolean {
  if (!table) return false;
  if (table.columns.get(column)?.notNull === true) return true;
  return [...table.constraints.values()].some((constraint) => constraint.validated && saysNotNull(constraint, column));
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
