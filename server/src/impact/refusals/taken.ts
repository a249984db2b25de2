import { isTemporaryView } from '../../schema/apply.js';
import { sameArguments } from '../../schema/functions.js';
import { place } from '../../schema/keys.js';
import { keyOnTable } from '../../schema/note-dependents.js';
import { keyOf, type SchemaState } from '../../schema/state.js';
import type { Action, CreateFunction, CreateView, ObjectName, Other } from '../../sql/action.js';
import type { ObjectKind } from '../../sql/kinds.js';
import { alreadyExists, type Failure } from '../failure.js';
import { relationRef } from '../object-refs.js';

/**
 * A second object of a name, of the kinds that have no rows: sequences, views, types, functions, triggers, policies,
 * schemas, extensions, publications (measured on PostgreSQL 15 and 18).
 */
export function ofTaken(action: Action, before: SchemaState): Failure | undefined {
  switch (action.kind) {
    case 'createSequence':
      return action.ifNotExists || action.temporary ? undefined : ofRelation(action.sequence, before);
    case 'createView':
      return ofView(action, before);
    case 'createTable':
      return action.temporary ? undefined : ofType(action.table, before, false);
    case 'createEnum':
      return ofType(action.type, before, true);
    case 'createDomain':
      return ofType(action.domain, before, true);
    case 'createFunction':
      return action.replace ? undefined : ofFunction(action, before);
    case 'createTrigger': {
      const table = action.replace ? undefined : before.table(action.table);
      return table?.dependents.has(keyOnTable('trigger', action.trigger, table.key))
        ? onTable('trigger', action.trigger, 'relation', table.name)
        : undefined;
    }
    case 'createSchema':
      return action.ifNotExists ? undefined : ofMade('schema', action.schema, '42P06', before);
    case 'createExtension':
      return action.ifNotExists ? undefined : ofMade('extension', action.extension, '42710', before);
    case 'other':
      return ofOther(action, before);
    default:
      return undefined;
  }
}

function ofRelation(name: ObjectName, before: SchemaState): Failure | undefined {
  const taken = before.relationByKey(keyOf(before.schemaFor(name), name.name));
  if (!taken) return undefined;
  const { kind } = relationRef(taken, before);
  return alreadyExists('42P07', `relation "${name.name}" already exists`, kind, name.name, taken);
}

function ofView(action: CreateView, before: SchemaState): Failure | undefined {
  if (action.replace || action.ifNotExists || isTemporaryView(before, action)) return undefined;
  return ofRelation(action.view, before) ?? ofType(action.view, before, false);
}

/** Every table and view has a type of its name. `orRelation`: whether a table or view stands in the way as well. */
function ofType(name: ObjectName, before: SchemaState, orRelation: boolean): Failure | undefined {
  const key = keyOf(before.schemaFor(name), name.name);
  const type = before.typeByKey(key);
  const relation = orRelation ? before.relationByKey(key) : undefined;
  const isRow = relation !== undefined && relation.kind !== 'index' && relation.kind !== 'sequence';
  if (!type && !isRow) return undefined;
  const known = type?.kind === 'enum' ? type : relation;
  if (type?.kind === 'composite' && !orRelation)
    return alreadyExists('42P07', `relation "${name.name}" already exists`, 'type', name.name);
  const kind = type ? (type.kind === 'domain' ? 'domain' : 'type') : 'table';
  return alreadyExists('42710', `type "${name.name}" already exists`, kind, name.name, known);
}

/** "t.c%type" is the type of a column, which nobody looks up here. */
function ofFunction(action: CreateFunction, before: SchemaState): Failure | undefined {
  const known = before.functionByKey(place(before, action.function).key);
  const isSame = known?.overloads.some(
    (each) => sameArguments(each.arguments, action.arguments) && !action.arguments.join().includes('%type'),
  );
  const kind = action.procedure ? 'procedure' : 'function';
  const { name } = action.function;
  return isSame
    ? alreadyExists('42723', `function "${name}" already exists with same argument types`, kind, name)
    : undefined;
}

function ofMade(kind: 'schema' | 'extension', name: string, code: string, before: SchemaState): Failure | undefined {
  const there = before.made(`${kind} ${name}`);
  return there && name !== '' ? alreadyExists(code, `${kind} "${name}" already exists`, kind, name, there) : undefined;
}

function ofOther({ statement, name, relations }: Other, before: SchemaState): Failure | undefined {
  if (!name) return undefined;
  switch (statement) {
    case 'create policy': {
      const table = relations[0] && before.table(relations[0]);
      return table?.dependents.has(keyOnTable('policy', name.name, table.key))
        ? onTable('policy', name.name, 'table', table.name)
        : undefined;
    }
    case 'create publication':
      return before.dependent(`publication ${name.name}`)
        ? alreadyExists('42710', `publication "${name.name}" already exists`, 'publication', name.name)
        : undefined;
    case 'create composite type':
    case 'create range type':
      return ofType(name, before, true);
    default:
      return undefined;
  }
}

function onTable(kind: ObjectKind, name: string, what: 'relation' | 'table', table: string): Failure {
  const message = `${kind} "${name}" for ${what} "${table}" already exists`;
  return alreadyExists('42710', message, kind, `${name} of ${table}`);
}
