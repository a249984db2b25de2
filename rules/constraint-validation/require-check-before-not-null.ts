import { notNullProofName } from '../../server/src/schema/own-names.js';
import { proveNotNull } from '../../server/src/schema/safe-statements.js';
import { provesNotNull, provesNotNullOnceValidated } from '../../server/src/schema/constraints.js';
import { isProvenBelow } from '../../server/src/schema/proven-below.js';
import type { SetNotNull } from '../../server/src/sql/action.js';
import { quoteIdentifier } from '../../server/src/sql/quote.js';
import { defineRule, type Fix, type RuleContext } from '../engine/define-rule.js';
import { inCaseOf, newlineOf, replace } from '../fixes/edit.js';
import { alterTable, writtenTable } from '../fixes/validate-separately.js';
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
        'SET NOT NULL reads every row of {table} under an ACCESS EXCLUSIVE lock: all reads and writes wait until it is done.\nAdd CHECK ({quoted} IS NOT NULL) NOT VALID, VALIDATE it in a later transaction, then set NOT NULL: PostgreSQL takes the proof and does not scan.',
      droppedTogether:
        'The CHECK that proves {column} NOT NULL is dropped in this same ALTER TABLE, so PostgreSQL reads every row of {table} under an ACCESS EXCLUSIVE lock all the same.\nDrop the CHECK in a statement of its own, afterwards.',
      notValid:
        'The CHECK on {column} is NOT VALID, so it proves nothing yet: SET NOT NULL reads every row of {table} under an ACCESS EXCLUSIVE lock.\nVALIDATE the constraint first.',
    },
  },

  check: {
    setNotNull(action, context) {
      const { before, beforeStatement } = context;
      const relation = before.relation(action.table);
      // Of a view or an index PostgreSQL refuses it (42809).
      if (before.isUnused(action.table) || (relation && relation.kind !== 'table')) return;
      const table = before.table(action.table);
      const data = { table: nameOf(action.table), column: action.column, quoted: quoteIdentifier(action.column) };
      if (provesNotNull(table, action.column)) return undefined;
      if (isProvenBelow(before, table, (partition) => provesNotNull(partition, action.column))) return undefined;
      // Drops run first, wherever they stand (measured: set-notnull-with-check-drop-check-same-cmd).
      if (provesNotNull(beforeStatement.table(action.table), action.column))
        return { at: action.span, message: 'droppedTogether', data };
      // On PostgreSQL 18 the NOT NULL itself may be there NOT VALID, and a CHECK as well.
      if (provesNotNullOnceValidated(table, action.column)) return { at: action.span, message: 'notValid', data };
      return { at: action.span, message: 'scans', data, fixes: prove(action, context) };
    },
  },
});

/**
 * The same end in statements none of which holds a blocking lock while it reads. Not inside a transaction, nor where
 * other sub-commands stand beside it.
 */
function prove(action: SetNotNull, { statement, transaction, before }: RuleContext): Fix[] {
  if (transaction.open || statement.actions.length !== 1 || action.ifExists) return [];
  const words = (upper: string): string => inCaseOf(statement, upper);
  const statements = proveNotNull(
    alterTable(statement, action),
    writtenTable(statement, action),
    quoteIdentifier(action.column),
    quoteIdentifier(notNullProofName(before, action.table, action.column)),
    words,
  );
  const newline = newlineOf(statement);
  const text = statements.map(({ sql }) => sql.replaceAll('\n', newline)).join(`;${newline}`);
  return [
    {
      title: 'Prove it with a validated constraint first',
      safety: 'safe',
      edits: [replace({ start: 0, end: statement.text.length }, text)],
    },
  ];
}
