import type { EnumType } from '../../server/src/schema/model.js';
import type { SchemaState } from '../../server/src/schema/state.js';
import type { ActionKind } from '../../server/src/sql/action.js';
import { nameOf } from '../../server/src/sql/lexer.js';
import type { ParsedStatement } from '../../server/src/sql/statement.js';
import { defineRule } from '../engine/define-rule.js';

const unused = new Set<ActionKind>([
  'addEnumValue',
  'renameEnumValue',
  'createEnum',
  'comment',
  'createFunction',
  'setVariable',
]);

/** False when the statement does not name the type and all its tables are known and have no column of it. */
function mayBeOfType(statement: ParsedStatement, type: EnumType, before: SchemaState): boolean {
  const { name } = type;
  if (statement.tokens().some((token) => (token.kind === 'word' || token.kind === 'quoted') && nameOf(token) === name))
    return true;
  const tables = statement.actions.flatMap((action) => [
    ...('table' in action && action.table ? [action.table] : []),
    ...('reads' in action ? action.reads : []),
  ]);
  return (
    tables.length === 0 ||
    tables.some((each) => {
      const table = before.table(each);
      return (
        !table?.complete ||
        [...table.columns.values()].some((column) => column.type && before.type(column.type)?.key === type.key)
      );
    })
  );
}

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
      unsafeUse:
        "The value '{value}' of the enum {type} is added in this same transaction, so PostgreSQL refuses to use it here (error 55P04).\nAdd the value in a migration of its own, before this one.",
    },
  },

  checkStatement({ before, statement, transaction, target, runsLater }) {
    if (!transaction.open || runsLater) return;
    // A comment is no value, nor is the body of a function before it is called.
    if (statement.actions.some((action) => unused.has(action.kind))) return;
    for (const type of before.types()) {
      if (type.kind !== 'enum' || type.addedInTransaction.length === 0) continue;
      // From 17 on a type that is itself new in the transaction may be extended and used (measured).
      if (target.postgres >= 17 && type.release === before.release) continue;
      for (const value of type.addedInTransaction) {
        const literal = statement
          .tokens()
          .find((token) => token.kind === 'string' && token.text === `'${value.replaceAll("'", "''")}'`);
        if (literal && mayBeOfType(statement, type, before)) {
          const name = type.schema === 'public' ? type.name : `${type.schema}.${type.name}`;
          return { at: { start: literal.start, end: literal.end }, message: 'unsafeUse', data: { value, type: name } };
        }
      }
    }
    return;
  },
});
