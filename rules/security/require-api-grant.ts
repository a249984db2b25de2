import { rightsOnNew } from '../../server/src/schema/rights.js';
import type { Action, ObjectName } from '../../server/src/sql/action.js';
import { defineRule, type FileSide } from '../engine/define-rule.js';
import { nameOf } from '../engine/words.js';
import { exposedSchema, isAbout } from '../questions/everyone.js';
import { maySecureTables } from '../questions/row-security.js';

/** Since 2026-10-30 no role of Supabase's API has rights on a new table, service_role among them: error 42501. */
export default defineRule({
  meta: {
    id: 'require-api-grant',
    category: 'security',
    severity: 'info',
    summary: 'On Supabase, grant rights on each new table to the roles of the API that need it.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-grant.html'],
    messages: {
      unreachable:
        'Since 2026-10-30 new tables of Supabase come without rights: requests to its API for {table} fail (error 42501), with the service key, too.\nGrant each role what it needs, such as GRANT SELECT ON {table} TO authenticated; leave it where no request of the API asks for it.',
    },
  },

  check: {
    createTable(action, { before, file, later, supabase, runsLater, reportedBefore }) {
      if (supabase?.givesRights !== false || runsLater || reportedBefore || action.temporary) return;
      if (before.schemaFor(action.table) !== exposedSchema || before.table(action.table) || action.partitionOf) return;
      if (isGranted(action.table, file) || later.some(maySecureTables)) return;
      if ([...rightsOnNew(before, exposedSchema).values()].includes(true)) return;
      return { at: action.table.span ?? action.span, message: 'unreachable', data: { table: nameOf(action.table) } };
    },
  },
});

/** True where the file gives anybody rights on the table, or takes it away again. */
function isGranted(table: ObjectName, file: FileSide): boolean {
  const gives = (action: Action): boolean =>
    action.kind === 'other' &&
    action.rights?.gives === true &&
    (isAbout(action.rights, action, table, exposedSchema) || action.rights.of === 'new objects');
  return file.actions('other').some(gives) || file.naming(table.name).some(({ kind }) => kind === 'dropTable');
}
