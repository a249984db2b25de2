import type { AddColumn, ColumnDefinition, CreateTable, TypeRef } from '../../server/src/sql/action.js';
import type { Fix, Report, RuleContext } from './define-rule.js';
import { replace } from './edit.js';
import { isThere, nameOf } from './words.js';

export interface NewColumn {
  readonly column: ColumnDefinition;
  readonly type: TypeRef;
  readonly isKey: boolean;
}

/**
 * The checks of a rule about the types of new columns: `wanted` answers the type to write instead, or undefined for a
 * type that is well. The fix is offered where the table is new, as nothing else can depend on the type there.
 */
export function newColumnChecks(title: string, wanted: (column: NewColumn) => string | undefined) {
  const look = (
    action: CreateTable | AddColumn,
    column: ColumnDefinition,
    isKey: boolean,
  ): Report<'type'> | undefined => {
    if (!column.type || column.type.arrayDimensions > 0) return undefined;
    const instead = wanted({ column, type: column.type, isKey });
    if (instead === undefined) return undefined;
    const text = column.type.text === column.type.text.toUpperCase() ? instead.toUpperCase() : instead;
    const fixes: Fix[] =
      action.kind === 'createTable'
        ? [{ title: `${title} ${text}`, safety: 'unsafe', edits: [replace(column.type.span, text)] }]
        : [];
    return {
      at: column.type.span,
      message: 'type',
      data: { column: column.name, table: nameOf(action.table), type: column.type.text, instead: text },
      fixes,
    };
  };
  return {
    createTable(action: CreateTable, { before, runsLater }: RuleContext): Report<'type'>[] {
      if (runsLater || action.temporary || (action.ifNotExists && before.relation(action.table))) return [];
      const key = action.constraints.find((each) => each.kind === 'primaryKey')?.columns ?? [];
      return action.columns.flatMap(
        (column) => look(action, column, key.includes(column.name) || hasKey(column)) ?? [],
      );
    },
    addColumn(action: AddColumn, { before, runsLater }: RuleContext): Report<'type'> | undefined {
      if (runsLater || before.table(action.table)?.temporary || isThere(action, before)) return undefined;
      return look(action, action.column, hasKey(action.column));
    },
  };
}

function hasKey(column: ColumnDefinition): boolean {
  return column.constraints.some((each) => each.kind === 'primaryKey');
}
