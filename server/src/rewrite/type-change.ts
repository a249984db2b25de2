import { impactOf } from '../impact/impact-of.js';
import { typeText } from '../schema/column-type.js';
import type { Column, ColumnType } from '../schema/model.js';
import type { SchemaState } from '../schema/state.js';
import type { AlterColumnType, ObjectName, TypeRef } from '../sql/action.js';
import { chooseName, objectSql, quoteIdentifier, quoteLiteral } from '../sql/quote.js';
import { notNullProofName } from '../schema/own-names.js';
import { proveNotNull } from '../schema/safe-statements.js';
import { backfillPhase } from './backfill-phase.js';
import { hangsOnColumn } from './hangs-on-column.js';
import { notNullPhase } from './not-null.js';
import {
  alterTable,
  harmless,
  isRefused,
  type Phase,
  type PhaseStatement,
  type Plan,
  type PlanOutcome,
  type Refusal,
  type RewriteContext,
  short,
  slugOf,
  titleOf,
} from './plan.js';
import { refuseHangings } from './refuse-hangings.js';
import { type Casts, fitting, freeColumn, lastTrigger, syncFunction } from './sync-trigger.js';

/** A column that changes its type by another one that takes its place. */
export interface Change {
  readonly table: ObjectName;
  readonly column: Column & { readonly type: ColumnType };
  readonly newType: string;
  readonly oldType: string;
  /** Names as the catalog has them. */
  readonly next: string;
  readonly old: string;
  /** The function and the trigger that keep both equal. */
  readonly sync: string;
  /** The CHECK that proves the old column NOT NULL on the way back. */
  readonly proof: string;
  readonly postgres: number;
  /** Where the two types are not assigned to one another. */
  readonly casts?: Casts;
  /** Constraints that the plan itself has made on the column. */
  readonly carried?: readonly string[];
  /** What has to be done besides, statement by statement as SQL text; each can be run again where it stands alone. */
  readonly besides?: {
    readonly expand: readonly string[];
    readonly expandBack: readonly string[];
    /** First of all in the blocks that swap the columns, and what follows the way back outside of its block. */
    readonly swap: readonly string[];
    readonly swapNote: string;
    readonly swapBack: readonly string[];
    readonly swapBackAfter: readonly PhaseStatement[];
    readonly contract: readonly string[];
    readonly contractBack: readonly string[];
  };
}

/**
 * A type change that rewrites the table, as a new column: added, kept equal by a trigger, filled, swapped in, and the
 * old one dropped. Only where every old value is a value of the new type: a cast that can fail or round belongs neither
 * into a trigger on a live table nor into a backfill. A refusal where more hangs on the column than is carried over.
 */
export function typeChangePlan(action: AlterColumnType, context: RewriteContext): PlanOutcome {
  const { before, target } = context;
  const { table: name } = action;
  const table = before.table(name);
  const column = table?.columns.get(action.column);
  const isRewrite = impactOf([action], before, target).rewrites.length > 0;
  if (!isRewrite || !table || !column?.type || action.ifExists || action.only) return undefined;
  const label = `${name.name}.${column.name}`;
  if (!isPlainCast(action) || action.collation !== undefined)
    return {
      refused: `${label} gets values other than a plain cast gives, so a new column cannot be kept equal to it both ways.`,
    };
  if (!holdsEveryValue(column.type, action.type))
    return {
      refused: `A value of ${typeText(column.type)} can change or fail as ${typeText(action.type)}, so a new column cannot be kept equal to ${label}.`,
    };
  if (!table.complete) return { refused: `No file makes ${name.name}, so what hangs on ${column.name} is not known.` };
  const hanging = hangsOnColumn(table, column, before);
  if (hanging.length > 0)
    return { refused: `More hangs on ${label} than a new column takes along: ${hanging.join(', ')}.` };
  return columnChangePlan(
    {
      table: name,
      column: { ...column, type: column.type },
      newType: typeText(action.type),
      oldType: typeText(column.type),
      next: freeColumn(table, `${column.name}_new`),
      old: freeColumn(table, `${column.name}_old`),
      sync: lastTrigger(table, before, `${name.name}_${column.name}`),
      proof: notNullProofName(before, name, column.name),
      postgres: target.postgres,
    },
    before,
  );
}

/** The phases of a change, whatever hangs on the column. In: the schema before it. */
export function columnChangePlan(change: Change, before: SchemaState): Plan | Refusal {
  const { table: name, column } = change;
  const added = before.fork();
  added
    .writableTable(name)
    .columns.set(change.next, { ...column, name: change.next, notNull: false, default: undefined });
  const filled = fill(change, added);
  if (isRefused(filled)) return filled;
  const last = contract(change, added);
  if (isRefused(last)) return last;
  const phases = [
    expand(change),
    filled,
    ...(column.notNull === true ? [notNullPhase(added, name, change.next, `the trigger fills it in every write`)] : []),
    swap(change),
    last,
  ];
  const words =
    column.notNull === true ? 'new column → backfill → NOT NULL → swap → drop' : 'new column → backfill → swap → drop';
  return { title: titleOf(phases, words), phases, mends: ['no-rewriting-type-change'] };
}

