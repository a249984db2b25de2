import type { Insert, ObjectName } from '../../server/src/sql/action.js';
import { insertedColumns } from '../../server/src/sql/column-uses.js';
import { isKeyword } from '../../server/src/sql/lexer.js';
import { qualify, quoteIdentifier, quoteLiteral } from '../../server/src/sql/quote.js';
import type { ParsedStatement } from '../../server/src/sql/statement.js';
import { defineRule, type Fix, type RuleContext } from '../engine/define-rule.js';
import { append, inCaseOf, newlineOf } from '../engine/edit.js';
import { nameOf } from '../engine/words.js';

/** A sequence counts what it has handed out, not what is in the table (measured: 23505 at the next INSERT). */
export default defineRule({
  meta: {
    id: 'require-sequence-reset',
    category: 'execution',
    severity: 'warning',
    summary: 'Move the sequence on behind rows that are inserted with numbers of their own.',
    recommended: true,
    fix: 'unsafe',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/functions-sequence.html'],
    messages: {
      behind:
        'These rows bring their own {column}, and the sequence of {table} does not notice: it hands out the same numbers again, and the INSERT of the application fails as a duplicate or makes one. Set the sequence with setval behind the last row.',
    },
  },

  check: {
    insert(action, context) {
      const { before, runsLater, statement, transaction } = context;
      if (runsLater || transaction.by === 'block' || statement.actions.length > 1) return;
      const table = before.table(action.table);
      if (!table || table.temporary || ![...table.columns.values()].some((column) => column.sequence !== undefined))
        return;
      // DEFAULT takes the number from the sequence.
      if (statement.tokens().some((token) => isKeyword(token, 'DEFAULT'))) return;
      const given = insertedColumns(statement);
      const all = [...table.columns.keys()];
      const columns =
        given && (given.names.length > 0 ? given.names : table.complete ? all.slice(0, given.width ?? all.length) : []);
      const numbered = columns?.find((name) => table.columns.get(name)?.sequence !== undefined);
      if (numbered === undefined || given?.isFromSequence) return;
      if (context.later.some(setsSequence) || isFollowed(action, context)) return;
      return {
        at: action.table.span ?? action.span,
        message: 'behind',
        data: { column: numbered, table: nameOf(action.table) },
        fixes: [reset(action.table, numbered, context)],
      };
    },
  },
});

/** Whether a later statement inserts into the same table: the sequence is set behind the last. */
function isFollowed({ table }: Insert, { before, later }: RuleContext): boolean {
  const known = before.table(table);
  return later.naming(table.name).some((action) => action.kind === 'insert' && before.table(action.table) === known);
}

function setsSequence(statement: ParsedStatement): boolean {
  return (
    /\bsetval\s*\(|\brestart\b|\bdrop\s+(?:identity|default)\b/i.test(statement.text) || statement.problem !== undefined
  );
}

function reset(table: ObjectName, column: string, { statement }: RuleContext): Fix {
  const name = qualify(table.schema, table.name);
  const words = (upper: string): string => inCaseOf(statement, upper);
  const sequence = `pg_get_serial_sequence(${quoteLiteral(name)}, ${quoteLiteral(column)})`;
  const text = `${words('SELECT')} setval(${sequence}, (${words('SELECT')} max(${quoteIdentifier(column)}) ${words('FROM')} ${name}))`;
  return {
    title: 'Set the sequence behind the rows',
    safety: 'unsafe',
    edits: [append(statement, `;${newlineOf(statement)}${text}`)],
  };
}
