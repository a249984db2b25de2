import type { AddConstraint } from '../../server/src/sql/action.js';
import { quoteIdentifier } from '../../server/src/sql/quote.js';
import type { Fix, RuleContext } from './define-rule.js';
import { inCaseOf, newlineOf, replace } from './edit.js';
import { writtenTable } from './not-valid.js';

/**
 * CREATE UNIQUE INDEX CONCURRENTLY, then ADD CONSTRAINT … USING INDEX: the same constraint with the same index name.
 * Undefined where it cannot be done: in a transaction, on a partitioned table, beside other sub-commands, and where the
 * constraint says more than its columns.
 */
export function buildIndexFirst(
  action: AddConstraint,
  name: string,
  kind: 'UNIQUE' | 'PRIMARY KEY',
  context: RuleContext,
): Fix | undefined {
  const { statement, transaction, before } = context;
  const table = before.table(action.table);
  if (transaction.open || statement.actions.length !== 1 || table?.partitionBy || action.ifExists) return undefined;
  const columns = /\(([^()]*)\)\s*$/.exec(action.constraint.text);
  const plain = /^(?:constraint\s+(?:"(?:[^"]|"")*"|\S+)\s+)?(?:unique|primary\s+key)\s*\([^()]*\)\s*$/i.test(
    action.constraint.text,
  );
  if (!columns?.[1] || !plain) return undefined;
  const words = (upper: string): string => inCaseOf(statement, upper);
  const index = quoteIdentifier(name);
  const written = writtenTable(statement, action);
  const text = [
    `${words('CREATE UNIQUE INDEX CONCURRENTLY')} ${index} ${words('ON')} ${written} (${columns[1].trim()})`,
    `${words('ALTER TABLE')} ${written} ${words('ADD CONSTRAINT')} ${index} ${words(kind)} ${words('USING INDEX')} ${index}`,
  ].join(`;${newlineOf(statement)}`);
  const certain = action.constraint.name !== undefined || table?.complete === true;
  return {
    title: 'Build the index concurrently, then add the constraint',
    safety: certain ? 'safe' : 'unsafe',
    edits: [replace({ start: 0, end: statement.text.length }, text)],
  };
}
