import type { Column, Table } from '../../schema/model.js';
import { notNullProofName } from '../../schema/own-names.js';
import { doBlock, proveNotNull } from '../../schema/safe-statements.js';
import type { SchemaState } from '../../schema/state.js';
import type { ObjectName } from '../../sql/action.js';
import { objectSql, quoteIdentifier, quoteLiteral } from '../../sql/quote.js';
import { backfillPhase } from '../backfill-phase.js';
import { hangsOnColumn } from '../hangs-on-column.js';
import { notNullPhase } from '../not-null.js';
import {
  alterTable,
  harmless,
  isRefused,
  type Phase,
  type PhaseStatement,
  type Plan,
  type Refusal,
  short,
  slugOf,
  titleOf,
} from '../plan.js';
import { lastTrigger } from '../sync-trigger.js';
import type { CarriedIndex } from './carried-indexes.js';

/** A column that others take the place of. */
export interface SourceColumn {
  readonly column: Column & { readonly sqlType: string };
  /** What it gets from the new columns of the row, as SQL text. */
  readonly back: string;
}

/** A column that takes the place of others. */
export interface NewColumn {
  readonly name: string;
  readonly sqlType: string;
  /** What it gets from the old columns of the row, as SQL text. */
  readonly forward: string;
  /** True where it ends NOT NULL, as every row has a value. */
  readonly notNull?: boolean;
  /** The default that it has at the end, as SQL text. */
  readonly default?: string | undefined;
}

/** Columns of a table that others take the place of, while code that knows the old ones and code that knows the new ones write. */
export interface KeptEqual {
  readonly table: ObjectName;
  readonly known: Table;
  readonly state: SchemaState;
  readonly sources: readonly SourceColumn[];
  readonly targets: readonly NewColumn[];
  /** Indexes that the new column gets as the old one has them. */
  readonly carried?: readonly CarriedIndex[];
  /** What is lost or changed on the way, a sentence each. */
  readonly notes?: readonly string[];
  /** What the plan does, for its title: "new column → backfill → …". */
  readonly words: string;
}

/**
 * New columns that take the place of old ones: added and kept equal both ways by a trigger, filled, proven, and the old
 * ones dropped when no code uses them. A refusal where more hangs on an old column than is carried over.
 *
 * The trigger fires before the row is written and calls nothing, so it cannot go round. It never undoes what a writer has
 * meant: a value that is only another spelling of the same (`back` of `forward`) changes nothing on the other side.
 */
export function keptEqualPlan(change: KeptEqual): Plan | Refusal {
  const { table, known, state, sources, targets, carried = [] } = change;
  for (const { name } of targets)
    if (known.columns.has(name)) return { refused: `${table.name} has a column ${name} already.` };
  const taken = new Set(carried.map(({ name }) => name));
  for (const { column } of sources) {
    const hanging = hangsOnColumn(known, column, state).filter((name) => !taken.has(name));
    if (hanging.length > 0)
      return {
        refused: `More hangs on ${table.name}.${column.name} than is taken along: ${hanging.join(', ')}. Move that first, by hand.`,
      };
  }
  const added = state.fork();
  for (const { name } of targets) {
    const [{ column } = { column: undefined }] = sources;
    if (column) added.writableTable(table).columns.set(name, { ...column, name, notNull: false, default: undefined });
  }
  const filled = fill(change, added);
  if (isRefused(filled)) return filled;
  const sync = lastTrigger(known, state, `${table.name}_${targets.map(({ name }) => name).join('_')}`);
  const last = contract(change, added, sync);
  if (isRefused(last)) return last;
  const phases = [
    expand(change, sync),
    filled,
    ...targets
      .filter(({ notNull }) => notNull)
      .map(({ name }) => notNullPhase(added, table, name, 'the trigger fills it in every write')),
    ...carried.map(({ build }) => build),
    last,
  ];
  return { title: titleOf(phases, change.words), phases, mends: [] };
}

/** A column with its type as SQL text. */
type Typed = Pick<NewColumn, 'name' | 'sqlType'>;

const sourceNames = ({ sources }: KeptEqual): string[] => sources.map(({ column }) => column.name);
const targetNames = ({ targets }: KeptEqual): string[] => targets.map(({ name }) => name);

/** What each new column gets, as SQL text over the columns of the row, in its type. */
function forwardOf({ targets }: KeptEqual): string[] {
  return targets.map(({ forward, sqlType }) => `(${forward})::${sqlType}`);
}

/** The same for the old columns. */
function backOf({ sources }: KeptEqual): string[] {
  return sources.map(({ back, column }) => `(${back})::${column.sqlType}`);
}

function isEmpty(row: string, columns: readonly string[]): string {
  return columns.map((name) => `${row}${quoteIdentifier(name)} IS NULL`).join(' AND ');
}

