import type { SchemaState } from '../../server/src/schema/state.js';
import type {
  Action,
  ColumnDefinition,
  ConstraintDefinition,
  CreateTable,
  ObjectName,
  SourceText,
} from '../../server/src/sql/action.js';
import { analyseExpression } from '../../server/src/sql/expressions.js';
import { type FrozenTime, frozenTimes, isTimeType } from '../../server/src/sql/frozen-times.js';
import { defineRule, type Fix, type Report, type RuleContext } from '../engine/define-rule.js';
import { inCaseOf, replace } from '../fixes/edit.js';
import { isSame } from '../questions/in-file.js';
import { isThere, nameOf } from '../engine/words.js';

type Message = 'frozen' | 'letters' | 'fixed' | 'compared';

/** PostgreSQL reads 'now' when it reads the statement, and keeps the moment as a constant (measured on PostgreSQL 15). */
export default defineRule({
  meta: {
    id: 'no-frozen-default',
    category: 'application-compatibility',
    severity: 'warning',
    summary: "Do not write the present moment as a string: 'now()' in quotes is a constant.",
    recommended: true,
    fix: 'unsafe',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/datatype-datetime.html#DATATYPE-DATETIME-SPECIAL-VALUES'],
    messages: {
      frozen:
        'PostgreSQL reads {literal} once, when this statement runs, and keeps that moment: every row that {table} gets later has the same {column}.\nWrite {instead} without quotes.',
      letters:
        'The default of {column} is the letters {literal}, not the time: every row of {table} stores them.\nWrite now() without quotes, or give {column} the type timestamptz.',
      fixed:
        'The default of {column} was {old}, the moment of each INSERT. From here on every new row of {table} gets {value}.\nUPDATE the rows that are there and keep the default, if only those were meant.',
      compared:
        'PostgreSQL reads {literal} once, when this statement runs: rows of {table} are compared with the moment of this migration for ever.\n{instead}',
    },
  },

  check: {
    createTable(action, context) {
      if (action.temporary || context.runsLater || (action.ifNotExists && context.before.relation(action.table)))
        return;
      return [
        ...action.columns.flatMap((column) => ofColumn(action, column, context)),
        ...action.constraints.flatMap((constraint) => ofCheck(action, constraint, context)),
      ];
    },
    addColumn(action, context) {
      const { before, runsLater } = context;
      if (runsLater || before.table(action.table)?.temporary || isThere(action, before)) return;
      return ofColumn(action, action.column, context);
    },
    addConstraint(action, context) {
      return context.runsLater || context.before.table(action.table)?.temporary
        ? undefined
        : ofCheck(action, action.constraint, context);
    },
    setDefault(action, context) {
      const { before, runsLater } = context;
      const table = before.table(action.table);
      if (runsLater || table?.temporary) return;
      const column = table?.columns.get(action.column);
      const place = { table: action.table, column: action.column };
      const type = column?.type?.arrayDimensions ? undefined : column?.type?.name;
      const found = ofDefault(place, type, action.expression, context);
      // What a later statement of the file replaces is asked last: it reads the whole file.
      const isGone = (): boolean => isReplaced(action.table, action.column, context);
      if (found.length > 0) return isGone() ? undefined : found;
      if (!column || !isTimeType(type) || before.isUnused(action.table)) return;
      if (!isMoment(column.default, before) || !isFixed(action.expression.text) || isGone()) return;
      return {
        at: action.expression.span,
        message: 'fixed',
        data: {
          column: action.column,
          old: column.default?.trim() ?? '',
          table: nameOf(action.table),
          value: action.expression.text,
        },
      };
    },
    createIndex(action, context) {
      const { predicate, table } = action;
      if (!predicate || context.runsLater || context.before.table(table)?.temporary) return;
      const columns = context.before.table(table)?.columns;
      const [first] = certain(frozenTimes(predicate.text), (name) => columns?.get(name)?.type?.name);
      if (!first) return;
      const instead = 'Write the date itself, so that everybody sees that it stays.';
      return {
        at: predicate.span,
        message: 'compared',
        data: { literal: quoted(first), table: nameOf(table), instead },
      };
    },
  },
});

interface Place {
  readonly table: ObjectName;
  readonly column: string;
}

function ofColumn(
  action: CreateTable | { readonly kind: 'addColumn'; readonly table: ObjectName },
  column: ColumnDefinition,
  context: RuleContext,
): Report<Message>[] {
  const type = column.type?.arrayDimensions ? undefined : column.type?.name;
  const place = { table: action.table, column: column.name };
  const { default: default_ } = column;
  return [
    // Without a string nothing can be frozen, and nearly no default has one.
    ...(default_?.expression.text.includes("'") && !isReplaced(action.table, column.name, context)
      ? ofDefault(place, type, default_.expression, context)
      : []),
    ...column.constraints.flatMap((constraint) => ofCheck(action, constraint, context)),
  ];
}

