import { isCertain } from '../../server/src/schema/certainty.js';
import { constraintName } from '../../server/src/schema/names.js';
import { rowsInTheWay } from '../../server/src/schema/rows-in-the-way.js';
import { refuseRows, unlessUnproven } from '../../server/src/schema/safe-statements.js';
import type { Action, AddConstraint } from '../../server/src/sql/action.js';
import { quoteIdentifier } from '../../server/src/sql/quote.js';
import type { ParsedStatement } from '../../server/src/sql/statement.js';
import type { Edit, Fix, RuleContext } from '../engine/define-rule.js';
import { append, inCaseOf, newlineOf, replace } from './edit.js';
import { nameOf } from '../engine/words.js';

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

const title = 'Add NOT VALID and VALIDATE separately';

/**
 * Adds the constraint NOT VALID and validates it in a statement of its own: the scan then holds SHARE UPDATE EXCLUSIVE,
 * which blocks no reads and no writes. In one transaction that gains nothing (measured:
 * check-not-valid-and-validate-one-tx), so there only the first half is offered. It is safe where it can be run again
 * after it has stopped half way, and where the name of the constraint is known.
 */
export function validateSeparately(action: AddConstraint, context: RuleContext): Fix {
  const { statement, before, transaction } = context;
  if (transaction.open)
    return {
      title: 'Add NOT VALID, and validate in a later migration',
      safety: 'unsafe',
      edits: [notValid(action, statement)],
    };
  // Which names are taken is only known of a table that the files define.
  const table = before.table(action.table);
  const isKnown = table?.complete === true && isCertain(table, before) && !action.ifExists;
  const all = statement.actions.filter(isUnproven);
  return isKnown && all.length === statement.actions.length
    ? { title, safety: 'safe', edits: [replace(whole(statement), guarded(all, context))] }
    : inPlace(action, isKnown, context);
}

function whole({ text }: ParsedStatement): { start: number; end: number } {
  return { start: 0, end: text.length };
}

function isUnproven(action: Action): action is AddConstraint {
  if (action.kind !== 'addConstraint') return false;
  const { kind, notValid: already, notEnforced } = action.constraint;
  return (kind === 'check' || kind === 'foreignKey' || kind === 'notNull') && !already && !notEnforced;
}

function notValid({ constraint }: AddConstraint, statement: ParsedStatement): Edit {
  const { end } = constraint.span;
  return { span: { start: end, end }, text: ` ${inCaseOf(statement, 'NOT VALID')}` };
}

/** A statement for each constraint, which does nothing where an attempt before has added it; then the proof of all. */
function guarded(actions: readonly AddConstraint[], context: RuleContext): string {
  const { statement } = context;
  const words = (upper: string): string => inCaseOf(statement, upper);
  const [adds, proofs]: [string[], string[]] = [[], []];
  // One after the other, as each takes a name; a single one needs no state of its own.
  const isSingle = actions.length === 1;
  const state = isSingle ? context.beforeStatement : context.beforeStatement.fork();
  for (const action of actions) {
    const { constraint } = action;
    const table = writtenTable(statement, action);
    const name = constraintName(state, state.named(action.table), constraint);
    if (!isSingle)
      state.putConstraint(state.writableTable(action.table), { ...placeholder, name, kind: constraint.kind });
    const alter = alterTable(statement, action);
    const definition = statement.text.slice(constraint.span.start, constraint.span.end);
    const written = constraint.name === undefined ? `${words('CONSTRAINT')} ${quoteIdentifier(name)} ` : '';
    const add = `${alter} ${words('ADD')} ${written}${definition} ${words('NOT VALID')}`;
    const rows = rowsInTheWay(table, name, constraint, state, words);
    if (rows) adds.push(refuseRows(readOf(action, statement), rows, words));
    adds.push(unlessUnproven(table, name, add, words));
    proofs.push(`${words('VALIDATE CONSTRAINT')} ${quoteIdentifier(name)}`);
  }
  const [first] = actions;
  // In one statement: while one of them is not proven, none is, and all can be run again.
  const proof = first ? [`${alterTable(statement, first)} ${proofs.join(', ')}`] : [];
  return inLines([...adds, ...proof], statement);
}

/** What has the rows that a constraint looks at: without the children under ONLY and NO INHERIT. */
function readOf(action: AddConstraint, statement: ParsedStatement): string {
  const table = writtenTable(statement, action);
  return action.only || action.constraint.noInherit ? `${inCaseOf(statement, 'ONLY')} ${table}` : table;
}

const placeholder = {
  columns: [],
  expression: undefined,
  references: undefined,
  validated: false,
  enforced: true,
  definition: '',
} as const;

function inLines(statements: readonly string[], statement: ParsedStatement): string {
  const newline = newlineOf(statement);
  return statements.join(`;${newline}`).replace(/\r?\n/g, newline);
}

/**
 * Beside other sub-commands the statement stays one. It can be run again where it drops the constraint that it adds
 * and does nothing else.
 */
function inPlace(action: AddConstraint, isKnown: boolean, context: RuleContext): Fix {
  const { statement, before } = context;
  const { constraint } = action;
  const words = (upper: string): string => inCaseOf(statement, upper);
  const known = constraintName(before, before.named(action.table), constraint);
  const name = quoteIdentifier(known);
  const edits: Edit[] = [notValid(action, statement)];
  const table = writtenTable(statement, action);
  const rows = isKnown ? rowsInTheWay(table, known, constraint, before, words) : undefined;
  if (rows)
    edits.push(
      replace(
        { start: 0, end: 0 },
        `${inLines([refuseRows(readOf(action, statement), rows, words)], statement)};${newlineOf(statement)}`,
      ),
    );
  if (constraint.name === undefined) {
    const { start } = constraint.span;
    edits.push({ span: { start, end: start }, text: `${words('CONSTRAINT')} ${name} ` });
  }
  const validate = `${alterTable(statement, action)} ${words('VALIDATE CONSTRAINT')} ${name}`;
  edits.push(append(statement, `;${newlineOf(statement)}${validate}`));
  const others = statement.actions.filter((each) => each !== action);
  const isAgain =
    others.length > 0 && others.every((each) => each.kind === 'dropConstraint' && each.constraint === known);
  return { title, safety: isKnown && isAgain ? 'safe' : 'unsafe', edits };
}