/** Types of which each holds every value of the ones before it, exactly. */
const widening: readonly (readonly string[])[] = [
  ['int2', 'int4', 'int8', 'numeric'],
  ['float4', 'float8'],
];

/** Digits of the largest value. */
const digitsOf: ReadonlyMap<string, number> = new Map([
  ['int2', 5],
  ['int4', 10],
  ['int8', 19],
]);

function holdsEveryValue(from: ColumnType, to: TypeRef): boolean {
  if (from.arrayDimensions > 0 || to.arrayDimensions > 0 || from.schema !== undefined || to.schema !== undefined)
    return false;
  if (to.modifiers.length > 0) {
    const [precision = 0, scale = 0] = to.modifiers.map(Number);
    const digits = digitsOf.get(from.name);
    return to.name === 'numeric' && digits !== undefined && scale >= 0 && precision - scale >= digits;
  }
  return widening.some((names) => names.includes(from.name) && names.indexOf(to.name) > names.indexOf(from.name));
}

/** No USING, or one that only casts the column itself to the new type. */
function isPlainCast({ using, usingCasts, type }: AlterColumnType): boolean {
  return (
    using === undefined ||
    usingCasts?.every(({ name, modifiers }) => name === type.name && modifiers.join() === type.modifiers.join()) ===
      true
  );
}

/** The schema-qualified name of the sync function, as SQL text. */
function functionName({ table, sync }: Change): string {
  return objectSql({ schema: table.schema, name: sync.replace(/^~+/, '') });
}

function dropSync(change: Change): PhaseStatement[] {
  return [
    short(`DROP TRIGGER IF EXISTS ${quoteIdentifier(change.sync)} ON ${objectSql(change.table)}`),
    short(`DROP FUNCTION IF EXISTS ${functionName(change)}()`),
  ];
}

function makeSync(change: Change, from: string, to: string, direction: 'forward' | 'back'): PhaseStatement[] {
  const { table, sync, column } = change;
  const name = functionName(change);
  return [
    harmless(syncFunction(name, [{ from, to, type: column.type.name, casts: change.casts }], direction)),
    short(`DROP TRIGGER IF EXISTS ${quoteIdentifier(sync)} ON ${objectSql(table)}`),
    short(
      `CREATE TRIGGER ${quoteIdentifier(sync)} BEFORE INSERT OR UPDATE ON ${objectSql(table)} FOR EACH ROW EXECUTE FUNCTION ${name}()`,
    ),
  ];
}

function expand(change: Change): Phase {
  const { table, column, newType, next, old } = change;
  const label = `${table.name}.${column.name}`;
  const to = quoteIdentifier(next);
  return {
    slug: slugOf('add', table.name, next),
    title: `Add ${next} of type ${newType}, kept equal to ${label}`,
    why: 'ALTER COLUMN … TYPE rewrites the table while nobody can read it. A new column does not, and a trigger keeps it equal.',
    notes: [
      `${next} and ${old} are names for the time of the change: no application may use them.`,
      'At the end the column stands last: SELECT * and INSERT without a list of columns see another order.',
    ],
    statements: [...(change.besides?.expand ?? []).map((sql) => short(sql)), short(expandOnce(change))],
    transactional: true,
    verify: `SELECT count(*) FROM ${objectSql(table)} WHERE ${to} IS NOT NULL AND ${to} IS DISTINCT FROM ${forwardOf(change)}; -- 0`,
    back: [
      ...dropSync(change),
      short(alterTable(table, `DROP COLUMN IF EXISTS ${to}`)),
      ...(change.besides?.expandBack ?? []).map((sql) => short(sql)),
    ],
    backTransactional: true,
  };
}

/** One statement: what hangs on the column is looked for, and column and trigger are made together. */
function expandOnce(change: Change): string {
  const { table, column, newType, next, old, sync } = change;
  const relation = quoteLiteral(objectSql(table));
  const made = [
    ...refuseHangings(table, column.name, old, change.carried),
    `${alterTable(table, `ADD COLUMN ${quoteIdentifier(next)} ${newType}`)};`,
    ...makeSync(change, column.name, next, 'forward').map(({ sql }) => `${sql};`),
  ];
  return `DO $expand$\nBEGIN\n  IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = ${relation}::regclass AND tgname = ${quoteLiteral(sync)}) THEN\n${made.map((each) => `    ${each}\n`).join('')}  END IF;\nEND $expand$`;
}

/** The value of the old column as one of the new type. */
function forwardOf({ column, casts }: Change): string {
  const from = quoteIdentifier(column.name);
  return casts?.forward(from) ?? from;
}

function fill(change: Change, state: SchemaState): ReturnType<typeof backfillPhase> {
  const { table, column, next } = change;
  const [from, to] = [quoteIdentifier(column.name), quoteIdentifier(next)];
  return backfillPhase(
    state,
    table,
    [{ column: next, expression: forwardOf(change) }],
    `${to} IS NULL AND ${from} IS NOT NULL`,
    `Fill ${next} from ${table.name}.${column.name}`,
    'Every batch is a transaction of its own, so that no row stays locked for longer than its batch.',
  );
}

