import { doBlock } from '../../schema/safe-statements.js';
import { objectSql, quoteIdentifier, quoteLiteral } from '../../sql/quote.js';
import { alterTable, type PhaseStatement, short, unbounded } from '../plan.js';
import { createIndexSql } from './index-sql.js';
import { buildStatements } from './indexes.js';
import {
  addKeySql,
  indexSqlName,
  referring,
  renamedBy,
  type WidenedIndex,
  type WidenedTable,
} from './widened-tables.js';

/** "customers.id", for people. */
export function columnsOf(all: readonly WidenedTable[]): string[] {
  return all.flatMap(({ table, columns }) => columns.map(({ column }) => `${table.name}.${column.name}`)).reverse();
}

const spare =
  'airlock-ignore no-redundant-index no-if-not-exists-concurrent-index: it waits for the way back, and goes with the old column';

/** Builds of an index for the new columns, and of one that takes the place of a constraint's on the way back. */
export function builds(each: WidenedTable, { index, build, aside, constraint }: WidenedIndex): PhaseStatement[] {
  const relation = objectSql(each.table);
  return [
    ...buildStatements(indexSqlName(each, build), createIndexSql(index, build, relation, renamedBy(each, 'next'))),
    ...(constraint ? buildStatements(indexSqlName(each, aside), createIndexSql(index, aside, relation), spare) : []),
  ];
}

/** Adds a constraint unless there is one of that name. */
function unlessThere({ table }: WidenedTable, constraint: string, sql: string, note?: string): PhaseStatement {
  const relation = quoteLiteral(objectSql(table));
  return short(
    doBlock([
      `IF NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = ${relation}::regclass AND conname = ${quoteLiteral(constraint)}) THEN`,
      `  ${sql};`,
      'END IF;',
    ]),
    note,
  );
}

/** The keys of the new columns, added and proven. */
export function newKeys(all: readonly WidenedTable[]): PhaseStatement[] {
  const keys = all.flatMap((parent) => referring(parent, all).map((each) => ({ ...each, parent })));
  return [
    ...keys.map(({ at, key, parent }) =>
      unlessThere(
        at,
        key.next,
        addKeySql(
          at.table,
          key.next,
          key,
          renamedBy(at, 'next')(key.column),
          renamedBy(parent, 'next')(key.parentColumn),
        ),
        /cascade/i.test(key.tail)
          ? 'airlock-ignore no-unasked-cascade: as the key does whose place it takes'
          : undefined,
      ),
    ),
    ...keys.map(({ at, key }) => unbounded(alterTable(at.table, `VALIDATE CONSTRAINT ${quoteIdentifier(key.next)}`))),
  ];
}
