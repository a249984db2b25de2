import type { Place, Relation, Table } from '../../server/src/schema/model.js';
import { keyOf, type SchemaState } from '../../server/src/schema/state.js';
import type { Action, CreateTable, ObjectName } from '../../server/src/sql/action.js';
import { defineRule, type FileSide, type Report, type RuleContext } from '../engine/define-rule.js';
import {
  columnDifferences,
  type Difference,
  indexDifferences,
  missingColumns,
  squeezed,
} from '../questions/differences.js';
import { isSame } from '../questions/in-file.js';
import { listed, nameOf } from '../engine/words.js';

type Message = 'column' | 'object';

/** IF NOT EXISTS looks at the name alone: what is there stays as it is, and a notice is all that is said (measured on PostgreSQL 15). */
export default defineRule({
  meta: {
    id: 'no-ignored-definition',
    category: 'execution',
    severity: 'warning',
    summary: 'Do not write IF NOT EXISTS over something that is there with another definition.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-createtable.html'],
    messages: {
      column:
        '{column} of {table} is there already{where}, and IF NOT EXISTS leaves it as it is: {differences}. Nothing fails and nothing changes.\nAlter the column instead.',
      object:
        '{object} is there already{where}, and IF NOT EXISTS leaves it as it is: {differences}. Nothing fails and nothing changes.\nAlter it instead, or choose another name.',
    },
  },

  check: {
    addColumn(action, context) {
      const { before, later, runsLater } = context;
      if (!action.ifNotExists || runsLater) return;
      const table = before.table(action.table);
      const there = table?.columns.get(action.column.name);
      if (!table || !there || table.temporary || isOfThisBlock(there.place, context)) return;
      const found = columnDifferences(action.column, there, table, before).filter(
        ({ aspect }) => !isSettled(aspect, action.table, action.column.name, later),
      );
      if (found.length === 0) return;
      return {
        at: action.column.span,
        message: 'column',
        data: {
          column: action.column.name,
          table: nameOf(action.table),
          where: whereIs(there.place),
          differences: listed(found.map(({ words }) => words)),
        },
      };
    },
    createTable(action, context) {
      if (!action.ifNotExists || action.temporary || context.runsLater) return;
      const there = relationAt(action.table, context.before);
      if (isOfThisBlock(there?.place, context)) return;
      return there && report(action.table, there, tableWords(action, there, context));
    },
    createIndex(action, context) {
      const { before, runsLater } = context;
      if (!action.ifNotExists || action.index === undefined || runsLater) return;
      const relation = before.relation(action.table);
      if (!relation) return;
      const there = before.relationByKey(keyOf(relation.schema, action.index));
      if (!there || isOfThisBlock(there.place, context)) return;
      const name = { schema: undefined, name: action.index, span: undefined };
      const words =
        there.kind === 'index' ? indexDifferences(action, there, relation.key) : [`it is ${kinds[there.kind]}`];
      return report(name, there, words, {
        start: action.keyword.start,
        end: action.table.span?.end ?? action.span.end,
      });
    },
    createSequence(action, { before, later, runsLater }) {
      if (!action.ifNotExists || action.temporary || runsLater) return;
      const there = relationAt(action.sequence, before);
      if (!there) return;
      if (there.kind !== 'sequence') return report(action.sequence, there, [`it is ${kinds[there.kind]}`]);
      const type = action.type ?? 'int8';
      const isSet = later
        .naming(action.sequence.name)
        .some((each) => each.kind === 'alterSequence' && each.type !== undefined);
      if (there.type === undefined || there.type === type || isSet) return;
      const words = `${integers[there.type] ?? there.type} instead of ${integers[type] ?? type}`;
      return report(action.sequence, there, [words]);
    },
    createView(action, { before, runsLater }) {
      if (!action.ifNotExists || runsLater) return;
      const there = relationAt(action.view, before);
      if (!there) return;
      if (there.kind !== 'materializedView') return report(action.view, there, [`it is ${kinds[there.kind]}`]);
      if (there.query === undefined || action.query === undefined || bare(there.query) === bare(action.query)) return;
      return report(action.view, there, ['it has another query']);
    },
  },
});

