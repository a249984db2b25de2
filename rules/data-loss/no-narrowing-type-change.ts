import { narrowing } from '../../server/src/impact/narrowing.js';
import { analyseExpression } from '../../server/src/sql/expressions.js';
import { defineRule } from '../engine/define-rule.js';
import { isSame } from '../questions/in-file.js';
import { listed, nameOf } from '../engine/words.js';

/** An old value that the new type cannot hold stops the migration or is changed without a word (measured in test/impact). */
export default defineRule({
  meta: {
    id: 'no-narrowing-type-change',
    category: 'data-loss',
    severity: 'warning',
    summary: 'Do not change a column to a type that cannot hold every value of the old one.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-DATA-TYPE'],
    messages: {
      fails:
        '{to} cannot hold every value of {from}: the first row of {table} in which {column} does not fit stops the migration.\nProve with a validated CHECK on {column} that all rows fit, or keep the wider type.',
      rounds:
        '{to} is less exact than {from}: PostgreSQL rounds the values of {column} in {table} that need more digits, without an error, and no rollback brings those back.\nKeep the old values in a column of their own until nobody misses them.',
      truncates:
        'The cast in USING cuts {column} to fit {to} without an error, and no rollback brings the rest back.\nLeave out USING, so that PostgreSQL refuses values of {table} that do not fit.',
      loses:
        'The type {to} keeps only the {part} of the column {column}: the rest is gone from every row of {table}, and no rollback brings it back.\nPut it into a new column instead.',
      parses:
        'The first row of {table} in which {column} does not read as {to} stops the migration (error 22P02).\nFind such rows first, or convert into a new column.',
      values:
        '{to} has no {missing}, which {from} has: the first row of {table} with such a value in {column} stops the migration (error 22P02).\nMove those rows to another value first.',
    },
  },

  check: {
    alterColumnType(action, { before, earlier, runsLater }) {
      if (runsLater || before.isNew(action.table)) return;
      const table = before.table(action.table);
      const column = table?.columns.get(action.column);
      const found = narrowing(action, column, before);
      if (!found || column?.release === before.release) return;
      // Somebody has thought of it: a valid CHECK bounds the values.
      const proven = [...(table?.constraints.values() ?? [])].some(
        (constraint) =>
          constraint.kind === 'check' &&
          constraint.validated &&
          analyseExpression(constraint.expression ?? '')?.columns.includes(action.column),
      );
      if (proven) return;
      const data = {
        column: action.column,
        table: nameOf(action.table),
        from: column?.type?.text ?? '',
        to: action.type.text,
        part: found.kind,
        missing: listed(
          found.missing.map((value) => `'${value}'`),
          'or',
        ),
      };
      const message = found.kind === 'date' || found.kind === 'time' ? 'loses' : found.kind;
      // The same file has just put the values right.
      const prepared = earlier
        .naming(action.table.name)
        .some(
          (each) =>
            (each.kind === 'delete' || (each.kind === 'update' && each.assigns.includes(action.column))) &&
            isSame(each.table, action.table),
        );
      return { at: action.type.span, message, data, ...(prepared ? { severity: 'info' as const } : {}) };
    },
  },
});
