import { dependentsOn } from '../../server/src/schema/dependents/along.js';
import { mayHaveReaders } from '../../server/src/schema/dependents/of-column.js';
import type { ObjectName } from '../../server/src/sql/action.js';
import { defineRule, type Report, type RuleContext } from '../engine/define-rule.js';
import { listed, nameOf } from '../engine/words.js';

type Id = 'dropMayFail' | 'typeMayFail';

/** PostgreSQL refuses to drop a column that a view reads (2BP01) and to change its type (0A000). What is certain, no-failing-statement reports. */
export default defineRule({
  meta: {
    id: 'no-dependent-object',
    category: 'execution',
    severity: 'warning',
    summary: 'Before a column is dropped or changes its type, check the views that may read it.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/ddl-depend.html'],
    messages: {
      dropMayFail:
        '{views} may read {column} of {table}: then PostgreSQL refuses to drop it and the migration stops (error 2BP01).\nVerify that, and make the views anew without {column} first, in the same transaction.',
      typeMayFail:
        '{views} may read {column} of {table}: then PostgreSQL refuses to change its type and the migration stops (error 0A000).\nVerify that, and drop the views before and make them again behind it, in the same transaction.',
    },
  },

  check: {
    dropColumn(action, context) {
      if (action.cascade) return;
      return report('dropMayFail', action.table, action.column, action.columnSpan, context);
    },
    alterColumnType: (action, context) =>
      report('typeMayFail', action.table, action.column, action.columnSpan, context),
  },
});

function report(
  message: Id,
  name: ObjectName,
  column: string,
  at: Report['at'],
  { before, impact, runsLater }: RuleContext,
): Report<Id> | undefined {
  const table = before.table(name);
  if (!table || runsLater || impact.fails) return undefined;
  if (table.complete && !table.columns.has(column)) return undefined;
  if (!mayHaveReaders(table, before)) return undefined;
  const views = dependentsOn({ kind: 'column', table, column }, before).flatMap((each) =>
    each.kind === 'view' || each.kind === 'materialized view' ? each.name : [],
  );
  if (views.length === 0) return undefined;
  const data = { views: `The ${views.length === 1 ? 'view' : 'views'} ${listed(views)}`, column, table: nameOf(name) };
  return { at, message, data };
}
