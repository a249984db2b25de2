import { proveNotNull } from '../../schema/safe-statements.js';
import type { SchemaState } from '../../schema/state.js';
import { chooseName, objectSql, quoteIdentifier, quoteLiteral } from '../../sql/quote.js';
import { backfillPhase } from '../backfill-phase.js';
import {
  alterTable,
  isRefused,
  type Phase,
  type PhaseStatement,
  type Refusal,
  short,
  slugOf,
  unbounded,
} from '../plan.js';
import { fitting } from '../sync-trigger.js';
import { createIndexSql } from './index-sql.js';
import { buildStatements } from './indexes.js';
import { whileThere } from './kept-equal.js';
import { builds, columnsOf, newKeys } from './widen-parts.js';
import { dropSync, makeSync } from './widen-sync.js';
import {
  addKeySql,
  indexSqlName,
  referring,
  renamedBy,
  type WidenedColumn,
  type WidenedTable,
} from './widened-tables.js';

// The bigint columns take the places of the old ones, and the old ones go.

/** Table by table, those that refer to others first: each in one transaction, so that no query finds a column missing. */
export function swapPhase(all: readonly WidenedTable[], postgres: number): Phase {
  const parentsFirst = [...all].reverse();
  const keys = all.flatMap((at) => at.keys.map((key) => ({ at, key })));
  return {
    slug: slugOf('swap', all.at(-1)?.table.name ?? '', 'bigint_columns'),
    title: `Let the bigint columns take the places of ${columnsOf(all).join(', ')}`,
    why: 'Each table in one transaction, so that no query finds a column missing. It only changes the catalog.',
    gate: `all code that is running takes ${columnsOf(all).join(', ')} as 64-bit numbers; some drivers hand those over as text.`,
    notes: [
      'From here on triggers write what fits the old type into the old columns, so that there is a way back.',
      'An INSERT without a list of columns still fills the old place; the trigger moves the value.',
    ],
    statements: all.map((each) =>
      short(
        swapOnce(each, postgres),
        'airlock-ignore no-drop-constraint: keys that have proven all rows take their names',
      ),
    ),
    transactional: false,
    back: [
      ...parentsFirst.filter(isWide).flatMap((each) => [refuseUnfit(each), ...proven(each)]),
      ...parentsFirst.filter(isWide).map((each) => short(backOnce(each, all, postgres))),
      ...all.flatMap((each) => each.indexes.filter(({ constraint }) => constraint).flatMap((one) => builds(each, one))),
      ...newKeys(all),
      ...keys.map(({ at, key }) => unbounded(alterTable(at.table, `VALIDATE CONSTRAINT ${quoteIdentifier(key.name)}`))),
    ],
    backTransactional: false,
  };
}

const isWide = ({ columns }: WidenedTable): boolean => columns.length > 0;

/** A block with names of sequences' values, unless a column is there. */
function unless({ table }: WidenedTable, there: string, lines: readonly string[]): string {
  const relation = quoteLiteral(objectSql(table));
  return `DO $swap$
DECLARE
  last_key bigint;
  was_used boolean;
BEGIN
  IF NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = ${relation}::regclass AND attname = ${quoteLiteral(there)} AND NOT attisdropped) THEN
${lines.map((line) => `    ${line};\n`).join('')}  END IF;
END $swap$`;
}

function swapOnce(each: WidenedTable, postgres: number): string {
  const { table, columns, indexes, keys } = each;
  const renamedKeys = keys.flatMap(({ name, next }) => [
    alterTable(table, `DROP CONSTRAINT ${quoteIdentifier(name)}`),
    alterTable(table, `RENAME CONSTRAINT ${quoteIdentifier(next)} TO ${quoteIdentifier(name)}`),
  ]);
  const [first] = columns;
  if (!first) return onceRenamed(each, renamedKeys);
  return unless(each, first.old, [
    ...renamedKeys,
    ...indexes.flatMap(({ constraint }) =>
      constraint ? [alterTable(table, `DROP CONSTRAINT ${quoteIdentifier(constraint.name)}`)] : [],
    ),
    ...columns.flatMap((one) => [
      ...handedOver(each, one, one.column.name, one.next, 'bigint'),
      ...(one.column.notNull === true
        ? [alterTable(table, `ALTER COLUMN ${quoteIdentifier(one.column.name)} DROP NOT NULL`)]
        : []),
      ...renamed(each, one.column.name, one.old),
      ...renamed(each, one.next, one.column.name),
      ...renamedNotNull(each, one, one.next, one.column.name, postgres),
    ]),
    ...indexes.flatMap(({ index, build, aside, constraint }) =>
      constraint
        ? [usingIndex(each, constraint, build)]
        : [
            `ALTER INDEX ${indexSqlName(each, index.name)} RENAME TO ${quoteIdentifier(aside)}`,
            `ALTER INDEX ${indexSqlName(each, build)} RENAME TO ${quoteIdentifier(index.name)}`,
          ],
    ),
    ...makeSync(each, 'back'),
  ]);
}

