import type { SchemaState } from '../schema/state.js';
import type { Action } from '../sql/action.js';
import { type Failure, wrongKind } from './failure.js';

/** Sub-commands of ALTER TABLE that only tables have (measured on PostgreSQL 15 with views, sequences and indexes). */
const OF_TABLES: ReadonlySet<Action['kind']> = new Set([
  'addColumn',
  'dropColumn',
  'alterColumnType',
  'setNotNull',
  'dropNotNull',
  'addConstraint',
  'validateConstraint',
  'dropConstraint',
]);

/** What PostgreSQL refuses because the name is that of a view, a sequence or an index. */
export function ofWrongKind(action: Action, before: SchemaState): Failure | undefined {
  if (!OF_TABLES.has(action.kind) || !('table' in action) || !action.table) return undefined;
  if ('objectKind' in action && action.objectKind !== undefined && action.objectKind !== 'table') return undefined;
  const relation = before.relation(action.table);
  return relation && relation.kind !== 'table' && relation.kind !== 'foreignTable'
    ? wrongKind(`"${relation.name}" is not a table`)
    : undefined;
}
