import type { Table } from '../../server/src/schema/model.js';
import type { AlterTableOther } from '../../server/src/sql/action.js';
import { defineRule, type RuleContext } from '../engine/define-rule.js';
import { nameOf } from '../engine/words.js';
import { type Access, accessBehind, doneWith, exposedSchema, peopleOf } from '../questions/everyone.js';
import { isMadeSafeBehind } from '../questions/row-security.js';

/** What row level security kept apart, and nothing does from here on: measured in test/rules/security/measured.test.ts. */
export default defineRule({
  meta: {
    id: 'no-disable-row-security',
    category: 'security',
    severity: 'warning',
    summary: 'Keep row level security on, and no role beyond its policies.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/ddl-rowsecurity.html'],
    messages: {
      opens:
        'From here on {people} {do} every row of {table}: they have the rights, and row level security was all that kept them out.\nKeep it on and mend the policies, or take the rights away in the same transaction.',
      disables:
        'Without row level security every role with rights on {table} reads and changes all of its rows, whatever its policies say.\nKeep it on; a policy lets a role do everything where it has to.',
      ownerGoesFree:
        'From here on no policy binds the owner of {table}: code that connects as the owner reads and changes all of its rows.\nKeep FORCE, unless the application connects as another role.',
      passesBy:
        'With BYPASSRLS {role} reads and changes the rows of every table that it has rights on, whatever policies say.\nMake policies for {role} instead; keep BYPASSRLS for roles that administer or back up.',
    },
  },

  check: {
    alterTableOther(action, context) {
      const { before, later, runsLater } = context;
      if (runsLater || before.isUnused(action.table)) return;
      const table = before.table(action.table);
      const data = { table: nameOf(action.table) };
      if (action.subcommand === 'noForceRowSecurity') {
        const isForcedAgain = later
          .naming(action.table.name)
          .some((each) => each.kind === 'alterTableOther' && each.subcommand === 'forceRowSecurity');
        if (table?.rowSecurityForced !== true || table.rowSecurity === false || isForcedAgain) return;
        return { at: action.span, message: 'ownerGoesFree', data };
      }
      if (action.subcommand !== 'disableRowSecurity' || table?.rowSecurity === false) return;
      if (isMadeSafeBehind(action.table, later)) return;
      const { roles, rights } = accessTo(table, action, context);
      if (!rights.some((right) => right !== 'select')) return { at: action.span, message: 'disables', data };
      return {
        at: action.span,
        message: 'opens',
        data: { ...data, people: peopleOf(roles), do: doneWith(rights) },
        severity: 'error',
      };
    },
    other(action, { runsLater }) {
      const isNew = action.statement === 'create role';
      if ((!isNew && action.statement !== 'alter role') || runsLater) return;
      if (action.options?.get('bypassrls') !== 'true') return;
      return {
        at: action.span,
        message: 'passesBy',
        data: { role: action.name?.name ?? '' },
        ...(isNew ? { severity: 'info' as const } : {}),
      };
    },
  },
});

function accessTo(table: Table | undefined, action: AlterTableOther, { supabase, later }: RuleContext): Access {
  if (!table) return { roles: [], rights: [], isWithheld: false };
  const { place, schema, rights } = table;
  const isGiven = place?.made === true && schema === exposedSchema && supabase?.gaveRights(place.path) === true;
  return accessBehind(action.table, schema, rights, later, isGiven);
}
