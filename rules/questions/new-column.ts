import type { AddColumn, ColumnDefinition, CreateTable, TypeRef } from '../../server/src/sql/action.js';
import type { Fix, Report, RuleContext, StatementTest } from '../engine/define-rule.js';
import { replace } from '../fixes/edit.js';
import { isThere, nameOf } from '../engine/words.js';

export interface NewColumn {
  readonly column: ColumnDefinition;
  readonly type: TypeRef;
  readonly isKey: boolean;
}

/**
 * The checks of a rule about the types of new columns: `wanted` answers the type to write instead, or undefined for a
 * type that is well. The fix is offered where the table is new, as nothing else can depend on the type there, and
 * where no statement of the file `needs` the type that is written, as the function json_typeof() needs json.
 */
export function newColumnChecks(
  title: string,
  wanted: (column: NewColumn) => string | undefined,
  needs: StatementTest = () => false,
) {
  const look = (
    action: CreateTable | AddColumn,
    column: ColumnDefinition,
    isKey: boolean,
    { file }: RuleContext,
  ): Report<'type'> | undefined => {
    if (!column.type || column.type.arrayDimensions > 0) return undefined;
    const instead = wanted({ column, type: column.type, isKey });
    if (instead === undefined) return undefined;
    const text = column.type.text === column.type.text.toUpperCase() ? instead.toUpperCase() : instead;
    const fixes: Fix[] =
      action.kind === 'createTable' && !file.some(needs)
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
    createTable(action: CreateTable, context: RuleContext): Report<'type'>[] {
      const { before, runsLater } = context;
      if (runsLater || action.temporary || (action.ifNotExists && before.relation(action.table))) return [];
      const key = action.constraints.find((each) => each.kind === 'primaryKey')?.columns ?? [];
      return action.columns.flatMap(
        (column) => look(action, column, key.includes(column.name) || hasKey(column), context) ?? [],
      );
    },
    addColumn(action: AddColumn, context: RuleContext): Report<'type'> | undefined {
      const { before, runsLater } = context;
      if (runsLater || before.table(action.table)?.temporary || isThere(action, before)) return undefined;
      return look(action, action.column, hasKey(action.column), context);
    },
  };
}

function hasKey(column: ColumnDefinition): boolean {
  return column.constraints.some((each) => each.kind === 'primaryKey');
}
