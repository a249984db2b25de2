import { isCertain } from '../../server/src/schema/certainty.js';
import { buildName } from '../../server/src/schema/own-names.js';
import { constraintName } from '../../server/src/schema/names.js';
import type { AddConstraint } from '../../server/src/sql/action.js';
import { indexOfKey } from '../../server/src/sql/key-form.js';
import { qualify, quoteIdentifier } from '../../server/src/sql/quote.js';
import type { Fix, RuleContext } from '../engine/define-rule.js';
import { inCaseOf, newlineOf, replace } from './edit.js';
import { writtenTable } from './validate-separately.js';

/**
 * CREATE UNIQUE INDEX CONCURRENTLY, then ADD CONSTRAINT … USING INDEX, which gives the index the name of the
 * constraint. The index has a name of its own until then, so that what an interrupted build has left is dropped first,
 * and nothing else. Undefined where it cannot be done: in a transaction, on a partitioned table, beside other
 * sub-commands, and where the constraint says what no index does.
 */
export function buildIndexFirst(
  action: AddConstraint,
  kind: 'UNIQUE' | 'PRIMARY KEY',
  context: RuleContext,
): Fix | undefined {
  const { statement, transaction, before } = context;
  const { constraint } = action;
  const table = before.table(action.table);
  if (transaction.open || statement.actions.length !== 1 || table?.partitionBy || action.ifExists) return undefined;
  const built = indexOfKey(constraint);
  if (built === undefined) return undefined;
  const words = (upper: string): string => inCaseOf(statement, upper);
  const { schema } = before.named(action.table);
  const name = constraintName(before, before.named(action.table), constraint);
  const build = buildName(before, schema, name);
  const index = quoteIdentifier(build);
  const written = writtenTable(statement, action);
  const text = [
    `${words('DROP INDEX CONCURRENTLY IF EXISTS')} ${qualify(action.table.schema, build)}`,
    `${words('CREATE UNIQUE INDEX CONCURRENTLY')} ${index} ${words('ON')} ${written} ${built}`,
    `${words('ALTER TABLE')} ${written} ${words('ADD CONSTRAINT')} ${quoteIdentifier(name)} ${words(kind)} ${words('USING INDEX')} ${index}`,
  ].join(`;${newlineOf(statement)}`);
  return {
    title: 'Build the index concurrently, then add the constraint',
    safety: (table?.complete === true && isCertain(table, before)) || constraint.name !== undefined ? 'safe' : 'unsafe',
    edits: [replace({ start: 0, end: statement.text.length }, text)],
  };
}