/** A table whose column is bigint already: its keys alone change. */
function onceRenamed({ table, keys }: WidenedTable, lines: readonly string[]): string {
  const relation = quoteLiteral(objectSql(table));
  const [first] = keys;
  return `DO $swap$
BEGIN
  IF EXISTS (SELECT FROM pg_constraint WHERE conrelid = ${relation}::regclass AND conname = ${quoteLiteral(first?.next ?? '')}) THEN
${lines.map((line) => `    ${line};\n`).join('')}  END IF;
END $swap$`;
}

function usingIndex({ table }: WidenedTable, constraint: { name: string; words: string }, index: string): string {
  return alterTable(
    table,
    `ADD CONSTRAINT ${quoteIdentifier(constraint.name)} ${constraint.words} USING INDEX ${quoteIdentifier(index)}`,
  );
}

function renamed({ table }: WidenedTable, from: string, to: string): string[] {
  return [alterTable(table, `RENAME COLUMN ${quoteIdentifier(from)} TO ${quoteIdentifier(to)}`)];
}

/** From PostgreSQL 18 on NOT NULL has a name, which PostgreSQL makes of the column's. */
function renamedNotNull(
  { table }: WidenedTable,
  { column }: WidenedColumn,
  from: string,
  to: string,
  postgres: number,
): string[] {
  if (column.notNull !== true || postgres < 18) return [];
  const [now, wanted] = [from, to].map((name) => quoteIdentifier(chooseName([table.name, name], 'not_null')));
  return [alterTable(table, `RENAME CONSTRAINT ${now} TO ${wanted}`)];
}

/** The sequence, the identity or the default of a column goes over to another one. */
function handedOver(
  { table }: WidenedTable,
  { column, sequence }: WidenedColumn,
  from: string,
  to: string,
  type: string,
): string[] {
  const set = (name: string, words: string): string =>
    alterTable(table, `ALTER COLUMN ${quoteIdentifier(name)} ${words}`);
  if (sequence && column.identity) {
    const [name, generated] = [objectSql(sequence), column.identity === 'always' ? 'ALWAYS' : 'BY DEFAULT'];
    return [
      `SELECT last_value, is_called INTO last_key, was_used FROM ${name}`,
      set(from, 'DROP IDENTITY'),
      set(to, `ADD GENERATED ${generated} AS IDENTITY (SEQUENCE NAME ${name})`),
      `PERFORM setval(${quoteLiteral(name)}, last_key, was_used)`,
    ];
  }
  if (sequence) {
    const name = objectSql(sequence);
    return [
      set(from, 'DROP DEFAULT'),
      `ALTER SEQUENCE ${name} AS ${type} OWNED BY ${objectSql(table)}.${quoteIdentifier(to)}`,
      set(to, `SET DEFAULT nextval(${quoteLiteral(name)}::regclass)`),
    ];
  }
  return column.default === undefined ? [] : [set(from, 'DROP DEFAULT'), set(to, `SET DEFAULT ${column.default}`)];
}

/** Fails while a row has a value that the old type does not hold. */
function refuseUnfit({ table, columns }: WidenedTable): PhaseStatement {
  const unfit = columns
    .map(({ column, old }) => `(${quoteIdentifier(old)} IS NULL AND ${quoteIdentifier(column.name)} IS NOT NULL)`)
    .join(' OR ');
  const label = quoteLiteral(columns.map(({ column }) => `${table.name}.${column.name}`).join(', '));
  return {
    sql: whileThere(table, columns[0]?.old ?? '', [
      `IF EXISTS (SELECT FROM ${objectSql(table)} WHERE ${unfit}) THEN`,
      `  RAISE EXCEPTION '% holds values that do not fit the old type: change them first', ${label};`,
      'END IF;',
    ]),
    wait: 'none',
  };
}

/** The old columns are NOT NULL again, each step in a transaction of its own. */
function proven(each: WidenedTable): PhaseStatement[] {
  const { table, columns } = each;
  const relation = objectSql(table);
  return columns
    .filter(({ column }) => column.notNull === true)
    .flatMap(({ old }) =>
      proveNotNull(
        `ALTER TABLE ${relation}`,
        relation,
        quoteIdentifier(old),
        quoteIdentifier(chooseName([table.name, old], 'airlock_not_null')),
      ).map(({ sql, wait }) => ({ sql: whileThere(table, old, [`${unwrapped(sql)};`]), wait })),
    );
}