const kinds: Readonly<Record<Relation['kind'], string>> = {
  table: 'a table',
  foreignTable: 'a foreign table',
  view: 'a view',
  materializedView: 'a materialized view',
  index: 'an index',
  sequence: 'a sequence',
};

const integers: Readonly<Record<string, string>> = { int2: 'smallint', int4: 'integer', int8: 'bigint' };

function bare(query: string): string {
  return squeezed(query.replace(/\bwith\s+(?:no\s+)?data\s*$/i, ''));
}

/** What has the name in the schema in which the statement would make it. */
function relationAt(name: ObjectName, before: SchemaState): Relation | undefined {
  return before.relationByKey(keyOf(before.schemaFor(name), name.name));
}

function report(
  name: ObjectName,
  there: Relation,
  differences: readonly string[],
  at = name.span,
): Report<Message> | undefined {
  if (differences.length === 0 || !at) return undefined;
  const data = { object: nameOf(name), where: whereIs(there.place), differences: listed(differences) };
  return { at, message: 'object', data };
}

/** True for what the DO block around has made: its EXCEPTION branch makes it again when that has failed. */
function isOfThisBlock(place: Place | undefined, { before, transaction }: RuleContext): boolean {
  if (transaction.by !== 'block' || !place) return false;
  return place.line === before.place?.line && place.path === before.place.path;
}

function whereIs(place: Place | undefined): string {
  return place === undefined ? '' : ` (${place.path}:${place.line})`;
}

function tableWords(action: CreateTable, there: Relation, { before, later }: RuleContext): string[] {
  if (there.kind !== 'table') return [`it is ${kinds[there.kind]}`];
  if (action.asQuery) return there.release === before.release ? [] : ['the query does not run'];
  const own = action.partitionOf && before.table(action.partitionOf.parent);
  if (action.partitionOf && own && there.partitionOf !== own.key) return [`it is no partition of ${own.name}`];
  const missing = missingColumns(action, there).filter((name) => !isAdded(name, action.table, later));
  const words = missing.length > 0 ? [`it has no ${listed(missing, 'or')}`] : [];
  return [...words, ...otherColumns(action, there, before, later)];
}

function otherColumns(action: CreateTable, there: Table, before: SchemaState, later: FileSide): string[] {
  const key = action.constraints.find(({ kind }) => kind === 'primaryKey')?.columns ?? [];
  return action.columns.flatMap((wanted) => {
    const column = there.columns.get(wanted.name);
    const found = column ? columnDifferences(wanted, column, there, before, key) : [];
    const open = found.filter(({ aspect }) => !isSettled(aspect, action.table, wanted.name, later));
    return open.length > 0 ? [`${wanted.name} is ${open.map(({ words }) => words).join(', ')}`] : [];
  });
}

function isAdded(column: string, table: ObjectName, later: FileSide): boolean {
  const adds = (each: Action): boolean =>
    (each.kind === 'addColumn' && each.column.name === column && isSame(each.table, table)) ||
    (each.kind === 'renameColumn' && each.to === column && isSame(each.table, table));
  return later.naming(table.name).some(adds);
}

/** True when the file brings the column to the definition further down, or takes it away. */
function isSettled(aspect: Difference['aspect'], table: ObjectName, column: string, later: FileSide): boolean {
  const settles = (each: Action): boolean => {
    if (!('table' in each) || !each.table || !isSame(each.table, table)) return false;
    if (each.kind === 'dropTable' || (each.kind === 'dropColumn' && each.column === column)) return true;
    if (aspect === 'key') return each.kind === 'addConstraint' || each.kind === 'createIndex';
    if (!('column' in each) || each.column !== column) return false;
    if (aspect === 'type') return each.kind === 'alterColumnType';
    return aspect === 'notNull'
      ? each.kind === 'setNotNull' || each.kind === 'dropNotNull'
      : each.kind === 'setDefault';
  };
  return later.naming(table.name).some(settles);
}
