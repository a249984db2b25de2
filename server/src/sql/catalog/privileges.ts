import { quoteIdentifier } from '../quote.js';
import type { Catalog } from './catalog.js';
import { defaultPrivilegesName } from './default-privileges.js';
import { columnOrUnknown, common, relationOrUnknown, seen } from './make.js';
import type { CatalogObject, Definition, Rights, Setting } from './model.js';
import type { Source } from './source.js';
import { rangeName } from './scope.js';
import { nameOfParts, partsOfName, targetOf } from './targets.js';
import { field, flag, has, inner, list, strings, tagOf, text, type Tree } from './tree.js';

const all: Readonly<Record<string, readonly string[]>> = {
  table: ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN'],
  column: ['SELECT', 'INSERT', 'UPDATE', 'REFERENCES'],
  sequence: ['USAGE', 'SELECT', 'UPDATE'],
  routine: ['EXECUTE'],
  SCHEMA: ['USAGE', 'CREATE'],
  DATABASE: ['CREATE', 'CONNECT', 'TEMPORARY'],
};

function privilegesOf(object: CatalogObject): readonly string[] {
  if (object.kind === 'view') return all.table ?? [];
  if (object.kind === 'definition') return all[object.type] ?? ['USAGE'];
  return all[object.kind] ?? ['USAGE'];
}

/** What PUBLIC may do with an object of the kind from the beginning. */
export function publicRight(object: CatalogObject): string | undefined {
  if (object.kind === 'routine') return 'EXECUTE';
  if (object.kind === 'type') return 'USAGE';
  return object.kind === 'definition' && object.type === 'LANGUAGE' ? 'USAGE' : undefined;
}

export function granteeOf(node: Tree): string {
  const role = inner(node);
  const kind = text(role, 'roletype') ?? 'ROLESPEC_CSTRING';
  return kind === 'ROLESPEC_CSTRING' ? quoteIdentifier(text(role, 'rolename') ?? '') : kind.replace('ROLESPEC_', '');
}

interface Change {
  readonly grant: boolean;
  readonly option: boolean;
  readonly grantees: readonly string[];
}

/** Rights after a GRANT or REVOKE of some privileges. */
function changed(object: CatalogObject, privileges: readonly string[], change: Change): Rights {
  const rights = new Map(object.rights);
  for (const grantee of change.grantees)
    for (const privilege of privileges) {
      // The owner has every right already.
      if (object.owner !== undefined && grantee === quoteIdentifier(object.owner) && change.grant) continue;
      const key = `${grantee} ${privilege}`;
      const isDefault = grantee === 'PUBLIC' && publicRight(object) === privilege;
      if (change.grant) {
        if (isDefault) rights.delete(key);
        else if (change.option || rights.get(key) !== 'grantable')
          rights.set(key, change.option ? 'grantable' : 'plain');
      } else if (change.option) {
        if (rights.get(key) === 'grantable') rights.set(key, 'plain');
      } else if (isDefault) rights.set(key, 'revoked');
      else rights.delete(key);
    }
  return rights;
}

/**
 * Gives an object to another role. What that one was granted becomes the right of the owner, and PostgreSQL does not
 * part the two again.
 */
export function putOwner(catalog: Catalog, object: CatalogObject, owner: string | undefined): void {
  catalog.put({ ...object, owner, rights: withoutOwn(object, owner), seen: seen(object, 'owner') });
}

function withoutOwn({ rights }: CatalogObject, owner: string | undefined): Rights {
  if (owner === undefined) return rights;
  const prefix = `${quoteIdentifier(owner)} `;
  return new Map([...rights].filter(([key]) => !key.startsWith(prefix)));
}

function apply(catalog: Catalog, object: CatalogObject, privileges: readonly string[], change: Change): void {
  const known = catalog.get(object.oid) ?? object;
  const parts = change.grantees.flatMap((grantee) => privileges.map((privilege) => `right ${grantee} ${privilege}`));
  catalog.put({ ...known, rights: changed(known, privileges, change), seen: seen(known, ...parts) });
}

/** Replays GRANT and REVOKE on objects. */
export function grant(source: Source, stmt: Tree): void {
  const { catalog } = source;
  const change: Change = {
    grant: flag(stmt, 'is_grant'),
    option: flag(stmt, 'grant_option'),
    grantees: list(stmt, 'grantees').map(granteeOf),
  };
  const privileges = list(stmt, 'privileges').map(inner);
  for (const object of objectsOf(source, stmt)) {
    const whole = privileges.filter((each) => list(each, 'cols').length === 0);
    const names = whole.map((each) => (text(each, 'priv_name') ?? 'all').toUpperCase());
    const expanded = privileges.length === 0 || names.includes('ALL') ? privilegesOf(object) : names.map(canonical);
    if (privileges.length === 0 || names.length > 0) apply(catalog, object, expanded, change);
    // Without the right on the table, none on its columns is left.
    if (!change.grant && (privileges.length === 0 || names.length > 0))
      for (const column of catalog.childrenOfKind(object.oid, 'column'))
        if (column.rights.size > 0) apply(catalog, column, expanded, change);
    for (const each of privileges)
      for (const name of strings(each, 'cols')) {
        const column = columnOrUnknown(catalog, object, name);
        const given = (text(each, 'priv_name') ?? 'all').toUpperCase();
        apply(catalog, column, given === 'ALL' ? (all.column ?? []) : [given], change);
      }
  }
}

