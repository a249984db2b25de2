import { addColumnRewrite } from '../../server/src/impact/effects/alter-table.js';
import { defineRule } from '../engine/define-rule.js';
import { isThere, nameOf } from '../engine/words.js';

/** Serial, identity, GENERATED … STORED and constrained-domain columns write every row anew (measured on PostgreSQL 14–18). */
export default defineRule({
  meta: {
    id: 'no-rewriting-column',
    category: 'lock-contention',
    severity: 'error',
    summary:
      'Do not add a serial, identity, stored generated or constrained-domain column to an existing table: it rewrites the table.',
    byRows: true,
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES'],
    messages: {
      serial:
        'Adding the serial column {column} rewrites {table} and its indexes under an ACCESS EXCLUSIVE lock: all reads and writes wait.\nAdd a plain column, a sequence and a default for new rows, then fill the old rows in batches.',
      identity:
        'Adding the identity column {column} rewrites {table} and its indexes under an ACCESS EXCLUSIVE lock: all reads and writes wait.\nAdd a plain column, fill it in batches, then make it an identity column.',
      stored:
        'Adding the stored generated column {column} rewrites {table} and its indexes under an ACCESS EXCLUSIVE lock: all reads and writes wait.\nAdd a plain column, keep it up to date with a trigger and fill the old rows in batches.',
      domain:
        'The type of {column} is a domain with a constraint, so adding it rewrites {table} and its indexes under an ACCESS EXCLUSIVE lock, even without a default: all reads and writes wait.\nUse the plain type and a CHECK that is added NOT VALID.',
    },
  },

  check: {
    addColumn(action, { before }) {
      if (before.isUnused(action.table) || isThere(action, before)) return;
      const why = addColumnRewrite(action.column, { before });
      if (why === undefined || why === 'volatile default') return;
      const at =
        why === 'stored'
          ? action.column.generated?.clause
          : why === 'identity'
            ? action.column.identity?.clause
            : action.column.type?.span;
      return {
        at: at ?? action.column.nameSpan,
        message: why,
        data: { column: action.column.name, table: nameOf(action.table) },
      };
    },
  },
});