/** The names change places in one transaction, so that no query finds the column missing. */
function swap(change: Change): Phase {
  const { table, column, next, old, oldType } = change;
  const [name, nextName, oldName] = [column.name, next, old].map(quoteIdentifier) as [string, string, string];
  const rename = (from: string, to: string): string => alterTable(table, `RENAME COLUMN ${from} TO ${to}`);
  const set = (target: string, words: string): string => alterTable(table, `ALTER COLUMN ${target} ${words}`);
  const value = column.default;
  const forward = [
    ...(change.besides?.swap ?? []),
    ...(value === undefined ? [] : [set(name, 'DROP DEFAULT'), set(nextName, `SET DEFAULT ${value}`)]),
    ...(column.notNull === true ? [set(name, 'DROP NOT NULL')] : []),
    rename(name, oldName),
    rename(nextName, name),
    ...renamedNotNull(change, next, column.name),
  ];
  const isBack = `${oldName} IS NULL AND ${name} IS NOT NULL`;
  const label = quoteLiteral(`${table.name}.${column.name}`);
  const fits = `IF EXISTS (SELECT FROM ${objectSql(table)} WHERE ${isBack}) THEN\n      RAISE EXCEPTION '% holds values that do not fit %: change them first', ${label}, ${quoteLiteral(oldType)};\n    END IF`;
  const backward = [
    ...(change.besides?.swapBack ?? []),
    ...renamedNotNull(change, column.name, next),
    rename(name, nextName),
    rename(oldName, name),
    ...(value === undefined ? [] : [set(nextName, 'DROP DEFAULT'), set(name, `SET DEFAULT ${value}`)]),
  ];
  const unless = (there: string, statements: readonly string[], sync: readonly PhaseStatement[]): string => {
    const lines = [...statements, ...sync.map(({ sql }) => sql)].map((each) => `    ${each};\n`);
    const relation = quoteLiteral(objectSql(table));
    return `DO $swap$\nBEGIN\n  IF NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = ${relation}::regclass AND attname = ${quoteLiteral(there)} AND NOT attisdropped) THEN\n${lines.join('')}  END IF;\nEND $swap$`;
  };
  return {
    slug: slugOf('swap', table.name, column.name),
    title: `Let ${next} take the place of ${table.name}.${column.name}`,
    why: 'In one transaction, so that no query finds the column missing. It only changes the catalog.',
    notes: [
      `From here on a trigger writes what fits ${oldType} into ${old}, so that there is a way back.`,
      'An INSERT without a list of columns still fills the old place; the trigger moves the value.',
    ],
    statements: [short(unless(old, forward, makeSync(change, column.name, old, 'back')), change.besides?.swapNote)],
    transactional: true,
    back: [
      short(unless(next, [fits, ...backward], makeSync(change, column.name, next, 'forward'))),
      ...(column.notNull === true
        ? proveNotNull(`ALTER TABLE ${objectSql(table)}`, objectSql(table), name, quoteIdentifier(change.proof))
        : []),
      ...(change.besides?.swapBackAfter ?? []),
    ],
    backTransactional: column.notNull !== true && change.besides === undefined,
  };
}

/** From PostgreSQL 18 on NOT NULL has a name, and the old column gives its own away when it becomes nullable. */
function renamedNotNull({ table, column, postgres }: Change, from: string, to: string): string[] {
  if (column.notNull !== true || postgres < 18) return [];
  const [now, wanted] = [from, to].map((name) => quoteIdentifier(chooseName([table.name, name], 'not_null')));
  return [alterTable(table, `RENAME CONSTRAINT ${now} TO ${wanted}`)];
}

function contract(change: Change, state: SchemaState): Phase | Refusal {
  const { table, column, old, oldType } = change;
  const name = quoteIdentifier(old);
  const fits =
    change.casts?.back(quoteIdentifier(column.name)) ?? fitting(quoteIdentifier(column.name), column.type.name);
  const filled = backfillPhase(
    state,
    table,
    [{ column: old, expression: fits }],
    `${name} IS NULL AND ${fits} IS NOT NULL`,
    '',
    '',
  );
  if (isRefused(filled)) return filled;
  return {
    slug: slugOf('drop', table.name, old),
    title: `Drop ${table.name}.${old}`,
    why: `From here on the way back to ${oldType} has to fill ${old} anew.`,
    gate: `the new type of ${table.name}.${column.name} has proven itself.`,
    statements: [
      ...dropSync(change),
      short(
        alterTable(table, `DROP COLUMN IF EXISTS ${name}`),
        'airlock-ignore no-drop-column: its values live on in the column that took its name',
      ),
      ...(change.besides?.contract ?? []).map((sql) => short(sql)),
    ],
    transactional: true,
    back: [
      ...(change.besides?.contractBack ?? []).map((sql) => short(sql)),
      short(alterTable(table, `ADD COLUMN IF NOT EXISTS ${name} ${oldType}`)),
      ...makeSync(change, column.name, old, 'back'),
      ...filled.statements,
    ],
    backTransactional: false,
  };
}
