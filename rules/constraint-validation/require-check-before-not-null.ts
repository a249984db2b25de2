import { provesNotNull, provesNotNullOnceValidated } from '../../server/src/schema/constraints.js';
import type { SetNotNull } from '../../server/src/sql/action.js';
import { chooseName, quoteIdentifier } from '../../server/src/sql/quote.js';
import { defineRule, type Fix, type RuleContext } from '../engine/define-rule.js';
import { inCaseOf, newlineOf, replace } from '../engine/edit.js';
import { alterTable } from '../engine/not-valid.js';
import { nameOf } from '../engine/words.js';

/** SET NOT NULL reads the whole table under ACCESS EXCLUSIVE unless a valid CHECK proves it (measured: set-notnull-*). */
export default defineRule({
  meta: {
    id: 'require-check-before-not-null',
    aliases: ['adding-not-nullable-field'],
    category: 'constraint-validation',
    severity: 'error',
    summary: 'Prove a column NOT NULL with a validated CHECK before SET NOT NULL.',
    byRows: true,
    recommended: true,
    fix: 'safe',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-DROP-NOT-NULL'],
    messages: {
      scans:
        'SET NOT NULL reads every row of {table} under an ACCESS EXCLUSIVE lock: all reads and writes wait until it is done. Add CHECK ({quoted} IS NOT NULL) NOT VALID, VALIDATE it in a later transaction, then set NOT NULL: PostgreSQL takes the proof and does not scan.',
      droppedTogether:
        'The CHECK that proves {column} NOT NULL is dropped in this same ALTER TABLE, so PostgreSQL reads every row of {table} under an ACCESS EXCLUSIVE lock all the same. Drop the CHECK in a statement of its own, afterwards.',
      notValid:
        'The CHECK on {column} is NOT VALID, so it proves nothing yet: SET NOT NULL reads every row of {table} under an ACCESS EXCLUSIVE lock. VALIDATE the constraint first.',
    },
  },

  check: {
    setNotNull(action, context) {
      const { before, beforeStatement } = context;
      if (before.isUnused(action.table)) return;
      const table = before.table(action.table);
      const data = { table: nameOf(action.table), column: action.column, quoted: quoteIdentifier(action.column) };
      if (provesNotNull(table, action.column)) return undefined;
      // Drops run first, wherever they stand (measured: set-notnull-with-check-drop-check-same-cmd).
      if (provesNotNull(beforeStatement.table(action.table), action.column))
        return { at: action.span, message: 'droppedTogether', data };
      // On PostgreSQL 18 the NOT NULL itself may be there NOT VALID, and a CHECK as well.
      if (provesNotNullOnceValidated(table, action.column)) return { at: action.span, message: 'notValid', data };
      return { at: action.span, message: 'scans', data, fixes: prove(action, context) };
    },
  },
});

/** The same end in four statements, none of which holds a blocking lock while it reads. Not inside a transaction. */
function prove(action: SetNotNull, { statement, transaction, target }: RuleContext): Fix[] {
  if (transaction.open || statement.actions.length !== 1) return [];
  const words = (upper: string): string => inCaseOf(statement, upper);
  const alter = alterTable(statement, action);
  const column = quoteIdentifier(action.column);
  // Where SET NOT NULL is a constraint itself, its name is t_c_not_null (PostgreSQL 18).
  const suffix = target.postgres >= 18 ? 'not_null' : 'not_null_check';
  const name = quoteIdentifier(chooseName([action.table.name, action.column], suffix));
  const statements =
    target.postgres >= 18
      ? [
          `${alter} ${words('ADD CONSTRAINT')} ${name} ${words('NOT NULL')} ${column} ${words('NOT VALID')}`,
          `${alter} ${words('VALIDATE CONSTRAINT')} ${name}`,
        ]
      : [
          `${alter} ${words('ADD CONSTRAINT')} ${name} ${words('CHECK')} (${column} ${words('IS NOT NULL')}) ${words('NOT VALID')}`,
          `${alter} ${words('VALIDATE CONSTRAINT')} ${name}`,
          statement.text,
          `${alter} ${words('DROP CONSTRAINT')} ${name}`,
        ];
  const text = statements.join(`;${newlineOf(statement)}`);
  return [
    {
      title: 'Prove it with a validated constraint first',
      safety: 'safe',
      edits: [replace({ start: 0, end: statement.text.length }, text)],
    },
  ];
}
