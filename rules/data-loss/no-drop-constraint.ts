import type { Constraint, Table } from '../../server/src/schema/model.js';
import type { Action, DropConstraint, ObjectName } from '../../server/src/sql/action.js';
import { analyseExpression } from '../../server/src/sql/expressions.js';
import { defineRule, type Report, type RuleContext } from '../engine/define-rule.js';
import { squeezed } from '../questions/differences.js';
import { isSameTable } from '../questions/foreign-keys.js';
import { isSetAsideHere } from '../questions/in-file.js';
import { isKeptBy, type Kept, replacementIn, type UniqueKey } from '../questions/uniqueness.js';
import { nameOf } from '../engine/words.js';

/** From the drop on, nothing keeps out what the constraint kept out, and it cannot come back before that is cleaned up. */
export default defineRule({
  meta: {
    id: 'no-drop-constraint',
    category: 'data-loss',
    severity: 'warning',
    summary: 'Drop a constraint or a unique index only when nothing relies on what it keeps out.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/ddl-alter.html#DDL-ALTER-REMOVING-A-CONSTRAINT'],
    messages: {
      unique:
        'Without {constraint}, rows of {table} with the same {columns} get in, and running code that says ON CONFLICT ({columns}) fails at once (error 42P10). It cannot come back before the duplicates are gone.\nCheck that no code relies on it.',
      partial:
        '{key} takes the place of {constraint} and keeps only the rows of its WHERE unique: duplicates among the others get into {table}, and running code that says ON CONFLICT ({columns}) fails at once (error 42P10).\nCheck that no code relies on it.',
      wider:
        '{key} takes the place of {constraint} with more columns: rows of {table} with the same {columns} get in, and running code that says ON CONFLICT ({columns}) fails at once (error 42P10). {constraint} cannot come back before the duplicates are gone.\nCheck that no code relies on it.',
      otherColumns:
        '{key} takes the place of {constraint} and keeps out the same duplicates, but is not on just {columns}: running code that says ON CONFLICT ({columns}) fails at once (error 42P10).\nCheck that no code says so, or keep {constraint} until none does.',
      deferrable:
        '{key} takes the place of {constraint} and is DEFERRABLE: running code that says ON CONFLICT ({columns}) fails at once, and no foreign key can point to {columns} (error 55000).\nLeave DEFERRABLE out, or keep {constraint} beside it.',
      foreignKey:
        'Without {constraint}, rows of {table} may point to rows of {parent} that do not exist, and a DELETE in {parent} no longer fails or cascades. The constraint cannot be validated again before they are cleaned up.\nCheck that no code relies on it.',
      check:
        'Without {constraint}, rows get into {table} that {definition} has kept out, and code that relies on it meets them. The constraint cannot be validated again before they are cleaned up.\nCheck that no code relies on it.',
      unknown:
        'Without {constraint}, rows get into {table} that it has kept out. No migration here shows what that was.\nCheck that no code relies on it.',
    },
  },

  check: {
    dropConstraint(action, context) {
      const { before, runsLater } = context;
      if (runsLater || before.isUnused(action.table) || isSetAsideHere(action.table, context.earlier, context.file))
        return;
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
      if (table && (constraint.kind === 'unique' || constraint.kind === 'primaryKey')) {
        const dropped = { ...constraint, expressions: [], predicate: undefined, deferrable: isDeferrable(constraint) };
        return isTaken(action.table, constraint.columns, context)
          ? undefined
          : lost(dropped, table, action.table, at, context);
      }
      if (isReplaced(action, constraint, context) || isHelper(constraint, action, context) || !constraint.enforced)
        return;
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
          if (table && isCheckedTwice(constraint, table)) return;
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
    dropIndex(action, context) {
      const { before, runsLater } = context;
      const index = before.index(action.index);
      const table = index && before.tableByKey(index.table);
      if (runsLater || !index?.unique || !table || index.constraint !== undefined || index.release === before.release)
        return;
      const name = { schema: table.schema, name: table.name, span: undefined };
      if (
        before.isUnused(name) ||
        isSetAsideHere(name, context.earlier, context.file) ||
        isTaken(name, index.columns, context)
      )
        return;
      return lost({ ...index, deferrable: false }, table, name, action.index.span ?? action.keyword, context);
    },
  },
});

type Lost = 'unique' | 'partial' | 'wider' | 'otherColumns' | 'deferrable';
type Message = Lost | 'foreignKey' | 'check' | 'unknown';

const messages: Readonly<Record<Exclude<Kept, 'all'>, Lost>> = {
  partial: 'partial',
  wider: 'wider',
  narrower: 'otherColumns',
  expression: 'otherColumns',
  deferrable: 'deferrable',
};

/** What gets in without a unique key; nothing where another one keeps it out. */
function lost(
  dropped: UniqueKey,
  table: Table,
  name: ObjectName,
  at: Report['at'],
  { before, file }: RuleContext,
): Report<Message> | undefined {
  const isDropped = (index: string, constraint: string | undefined): boolean =>
    constraint === dropped.name || index === `${table.schema}.${dropped.name}`;
  if (isKeptBy(table.indexes, dropped, isDropped, before)) return undefined;
  const columns = [...dropped.columns.flatMap((each) => each ?? []), ...dropped.expressions].join(', ') || 'values';
  const data = { constraint: dropped.name, table: table.schema === 'public' ? table.name : nameOf(name), columns };
  const replacement = replacementIn(file, name, dropped, before);
  if (!replacement) return { at, message: 'unique', data };
  const { kept, key } = replacement;
  if (kept === 'all') return undefined;
  const message = messages[kept];
  return { at, message, data: { ...data, key: key.name === dropped.name ? `The new ${key.name}` : key.name } };
}

function isDeferrable({ definition }: Constraint): boolean {
  return /(?<!\bnot\s+)\bdeferrable\b/i.test(definition);
}

/** True when the file drops the table or one of the columns as well. */
function isTaken(table: ObjectName, columns: readonly (string | undefined)[], { before, file }: RuleContext): boolean {
  const takes = (other: Action): boolean =>
    (other.kind === 'dropTable' || (other.kind === 'dropColumn' && columns.includes(other.column))) &&
    isSameTable(other.table, table, before);
  return file.naming(table.name).some(takes);
}

/** True when another CHECK of the table says the same. */
function isCheckedTwice({ name, expression = '' }: Constraint, { constraints }: Table): boolean {
  return [...constraints.values()].some(
    (other) =>
      other.kind === 'check' &&
      other.name !== name &&
      other.validated &&
      other.enforced &&
      squeezed(other.expression ?? '') === squeezed(expression),
  );
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
