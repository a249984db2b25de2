import { bodyOf, contains } from '../questions/block.js';
import { defineRule, type Report, type RuleContext } from '../engine/define-rule.js';
import { leadingWords, nameOf } from '../engine/words.js';

type Message = 'call' | 'exception' | 'function';

/** PL/pgSQL may end a transaction only where no other one and no savepoint is around it (measured: 2D000). */
export default defineRule({
  meta: {
    id: 'no-commit-in-block',
    category: 'execution',
    severity: 'error',
    summary:
      'Do not COMMIT inside a block with EXCEPTION, inside a function, or in a procedure that a transaction calls.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/plpgsql-transactions.html'],
    messages: {
      call: 'The procedure {procedure} commits, which it cannot do inside a transaction: PostgreSQL answers with error 2D000 and the migration stops.\nCall it outside the transaction, or in a migration of its own.',
      exception:
        '{word} stands in a block with EXCEPTION, which is a savepoint: PostgreSQL answers with error 2D000, cannot {word} while a subtransaction is active.\nPut the statements that may fail into a block of their own inside, and {word} behind its END.',
      function:
        '{word} stands in the function {function}, and a function runs inside the statement that calls it: PostgreSQL answers each call with error 2D000.\nMake it a procedure.',
    },
  },

  check: {
    call(action, { before, transaction, statement, runsLater }) {
      if (runsLater || !transaction.open || !before.function(action.procedure)?.commits) return;
      // A DO block outside a transaction may call it; one inside may not.
      if (transaction.by === 'block' && transaction.around === undefined) return;
      const related = transaction.begin ? [{ span: transaction.begin, message: 'The transaction begins here.' }] : [];
      return { at: leadingWords(statement), message: 'call', data: { procedure: nameOf(action.procedure) }, related };
    },

    doBlock: (_action, context) => endsInException(context),

    createFunction(action, context) {
      if (action.procedure) return endsInException(context);
      if (action.language !== 'plpgsql') return;
      return endings(context).map(
        ({ at, word }): Report<Message> => ({
          at,
          message: 'function',
          data: { word, function: nameOf(action.function) },
          severity: 'warning',
        }),
      );
    },
  },
});

/** The COMMITs and ROLLBACKs of a body, but not ROLLBACK TO, which PL/pgSQL refuses by its grammar. */
function endings({ statement }: RuleContext): { at: { start: number; end: number }; word: string }[] {
  return statement.embedded.flatMap(({ parsed, start }) => {
    const ends = parsed.actions.some(
      (action) => action.kind === 'transaction' && (action.operation === 'commit' || action.operation === 'rollback'),
    );
    const word = parsed.text.split(/\s/, 1)[0]?.toUpperCase() ?? '';
    return ends && (word === 'COMMIT' || word === 'ROLLBACK')
      ? [{ at: { start, end: start + word.length }, word }]
      : [];
  });
}

function endsInException(context: RuleContext): Report<Message>[] {
  const found = endings(context);
  const regions = found.length > 0 ? (bodyOf(context.statement)?.regions ?? []) : [];
  // Behind EXCEPTION the savepoint is gone.
  return found
    .filter(({ at }) =>
      regions.some(
        (region) => region.exception !== undefined && contains(region, at.start) && at.start < region.exception,
      ),
    )
    .map(({ at, word }) => ({ at, message: 'exception', data: { word } }));
}
