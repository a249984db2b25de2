import type { Column, ColumnType } from '../../schema/model.js';
import type { SchemaState } from '../../schema/state.js';
import type { AlterColumnType } from '../../sql/action.js';

/**
 * What ALTER COLUMN TYPE costs.
 * - metadata: the catalog only, indexes are kept
 * - reindex: the rows stay, indexes on the column are built anew
 * - rewrite: every row is written anew, and every index
 * - unknown: the old type is not in the history
 */
export type TypeChange = 'metadata' | 'reindex' | 'rewrite' | 'unknown';

const zeroOffsetZones = new Set([
  'UTC',
  'ETC/UTC',
  'GMT',
  'ETC/GMT',
  'UCT',
  'ETC/UCT',
  'ZULU',
  'ETC/ZULU',
  'UNIVERSAL',
  'ETC/UNIVERSAL',
  'GREENWICH',
  'ETC/GREENWICH',
]);

/** A name, or an offset such as 0 and +00. */
function isZeroOffset(timeZone: string): boolean {
  return zeroOffsetZones.has(timeZone.toUpperCase()) || /^[+-]?0+(:0+)*(\.0+)?$/.test(timeZone.trim());
}

/** Types whose values are stored alike, so that only what is built on the order or the operators changes. Measured. */
const relabelled = new Set([
  'bit>varbit',
  'oid>int4',
  'int4>oid',
  'text>citext',
  'varchar>citext',
  'citext>text',
  'citext>varchar',
]);

/** The binary-coercible pairs that keep indexes as well. Measured. */
const kept = new Set(['varchar>text', 'text>varchar', 'cidr>inet', 'xml>text', 'xml>varchar']);

/** Types whose single modifier is a limit or a precision that may grow for free; char(n) is padded and is not among them. */
const growing = new Set(['varchar', 'varbit', 'timestamp', 'timestamptz', 'time', 'timetz', 'interval']);

function sameModifiers(from: ColumnType, to: ColumnType): boolean {
  return from.modifiers.join() === to.modifiers.join();
}

/** The type behind a domain, and whether a constraint stands on the way. */
export function underDomain(type: ColumnType, before: SchemaState): { base: ColumnType; constrained: boolean } {
  let base = type;
  let constrained = false;
  for (let depth = 0; depth < 16; depth++) {
    const user = before.type({ schema: base.schema, name: base.name });
    if (user?.kind !== 'domain' || !user.base) break;
    constrained ||= user.constrained;
    base = { ...user.base, arrayDimensions: base.arrayDimensions || user.base.arrayDimensions };
  }
  return { base, constrained };
}

/** Cost of the change by type alone. Source: the 80 measured cases of ALTER COLUMN TYPE, equal on PostgreSQL 14–18. */
export function typeChange(
  change: AlterColumnType,
  column: Column | undefined,
  before: SchemaState,
  timeZone: string,
): TypeChange {
  // `USING c::a` makes the row pass through a; any other expression is computed row by row.
  const casts = change.using ? change.usingCasts : [];
  // A virtual column has no values that are stored.
  if (column?.generated?.storage === 'virtual') return 'metadata';
  if (!casts) return 'rewrite';
  if (!column?.type) return 'unknown';
  // Without COLLATE the column gets the collation of its new type.
  const collated =
    (change.collation ?? 'default').replace(/^"(.*)"$/, '$1') !==
    (column.collation ?? 'default').replace(/^"(.*)"$/, '$1');
  let worst: TypeChange = 'metadata';
  let from: ColumnType = column.type;
  for (const to of [...casts, change.type]) {
    const step = typeStep(from, to, collated && to === change.type, before, timeZone);
    if (step === 'rewrite' || worst === 'metadata') worst = step;
    from = to;
  }
  return worst;
}

function typeStep(
  old: ColumnType,
  type: ColumnType,
  collated: boolean,
  before: SchemaState,
  timeZone: string,
): 'metadata' | 'reindex' | 'rewrite' {
  const source = underDomain(old, before);
  const destination = underDomain(type, before);
  // The elements of an array are converted one by one when they become a domain's, constrained or not (measured).
  if (type.arrayDimensions > 0 && before.type(type)?.kind === 'domain' && before.type(type) !== before.type(old))
    return 'rewrite';
  const sameDomain = old.name === type.name && old.schema === type.schema;
  // The constraint of the new domain must hold for every row.
  if (destination.constrained && !sameDomain) return 'rewrite';
  const from = source.base;
  const to = destination.base;

  if (from.arrayDimensions > 0 !== to.arrayDimensions > 0) return 'rewrite';
  if (from.name === to.name && from.schema === to.schema) {
    if (sameModifiers(from, to)) return collated ? 'reindex' : 'metadata';
    // An array's elements are checked one by one.
    if (from.arrayDimensions > 0) return to.modifiers.length === 0 ? 'metadata' : 'rewrite';
    return grows(from, to) ? (collated ? 'reindex' : 'metadata') : 'rewrite';
  }
  if (from.arrayDimensions > 0) return 'rewrite';
  const pair = `${from.name}>${to.name}`;
  if (kept.has(pair)) {
    const limited = to.name === 'varchar' && to.modifiers.length > 0;
    if (limited) return 'rewrite';
    return collated ? 'reindex' : 'metadata';
  }
  if (relabelled.has(pair) && to.modifiers.length === 0) return 'reindex';
  if (pair === 'timestamp>timestamptz' || pair === 'timestamptz>timestamp') {
    // A precision below 6 is applied to every value, also to one that has it already (measured).
    const precise = (to.modifiers[0] ?? 6) >= 6;
    return isZeroOffset(timeZone) && precise ? 'reindex' : 'rewrite';
  }
  return 'rewrite';
}

/** INTERVAL_FULL_RANGE of PostgreSQL's timestamp.h. */
const allFields = 0x7fff;

/** How fine an interval is, from 0 for seconds to 5 for years (intervaltypmodleastfield in timestamp.c). */
function leastField(mask: number): number {
  const place = [12, 11, 10, 3, 1].findIndex((bit) => mask & (1 << bit));
  return place < 0 ? 5 : place;
}

function grows(from: ColumnType, to: ColumnType): boolean {
  if (from.name === 'numeric') {
    if (to.modifiers.length === 0) return true;
    const [precision = 0, scale = 0] = from.modifiers;
    const [newPrecision = 0, newScale = 0] = to.modifiers;
    return from.modifiers.length > 0 && newScale === scale && newPrecision >= precision;
  }
  // char(n) becomes bpchar, which has no length, as it is.
  if (from.name === 'bpchar' && to.modifiers.length === 0) return !/^char/i.test(to.text);
  if (!growing.has(from.name)) return false;
  if (to.modifiers.length === 0) return true;
  // interval(p) has two modifiers: which fields it keeps, and the precision.
  if (from.name === 'interval') {
    const [fields = allFields, precision = 6] = from.modifiers;
    const [newFields = allFields, newPrecision = 6] = to.modifiers;
    const least = leastField(fields);
    return leastField(newFields) <= least && (least > 0 || newPrecision >= precision);
  }
  // Without a modifier a timestamp holds 6 digits, a varchar any length.
  const oldLimit = from.modifiers.at(-1) ?? (from.name.startsWith('var') ? Number.POSITIVE_INFINITY : 6);
  return from.modifiers.length <= 1 && (to.modifiers[0] ?? 0) >= oldLimit;
}
