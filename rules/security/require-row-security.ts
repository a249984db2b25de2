import { rightsOnNew } from '../../server/src/schema/rights.js';
import { append, inCaseOf, newlineOf } from '../fixes/edit.js';
import { defineRule } from '../engine/define-rule.js';
import { nameOf } from '../engine/words.js';
import { accessBehind, doneWith, exposedSchema, peopleOf } from '../questions/everyone.js';
import { isSecuredBehind, isSecuredByTrigger } from '../questions/row-security.js';

/** Supabase's API gives each table of an exposed schema to its roles, as far as they have rights and policies let them. */
export default defineRule({
  meta: {
    id: 'require-row-security',
    category: 'security',
    severity: 'error',
    summary: 'On Supabase, switch row level security on for each new table of an exposed schema.',
    recommended: true,
    fix: 'unsafe',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/ddl-rowsecurity.html'],
    messages: {
      open: '{table} comes without row level security, so {people} {do} all of its rows.\nSwitch it on in the same migration, and make a policy for each role that needs rows.',
      granted:
        '{table} comes without row level security, so {people} {do} all of its rows, if the API shows the schema {schema}.\nSwitch it on in the same migration, and make a policy for each role that needs rows.',
      mayBeOpen:
        '{table} comes without row level security: where the project gives new tables to the API, all of its callers read and change all rows.\nSwitch it on in the same migration, and make a policy for each role that needs rows.',
    },
  },

  check: {
    createTable(action, context) {
      const { before, later, supabase, statement, runsLater } = context;
      if (!supabase || runsLater || action.temporary || before.table(action.table)) return;
      const schema = before.schemaFor(action.table);
      const isExposed = schema === exposedSchema;
      const given = rightsOnNew(before, schema);
      const isGiven = isExposed && supabase.givesRights === true;
      const { roles, rights, isWithheld } = accessBehind(action.table, schema, given, later, isGiven);
      const mayBeGiven = isExposed && supabase.givesRights === undefined && !isWithheld;
      if (rights.length === 0 && !mayBeGiven) return;
      if (isSecuredByTrigger(before) || isSecuredBehind(action.table, context)) return;
      const at = action.table.span ?? action.span;
      const table = nameOf(action.table);
      const [alter, enable] = ['ALTER TABLE ', ' ENABLE ROW LEVEL SECURITY'].map((words) => inCaseOf(statement, words));
      const turnOn = `${alter}${written(statement.text, action.table.span, table)}${enable}`;
      const fixes = [
        {
          title: 'Switch row level security on',
          safety: 'unsafe' as const,
          edits: [append(statement, `;${newlineOf(statement)}${turnOn}`)],
        },
      ];
      if (rights.length === 0) return { at, message: 'mayBeOpen', data: { table }, fixes, severity: 'warning' };
      const data = { table, people: peopleOf(roles), do: doneWith(rights) };
      if (isExposed) return { at, message: 'open', data, fixes };
      const severity = rights.some((right) => right !== 'select') ? ('warning' as const) : ('info' as const);
      return { at, message: 'granted', data: { ...data, schema }, fixes, severity };
    },
  },
});

/** The name as the author wrote it. */
function written(text: string, span: { start: number; end: number } | undefined, name: string): string {
  return span ? text.slice(span.start, span.end) : name;
}
