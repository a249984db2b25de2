import type { Catalog } from './catalog.js';
import type { CatalogObject, Oid, Ref } from './model.js';
import { render } from './print.js';
import { typeWords } from './types.js';

/** Fields that say how an object came to be, not what it is. */
const ignored = new Set([
  'oid',
  'origin',
  'seen',
  'needs',
  'qualified',
  'named',
  'local',
  'loose',
  'bodyText',
  'only',
  'inherited',
  'alters',
  'implicit',
  // No file says whether a materialized view is filled.
  'populated',
  // What a type has by itself can be written or not.
  'storage',
  // The columns have their names by themselves.
  'columnNames',
]);

/** Fields that hold the number of another object. */
const references = new Set([
  'parent',
  'partitionOf',
  'ofType',
  'clusterOn',
  'replicaIdentity',
  'constraint',
  'partOf',
  'ownedBy',
  'table',
]);
const lists = new Set(['inherits', 'columns', 'include']);

/**
 * The name of an object in which two catalogs differ, of objects that the files define; the same objects may have other
 * numbers. In: the second is a fork of the first, or of a fork of it. Out: undefined where they say the same.
 */
export function differenceOf(before: Catalog, end: Catalog): string | undefined {
  const touched = end.touchedSince(before);
  // An object that nobody has touched says something else only where one that it names is called otherwise.
  const isCalled = (oid: Oid): boolean => {
    const [was, is] = [before.get(oid), end.get(oid)];
    return !was || (is !== undefined && pathOf(was, before) === pathOf(is, end));
  };
  const only = touched && [...touched].every(isCalled) ? touched : undefined;
  const [wanted, found] = [described(before, only), described(end, only)];
  for (const [key, text] of wanted) if (found.get(key) !== text) return key;
  for (const key of found.keys()) if (!wanted.has(key)) return key;
  return undefined;
}

/** Whether what stood still between two catalogs is gone or otherwise in a third. */
export function isLost(before: Catalog, after: Catalog, end: Catalog): boolean {
  const [was, is, left] = [before, after, end].map((each) => described(each, undefined));
  return [...(was ?? [])].some(([key, text]) => is?.get(key) === text && left?.get(key) !== text);
}

/** Each object that the files define as a text by its name: "table public.orders" → everything that it has. */
function described(catalog: Catalog, only: ReadonlySet<Oid> | undefined): Map<string, string> {
  const found = new Map<string, string>();
  for (const object of only ? [...only].flatMap((oid) => catalog.get(oid) ?? []) : catalog.all()) {
    if (
      object.schema === 'pg_temp' ||
      catalog.get(object.parent)?.schema === 'pg_temp' ||
      object.origin === 'unknown' ||
      (object.kind === 'setting' && object.rights.size === 0 && object.type !== 'membership')
    )
      continue;
    found.set(pathOf(object, catalog), describe(object, catalog));
  }
  return found;
}

function pathOf(object: CatalogObject, catalog: Catalog): string {
  const parent = catalog.get(object.parent);
  const inside = parent ? `${pathOf(parent, catalog)} ` : '';
  const type = object.kind === 'definition' ? object.type.toLowerCase() : object.kind;
  const signature = object.kind === 'routine' ? `(${render(object.arguments, catalog, true)})` : '';
  const name = object.name.replace(/#(\d+)/g, (_, oid) => nameOf(Number(oid), catalog));
  return `${inside}${type} ${object.schema === undefined ? '' : `${object.schema}.`}${name}${signature}`;
}

function describe(object: CatalogObject, catalog: Catalog): string {
  const parts: string[] = [];
  for (const [key, value] of Object.entries(object)) {
    if (ignored.has(key) || value === undefined) continue;
    // Its index says the same, with the options that it was built with.
    if (
      key === 'definition' &&
      object.kind === 'constraint' &&
      (object.type === 'UNIQUE' || object.type === 'PRIMARY KEY')
    )
      continue;
    const text = valueText(key, value, object, catalog);
    if (text !== '' && text !== '{}') parts.push(`${key}=${text}`);
  }
  return parts.sort().join('\n');
}

function valueText(key: string, value: unknown, object: CatalogObject, catalog: Catalog): string {
  if (typeof value === 'number' && references.has(key)) return nameOf(value, catalog);
  if (Array.isArray(value) && lists.has(key)) {
    const names = value.map((oid) => (typeof oid === 'number' ? nameOf(oid, catalog) : ''));
    // The order of a table's columns cannot come back.
    return (object.kind === 'constraint' || object.kind === 'index' ? names : names.sort()).join();
  }
  if (key === 'typeKey' || key === 'baseKey' || key === 'resultKey')
    return String(value).replace(/#(\d+)/g, (_, oid) => nameOf(Number(oid), catalog));
  if (key === 'name') return '';
  if (key === 'options' && object.kind === 'sequence' && value instanceof Map) return sequenceText(value);
  if (key === 'options' && object.kind === 'definition' && object.type === 'ROLE' && value instanceof Map)
    return roleText(value);
  if (key === 'rights' && value instanceof Map)
    return deep(new Map([...value].filter(([right]) => !String(right).endsWith(' MAINTAIN'))), catalog);
  if (key === 'signature' && Array.isArray(value)) return '';
  if (key === 'base' || key === 'type') return Array.isArray(value) ? '' : JSON.stringify(value);
  return deep(value, catalog);
}

const defaults: Readonly<Record<string, string>> = {
  increment: '1',
  cache: '1',
  cycle: 'false',
  as: 'bigint',
  start: '1',
};

function sequenceText(options: ReadonlyMap<unknown, unknown>): string {
  const given = [...options].map(([name, value]) => [String(name), typeWords[String(value)] ?? String(value)] as const);
  return given
    .filter(([name, value]) => defaults[name] !== value)
    .map((each) => each.join(':'))
    .sort()
    .join();
}

/** The attributes of a role that are not those of every role. */
function roleText(options: ReadonlyMap<unknown, unknown>): string {
  const initial = (name: unknown): string =>
    name === 'inherit' ? 'true' : name === 'connectionlimit' ? '-1' : 'false';
  return [...options]
    .filter(([name, value]) => initial(name) !== value)
    .map((each) => each.join(':'))
    .sort()
    .join();
}

/** Any value as text, with names in the place of numbers. */
function deep(value: unknown, catalog: Catalog): string {
  if (value instanceof Map) {
    const entries = [...value].map(
      ([key, inner]) => `${typeof key === 'number' ? nameOf(key, catalog) : String(key)}:${deep(inner, catalog)}`,
    );
    return entries.length === 0 ? '' : entries.sort().join();
  }
  if (Array.isArray(value)) {
    if (value.length > 0 && value.every(isPiece)) return normal(render(value, catalog, true));
    return value.map((each) => deep(each, catalog)).join(';');
  }
  if (typeof value === 'object' && value !== null)
    return Object.entries(value)
      .map(
        ([key, inner]) =>
          `${key}:${references.has(key) && typeof inner === 'number' ? nameOf(inner, catalog) : key === 'columns' && Array.isArray(inner) ? inner.map((oid) => nameOf(Number(oid), catalog)).join() : deep(inner, catalog)}`,
      )
      .join();
  return value === false ? '' : String(value);
}

function isPiece(value: unknown): value is string | Ref {
  return typeof value === 'string' || (typeof value === 'object' && value !== null && 'oid' in value && 'as' in value);
}

function nameOf(oid: Oid, catalog: Catalog): string {
  return catalog.get(oid)?.name ?? '';
}

function normal(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
