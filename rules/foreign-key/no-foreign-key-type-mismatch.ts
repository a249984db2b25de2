import type { ColumnType } from '../../server/src/schema/model.js';
import type { SchemaState } from '../../server/src/schema/state.js';
import type { AddColumn, AddConstraint, CreateTable } from '../../server/src/sql/action.js';
import { defineRule, type Report, type RuleContext } from '../engine/define-rule.js';
import { addedKeys, referencedColumns, typeOf } from '../questions/foreign-keys.js';
import { headOf } from '../engine/words.js';

const integers: Readonly<Record<string, number>> = {
  int2: 2,
  smallserial: 2,
  serial2: 2,
  int4: 4,
  serial: 4,
  serial4: 4,
  int8: 8,
  bigserial: 8,
  serial8: 8,
};

/** Types between which PostgreSQL has an equality operator for its keys. Pairs across families are refused (measured). */
const families: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.keys(integers).map((name) => [name, 'integer'])),
  text: 'string',
  varchar: 'string',
  bpchar: 'string',
  uuid: 'uuid',
  bool: 'bool',
  date: 'date',
  timestamptz: 'date',
  timestamp: 'date',
  bytea: 'bytea',
};

const writtenNames: Readonly<Record<string, string>> = {
  int2: 'smallint',
  int4: 'integer',
  int8: 'bigint',
  serial: 'integer',
  serial4: 'integer',
  bigserial: 'bigint',
  serial8: 'bigint',
  smallserial: 'smallint',
  serial2: 'smallint',
  bool: 'boolean',
};

/** A narrower integer runs out before the key it points to; types of different families cannot be compared at all. */
export default defineRule({
  meta: {
    id: 'no-foreign-key-type-mismatch',
    category: 'foreign-key',
    severity: 'error',
    summary: 'Give a foreign key the type of the column it refers to.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK'],
    messages: {
      refused:
        '{column} is {type} and {parentColumn} of {parent} is {parentType}: PostgreSQL has no way to compare them and refuses the foreign key (error 42804).\nGive {column} the type {parentType}.',
      narrower:
        '{column} is {type} and {parentColumn} of {parent} is {parentType}: rows of {parent} whose key is larger cannot be referred to (error 22003), and the application fails from that day on.\nGive {column} the type {parentType}.',
      wider:
        '{column} is {type} and {parentColumn} of {parent} is only {parentType}. Nothing fails, but every comparison casts, and {column} takes more room than it can use.\nGive {column} the type {parentType}.',
    },
  },

  check: {
    createTable: (action, context) => reports(action, context),
    addColumn: (action, context) => reports(action, context),
    addConstraint: (action, context) => reports(action, context),
  },
});

/** The type behind a domain. */
function baseOf(type: ColumnType, before: SchemaState): ColumnType | undefined {
  let base: ColumnType | undefined = type;
  for (let depth = 0; base && depth < 16; depth++) {
    const user = before.type(base);
    if (user?.kind !== 'domain') return user ? undefined : base;
    base = user.base;
  }
  return undefined;
}

function reports(
  action: CreateTable | AddColumn | AddConstraint,
  context: RuleContext,
): Report<'refused' | 'narrower' | 'wider'>[] {
  const { before, statement, runsLater } = context;
  if (runsLater) return [];
  return addedKeys(action, before).flatMap((key) => {
    const targets = referencedColumns(key, statement.actions, before);
    return key.constraint.columns.flatMap((column, position): Report<'refused' | 'narrower' | 'wider'>[] => {
      const parentColumn = targets[position];
      if (parentColumn === undefined || targets.length !== key.constraint.columns.length) return [];
      const own = typeOf(column, key.table, statement.actions, before);
      const other = typeOf(parentColumn, key.parent, statement.actions, before);
      const type = own && baseOf(own, before);
      const parentType = other && baseOf(other, before);
      if (
        !type ||
        !parentType ||
        type.schema !== undefined ||
        parentType.schema !== undefined ||
        type.arrayDimensions + parentType.arrayDimensions > 0
      )
        return [];
      const [family, parentFamily] = [families[type.name], families[parentType.name]];
      if (family === undefined || parentFamily === undefined) return [];
      const data = {
        column,
        parentColumn,
        parent: key.parent.name,
        type: writtenNames[type.name] ?? type.text,
        parentType: writtenNames[parentType.name] ?? parentType.text,
      };
      if (family !== parentFamily) return [{ at: headOf(key.span, context.statement), message: 'refused', data }];
      const [width, parentWidth] = [integers[type.name] ?? 0, integers[parentType.name] ?? 0];
      if (width === parentWidth) return [];
      return width < parentWidth
        ? [{ at: headOf(key.span, context.statement), message: 'narrower', data, severity: 'warning' }]
        : [{ at: headOf(key.span, context.statement), message: 'wider', data, severity: 'info' }];
    });
  });
}
