import { dependentsOf } from '../../server/src/schema/note-dependents.js';
import type { SchemaState } from '../../server/src/schema/state.js';
import type { Action, ObjectName, Other, RightsChange } from '../../server/src/sql/action.js';
import { defineRule, type FileSide, type Report } from '../engine/define-rule.js';
import { isSame } from '../questions/in-file.js';
import { listed, nameOf } from '../engine/words.js';

type Message = 'revokes' | 'revokesAll' | 'revokesSchema' | 'lastPolicy' | 'gap' | 'opens';

/** Rights that running code has today and not from here on: 42501, or rows that vanish or appear without an error (measured on PostgreSQL 15). */
export default defineRule({
  meta: {
    id: 'no-lost-access',
    category: 'application-compatibility',
    severity: 'warning',
    summary: 'Take rights and policies away only when no running code needs them.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: [
      'https://www.postgresql.org/docs/current/sql-revoke.html',
      'https://www.postgresql.org/docs/current/ddl-rowsecurity.html',
    ],
    messages: {
      revokes:
        'This takes {rights} on {table} from {roles}: running code that connects so and needs it fails at once (error 42501).\nShip the code that does without it first.',
      revokesAll:
        'This takes {rights} on all tables of the schema {schema} from {roles}: running code that connects so and needs one of them fails at once (error 42501).\nShip the code that does without them first.',
      revokesSchema:
        'Without {rights} on the schema {schema}, {roles} may name nothing in it, whatever rights there are on its tables: running code that connects so fails at once (error 42501).\nShip the code that does without it first.',
      lastPolicy:
        '{policy} is the last policy of {table}, and row level security stays on: for every role but the owner, superusers and roles with BYPASSRLS, reads find nothing from here on and INSERTs fail (error 42501).\nCreate its successor in the same transaction.',
      gap: '{policy} is the last policy of {table} until the next one comes: in between, reads of every role but the owner find nothing and INSERTs fail (error 42501).\nPut both into one transaction.',
      opens:
        'Without row level security every role with rights on {table} reads and changes all of its rows, whatever its policies say.\nVerify that nothing relies on them, such as one tenant not seeing the rows of another.',
    },
  },

  check: {
    other(action, { before, later, runsLater }) {
      if (action.statement !== 'revoke' || runsLater || action.options?.has('grant option')) return;
      // Rights of everybody are taken back to give them to some.
      const roles = (action.options?.get('roles') ?? '').split(', ').filter((role) => role !== '');
      const tables = action.relations.filter((table) => {
        const known = before.relation(table);
        return known?.kind !== 'sequence' && !before.isUnused(table) && known?.release !== before.release;
      });
      const [table] = tables;
      if (tables.length === 0 && action.rights && action.relations.length === 0)
        return ofSchema(action, action.rights, before, later);
      if (roles.length === 0 || !table || tables.every((each) => isGranted(each, roles, later))) return;
      return {
        at: table.span ?? action.span,
        message: 'revokes',
        data: {
          roles: listed(roles),
          rights: rightsText(action),
          table: listed(tables.map(nameOf)),
        },
      };
    },
    dropObject(action, { before, later, transaction, runsLater }) {
      if (action.objectKind !== 'policy' || !action.table || runsLater) return;
      const table = before.table(action.table);
      if (!table?.rowSecurity || before.isUnused(action.table)) return;
      const policies = dependentsOf(before, table).filter(({ kind, on }) => kind === 'policy' && on === table.key);
      if (policies.length !== 1 || policies[0]?.name !== action.object.name) return;
      const data = { policy: action.object.name, table: nameOf(action.table) };
      const at = action.object.span ?? action.span;
      if (comes(action.table, later))
        return transaction.open ? undefined : { at, message: 'gap', data, severity: 'info' };
      return { at, message: 'lastPolicy', data };
    },
    alterTableOther(action, { before, later, runsLater }) {
      if (action.subcommand !== 'disableRowSecurity' || runsLater || before.isUnused(action.table)) return;
      if (before.table(action.table)?.rowSecurity === false || isOnAgain(action.table, later)) return;
      return { at: action.span, message: 'opens', data: { table: nameOf(action.table) } };
    },
  },
});

function rightsText({ options }: Other): string {
  return (options?.get('rights') || 'all rights').toUpperCase().replace('ALL RIGHTS', 'all rights');
}

/** REVOKE … ON ALL TABLES IN SCHEMA of tables that were there, and REVOKE USAGE ON SCHEMA. */
function ofSchema(
  action: Other,
  { on, of, schemas, roles, rights, optionAlone }: RightsChange,
  before: SchemaState,
  later: FileSide,
): Report<Message> | undefined {
  const named = roles.filter((role) => role !== 'public');
  const isUsage = on === 'schema' && (rights.length === 0 || rights.includes('usage'));
  const isAll = on === 'table' && of === 'all in schema';
  if (named.length === 0 || optionAlone || !(isUsage || isAll)) return undefined;
  // What the release has made by itself, nobody reads yet.
  const old = schemas.filter((schema) =>
    [...before.relations()].some((each) => each.schema === schema && each.release !== before.release),
  );
  const [schema] = old;
  const isGiven = [...later.actions('other')].some(
    (each) =>
      each.rights?.gives === true && each.rights.on === on && named.every((role) => each.rights?.roles.includes(role)),
  );
  if (schema === undefined || isGiven) return undefined;
  return {
    at: action.span,
    message: isAll ? 'revokesAll' : 'revokesSchema',
    data: { rights: isAll ? rightsText(action) : 'USAGE', roles: listed(named), schema: listed(old) },
  };
}

/** True when the file gives the same roles rights on the table again. */
function isGranted(table: ObjectName, roles: readonly string[], later: FileSide): boolean {
  const gives = (each: Action): each is Other =>
    each.kind === 'other' && each.statement === 'grant' && each.relations.some((other) => isSame(other, table));
  const granted = [...later.naming(table.name)].flatMap((each) =>
    gives(each) ? (each.options?.get('roles') ?? '').split(', ') : [],
  );
  return roles.every((role) => granted.includes(role));
}

/** A policy that comes behind, or row level security or the table that goes. */
function comes(table: ObjectName, later: FileSide): boolean {
  return later.naming(table.name).some((each) => {
    if (each.kind === 'other')
      return each.statement === 'create policy' && each.relations.some((other) => isSame(other, table));
    if (each.kind === 'dropTable') return isSame(each.table, table);
    return each.kind === 'alterTableOther' && each.subcommand === 'disableRowSecurity' && isSame(each.table, table);
  });
}

function isOnAgain(table: ObjectName, later: FileSide): boolean {
  return later
    .naming(table.name)
    .some(
      (each) =>
        (each.kind === 'dropTable' || (each.kind === 'alterTableOther' && each.subcommand === 'enableRowSecurity')) &&
        isSame(each.table, table),
    );
}