const textTypes = new Set(['text', 'varchar', 'bpchar']);

function ofDefault(
  { table, column }: Place,
  type: string | undefined,
  expression: SourceText,
  context: RuleContext,
): Report<Message>[] {
  const found = frozenTimes(expression.text);
  const [first] = certain(found, () => undefined, type);
  const data = { column, table: nameOf(table) };
  if (first) {
    const wanted = insteadOf(first, first.type ?? type ?? '');
    const fixes: Fix[] =
      first.isAll && wanted !== undefined
        ? [
            {
              title: `Write ${inCaseOf(context.statement, wanted)}`,
              safety: 'unsafe',
              edits: [replace(expression.span, inCaseOf(context.statement, wanted))],
            },
          ]
        : [];
    const instead = wanted ?? 'now() or CURRENT_DATE';
    return [{ at: expression.span, message: 'frozen', data: { ...data, literal: quoted(first), instead }, fixes }];
  }
  const [letters] = found.filter(({ isAll, text }) => isAll && /^\s*now\s*\(\s*\)\s*$/i.test(text));
  return letters && letters.type === undefined && type !== undefined && textTypes.has(type)
    ? [{ at: expression.span, message: 'letters', data: { ...data, literal: quoted(letters) } }]
    : [];
}

function ofCheck(
  action: CreateTable | { readonly kind: string; readonly table: ObjectName },
  { kind, expression }: ConstraintDefinition,
  { before }: RuleContext,
): Report<Message>[] {
  if (kind !== 'check' || !expression) return [];
  const own = 'columns' in action ? action.columns : [];
  const typeOf = (name: string): string | undefined =>
    own.find((column) => column.name === name)?.type?.name ?? before.table(action.table)?.columns.get(name)?.type?.name;
  const [first] = certain(frozenTimes(expression.text), typeOf);
  if (!first) return [];
  const instead = 'Write CURRENT_TIMESTAMP or CURRENT_DATE when the moment of each INSERT and UPDATE is meant.';
  return [
    {
      at: expression.span,
      message: 'compared',
      data: { literal: quoted(first), table: nameOf(action.table), instead },
    },
  ];
}

/** Those that are moments for certain: by their cast, the column that they are compared with, or the column's own type. */
function certain(
  found: readonly FrozenTime[],
  typeOf: (column: string) => string | undefined,
  type?: string,
): FrozenTime[] {
  return found.filter((each) =>
    isTimeType(each.type ?? (each.column === undefined ? (each.isAll ? type : undefined) : typeOf(each.column))),
  );
}

/** What gives the moment of each row; undefined where the string says more than one word. */
function insteadOf({ text }: FrozenTime, type: string): string | undefined {
  const word = /^[\s"]*(\w+)[\s"()]*$/.exec(text)?.[1]?.toLowerCase();
  if (type === 'time' || type === 'timetz')
    return word === 'now' ? (type === 'time' ? 'LOCALTIME' : 'CURRENT_TIME') : undefined;
  if (word === 'now') return type === 'date' ? 'CURRENT_DATE' : 'CURRENT_TIMESTAMP';
  if (word === 'today') return 'CURRENT_DATE';
  return word === 'tomorrow' ? '(CURRENT_DATE + 1)' : word === 'yesterday' ? '(CURRENT_DATE - 1)' : undefined;
}

function quoted({ text }: FrozenTime): string {
  return `'${text}'`;
}

/** A default that is the moment of each statement or row. */
function isMoment(expression: string | undefined, before: SchemaState): boolean {
  const facts = expression === undefined ? undefined : analyseExpression(expression);
  return facts?.functions.some(({ schema, name }) => moments.has(name) && !before.function({ schema, name })) === true;
}

const moments = new Set([
  'now',
  'current_timestamp',
  'current_date',
  'current_time',
  'localtimestamp',
  'localtime',
  'clock_timestamp',
  'statement_timestamp',
  'transaction_timestamp',
]);

/** A date or a time in digits; 'infinity' and 'epoch' are meant. */
function isFixed(expression: string): boolean {
  return analyseExpression(expression)?.isConstant === true && /'[^']*\d[^']*'/.test(expression);
}

/** True when the file takes the default back, or the column or the table. */
function isReplaced(table: ObjectName, column: string, { later }: RuleContext): boolean {
  const takes = (other: Action): boolean =>
    (other.kind === 'dropTable' && isSame(other.table, table)) ||
    ((other.kind === 'setDefault' || other.kind === 'dropDefault' || other.kind === 'dropColumn') &&
      other.column === column &&
      isSame(other.table, table));
  return later.naming(table.name).some(takes);
}
