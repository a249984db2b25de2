import { defineRule } from '../engine/define-rule.js';
import { hasDynamicSql, isSame } from '../questions/in-file.js';
import { nameOf } from '../engine/words.js';

/** Without a policy row level security hides every row from all but the owner, superusers and BYPASSRLS: no error, no rows. */
export default defineRule({
  meta: {
    id: 'require-policy-with-rls',
    category: 'application-compatibility',
    severity: 'warning',
    summary: 'Create a policy in the migration that enables row level security.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/ddl-rowsecurity.html'],
    messages: {
      hidesAll:
        'Row level security without a policy hides every row of {table}: for every role but the owner of {table}, superusers and roles with BYPASSRLS, reads find nothing and INSERTs fail (error 42501).\nCreate a policy for {table} in the same transaction, before this line.',
      forced:
        'FORCE ROW LEVEL SECURITY without a policy hides every row of {table} from its owner as well: reads find nothing and INSERTs fail (error 42501).\nCreate a policy for {table} in the same transaction, before this line.',
    },
  },

  check: {
    alterTableOther(action, { before, earlier, later, file, runsLater }) {
      const isForced = action.subcommand === 'forceRowSecurity';
      if ((!isForced && action.subcommand !== 'enableRowSecurity') || runsLater) return;
      if (before.table(action.table)?.hasPolicy || before.table(action.table)?.temporary) return;
      const behind = later.naming(action.table.name);
      // The first of the two statements speaks for both.
      if (
        isForced &&
        earlier
          .naming(action.table.name)
          .some(
            (each) =>
              each.kind === 'alterTableOther' &&
              each.subcommand === 'enableRowSecurity' &&
              isSame(each.table, action.table),
          )
      )
        return;
      const comes = behind.some(
        (each) =>
          each.kind === 'other' &&
          each.statement === 'create policy' &&
          each.relations.some((table) => isSame(table, action.table)),
      );
      const goes = behind.some((each) => each.kind === 'dropTable' && isSame(each.table, action.table));
      if (comes || goes || file.some(hasDynamicSql)) return;
      // Nobody uses a new table yet.
      const isNew = before.isUnused(action.table);
      return {
        at: action.span,
        message: isForced ? 'forced' : 'hidesAll',
        data: { table: nameOf(action.table) },
        ...(isNew ? { severity: 'info' as const } : {}),
      };
    },
  },
});