function canonical(name: string): string {
  return name === 'TEMP' ? 'TEMPORARY' : name;
}

function objectsOf(source: Source, stmt: Tree): CatalogObject[] {
  const { catalog } = source;
  const kind = text(stmt, 'objtype') ?? '';
  const objects = list(stmt, 'objects');
  if (text(stmt, 'targtype') === 'ACL_TARGET_ALL_IN_SCHEMA') {
    const schemas = objects.flatMap(partsOfName);
    if (!hasDefinitions(catalog))
      source.miss(`everything in the schema ${schemas.join(', ')} that no file makes`, true);
    const isOfRoutines = kind !== 'OBJECT_TABLE' && kind !== 'OBJECT_SEQUENCE';
    const every = [...catalog.all()];
    if (isOfRoutines && every.some((each) => each.kind === 'definition' && each.type === 'EXTENSION'))
      source.miss(`a function of an extension in ${schemas.join(', ')}`, true);
    return every.filter((object) => {
      if (object.schema === undefined || !schemas.includes(object.schema)) return false;
      if (kind === 'OBJECT_TABLE') return object.kind === 'table' || object.kind === 'view';
      if (kind === 'OBJECT_SEQUENCE') return object.kind === 'sequence';
      return object.kind === 'routine' && (kind !== 'OBJECT_PROCEDURE' || object.type === 'PROCEDURE');
    });
  }
  return objects.flatMap((node): CatalogObject[] => {
    if (tagOf(node) === 'RangeVar') return [relationOrUnknown(catalog, rangeName(inner(node)))];
    const found = targetOf(source, kind, node);
    if (found) return [found];
    if (kind === 'OBJECT_SCHEMA' || kind === 'OBJECT_DATABASE') return [unknownPlace(catalog, kind, partsOfName(node))];
    return [];
  });
}

/** A schema or database that no file makes. */
function unknownPlace(catalog: Catalog, kind: string, parts: readonly string[]): Definition {
  const { name } = nameOfParts(parts);
  const type = kind === 'OBJECT_SCHEMA' ? 'SCHEMA' : 'DATABASE';
  const isPublic = type === 'SCHEMA' && name === 'public';
  const base = common(catalog, name);
  const made: Definition = {
    kind: 'definition',
    ...base,
    type,
    identity: [{ oid: base.oid, as: 'full' }],
    text: isPublic ? ['CREATE SCHEMA public'] : [],
    alters: [],
    enabled: 'ENABLE',
    detail: undefined,
    options: new Map(),
    forEachRow: false,
    origin: isPublic && hasDefinitions(catalog) ? 'defined' : 'unknown',
    // Whoever came from a version before 15 may make things in "public", and everybody may look into it.
    rights: new Map(
      isPublic
        ? [
            ['PUBLIC USAGE', 'plain'],
            ['PUBLIC CREATE', 'unsure'],
          ]
        : [],
    ),
  };
  catalog.put(made);
  return made;
}

/** Every database begins with this schema. */
export function putPublic(catalog: Catalog): void {
  if (catalog.candidates('SCHEMA', 'public').length === 0) unknownPlace(catalog, 'OBJECT_SCHEMA', ['public']);
}

/** A schema or database that is there, though no file makes it, is so before GRANT and REVOKE. */
export function prepareGrant(source: Source, stmt: Tree): void {
  const kind = text(stmt, 'objtype') ?? '';
  if (text(stmt, 'targtype') !== 'ACL_TARGET_OBJECT') return;
  if (kind === 'OBJECT_SCHEMA' || kind === 'OBJECT_DATABASE') objectsOf(source, stmt);
}

/** True when the files make something, so that they seem to be the whole history. */
export function hasDefinitions(catalog: Catalog): boolean {
  if (catalog.whole) return true;
  for (const object of catalog.all())
    if (object.origin === 'defined' && (object.kind === 'table' || object.kind === 'view' || object.kind === 'routine'))
      return true;
  return false;
}

