import type { SchemaState } from '../../schema/state.js';
import { knownIndexName } from '../../schema/names.js';
import type { ActionOf, ObjectName } from '../../sql/action.js';
import { objectSql, quoteLiteral } from '../../sql/quote.js';
import { type Check, is, label } from './check.js';
import { regclass } from './server.js';

export function relation(kind: string, name: ObjectName, relkinds: string, after: SchemaState): Check[] {
  const found = after.relation(name);
  if (!found) return [];
  const kinds = relkinds.split(', ').map(quoteLiteral).join(', ');
  const populated = found.kind === 'materializedView' ? ` AND relispopulated = ${found.populated}` : '';
  const words = found.kind === 'materializedView' ? (found.populated ? ', with rows' : ', without rows') : '';
  const about = `${kind} ${label(name)}`;
  return [
    is(
      about,
      `EXISTS (SELECT FROM pg_class WHERE oid = ${regclass(objectSql(name))} AND relkind IN (${kinds})${populated})`,
      `${about}${words}`,
    ),
  ];
}

export function gone(kind: string, name: ObjectName, after: SchemaState): Check[] {
  if (after.relation(name)) return [];
  const about = `${kind} ${label(name)}`;
  return [is(about, `${regclass(objectSql(name))} IS NULL`, `${about} is gone`)];
}

export function newIndex(action: ActionOf<'createIndex'>, before: SchemaState, after: SchemaState): Check[] {
  const name = knownIndexName(before, action);
  if (name === undefined) return [];
  const found = after.index({ schema: action.table.schema, name });
  // One that a constraint takes over may have another name by now.
  if (!found) return [];
  return action.only
    ? relation('index', { ...action.table, name }, 'i, I', after)
    : validIndex({ ...action.table, name });
}

export function validIndex(name: ObjectName): Check[] {
  const about = `index ${label(name)}`;
  const where = `indexrelid = ${regclass(objectSql(name))} AND indisvalid AND indisready`;
  return [is(about, `EXISTS (SELECT FROM pg_index WHERE ${where})`, `${about}: valid`)];
}
