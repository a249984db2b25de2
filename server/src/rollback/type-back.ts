import type { Catalog } from '../sql/catalog/catalog.js';

/** A type key in its parts: "varchar(10)[]". */
interface Type {
  readonly base: string;
  readonly modifiers: readonly number[];
  readonly dimensions: number;
  /** Labels of an enum; undefined for any other type. */
  readonly labels: readonly string[] | undefined;
}

/** The type behind a key; a domain counts as the type that it is made of. */
export function typeBehind(key: string | undefined, catalog: Catalog): Type | undefined {
  const match = /^(.*?)(?:\(([^)]*)\))?((?:\[\])*)$/.exec(key ?? '');
  const [, base = '', modifiers, brackets = ''] = match ?? [];
  if (base === '') return undefined;
  const numbers = modifiers === undefined ? [] : modifiers.split(',').map(Number);
  const dimensions = brackets.length / 2;
  if (!base.startsWith('#')) return { base, modifiers: numbers, dimensions, labels: undefined };
  const type = catalog.as('type', Number(base.slice(1)));
  if (type?.type === 'domain') {
    const inside = typeBehind(type.baseKey, catalog);
    return inside && { ...inside, dimensions: inside.dimensions + dimensions };
  }
  return { base, modifiers: [], dimensions, labels: type?.type === 'enum' ? type.labels : undefined };
}

const integers = ['int2', 'int4', 'int8'];
const texts = ['varchar', 'text', 'citext'];

/** Types whose text reads back as the same value. */
const readBackFromText = new Set([
  ...integers,
  'bool',
  'uuid',
  'date',
  'inet',
  'cidr',
  'macaddr',
  'name',
  'oid',
  'numeric',
  'jsonb',
  'json',
  'bytea',
]);

/**
 * Whether a conversion either keeps a value exactly, so that it can be turned back, or fails.
 * In: whether the cast is explicit, which cuts where an assignment fails.
 */
export function keepsOrFails(from: Type, to: Type, explicit: boolean): boolean {
  if (from.dimensions !== to.dimensions) return false;
  const [a, b] = [from.base, to.base];
  if (a === b) return sameBase(from, to, explicit);
  if (integers.includes(a) && integers.includes(b)) return true;
  if (integers.includes(a) && b === 'numeric') return scaleOf(to) === undefined || (scaleOf(to) ?? 0) >= 0;
  if (a === 'numeric' && integers.includes(b)) return scaleOf(from) === 0;
  if (a === 'float4' && b === 'float8') return true;
  if ((a === 'int2' || a === 'int4') && b === 'float8') return true;
  if (a === 'int2' && b === 'float4') return true;
  if (a === 'cidr' && b === 'inet') return true;
  if (a === 'date' && b === 'timestamp') return true;
  if (a === 'bool' && b === 'int4') return true;
  if (from.labels) return to.labels !== undefined || (isText(to) && fits(to, explicit));
  if (to.labels) return isText(from);
  if (isText(from) && isText(to)) return b === 'citext' || fits(to, explicit);
  if (a === 'bpchar' && isText(to)) return fits(to, explicit);
  if (isText(to)) return readBackFromText.has(a) && fits(to, explicit);
  if (a === 'json' && b === 'text') return true;
  if (a === 'jsonb' && b === 'json') return true;
  return a === 'bit' && b === 'varbit' && to.modifiers.length === 0;
}

function isText({ base }: Type): boolean {
  return texts.includes(base);
}

/** A length makes an explicit cast cut, and an assignment fail. */
function fits({ modifiers }: Type, explicit: boolean): boolean {
  return modifiers.length === 0 || !explicit;
}

function scaleOf({ modifiers }: Type): number | undefined {
  return modifiers.length === 0 ? undefined : (modifiers[1] ?? 0);
}

function sameBase(from: Type, to: Type, explicit: boolean): boolean {
  if (to.modifiers.length === 0) return true;
  const [length = 0] = to.modifiers;
  const [oldLength] = from.modifiers;
  switch (to.base) {
    case 'varchar':
    case 'varbit':
      return !explicit || (oldLength !== undefined && length >= oldLength);
    case 'bpchar':
      return oldLength !== undefined && length >= oldLength;
    case 'bit':
      return !explicit || oldLength === length;
    case 'numeric':
      return (scaleOf(from) ?? Infinity) <= (scaleOf(to) ?? Infinity);
    default:
      // timestamp(3), time(0): a smaller precision rounds.
      return oldLength !== undefined && length >= oldLength;
  }
}

/** True when every value of one type is a value of the other, so that nothing can fail. */
export function holdsEvery(from: Type, to: Type): boolean {
  if (!keepsOrFails(from, to, true)) return false;
  const [a, b] = [from.base, to.base];
  if (a === b) {
    if (to.modifiers.length === 0) return true;
    const [length = 0, scale = 0] = to.modifiers;
    const [oldLength, oldScale = 0] = from.modifiers;
    if (oldLength === undefined) return false;
    return b === 'numeric' ? length - scale >= oldLength - oldScale && scale >= oldScale : length >= oldLength;
  }
  if (integers.includes(a) && integers.includes(b)) return integers.indexOf(b) > integers.indexOf(a);
  if (b === 'numeric') return to.modifiers.length === 0;
  if (a === 'numeric') return false;
  if (to.labels) return from.labels?.every((label) => to.labels?.includes(label)) ?? false;
  return true;
}

/** The zone of a type change between timestamp and timestamptz. */
export function isZoneChange(from: Type, to: Type): boolean {
  const bases = [from.base, to.base];
  return bases.includes('timestamptz') && (bases.includes('timestamp') || bases.includes('date'));
}

/** The type as it is compared: json has no "=". */
export function comparesAsText(type: Type | undefined): boolean {
  return (
    type === undefined || /^(json|xml|point|box|path|polygon|circle|lseg)$/.test(type.base) || type.base.startsWith('#')
  );
}