/** A DO block as the block inside of it. */
function unwrapped(sql: string): string {
  const block = /^DO (\$\w*\$)\n([\s\S]*?) ?\1$/.exec(sql);
  return block?.[2]?.trimEnd() ?? sql;
}

function backOnce(each: WidenedTable, all: readonly WidenedTable[], postgres: number): string {
  const { table, columns, indexes, keys } = each;
  const names = columns.map(({ column }) => column.name);
  const own = keys.filter(({ parent, column }) => parent !== each && names.includes(column));
  const anew = [...referring(each, all), ...own.map((key) => ({ at: each, key }))];
  return unless(each, columns[0]?.next ?? '', [
    ...anew.map(({ at, key }) => alterTable(at.table, `DROP CONSTRAINT IF EXISTS ${quoteIdentifier(key.name)}`)),
    ...indexes.flatMap(({ constraint }) =>
      constraint ? [alterTable(table, `DROP CONSTRAINT ${quoteIdentifier(constraint.name)}`)] : [],
    ),
    ...columns.flatMap((one) => [
      ...handedOver(each, one, one.column.name, one.old, one.column.sqlType),
      ...renamedNotNull(each, one, one.column.name, one.next, postgres),
      ...renamed(each, one.column.name, one.next),
      ...renamed(each, one.old, one.column.name),
      ...renamedNotNull(each, one, one.old, one.column.name, postgres),
    ]),
    ...indexes.flatMap(({ index, build, aside, constraint }) =>
      constraint
        ? [usingIndex(each, constraint, aside)]
        : [
            `ALTER INDEX ${indexSqlName(each, index.name)} RENAME TO ${quoteIdentifier(build)}`,
            `ALTER INDEX ${indexSqlName(each, aside)} RENAME TO ${quoteIdentifier(index.name)}`,
          ],
    ),
    // A key of bigint columns to old ones, until the table with the key goes back, too: no row goes unchecked.
    ...anew.map(({ at, key }) => addKeySql(at.table, key.name, key, key.column, key.parentColumn)),
    ...makeSync(each, 'forward'),
  ]);
}

/** The old columns go, when the new type has proven itself. */
export function dropPhase(all: readonly WidenedTable[], state: SchemaState): Phase | Refusal {
  const wide = all.filter(isWide);
  const back: PhaseStatement[] = [];
  for (const each of wide) {
    const { table, columns, indexes } = each;
    const fits = columns.map(({ column, old }) => ({
      column: old,
      expression: fitting(quoteIdentifier(column.name), column.type?.name ?? ''),
    }));
    const filled = backfillPhase(
      state,
      table,
      fits,
      fits
        .map(({ column, expression }) => `(${quoteIdentifier(column)} IS NULL AND ${expression} IS NOT NULL)`)
        .join(' OR '),
      '',
      '',
    );
    if (isRefused(filled)) return filled;
    back.push(
      short(
        alterTable(
          table,
          columns
            .map(({ column, old }) => `ADD COLUMN IF NOT EXISTS ${quoteIdentifier(old)} ${column.sqlType}`)
            .join(', '),
        ),
      ),
      ...makeSync(each, 'back').map((sql) => short(sql)),
      ...filled.statements,
      ...indexes.flatMap(({ index, aside }) =>
        buildStatements(
          indexSqlName(each, aside),
          createIndexSql(index, aside, objectSql(table), renamedBy(each, 'old')),
        ),
      ),
    );
  }
  const olds = wide.flatMap(({ table, columns }) => columns.map(({ old }) => `${table.name}.${old}`));
  return {
    slug: slugOf('drop', all.at(-1)?.table.name ?? '', 'old_columns'),
    title: `Drop ${olds.join(', ')}`,
    why: 'From here on the way back has to fill the old columns anew.',
    gate: `bigint in ${columnsOf(all).join(', ')} has proven itself.`,
    statements: wide.flatMap((each) => [
      ...dropSync(each),
      short(
        alterTable(
          each.table,
          each.columns.map(({ old }) => `DROP COLUMN IF EXISTS ${quoteIdentifier(old)}`).join(', '),
        ),
        'airlock-ignore no-drop-column: its values live on in the column that took its name',
      ),
    ]),
    transactional: false,
    back,
    backTransactional: false,
  };
}
