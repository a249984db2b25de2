import { sequenceNamed } from '../../server/src/impact/sequences.js';
import type { Sequence } from '../../server/src/schema/model.js';
import type { Action, ObjectName } from '../../server/src/sql/action.js';
import { objectSql } from '../../server/src/sql/quote.js';
import { defineRule, type Fix, type Report, type RuleContext } from '../engine/define-rule.js';
import { append, inCaseOf, newlineOf } from '../fixes/edit.js';
import { nameOf } from '../engine/words.js';

/** A serial's sequence keeps its type when the column becomes bigint, and fails at its end; an identity's follows (measured on PostgreSQL 15). */
export default defineRule({
  meta: {
    id: 'require-bigint-sequence',
    category: 'application-compatibility',
    severity: 'warning',
    summary: 'Make the sequence bigint together with the column that it fills.',
    recommended: true,
    fix: 'unsafe',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-altersequence.html'],
    messages: {
      ends: '{column} of {table} becomes bigint, and its sequence {sequence} stays {type}: behind {last} every INSERT that takes a number from it fails (error 2200H).\nWrite ALTER SEQUENCE {sequence} AS bigint as well.',
    },
  },

  check: {
    alterColumnType(action, context) {
      const column = context.before.table(action.table)?.columns.get(action.column);
      if (action.type.name !== 'int8' || action.type.arrayDimensions > 0 || !column || column.identity) return;
      const own = column.sequence === undefined ? undefined : context.before.relationByKey(column.sequence);
      return found(own ?? drawnFrom(column.default, context), action.table, action.column, action.span, context);
    },
    setDefault(action, context) {
      const column = context.before.table(action.table)?.columns.get(action.column);
      if (column?.type?.name !== 'int8') return;
      const sequence = drawnFrom(action.expression.text, context);
      return found(sequence, action.table, action.column, action.span, context);
    },
  },
});

/** The sequence of nextval('…'). */
function drawnFrom(expression: string | undefined, { before }: RuleContext): ReturnType<typeof before.relation> {
  const name = /\bnextval\s*\(\s*'((?:[^']|'')+)'/i.exec(expression ?? '')?.[1];
  return name === undefined ? undefined : before.relation(sequenceNamed(name));
}

const types: Readonly<Record<string, readonly [name: string, last: string]>> = {
  int2: ['smallint', '32767'],
  int4: ['integer', '2147483647'],
};

function found(
  sequence: ReturnType<RuleContext['before']['relation']>,
  table: ObjectName,
  column: string,
  at: Report['at'],
  context: RuleContext,
): Report<'ends'> | undefined {
  const { before, runsLater, transaction, statement } = context;
  const type = sequence?.kind === 'sequence' ? types[sequence.type ?? ''] : undefined;
  if (sequence?.kind !== 'sequence' || !type || runsLater || isWidened(sequence, table, column, context))
    return undefined;
  const data = { column, table: nameOf(table), sequence: sequence.name, type: type[0], last: type[1] };
  const name = objectSql({ schema: sequence.schema === 'public' ? undefined : sequence.schema, name: sequence.name });
  const text = `;${newlineOf(statement)}${inCaseOf(statement, 'ALTER SEQUENCE')} ${name} ${inCaseOf(statement, 'AS')} bigint`;
  const fixes: Fix[] =
    transaction.by === 'block' || !before.hasDefaultPath
      ? []
      : [{ title: `Make ${sequence.name} bigint as well`, safety: 'unsafe', edits: [append(statement, text)] }];
  return { at, message: 'ends', data, fixes };
}

/** True when the file makes the sequence bigint, drops it, or gives the column another source. */
function isWidened(
  sequence: Sequence,
  table: ObjectName,
  column: string,
  { before, later, file }: RuleContext,
): boolean {
  const widens = (each: Action): boolean =>
    (each.kind === 'alterSequence' &&
      each.type !== undefined &&
      before.relation(each.sequence)?.key === sequence.key) ||
    (each.kind === 'dropObject' &&
      each.objectKind === 'sequence' &&
      before.relation(each.object)?.key === sequence.key);
  const drawsElsewhere = (each: Action): boolean =>
    each.kind === 'dropDefault' ||
    (each.kind === 'setDefault' && !each.expression.text.includes(sequence.name)) ||
    (each.kind === 'alterTableOther' && each.subcommand === 'addIdentity');
  const leaves = (each: Action): boolean =>
    'table' in each &&
    each.table !== undefined &&
    drawsElsewhere(each) &&
    (!('column' in each) || each.column === undefined || each.column === column) &&
    before.table(each.table) === before.table(table);
  return file.naming(sequence.name).some(widens) || later.naming(table.name).some(leaves);
}
