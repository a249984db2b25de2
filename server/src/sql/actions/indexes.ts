import type { IndexStmt, Node, ReindexStmt } from '@pgsql/types';
import type { Action, IndexColumn, Reindex } from '../action.js';
import { mapped } from '../mapped.js';
import { relationName } from './names.js';
import { typedLiterals } from './typed-literals.js';
import type { Reader } from './reader.js';

function elements(nodes: readonly Node[] | undefined, reader: Reader, open: number): IndexColumn[] {
  const parts = open >= 0 ? reader.splitAtCommas(open + 1, reader.behindBracket(open) - 1) : [];
  return mapped(nodes ?? [], (node, position) => {
    const element = 'IndexElem' in node ? node.IndexElem : {};
    const [from, to] = parts[position] ?? [0, 0];
    // A name, a call or an expression in brackets; the collation, the operator class and the order come behind it.
    const bracket = element.name === undefined ? reader.findOpen(from, to) : -1;
    const end = element.name !== undefined ? from + 1 : bracket < 0 ? to : reader.behindBracket(bracket, to);
    const options = to > end ? reader.sourceOf(end, to).text : '';
    // Ascending is the default.
    const plain = /^asc(\s+nulls\s+last)?$/i.test(options) ? '' : options;
    return {
      name: element.name,
      expression: element.name === undefined ? reader.expressionOf(from, end, element.expr).text : undefined,
      options: plain,
    };
  });
}

/** CREATE INDEX. */
export function createIndex(statement: IndexStmt, reader: Reader): Action[] {
  const table = relationName(statement.relation, reader);
  const open = reader.findOpen(reader.indexAt(table.span?.end ?? 0));
  const where = statement.whereClause ? reader.findWord(['WHERE'], open < 0 ? 0 : reader.behindBracket(open)) : -1;
  return [
    {
      kind: 'createIndex',
      span: reader.whole,
      index: statement.idxname,
      table,
      unique: statement.unique === true,
      concurrently: statement.concurrent === true,
      ifNotExists: statement.if_not_exists === true,
      only: statement.relation?.inh !== true,
      method: statement.accessMethod ?? 'btree',
      columns: elements(statement.indexParams, reader, open),
      include: (statement.indexIncludingParams ?? []).flatMap((node) =>
        'IndexElem' in node && node.IndexElem.name ? [node.IndexElem.name] : [],
      ),
      ...(statement.whereClause ? typedLiterals(statement.whereClause, statement.relation) : {}),
      predicate: where >= 0 ? reader.expressionOf(where + 1, reader.tokens.length, statement.whereClause) : undefined,
      nullsNotDistinct: statement.nulls_not_distinct === true,
      keyword: reader.keyword('INDEX'),
    },
  ];
}

const targets: Readonly<Record<string, Reindex['target']>> = {
  REINDEX_OBJECT_INDEX: 'index',
  REINDEX_OBJECT_TABLE: 'table',
  REINDEX_OBJECT_SCHEMA: 'schema',
  REINDEX_OBJECT_SYSTEM: 'system',
  REINDEX_OBJECT_DATABASE: 'database',
};

/** True for a parenthesised option such as (CONCURRENTLY) or (VERBOSE true), unless it is switched off. */
export function optionIsOn(options: readonly Node[] | undefined, name: string): boolean {
  for (const node of options ?? []) {
    if (!('DefElem' in node) || node.DefElem.defname !== name) continue;
    const value = node.DefElem.arg;
    if (!value) return true;
    if ('String' in value) return !['false', 'off', '0'].includes((value.String.sval ?? '').toLowerCase());
    if ('Integer' in value) return (value.Integer.ival ?? 0) !== 0;
    if ('Boolean' in value) return value.Boolean.boolval === true;
    return true;
  }
  return false;
}

/** REINDEX. */
export function reindex(statement: ReindexStmt, reader: Reader): Action[] {
  const named = statement.name ? { schema: undefined, name: statement.name, span: undefined } : undefined;
  return [
    {
      kind: 'reindex',
      span: reader.whole,
      target: targets[statement.kind ?? ''] ?? 'table',
      object: statement.relation ? relationName(statement.relation, reader) : named,
      concurrently: optionIsOn(statement.params, 'concurrently'),
      keyword: reader.keyword('REINDEX'),
    },
  ];
}