/** Replays ALTER DEFAULT PRIVILEGES. */
export function alterDefaultPrivileges(source: Source, stmt: Tree): void {
  const { catalog } = source;
  const action = field(stmt, 'action');
  const options = list(stmt, 'options').map(inner);
  const named = (name: string): (string | undefined)[] => {
    const option = options.find((each) => text(each, 'defname') === name);
    if (!option) return [undefined];
    return list(inner(field(option, 'arg')), 'items').map((node) =>
      tagOf(node) === 'RoleSpec' ? text(inner(node), 'rolename') : partsOfName(node).at(-1),
    );
  };
  const classes: Readonly<Record<string, string>> = {
    OBJECT_TABLE: 'TABLES',
    OBJECT_SEQUENCE: 'SEQUENCES',
    OBJECT_FUNCTION: 'ROUTINES',
    OBJECT_ROUTINE: 'ROUTINES',
    OBJECT_TYPE: 'TYPES',
    OBJECT_SCHEMA: 'SCHEMAS',
  };
  const kind = classes[text(action, 'objtype') ?? ''] ?? 'TABLES';
  const change: Change = {
    grant: flag(action, 'is_grant'),
    option: flag(action, 'grant_option'),
    grantees: list(action, 'grantees').map(granteeOf),
  };
  for (const role of named('roles'))
    for (const schema of named('schemas')) {
      const name = defaultPrivilegesName(role ?? catalog.session.role, schema, kind);
      const found = catalog.candidates('setting', name)[0];
      const head = `ALTER DEFAULT PRIVILEGES${role === undefined ? '' : ` FOR ROLE ${quoteIdentifier(role)}`}${schema === undefined ? '' : ` IN SCHEMA ${quoteIdentifier(schema)}`}`;
      const setting: Setting =
        found?.kind === 'setting'
          ? found
          : {
              kind: 'setting',
              ...common(catalog, name),
              type: 'default privileges',
              head,
              value: kind,
              origin: hasDefinitions(catalog) ? 'defined' : 'unknown',
            };
      const names = list(action, 'privileges').map((each) => (text(inner(each), 'priv_name') ?? 'all').toUpperCase());
      const expanded = names.length === 0 || names.includes('ALL') ? classPrivileges(kind) : names;
      catalog.put({
        ...setting,
        rights: changedDefaults(setting, kind, expanded, change),
        seen: seen(setting, 'rights'),
      });
    }
}

function classPrivileges(kind: string): readonly string[] {
  if (kind === 'TABLES') return all.table ?? [];
  if (kind === 'SEQUENCES') return all.sequence ?? [];
  if (kind === 'ROUTINES') return ['EXECUTE'];
  return kind === 'SCHEMAS' ? ['USAGE', 'CREATE'] : ['USAGE'];
}

function changedDefaults(setting: Setting, kind: string, privileges: readonly string[], change: Change): Rights {
  const isGlobal = !setting.head.includes('IN SCHEMA');
  const rights = new Map(setting.rights);
  for (const grantee of change.grantees)
    for (const privilege of privileges) {
      const key = `${grantee} ${privilege}`;
      const isDefault = isGlobal && grantee === 'PUBLIC' && (kind === 'ROUTINES' || kind === 'TYPES');
      if (change.grant) {
        if (isDefault) rights.delete(key);
        else rights.set(key, change.option ? 'grantable' : 'plain');
      } else if (isDefault && !change.option) rights.set(key, 'revoked');
      else if (change.option) {
        if (rights.has(key)) rights.set(key, 'plain');
      } else rights.delete(key);
    }
  return rights;
}

/** Replays GRANT role TO role. */
export function grantRole(source: Source, stmt: Tree): void {
  const { catalog } = source;
  const isGrant = flag(stmt, 'is_grant');
  const admin = has(stmt, 'opt') && list(stmt, 'opt').some((each) => text(inner(each), 'defname') === 'admin');
  for (const granted of list(stmt, 'granted_roles'))
    for (const member of list(stmt, 'grantee_roles').map(granteeOf)) {
      const role = quoteIdentifier(text(inner(granted), 'priv_name') ?? '');
      const name = `${role} TO ${member}`;
      const found = catalog.candidates('setting', name)[0];
      const isKnown = [role, member].some((each) => catalog.candidates('ROLE', each.replaceAll('"', '')).length > 0);
      if (!isGrant) {
        if (found) catalog.delete(found.oid);
        else
          catalog.put({
            kind: 'setting',
            ...common(catalog, name),
            type: 'membership',
            head: role,
            value: '',
            origin: 'unknown',
          });
        continue;
      }
      if (found) continue;
      catalog.put({
        kind: 'setting',
        ...common(catalog, name),
        type: 'membership',
        head: `${role} TO ${member}`,
        value: admin ? ' WITH ADMIN OPTION' : '',
        origin: isKnown ? 'defined' : 'mayPredate',
      });
    }
}