/** Types of PostgreSQL that have an equality, as they begin in SQL text. */
const comparable =
  /^(?:smallint|int\d?|integer|bigint|numeric|decimal|real|float\d?|double precision|text|varchar|character|char|bpchar|bool|boolean|date|time|timetz|timestamp|timestamptz|interval|uuid|bytea|jsonb|inet|cidr|oid|money|bit|varbit)\b/i;

/** A value as it can be compared: json, point and types of extensions may have no equality, and their text has. */
function comparison(value: string, sqlType: string): string {
  return comparable.test(sqlType) ? value : `(${value})::text`;
}

/** The columns of a row, to be compared. */
function rowOf(row: string, columns: readonly Typed[]): string {
  return `ROW(${columns.map(({ name, sqlType }) => comparison(`${row}${quoteIdentifier(name)}`, sqlType)).join(', ')})`;
}

function functionName({ table }: KeptEqual, sync: string): string {
  return objectSql({ schema: table.schema, name: sync.replace(/^~+/, '') });
}

function makeSync(change: KeptEqual, sync: string): PhaseStatement[] {
  const relation = objectSql(change.table);
  const olds = change.sources.map(({ column }) => column);
  const news = change.targets;
  const into = (columns: readonly Typed[]): string =>
    columns.map(({ name }) => `new.${quoteIdentifier(name)}`).join(', ');
  const assign = (values: readonly string[], columns: readonly Typed[]): string =>
    `SELECT ${values.join(', ')} INTO ${into(columns)} FROM (SELECT new.*) AS written;`;
  const forward = assign(forwardOf(change), news);
  const back = assign(backOf(change), olds);
  const differs = (values: readonly string[], columns: readonly Typed[]): string => {
    const wanted = values.map((value, index) => comparison(value, columns[index]?.sqlType ?? ''));
    return `(SELECT ROW(${wanted.join(', ')}) IS DISTINCT FROM ${rowOf('', columns)} FROM (SELECT new.*) AS written)`;
  };
  const areEmpty = isEmpty('new.', targetNames(change));
  const name = functionName(change, sync);
  return [
    harmless(`CREATE OR REPLACE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $sync$
BEGIN
  IF tg_op = 'INSERT' THEN
    IF ${areEmpty} THEN
      ${forward}
    ELSIF ${differs(forwardOf(change), news)} THEN
      ${back}
    END IF;
  ELSIF ${rowOf('new.', news)} IS DISTINCT FROM ${rowOf('old.', news)} THEN
    -- Code that knows the new columns has written.
    IF ${differs(forwardOf(change), news)} THEN
      ${back}
    END IF;
  ELSIF ${areEmpty} THEN
    ${forward}
  ELSIF ${rowOf('new.', olds)} IS DISTINCT FROM ${rowOf('old.', olds)} THEN
    -- Code that knows the old columns has written.
    IF ${differs(backOf(change), olds)} THEN
      ${forward}
    END IF;
  END IF;
  RETURN new;
END $sync$`),
    short(`DROP TRIGGER IF EXISTS ${quoteIdentifier(sync)} ON ${relation}`),
    short(
      `CREATE TRIGGER ${quoteIdentifier(sync)} BEFORE INSERT OR UPDATE ON ${relation} FOR EACH ROW EXECUTE FUNCTION ${name}()`,
    ),
  ];
}

function dropSync(change: KeptEqual, sync: string): PhaseStatement[] {
  return [
    short(`DROP TRIGGER IF EXISTS ${quoteIdentifier(sync)} ON ${objectSql(change.table)}`),
    short(`DROP FUNCTION IF EXISTS ${functionName(change, sync)}()`),
  ];
}

function expand(change: KeptEqual, sync: string): Phase {
  const { table, targets } = change;
  const [olds, news] = [sourceNames(change).join(', '), targetNames(change).join(', ')];
  return {
    slug: slugOf('add', table.name, ...targetNames(change)),
    title: `Add ${news} to ${table.name}, kept equal to ${olds}`,
    why: `Code that runs now writes ${olds}; the next release writes ${news}. A trigger carries each write over to the other side.`,
    notes: [
      ...(change.notes ?? []),
      'An UPDATE that changes both sides is taken for one of the new code.',
      `Rights, views and policies that name ${olds} do not know ${news}: give them what they need.`,
    ],
    statements: [
      short(
        alterTable(
          table,
          targets.map(({ name, sqlType }) => `ADD COLUMN IF NOT EXISTS ${quoteIdentifier(name)} ${sqlType}`).join(', '),
        ),
      ),
      ...makeSync(change, sync),
    ],
    transactional: true,
    back: [
      ...dropSync(change, sync),
      short(
        alterTable(table, targets.map(({ name }) => `DROP COLUMN IF EXISTS ${quoteIdentifier(name)}`).join(', ')),
        `airlock-ignore no-drop-column: the trigger has written everything into ${olds}, too`,
      ),
    ],
    backTransactional: true,
  };
}

