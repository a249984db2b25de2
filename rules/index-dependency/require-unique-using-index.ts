import { hasKey, isProvenBelow } from '../../server/src/schema/proven-below.js';
import type { AddConstraint } from '../../server/src/sql/action.js';
import { defineRule, type RuleContext } from '../engine/define-rule.js';
import { buildIndexFirst } from '../fixes/build-index-first.js';
import { headOf, isThere, nameOf } from '../engine/words.js';

/** ADD UNIQUE builds its index under ACCESS EXCLUSIVE, harder than CREATE UNIQUE INDEX itself (measured: unique-add). */
export default defineRule({
  meta: {
    id: 'require-unique-using-index',
    aliases: ['disallowed-unique-constraint'],
    category: 'index-dependency',
    severity: 'error',
    summary: 'Add a UNIQUE constraint from an index that is built concurrently.',
    byRows: true,
    recommended: true,
    fix: 'safe',
    since: '0.1.0',
    sources: [
      'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT-USING-INDEX',
    ],
    messages: {
      builds:
        'Adding this UNIQUE constraint builds its index under an ACCESS EXCLUSIVE lock on {table}: all reads and writes wait until the build ends.\nBuild the index with CREATE UNIQUE INDEX CONCURRENTLY, then add the constraint USING INDEX.',
      partitioned:
        'Adding this UNIQUE constraint to the partitioned table {table} builds an index on every partition under ACCESS EXCLUSIVE locks: all reads and writes wait until the builds end.\nGive each partition its own UNIQUE constraint first, from an index that is built concurrently; PostgreSQL then attaches those instead of building.',
      withColumn:
        'UNIQUE on the new column {column} builds an index over every row of {table} under an ACCESS EXCLUSIVE lock: all reads and writes wait.\nAdd the column first, build the index with CREATE UNIQUE INDEX CONCURRENTLY, then add the constraint USING INDEX.',
    },
  },

  check: {
    addConstraint(action, context) {
      const { constraint } = action;
      if (constraint.kind !== 'unique' || constraint.usingIndex !== undefined || context.before.isUnused(action.table))
        return;
      const data = { table: nameOf(action.table) };
      const table = context.before.table(action.table);
      if (table?.partitionBy) {
        const hasKeys = isProvenBelow(context.before, table, (each) => hasKey(each, 'unique', constraint.columns));
        // ONLY builds nothing, and what the partitions have is attached.
        return action.only || hasKeys
          ? undefined
          : { at: headOf(constraint.span, context.statement), message: 'partitioned', data };
      }
      return {
        at: headOf(constraint.span, context.statement),
        message: 'builds',
        data,
        fixes: fixesFor(action, context),
      };
    },

    addColumn(action, { before, statement }) {
      if (before.isUnused(action.table) || isThere(action, before)) return;
      const unique = action.column.constraints.find((constraint) => constraint.kind === 'unique');
      return (
        unique && {
          at: headOf(unique.span, statement),
          message: 'withColumn',
          data: { column: action.column.name, table: nameOf(action.table) },
        }
      );
    },
  },
});

function fixesFor(action: AddConstraint, context: RuleContext) {
  const fix = buildIndexFirst(action, 'UNIQUE', context);
  return fix ? [fix] : [];
}
