import { givesByDefault, rolesOfView } from '../../server/src/schema/rights.js';
import type { SchemaState } from '../../server/src/schema/state.js';
import type { ObjectName } from '../../server/src/sql/action.js';
import type { ParsedStatement } from '../../server/src/sql/statement.js';
import { defineRule, type FileSide } from '../engine/define-rule.js';
import { isSame } from '../questions/in-file.js';
import { leadingWords, listed, nameOf } from '../engine/words.js';

/** A view has no rows to lose, but running code that reads it fails with 42P01 from the commit on. */
export default defineRule({
  meta: {
    id: 'no-drop-view',
    category: 'application-compatibility',
    severity: 'warning',
    summary: 'Drop a view only after no running code reads it.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-dropview.html'],
    messages: {
      drops:
        'Running code that reads {view} fails from here on (error 42P01).\nShip the code that no longer reads {view} first, then drop it.',
      rights:
        'DROP takes the rights of {roles} on {view} along, and the new {view} has none: running code that connects so fails (error 42501).\nGrant them again in the same transaction, or keep the view with CREATE OR REPLACE.',
      gap: 'Between this and its CREATE, {view} is not there: without a transaction around both, running code that reads it fails in the meantime (error 42P01).\nPut both between BEGIN and COMMIT.',
    },
  },

  check: {
    dropObject(action, { before, later, transaction, statement, runsLater, reportedBefore }) {
      if (runsLater || (action.objectKind !== 'view' && action.objectKind !== 'materialized view')) return;
      const view = before.view(action.object);
      if (view?.release === before.release) return;
      const data = { view: nameOf(action.object) };
      const at = action.object.span ?? leadingWords(statement);
      const isBack = later
        .naming(action.object.name)
        .some(
          (each) =>
            (each.kind === 'createView' && isSame(each.view, action.object)) ||
            (each.kind === 'createTable' && isSame(each.table, action.object)) ||
            ((each.kind === 'renameObject' || each.kind === 'renameTable') && each.to === action.object.name),
        );
      const roles = isBack && view ? lostRoles(action.object, view.key, before, later) : [];
      if (roles.length > 0) return { at, message: 'rights', data: { ...data, roles: listed(roles) } };
      if (isBack)
        return transaction.open || reportedBefore ? undefined : { at, message: 'gap', data, severity: 'info' };
      // DROP … IF EXISTS of what no migration has made may find nothing.
      return { at, message: 'drops', data, ...(action.ifExists && !view ? { severity: 'info' as const } : {}) };
    },
  },
});

/** The roles that have rights on the view and get none on the new one. */
function lostRoles(name: ObjectName, view: string, before: SchemaState, later: FileSide): string[] {
  if (givesByDefault(before)) return [];
  const behind = [...later.naming(name.name)];
  // A view that comes by its name has rights of its own.
  if (!behind.some((each) => each.kind === 'createView' && isSame(each.view, name))) return [];
  const given = behind.flatMap((each) =>
    each.kind === 'other' && each.rights?.gives === true && each.relations.some((other) => isSame(other, name))
      ? each.rights.roles
      : [],
  );
  return later.some(givesToAll) ? [] : rolesOfView(before, view).filter((role) => !given.includes(role));
}

/** GRANT … ON ALL TABLES IN SCHEMA, and default privileges. */
function givesToAll({ actions }: ParsedStatement): boolean {
  return actions.some((each) => each.kind === 'other' && each.rights?.gives === true && each.rights.of !== 'named');
}
