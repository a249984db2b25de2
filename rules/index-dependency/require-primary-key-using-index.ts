import { provesNotNull } from '../../server/src/schema/constraints.js';
import { hasKey, isProvenBelow } from '../../server/src/schema/proven-below.js';
import { defineRule } from '../engine/define-rule.js';
import { buildIndexFirst } from '../fixes/build-index-first.js';
import { headOf, isThere, listed, nameOf } from '../engine/words.js';

/** ADD PRIMARY KEY builds its index, and proves its columns NOT NULL, under ACCESS EXCLUSIVE. */
export default defineRule({
  meta: {
    id: 'require-primary-key-using-index',
    aliases: ['adding-serial-primary-key-field'],
    category: 'index-dependency',
    severity: 'error',
    summary: 'Add a primary key from an index that is built concurrently, on columns that are NOT NULL.',
    byRows: true,
    recommended: true,
    fix: 'safe',
    since: '0.1.0',
    sources: [
      'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT-USING-INDEX',
    ],
    messages: {
      builds:
        'Adding this primary key builds its index under an ACCESS EXCLUSIVE lock on {table}: all reads and writes wait until the build ends.\nBuild the index with CREATE UNIQUE INDEX CONCURRENTLY, then add the primary key USING INDEX.',
      nullable:
        'This primary key makes {columns} NOT NULL and reads every row of {table} under an ACCESS EXCLUSIVE lock to check it, although the index is there already.\nProve {columns} NOT NULL first.',
      partitioned:
        'Adding this primary key to the partitioned table {table} builds an index on every partition under ACCESS EXCLUSIVE locks: all reads and writes wait until the builds end.\nGive each partition its own primary key first, from an index that is built concurrently; PostgreSQL then attaches those instead of building.',
      withColumn:
        'PRIMARY KEY on the new column {column} builds an index over every row of {table} under an ACCESS EXCLUSIVE lock: all reads and writes wait.\nAdd and fill the column first, then build its index concurrently and add the key USING INDEX.',
    },
  },

  check: {
    addConstraint(action, context) {
      const { constraint } = action;
      const { before } = context;
      if (constraint.kind !== 'primaryKey' || before.isUnused(action.table)) return;
      const table = before.table(action.table);
      const data = { table: nameOf(action.table), columns: listed(constraint.columns) };
      if (constraint.usingIndex !== undefined) {
        const index = before.index({ schema: action.table.schema, name: constraint.usingIndex });
        const columns = index?.columns.filter((column): column is string => column !== undefined) ?? [];
        const unproven = columns.filter((column) => !provesNotNull(table, column));
        // Of an index or a table that the history does not hold, nothing can be said.
        if (unproven.length === 0 || !table?.complete) return;
        return {
          at: headOf(constraint.span, context.statement),
          message: 'nullable',
          data: { ...data, columns: listed(unproven) },
          severity: 'warning',
        };
      }
      if (table?.partitionBy) {
        const hasKeys = isProvenBelow(before, table, (each) => hasKey(each, 'primaryKey', constraint.columns));
        // ONLY builds nothing, and what the partitions have is attached.
        return action.only || hasKeys
          ? undefined
          : { at: headOf(constraint.span, context.statement), message: 'partitioned', data };
      }
      const proven = constraint.columns.every((column) => provesNotNull(table, column));
      const fix = proven ? buildIndexFirst(action, 'PRIMARY KEY', context) : undefined;
      return { at: headOf(constraint.span, context.statement), message: 'builds', data, fixes: fix ? [fix] : [] };
    },

    addColumn(action, { before, statement }) {
      if (before.isUnused(action.table) || isThere(action, before)) return;
      const key = action.column.constraints.find((constraint) => constraint.kind === 'primaryKey');
      return (
        key && {
          at: headOf(key.span, statement),
          message: 'withColumn',
          data: { column: action.column.name, table: nameOf(action.table) },
        }
      );
    },
  },
});
