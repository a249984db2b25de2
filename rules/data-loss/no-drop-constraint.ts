import type { Constraint } from '../../server/src/schema/model.js';
import type { Action, DropConstraint } from '../../server/src/sql/action.js';
import { analyseExpression } from '../../server/src/sql/expressions.js';
import { defineRule, type RuleContext } from '../engine/define-rule.js';
import { isSameTable } from '../engine/foreign-keys.js';
import { nameOf } from '../engine/words.js';

/** From the drop on, nothing keeps out what the constraint kept out, and it cannot come back before that is cleaned up. */
export default defineRule({
  meta: {
    id: 'no-drop-constraint',
    category: 'data-loss',
    severity: 'warning',
    summary: 'Drop a constraint only when nothing relies on what it keeps out.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/ddl-alter.html#DDL-ALTER-REMOVING-A-CONSTRAINT'],
    messages: {
      unique:
        'Without {constraint}, rows of {table} with the same {columns} get in, and running code that says ON CONFLICT ({columns}) fails at once (error 42P10). The constraint cannot come back before the duplicates are gone. Check that no code relies on it.',
      foreignKey:
        'Without {constraint}, rows of {table} may point to rows of {parent} that do not exist, and a DELETE in {parent} no longer fails or cascades. The constraint cannot be validated again before they are cleaned up. Check that no code relies on it.',
      check:
        'Without {constraint}, rows get into {table} that {definition} has kept out, and code that relies on it meets them. The constraint cannot be validated again before they are cleaned up. Check that no code relies on it.',
      unknown:
        'Without {constraint}, rows get into {table} that it has kept out. No migration here tells what that was; check that no code relies on it.',
    },
  },

  check: {
    dropConstraint(action, context) {
      const { before, runsLater } = context;
      if (runsLater || before.isUnused(action.table)) return;
      const table = before.table(action.table);
      const constraint = table?.constraints.get(action.constraint);
      const at = action.constraintSpan;
      const data = { constraint: action.constraint, table: nameOf(action.table) };
      if (!constraint) {
        const isThere = !table?.complete && !action.ifConstraintExists;
        return isThere && !isReplaced(action, undefined, context)
          ? { at, message: 'unknown', data, severity: 'info' }
          : undefined;
      }
      if (isReplaced(action, constraint, context) || isHelper(constraint, action, context) || !constraint.enforced)
        return;
      const isUnique = constraint.kind === 'unique' || constraint.kind === 'primaryKey';
      if (isUnique && isKeptOtherwise(constraint, action, context)) return;
      switch (constraint.kind) {
        case 'unique':
        case 'exclusion':
        case 'primaryKey':
          return { at, message: 'unique', data: { ...data, columns: constraint.columns.join(', ') || 'values' } };
        case 'foreignKey': {
          const parent = constraint.references && before.tableByKey(constraint.references.table);
          return { at, message: 'foreignKey', data: { ...data, parent: parent?.name ?? 'the other table' } };
        }
        case 'check':
          return {
            at,
            message: 'check',
            data: { ...data, definition: constraint.definition.replace(/\s+/g, ' ').slice(0, 80) },
          };
        // What becomes nullable is another matter.
        case 'notNull':
          return;
      }
    },
  },
});

/** True when another unique index of the table keeps out the same duplicates. */
function isKeptOtherwise({ name, columns }: Constraint, { table }: DropConstraint, { before }: RuleContext): boolean {
  return [...(before.table(table)?.indexes ?? [])].some((key) => {
    const index = before.relationByKey(key);
    const keeps = index?.kind === 'index' && index.unique && index.constraint !== name && index.predicate === undefined;
    return (
      keeps &&
      index.columns.length === columns.length &&
      index.columns.every((column) => column !== undefined && columns.includes(column))
    );
  });
}

/** A CHECK (c IS NOT NULL) has done its work when c is NOT NULL. */
function isHelper({ kind, expression }: Constraint, { table }: DropConstraint, { before }: RuleContext): boolean {
  if (kind !== 'check' || expression === undefined) return false;
  const facts = analyseExpression(expression);
  const columns = before.table(table)?.columns;
  return (
    facts !== undefined &&
    facts.notNullColumns.length > 0 &&
    facts.columns.every((column) => facts.notNullColumns.includes(column) && columns?.get(column)?.notNull === true)
  );
}

/** True when this file brings another constraint in its place, or takes its table, its columns or its parent as well. */
function isReplaced(
  action: DropConstraint,
  constraint: Constraint | undefined,
  { before, file }: RuleContext,
): boolean {
  const columns = constraint
    ? [...constraint.columns, ...(analyseExpression(constraint.expression ?? '')?.columns ?? [])]
    : [];
  const shares = (names: readonly string[]): boolean =>
    constraint === undefined || names.some((name) => columns.includes(name));
  const replaces = (other: Action): boolean => {
    if (
      other.kind === 'dropTable' &&
      constraint?.references &&
      before.table(other.table)?.key === constraint.references.table
    )
      return true;
    if (!('table' in other) || !other.table || !isSameTable(other.table, action.table, before)) return false;
    if (other.kind === 'dropTable') return true;
    if (other.kind === 'dropColumn') return columns.includes(other.column);
    if (other.kind === 'createIndex')
      return other.unique && constraint?.kind !== 'check' && shares(other.columns.flatMap(({ name }) => name ?? []));
    if (other.kind !== 'addConstraint') return false;
    const { kind, name, columns: own, expression, usingIndex } = other.constraint;
    if (name === action.constraint || usingIndex !== undefined) return true;
    const unique = (each: string | undefined): boolean =>
      each === 'unique' || each === 'primaryKey' || each === 'exclusion';
    const alike = constraint === undefined || kind === constraint.kind || (unique(kind) && unique(constraint.kind));
    return alike && shares([...own, ...(analyseExpression(expression?.text ?? '')?.columns ?? [])]);
  };
  const parent = constraint?.references && before.tableByKey(constraint.references.table);
  return (
    file.naming(action.table.name).some(replaces) || (parent !== undefined && file.naming(parent.name).some(replaces))
  );
}
