import { hasRight } from '../../server/src/schema/rights.js';
import { dependentsOf } from '../../server/src/schema/note-dependents.js';
import type { ObjectName, PolicyTerms } from '../../server/src/sql/action.js';
import { defineRule, type RuleContext } from '../engine/define-rule.js';
import { listed, nameOf } from '../engine/words.js';
import { peopleOf, rolesOfEverybody } from '../questions/everyone.js';
import { isSame } from '../questions/in-file.js';

type Write = 'insert' | 'update' | 'delete';

/** Policies are joined by OR: one that is always true makes the others meaningless (measured). */
export default defineRule({
  meta: {
    id: 'no-open-policy',
    category: 'security',
    severity: 'warning',
    summary: 'Let no policy allow everybody to change every row.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-createpolicy.html'],
    messages: {
      changes:
        '{policy} is always true, so {people} {do} every row of {table} for which they have the right, whatever other policies say.\nState in it which rows they may change, or name the role that it is for behind TO.',
      inserts:
        "{policy} is always true, so {people} may insert any row into {table}, in anybody's name.\nState in WITH CHECK which rows they may insert, or name the role that it is for behind TO.",
    },
  },

  check: {
    other(action, context) {
      const [table] = action.relations;
      const { policy } = action;
      if (!policy || !table || context.runsLater || policy.isRestrictive) return;
      const roles = rolesOfEverybody(policy.roles, context.supabase);
      const open = writesOpenBy(policy).filter((right) => !isWithheld(table, right, context));
      if (roles.length === 0 || open.length === 0 || isNarrowed(table, context)) return;
      if (isDroppedBehind(action.name?.name, table, context)) return;
      const data = { policy: action.name?.name ?? '', table: nameOf(table), people: peopleOf(roles) };
      const at = action.name?.span ?? headOfPolicy(context);
      const changes = open.filter((right) => right !== 'insert');
      if (changes.length === 0) return { at, message: 'inserts', data, severity: 'info' };
      return { at, message: 'changes', data: { ...data, do: listed(open.map((right) => verbs[right])) } };
    },
  },
});

const verbs: Readonly<Record<Write, string>> = { insert: 'insert', update: 'change', delete: 'delete' };

/** What a policy lets through without a condition. Where WITH CHECK is not there, USING is asked of new rows, too. */
function writesOpenBy({ command, using, check }: PolicyTerms): Write[] {
  const isNewRowOpen = (check ?? using) === 'true';
  const isOldRowOpen = using === 'true';
  const open: Write[] = [];
  if (isNewRowOpen && (command === 'all' || command === 'insert')) open.push('insert');
  if (isOldRowOpen && isNewRowOpen && (command === 'all' || command === 'update')) open.push('update');
  if (isOldRowOpen && (command === 'all' || command === 'delete')) open.push('delete');
  return open;
}

/** True where the history has taken the right away from all of everybody. */
function isWithheld(name: ObjectName, right: Write, { before, supabase }: RuleContext): boolean {
  const table = before.table(name);
  if (!table || supabase === undefined) return false;
  const held = ['public', 'anon', 'authenticated'].map((role) => hasRight(table, role, right));
  return held.every((each) => each !== true) && held.slice(1).every((each) => each === false);
}

/** True where a restrictive policy of the table, earlier or later, takes away from what is allowed. */
function isNarrowed(name: ObjectName, { before, file }: RuleContext): boolean {
  const table = before.table(name);
  if (table && dependentsOf(before, table).some(({ on, policy }) => on === table.key && policy?.isRestrictive))
    return true;
  return file
    .actions('other')
    .some((each) => each.policy?.isRestrictive === true && each.relations.some((other) => isSame(other, name)));
}

function isDroppedBehind(policy: string | undefined, table: ObjectName, { later }: RuleContext): boolean {
  return later
    .naming(table.name)
    .some(
      (each) =>
        (each.kind === 'dropTable' && isSame(each.table, table)) ||
        (each.kind === 'dropObject' && each.object.name === policy && isSame(each.table, table)),
    );
}

/** CREATE POLICY and the name. */
function headOfPolicy({ statement }: RuleContext): { start: number; end: number } {
  const third = statement.tokens().filter(({ kind }) => kind === 'word' || kind === 'quoted')[2];
  return { start: 0, end: third?.end ?? statement.text.length };
}
