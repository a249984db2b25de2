import { defineRule } from '../engine/define-rule.js';

/** A value that ALTER TYPE … ADD VALUE has added is unusable until the transaction is committed (SQLSTATE 55P04). */
export default defineRule({
  meta: {
    id: 'no-enum-value-use-in-transaction',
    category: 'execution',
    severity: 'error',
    summary: 'Do not use a new enum value in the transaction that adds it.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-altertype.html#SQL-ALTERTYPE-NOTES'],
    messages: {
      unsafeUse: "The value '{value}' of the enum {type} is added in this same transaction, so PostgreSQL refuses to use it here (error 55P04). Add the value in a migration of its own, before this one.",
    },
  },

  checkStatement({ before, statement, transaction, target }) {
    if (!transaction.open) return;
    if (statement.actions.some((action) => action.kind === 'addEnumValue' || action.kind === 'renameEnumValue')) return;
    for (const type of before.types()) {
      if (type.kind !== 'enum' || type.addedInTransaction.length === 0) continue;
      // From 17 on a type that is itself new in the transaction may be extended and used (measured).
      if (target.postgres >= 17 && type.release === before.release) continue;
      for (const value of type.addedInTransaction) {
        const literal = statement.tokens().find((token) => token.kind === 'string' && token.text === `'${value.replaceAll("'", "''")}'`);
        if (literal) {
          const name = type.key.replace(/^public\./, '');
          return { at: { start: literal.start, end: literal.end }, message: 'unsafeUse', data: { value, type: name } };
        }
      }
    }
    return;
  },
});
