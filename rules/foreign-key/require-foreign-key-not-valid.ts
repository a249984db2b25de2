import { defineRule } from '../engine/define-rule.js';
import { validateSeparately } from '../engine/not-valid.js';
import { nameOf } from '../engine/words.js';

/** ADD FOREIGN KEY takes SHARE ROW EXCLUSIVE on both tables and holds it while it checks every row of the child. */
export default defineRule({
  meta: {
    id: 'require-foreign-key-not-valid',
    aliases: ['adding-foreign-key-constraint'],
    category: 'foreign-key',
    severity: 'error',
    summary: 'Add a foreign key NOT VALID and validate it in a later transaction.',
    recommended: true,
    fix: 'safe',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT'],
    messages: {
      blocksBoth:
        'Adding this foreign key checks every row of {table} while it holds a SHARE ROW EXCLUSIVE lock on {table} and on {parent}: writes to both wait. Add it NOT VALID, then VALIDATE it in a later transaction.',
      partitioned:
        'Adding this foreign key checks every row of {table} while it holds a SHARE ROW EXCLUSIVE lock on {table}, its partitions and {parent}: writes wait. PostgreSQL before 18 has no NOT VALID foreign key on a partitioned table: add it to each partition NOT VALID, validate those, then add it to {table}.',
      columnDefault:
        'Adding {column} with a default and a foreign key checks every row while it holds ACCESS EXCLUSIVE on {table} and SHARE ROW EXCLUSIVE on {parent}. Add the column first, then the foreign key NOT VALID, then VALIDATE it in a later transaction.',
    },
  },

  check: {
    addConstraint(action, context) {
      const { constraint } = action;
      const parent = constraint.references?.table;
      if (
        constraint.kind !== 'foreignKey' ||
        !parent ||
        constraint.notValid ||
        constraint.notEnforced ||
        context.before.isNew(action.table)
      )
        return;
      const data = { table: nameOf(action.table), parent: nameOf(parent) };
      const table = context.before.table(action.table);
      if (table?.partitionBy && context.target.postgres < 18)
        return { at: constraint.span, message: 'partitioned', data };
      return { at: constraint.span, message: 'blocksBoth', data, fixes: [validateSeparately(action, context)] };
    },

    addColumn(action, { before }) {
      const { column } = action;
      // Without a default the new column is NULL everywhere and nothing is checked (measured: addcol-references).
      if (!column.default || /^null$/i.test(column.default.expression.text) || before.isNew(action.table)) return;
      const key = column.constraints.find((constraint) => constraint.kind === 'foreignKey');
      if (!key?.references) return;
      return {
        at: key.span,
        message: 'columnDefault',
        data: { column: column.name, table: nameOf(action.table), parent: nameOf(key.references.table) },
      };
    },
  },
});
