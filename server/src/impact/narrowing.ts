import { notFromStrings } from './casts.js';
import type { Column, ColumnType } from '../schema/model.js';
import type { SchemaState } from '../schema/state.js';
import type { AlterColumnType } from '../sql/action.js';

/**
 * What becomes of old values that the new type cannot hold.
 * - fails: the first one stops the migration (22003 out of range, 22001 too long)
 * - rounds: digits are lost without a word
 * - truncates: an explicit cast cuts text without a word
 * - date, time: only that part is left
 * - parses: text has to read as the new type (22P02)
 * - values: the new enum lacks values of the old one (22P02)
 */
export interface Narrowing {
  readonly kind: 'fails' | 'rounds' | 'truncates' | 'date' | 'time' | 'parses' | 'values';
  readonly missing: readonly string[];
}

const integers = new Map([
  ['int2', 5],
  ['int4', 10],
  ['int8', 19],
]);
const texts = new Set(['text', 'varchar', 'bpchar']);

/** Undefined where every old value fits, and where the history or the author's own USING does not show. Measured in test/impact. */
export function narrowing(
  change: AlterColumnType,
  column: Column | undefined,
  before: SchemaState,
): Narrowing | undefined {
  const from = column?.type;
  const to = change.type;
  // Of an array each element is cast as a value is (measured).
  if (!from || from.arrayDimensions > 0 !== to.arrayDimensions > 0 || !isCastAlone(change)) return undefined;
  const [old, next] = [before.type(from), before.type(to)];
  if (old?.kind === 'enum' && next?.kind === 'enum') {
    const missing = old.values.filter((value) => !next.values.includes(value));
    return old.key === next.key || missing.length === 0 ? undefined : { kind: 'values', missing };
  }
  if (old || from.schema !== undefined) return undefined;
  const isText = texts.has(from.name);
  if (
    isText &&
    change.using &&
    (next?.kind === 'enum' || (to.schema === undefined && !next && notFromStrings.has(to.name)))
  )
    return { kind: 'parses', missing: [] };
  if (next || to.schema !== undefined) return undefined;
  const kind = ofBuiltIn(from, to, change.using !== undefined && /::|\bcast\b/i.test(change.using.text));
  return kind && { kind, missing: [] };
}

/** No USING, or one that only casts the column itself. */
function isCastAlone({ using, column }: AlterColumnType): boolean {
  if (!using) return true;
  const name = column.replace(/[^\w]/g, '\\$&');
  return new RegExp(`^[\\s(]*(?:"${name}"|${name})[\\s)]*(?:::\\s*[\\w\\s"(),.[\\]]+)*$`, 'i').test(using.text);
}

function ofBuiltIn(from: ColumnType, to: ColumnType, explicit: boolean): Narrowing['kind'] | undefined {
  if (texts.has(from.name) && texts.has(to.name)) {
    const limit = to.modifiers[0];
    if (limit === undefined || (from.modifiers[0] ?? Number.POSITIVE_INFINITY) <= limit) return undefined;
    return explicit ? 'truncates' : 'fails';
  }
  if (from.name === 'timestamp' || from.name === 'timestamptz') {
    if (to.name === 'date') return 'date';
    if (to.name === 'time' || to.name === 'timetz') return 'time';
    const sameKind = to.name === 'timestamp' || to.name === 'timestamptz';
    return sameKind && (to.modifiers[0] ?? 6) < (from.modifiers[0] ?? 6) ? 'rounds' : undefined;
  }
  return ofNumbers(from, to);
}

function ofNumbers(from: ColumnType, to: ColumnType): Narrowing['kind'] | undefined {
  const digits = integers.get(from.name);
  const room = integers.get(to.name);
  const isFloat = from.name === 'float4' || from.name === 'float8';
  if (digits !== undefined) {
    if (room !== undefined) return room < digits ? 'fails' : undefined;
    if (to.name === 'numeric') return to.modifiers.length > 0 && wholeDigits(to) < digits ? 'fails' : undefined;
    // A float4 holds 24 bits exactly, a float8 53.
    return (to.name === 'float4' && digits > 5) || (to.name === 'float8' && digits > 10) ? 'rounds' : undefined;
  }
  if (isFloat) {
    if (room !== undefined || (to.name === 'float4' && from.name === 'float8')) return 'rounds';
    return to.name === 'numeric' && to.modifiers.length > 0 ? 'fails' : undefined;
  }
  if (from.name !== 'numeric') return undefined;
  const [, scale = 0] = from.modifiers;
  const isBounded = from.modifiers.length > 0;
  if (room !== undefined) {
    if (!isBounded || scale > 0) return 'rounds';
    return wholeDigits(from) >= room ? 'fails' : undefined;
  }
  if (to.name === 'float4' || to.name === 'float8') return 'rounds';
  if (to.name !== 'numeric' || to.modifiers.length === 0) return undefined;
  if (!isBounded || wholeDigits(to) < wholeDigits(from)) return 'fails';
  return (to.modifiers[1] ?? 0) < scale ? 'rounds' : undefined;
}

/** Digits before the point. */
function wholeDigits({ modifiers: [precision = 0, scale = 0] }: ColumnType): number {
  return precision - scale;
}