/** True for a row whose new columns are still to be filled and can be. */
function unfilled(change: KeptEqual): string {
  const values = change.targets.map(({ forward, sqlType }) => `(${forward})::${sqlType} IS NOT NULL`).join(' OR ');
  return `${isEmpty('', targetNames(change))} AND (${values})`;
}

function fill(change: KeptEqual, state: SchemaState): Phase | Refusal {
  const { table, targets } = change;
  return backfillPhase(
    state,
    table,
    targets.map(({ name, forward, sqlType }) => ({ column: name, expression: `(${forward})::${sqlType}` })),
    unfilled(change),
    `Fill ${targetNames(change).join(', ')} of ${table.name}`,
    'Every batch is a transaction of its own, so that no row stays locked for longer than its batch.',
  );
}

/** What is done as long as the old column is there, so that a second run finds nothing to do. */
export function whileThere(table: ObjectName, column: string, lines: readonly string[]): string {
  const there = `attrelid = ${quoteLiteral(objectSql(table))}::regclass AND attname = ${quoteLiteral(column)} AND NOT attisdropped`;
  return doBlock([
    `IF EXISTS (SELECT FROM pg_attribute WHERE ${there}) THEN`,
    ...lines.map((line) => `  ${line}`),
    'END IF;',
  ]);
}

function contract(change: KeptEqual, state: SchemaState, sync: string): Phase | Refusal {
  const { table, targets, carried = [] } = change;
  const relation = objectSql(table);
  const [olds, news] = [sourceNames(change), targetNames(change)];
  const [first = ''] = olds;
  const missing = quoteLiteral(`${news.join(', ')} of ${table.name} are not filled: run the backfill again`);
  const back = wayBack(change, state, sync);
  if (isRefused(back)) return back;
  return {
    slug: slugOf('drop', table.name, ...olds),
    title: `Drop ${olds.join(', ')} of ${table.name}`,
    why: `Nothing reads or writes ${olds.join(', ')} any more.`,
    gate: `no code that is running uses ${olds.join(', ')} of ${table.name}.`,
    statements: [
      harmless(
        whileThere(table, first, [
          `IF EXISTS (SELECT FROM ${relation} WHERE ${unfilled(change)}) THEN`,
          `  RAISE EXCEPTION ${missing.replaceAll('%', '%%')};`,
          'END IF;',
        ]),
      ),
      ...dropSync(change, sync),
      ...targets.flatMap(({ name, default: value }) =>
        value === undefined
          ? []
          : [short(alterTable(table, `ALTER COLUMN ${quoteIdentifier(name)} SET DEFAULT ${value}`))],
      ),
      short(
        alterTable(table, olds.map((name) => `DROP COLUMN IF EXISTS ${quoteIdentifier(name)}`).join(', ')),
        `airlock-ignore no-drop-column: its values live on in ${news.join(', ')}`,
      ),
      ...carried.flatMap(({ swap }) => swap),
    ],
    transactional: true,
    ...(carried.length > 0
      ? {
          back: [],
          backTransactional: true,
          noWayBack: `the indexes of ${olds.join(', ')} have gone over to ${news.join(', ')}; go back by a change in the other direction.`,
        }
      : { back, backTransactional: false }),
  };
}

/** The old columns again, filled from the new ones, and kept equal as before. */
function wayBack(change: KeptEqual, state: SchemaState, sync: string): PhaseStatement[] | Refusal {
  const { table, sources, targets } = change;
  const relation = objectSql(table);
  const restored = sources.map(({ column, back }) => ({ column, value: `(${back})::${column.sqlType}` }));
  const empty = `${isEmpty('', sourceNames(change))} AND (${restored.map(({ value }) => `${value} IS NOT NULL`).join(' OR ')})`;
  const filled = backfillPhase(
    state,
    table,
    restored.map(({ column, value }) => ({ column: column.name, expression: value })),
    empty,
    '',
    '',
  );
  if (isRefused(filled)) return filled;
  const added = restored.map(
    ({ column: { name, sqlType } }) => `ADD COLUMN IF NOT EXISTS ${quoteIdentifier(name)} ${sqlType}`,
  );
  const alter = (name: string, words: string): PhaseStatement =>
    short(alterTable(table, `ALTER COLUMN ${quoteIdentifier(name)} ${words}`));
  return [
    short(alterTable(table, added.join(', '))),
    ...makeSync(change, sync),
    ...targets.flatMap((each) => (each.default === undefined ? [] : [alter(each.name, 'DROP DEFAULT')])),
    ...sources.flatMap(({ column }) =>
      column.default === undefined ? [] : [alter(column.name, `SET DEFAULT ${column.default}`)],
    ),
    ...filled.statements,
    ...sources.flatMap(({ column: { name, notNull } }) =>
      notNull === true
        ? proveNotNull(
            `ALTER TABLE ${relation}`,
            relation,
            quoteIdentifier(name),
            quoteIdentifier(notNullProofName(state, table, name)),
          )
        : [],
    ),
  ];
}
