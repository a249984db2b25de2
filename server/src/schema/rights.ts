import type { Action, RightsChange } from '../sql/action.js';
import type { Table } from './model.js';
import type { SchemaState } from './state.js';

/**
 * The rights that everybody has on tables, as far as the history gives or takes them: of PUBLIC, and of the roles that
 * Supabase's API works with for whoever calls it. Rights of other roles are the project's own affair.
 */

/** PUBLIC; who calls Supabase's API without a session, and with one. */
const followedRoles: ReadonlySet<string> = new Set(['public', 'anon', 'authenticated']);

export type TableRight = 'select' | 'insert' | 'update' | 'delete' | 'truncate';

const tableRights: readonly TableRight[] = ['select', 'insert', 'update', 'delete', 'truncate'];

/** The rights that change rows. */
export const writingRights: readonly TableRight[] = ['insert', 'update', 'delete', 'truncate'];

function keyOfRight(role: string, right: TableRight): string {
  return `${role} ${right}`;
}

/** Whether the history has given a role a right on a table (true) or taken it away (false); undefined where it says nothing. */
export function hasRight(table: Pick<Table, 'rights'>, role: string, right: TableRight): boolean | undefined {
  return table.rights.get(keyOfRight(role, right));
}

/** The rights among those on tables that a statement gives or takes. */
export function rightsOnTables({ rights }: RightsChange): readonly TableRight[] {
  return rights.length === 0 ? tableRights : tableRights.filter((right) => rights.includes(right));
}

/** True for what shows that the project gives its roles rights of their own. */
export function saysWhoMay(action: Action): boolean {
  if (action.kind === 'alterTableOther')
    return action.subcommand === 'enableRowSecurity' || action.subcommand === 'forceRowSecurity';
  if (action.kind !== 'other') return false;
  // What every dump says of the schema public says nothing of the project.
  if (action.statement === 'grant' && action.rights?.on === 'schema')
    return action.rights.roles.some((role) => role !== 'public' && role !== 'postgres');
  return (
    action.statement === 'grant' ||
    action.statement === 'grant role' ||
    action.statement === 'create policy' ||
    action.statement === 'create role' ||
    action.statement === 'alter default privileges'
  );
}

/** Notes what an action says of rights. */
export function noteRights(state: SchemaState, action: Action): void {
  if (saysWhoMay(action)) state.noteDone('rights');
  noteRightsOnViews(state, action);
  if (action.kind !== 'other' || !action.rights || action.rights.on !== 'table' || action.rights.optionAlone) return;
  const { rights } = action;
  const changed = changedBy(rights);
  if (changed.size === 0) return;
  if (rights.of === 'new objects') return noteDefaults(state, rights.schemas, changed);
  const tables =
    rights.of === 'named'
      ? action.relations.flatMap((name) => state.table(name)?.key ?? [])
      : [...state.relations()].flatMap(({ kind, key, schema }) =>
          (kind === 'table' || kind === 'foreignTable') && rights.schemas.includes(schema) ? key : [],
        );
  for (const key of tables) {
    const table = state.writableTableByKey(key);
    if (table) table.rights = new Map([...table.rights, ...changed]);
  }
}

function changedBy(change: RightsChange): Map<string, boolean> {
  const roles = change.roles.filter((role) => followedRoles.has(role));
  return new Map(
    roles.flatMap((role) =>
      rightsOnTables(change).map((right): [string, boolean] => [keyOfRight(role, right), change.gives]),
    ),
  );
}

/** Default rights stand as a note of the state, one for each schema and one for all of them. */
function noteDefaults(state: SchemaState, schemas: readonly string[], changed: ReadonlyMap<string, boolean>): void {
  for (const schema of schemas.length > 0 ? schemas : ['']) {
    const all = new Map([...defaultsOf(state, schema), ...changed]);
    state.noteMade(nameOfDefaults(schema), true, JSON.stringify([...all]));
  }
}

function defaultsOf(state: SchemaState, schema: string): readonly (readonly [string, boolean])[] {
  const note = state.made(nameOfDefaults(schema))?.note;
  return note === undefined ? [] : (JSON.parse(note) as [string, boolean][]);
}

function nameOfDefaults(schema: string): string {
  return `rights on new tables ${schema}`;
}

/** What a table has that is made in a schema now. */
export function rightsOnNew(state: SchemaState, schema: string): ReadonlyMap<string, boolean> {
  if (!state.hasDone('rights')) return new Map();
  return new Map([...defaultsOf(state, ''), ...defaultsOf(state, schema)]);
}

/** The roles to which the history has given rights on a view, as far as they last; they go with the view. */
export function rolesOfView(state: SchemaState, key: string): readonly string[] {
  const note = state.made(nameOfView(key))?.note;
  return note === undefined || note === '' ? [] : note.split(', ');
}

/** True where ALTER DEFAULT PRIVILEGES gives somebody rights on tables and views that come. */
export function givesByDefault(state: SchemaState): boolean {
  return state.made(BY_DEFAULT) !== undefined;
}

const BY_DEFAULT = 'rights by default';

function nameOfView(key: string): string {
  return `rights on view ${key}`;
}

function noteRightsOnViews(state: SchemaState, action: Action): void {
  if (action.kind === 'dropObject' && (action.objectKind === 'view' || action.objectKind === 'materialized view')) {
    const view = state.view(action.object);
    if (view && rolesOfView(state, view.key).length > 0) state.noteMade(nameOfView(view.key), false);
    return;
  }
  if (action.kind !== 'other' || action.rights?.on !== 'table' || action.rights.optionAlone) return;
  const { of, gives, roles, rights } = action.rights;
  if (of === 'new objects' && gives) state.noteMade(BY_DEFAULT, true);
  if (of !== 'named') return;
  for (const name of action.relations) {
    const view = state.view(name);
    const known = view && rolesOfView(state, view.key);
    if (!view || !known) continue;
    // A right that is taken may be one of several.
    const left = gives ? [...new Set([...known, ...roles])] : rights.length > 0 ? known : without(known, roles);
    if (left.length !== known.length) state.noteMade(nameOfView(view.key), true, left.join(', '));
  }
}

function without(known: readonly string[], roles: readonly string[]): readonly string[] {
  return known.filter((role) => !roles.includes(role));
}
