import { constraintName } from '../../server/src/schema/names.js';
import type { AddConstraint } from '../../server/src/sql/action.js';
import { quoteIdentifier } from '../../server/src/sql/quote.js';
import type { ParsedStatement } from '../../server/src/sql/statement.js';
import type { Edit, Fix, RuleContext } from './define-rule.js';
import { append, inCaseOf, newlineOf } from './edit.js';
import { nameOf } from './words.js';

/** The table as the author wrote it. */
export function writtenTable(statement: ParsedStatement, action: Pick<AddConstraint, 'table'>): string {
  const { span } = action.table;
  return span ? statement.text.slice(span.start, span.end) : nameOf(action.table);
}

/** ALTER TABLE with the author's table, for a second statement on it: IF EXISTS and ONLY hold there as well. */
export function alterTable(
  statement: ParsedStatement,
  action: Pick<AddConstraint, 'table' | 'ifExists' | 'only'>,
): string {
  const words = ['ALTER TABLE', ...(action.ifExists ? ['IF EXISTS'] : []), ...(action.only ? ['ONLY'] : [])].join(' ');
  return `${inCaseOf(statement, words)} ${writtenTable(statement, action)}`;
}

/**
 * Adds the constraint NOT VALID and validates it in a statement of its own: the scan then holds SHARE UPDATE EXCLUSIVE,
 * which blocks no reads and no writes. In one transaction that gains nothing (measured:
 * check-not-valid-and-validate-one-tx), so there only the first half is offered.
 */
export function validateSeparately(action: AddConstraint, { statement, before, transaction }: RuleContext): Fix {
  const { constraint } = action;
  const words = (upper: string): string => inCaseOf(statement, upper);
  const { end } = constraint.span;
  const edits: Edit[] = [{ span: { start: end, end }, text: ` ${words('NOT VALID')}` }];
  if (transaction.open) return { title: 'Add NOT VALID, and validate in a later migration', safety: 'unsafe', edits };
  const table = before.table(action.table);
  const name = quoteIdentifier(constraintName(before, before.named(action.table), constraint));
  if (constraint.name === undefined) {
    edits.push({
      span: { start: constraint.span.start, end: constraint.span.start },
      text: `${words('CONSTRAINT')} ${name} `,
    });
  }
  edits.push(
    append(
      statement,
      `;${newlineOf(statement)}${alterTable(statement, action)} ${words('VALIDATE CONSTRAINT')} ${name}`,
    ),
  );
  // Without the whole history a name of ours may be taken already.
  const certain = constraint.name !== undefined || table?.complete === true;
  return { title: 'Add NOT VALID and VALIDATE separately', safety: certain ? 'safe' : 'unsafe', edits };
}
