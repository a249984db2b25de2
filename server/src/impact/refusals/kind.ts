import type { Relation } from '../../schema/model.js';
import { overloadsOf } from '../../schema/functions.js';
import type { SchemaState } from '../../schema/state.js';
import type { Action, ConstraintDefinition, CreateTrigger, ObjectName } from '../../sql/action.js';
import { type Failure, wrongKind, firstOf } from '../failure.js';

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

/** What PostgreSQL refuses because the name is that of a relation of another kind (measured on PostgreSQL 15 and 18). */
export function ofWrongKind(action: Action, before: SchemaState): Failure | undefined {
  switch (action.kind) {
    case 'createTable': {
      const all = [...action.constraints, ...action.columns.flatMap((column) => column.constraints)];
      return firstOf(all, (constraint) => ofReference(constraint, before));
    }
    case 'dropObject':
      return action.objectKind === 'materialized view' || action.objectKind === 'sequence'
        ? isOther(action.object, action.objectKind, before)
        : undefined;
    case 'dropIndex':
      return isOther(action.index, 'index', before);
    case 'refreshMaterializedView': {
      const relation = before.relation(action.view);
      if (relation?.kind === 'view')
        return wrongKind(
          `"${relation.name}" is not a table or materialized view`,
          'A view has no rows to refresh: leave the statement out, or make it a materialized view.',
        );
      return relation?.kind === 'table'
        ? wrongKind(`"${relation.name}" is not a materialized view`, undefined, '0A000')
        : undefined;
    }
    case 'createView':
      return action.replace && !action.temporary
        ? isOther({ ...action.view, schema: before.schemaFor(action.view) }, 'view', before)
        : undefined;
    case 'truncate':
      return isOther(action.table, 'table', before);
    case 'insert':
    case 'update':
    case 'delete': {
      const relation = before.relation(action.table);
      return relation?.kind === 'materializedView'
        ? wrongKind(
            `cannot change materialized view "${relation.name}"`,
            'Change the tables that it reads, then REFRESH it.',
          )
        : undefined;
    }
    case 'createTrigger':
      return ofTrigger(action, before);
    case 'other': {
      const [table] = action.statement === 'create policy' ? action.relations : [];
      return table && isOther(table, 'table', before);
    }
    default:
      return ofTableAction(action, before);
  }
}

function ofTableAction(action: Action, before: SchemaState): Failure | undefined {
  if (!OF_TABLES.has(action.kind) || !('table' in action) || !action.table) return undefined;
  if ('objectKind' in action && action.objectKind !== undefined && action.objectKind !== 'table') return undefined;
  const relation = before.relation(action.table);
  if (relation && relation.kind !== 'table' && relation.kind !== 'foreignTable')
    return wrongKind(`"${relation.name}" is not a table`);
  return action.kind === 'addConstraint' ? ofReference(action.constraint, before) : undefined;
}

const words: Readonly<Record<Relation['kind'], string>> = {
  table: 'table',
  foreignTable: 'foreign table',
  view: 'view',
  materializedView: 'materialized view',
  sequence: 'sequence',
  index: 'index',
};

const articles: Readonly<Record<string, string>> = { index: 'an' };

function isOther(
  name: ObjectName,
  wanted: 'table' | 'view' | 'materialized view' | 'sequence' | 'index',
  before: SchemaState,
): Failure | undefined {
  const relation = before.relation(name);
  if (!relation) return undefined;
  const kind = words[relation.kind];
  // A foreign table may be truncated, as its server allows.
  if (kind === wanted || (wanted === 'table' && kind === 'foreign table')) return undefined;
  return wrongKind(
    `"${relation.name}" is not ${articles[wanted] ?? 'a'} ${wanted}`,
    `It is ${articles[kind] ?? 'a'} ${kind}: write the statement for that.`,
  );
}

/** A foreign key points to a table. */
function ofReference({ references }: ConstraintDefinition, before: SchemaState): Failure | undefined {
  const relation = references && before.relation(references.table);
  const isTable = !relation || relation.kind === 'table' || relation.kind === 'foreignTable';
  return isTable
    ? undefined
    : wrongKind(`referenced relation "${relation.name}" is not a table`, 'Point to the table that holds the key.');
}

/** INSTEAD OF belongs to views; before and after each row belong to tables. */
/** A result that is written as one word, or none at all: of the others the history may show another name. */
function isNotTrigger(returns: string | undefined): boolean {
  return returns === undefined || /^\w+$/.test(returns);
}

function ofTrigger(action: CreateTrigger, before: SchemaState): Failure | undefined {
  const { table, timing, forEachRow } = action;
  const relation = before.relation(table);
  const [own, ...more] = overloadsOf(before, action.function, []);
  if (own && !own.procedure && own.returns !== 'trigger' && more.length === 0 && isNotTrigger(own.returns))
    return wrongKind(
      `function ${action.function.name} must return type trigger`,
      'Name a function that RETURNS trigger.',
      '42P17',
    );
  switch (relation?.kind) {
    case 'table':
      return timing === 'instead of'
        ? wrongKind(`"${relation.name}" is a table`, 'Tables have no INSTEAD OF triggers: write BEFORE or AFTER.')
        : undefined;
    case 'view':
      return timing !== 'instead of' && forEachRow
        ? wrongKind(`"${relation.name}" is a view`, 'For each row a view has INSTEAD OF triggers alone.')
        : undefined;
    case 'materializedView':
      return wrongKind(
        `relation "${relation.name}" cannot have triggers`,
        'Put the trigger on the tables that it reads.',
      );
    default:
      return undefined;
  }
}
