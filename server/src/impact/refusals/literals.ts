import type { ColumnType, Table } from '../../schema/model.js';
import type { SchemaState } from '../../schema/state.js';
import type { Action, ColumnDefinition, TypedLiteral } from '../../sql/action.js';
import { hasPlaceholder } from '../../sql/placeholders.js';
import { type Failure, unfitValue, firstOf } from '../failure.js';
import { misfit } from './literal-syntax.js';
import { ofTooLarge } from './too-large.js';

/** Strings that are no values of their column's type: PostgreSQL reads them when it plans the statement. */
export function ofLiterals(action: Action, before: SchemaState): Failure | undefined {
  const { literals } = 'literals' in action ? action : {};
  return (literals && firstOf(literals, (each) => ofTyped(each, before))) ?? ofAction(action, before);
}

/** `m = 'glad'`, `'glad'::mood`. */
function ofTyped({ value, type, column, isArray }: TypedLiteral, before: SchemaState): Failure | undefined {
  if (type) return ofValue(value, { ...type, modifiers: [], arrayDimensions: isArray ? 1 : 0, text: '' }, before);
  const table = column && before.table(column.table);
  return table && !isArray ? ofValue(value, table.columns.get(column.name)?.type, before) : undefined;
}

function ofAction(action: Action, before: SchemaState): Failure | undefined {
  switch (action.kind) {
    case 'createTable':
      if (action.ifNotExists && before.relation(action.table)) return undefined;
      return firstOf(action.columns, (column) => ofColumn(column, before));
    case 'addColumn':
      if (action.ifNotExists && before.table(action.table)?.columns.has(action.column.name)) return undefined;
      return ofColumn(action.column, before) ?? ofTooLarge(action, before);
    case 'setDefault':
      return ofWritten(action.expression.text, before.table(action.table)?.columns.get(action.column)?.type, before);
    case 'update': {
      const table = before.table(action.table);
      return (
        table && firstOf(action.sets, (set) => ofWritten(set.value.text, table.columns.get(set.column)?.type, before))
      );
    }
    case 'insert': {
      const table = action.strings && before.table(action.table);
      return table && ofStrings(action.strings ?? [], action.columns, table, before);
    }
    default:
      return undefined;
  }
}

function ofColumn({ default: written, type }: ColumnDefinition, before: SchemaState): Failure | undefined {
  return written && ofWritten(written.expression.text, type, before);
}

function ofStrings(
  strings: readonly { readonly at: number; readonly value: string }[],
  columns: readonly string[] | undefined,
  table: Table,
  before: SchemaState,
): Failure | undefined {
  if (columns === undefined && !table.complete) return undefined;
  const names = columns ?? [...table.columns.keys()];
  return firstOf(strings, ({ at, value }) => ofValue(value, table.columns.get(names[at] ?? '')?.type, before));
}

/** A string and nothing else: 'abc', with '' for an apostrophe. */
function ofWritten(expression: string, type: ColumnType | undefined, before: SchemaState): Failure | undefined {
  const value = /^'((?:[^']|'')*)'$/.exec(expression)?.[1];
  return value === undefined ? undefined : ofValue(value.replaceAll("''", "'"), type, before);
}

function ofValue(value: string, type: ColumnType | undefined, before: SchemaState): Failure | undefined {
  // A template in a string: what it becomes is not known.
  if (!type || hasPlaceholder(value) || value.includes('${')) return undefined;
  const user = before.type(type);
  if (user?.kind === 'enum') {
    // Labels of a type that no file makes are known in part.
    const isWhole = user.release > 0 && type.arrayDimensions === 0;
    if (!isWhole || user.values.includes(value)) return undefined;
    const near = user.values.find((each) => each.toLowerCase() === value.toLowerCase());
    return unfitValue(
      '22P02',
      `invalid input value for enum ${user.name}: "${value}"`,
      near === undefined
        ? 'Add the label first, in a migration of its own, or write one that is there.'
        : `Write '${near}': labels count upper and lower case.`,
      { earlier: user.place },
    );
  }
  if (user || type.schema !== undefined) return undefined;
  const answer = misfit(value, type.arrayDimensions > 0 ? 'array' : type.name);
  return answer && unfitValue(answer.code, answer.message, answer.advice);
}
