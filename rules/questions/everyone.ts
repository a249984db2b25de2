import { hasRight, rightsOnTables, type TableRight } from '../../server/src/schema/rights.js';
import type { Action, ObjectName, RightsChange } from '../../server/src/sql/action.js';
import type { FileSide, SupabaseProject } from '../engine/define-rule.js';
import { isSame } from './in-file.js';

/** Rights by role and right, as a table keeps them. */
type Rights = ReadonlyMap<string, boolean>;

/** The roles in which anybody may come: PUBLIC, and of Supabase's API the role of requests without a session. */
export function rolesOfEverybody(roles: readonly string[], supabase: SupabaseProject | undefined): string[] {
  return roles.filter((role) => role === 'public' || (supabase !== undefined && role === 'anon'));
}

/** Whom the roles stand for, as the subject of a sentence in the plural. */
export function peopleOf(roles: readonly string[]): string {
  if (roles.includes('public')) return 'all roles (PUBLIC)';
  const isAnon = roles.includes('anon');
  if (isAnon && roles.includes('authenticated')) return 'all callers of the API (anon, authenticated)';
  return isAnon
    ? 'callers of the API without a session (anon)'
    : 'all callers of the API with a session (authenticated)';
}

/** "read and change", as far as the rights go. */
export function doneWith(rights: readonly TableRight[]): string {
  const isRead = rights.includes('select');
  const isWritten = rights.some((right) => right !== 'select');
  return isRead && isWritten ? 'read and change' : isWritten ? 'change' : 'read';
}

/** The schema that Supabase's API shows unless its configuration says otherwise. */
export const exposedSchema = 'public';

/** Whether the change is about a relation: by its name, or with all of its schema. */
export function isAbout(change: RightsChange, action: Action, relation: ObjectName, schema: string): boolean {
  if (change.on !== 'table' || change.optionAlone) return false;
  if (change.of === 'named')
    return action.kind === 'other' && action.relations.some((each) => isSame(each, { ...relation, schema }));
  return change.of === 'all in schema' && change.schemas.includes(schema);
}

/** Who of everybody has which rights on a relation. */
export interface Access {
  readonly roles: readonly string[];
  readonly rights: readonly TableRight[];
  /** True where the files have taken the rights of both roles of the API away, whoever gave them. */
  readonly isWithheld: boolean;
}

/**
 * Who of everybody may do what with a relation behind the rest of the file. In: the rights that it has here; whether a
 * role of the API has one that nothing is said of.
 */
export function accessBehind(
  relation: ObjectName,
  schema: string,
  rights: Rights,
  later: FileSide,
  isGivenByDefault: boolean,
): Access {
  const all = new Map(rights);
  for (const action of later.actions('other')) {
    if (!action.rights || !isAbout(action.rights, action, relation, schema)) continue;
    for (const role of action.rights.roles)
      for (const right of rightsOnTables(action.rights)) all.set(`${role} ${right}`, action.rights.gives);
  }
  const roles = new Set<string>();
  const held = new Set<TableRight>();
  for (const role of ['public', 'anon', 'authenticated'])
    for (const right of rightsOfUse) {
      if (!(hasRight({ rights: all }, role, right) ?? (isGivenByDefault && role !== 'public'))) continue;
      roles.add(role);
      held.add(right);
    }
  const isWithheld = ['anon', 'authenticated'].every((role) =>
    rightsOfUse.every((right) => hasRight({ rights: all }, role, right) === false),
  );
  return { roles: [...roles], rights: [...held], isWithheld };
}

/** TRUNCATE is left out: no request of the API can do it, and no policy is asked. */
const rightsOfUse: readonly TableRight[] = ['select', 'insert', 'update', 'delete'];
