import { addColumn } from './columns.js';
import { renameLabel } from './enum-labels.js';
import { common, newConstraint, placeOf, putNew, seen } from './make.js';
import type { SqlText, UserType } from './model.js';
import { constraintNameFor } from './names.js';
import { rangeName, scopeOf } from './scope.js';
import { nameText, type Source } from './source.js';
import { field, flag, has, inner, list, strings, text, type Tree } from './tree.js';
import { typeKey, typeOf } from './types.js';

type Name = { readonly schema: string | undefined; readonly name: string };

function newType(source: Source, name: Name, changes: Partial<UserType> & Pick<UserType, 'type'>): UserType {
  const { catalog } = source;
  return {
    kind: 'type',
    ...common(catalog, name.name, placeOf(catalog, name)),
    labels: [],
    columns: [],
    base: undefined,
    baseKey: undefined,
    collation: undefined,
    default: undefined,
    notNull: false,
    text: [],
    ...changes,
  };
}

/** A composite type that no file makes. */
export function unknownComposite(source: Source, name: Name): UserType {
  return putNew(source.catalog, newType(source, name, { type: 'composite', origin: 'unknown' }));
}

function nameOf(names: readonly string[]): Name {
  return { schema: names.at(-2), name: names.at(-1) ?? '' };
}

export function createEnum(source: Source, stmt: Tree): void {
  putNew(
    source.catalog,
    newType(source, nameOf(strings(stmt, 'typeName')), { type: 'enum', labels: strings(stmt, 'vals') }),
  );
}

/** An enum that no file makes stands as unknown in the state before, with the label that is renamed. */
export function prepareEnum(source: Source, stmt: Tree): void {
  const name = nameOf(strings(stmt, 'typeName'));
  if (source.catalog.find('type', name)) return;
  const old = text(stmt, 'oldVal');
  source.catalog.put(
    newType(source, name, { type: 'enum', origin: 'unknown', labels: old === undefined ? [] : [old] }),
  );
}

/** ALTER TYPE … ADD VALUE and RENAME VALUE. */
export function alterEnum(source: Source, stmt: Tree): void {
  const { catalog } = source;
  const name = nameOf(strings(stmt, 'typeName'));
  const found = catalog.find('type', name);
  const unknown = (): UserType => putNew(catalog, newType(source, name, { type: 'enum', origin: 'unknown' }));
  const type = found?.kind === 'type' ? found : unknown();
  const [old, value] = [text(stmt, 'oldVal'), text(stmt, 'newVal') ?? ''];
  if (old !== undefined) {
    catalog.put({ ...type, labels: type.labels.map((label) => (label === old ? value : label)) });
    renameLabel(catalog, type, old, value);
    return;
  }
  if (type.labels.includes(value)) return;
  const neighbour = text(stmt, 'newValNeighbor');
  const at = neighbour === undefined ? type.labels.length : type.labels.indexOf(neighbour);
  const place = at < 0 ? type.labels.length : neighbour !== undefined && flag(stmt, 'newValIsAfter') ? at + 1 : at;
  catalog.put({ ...type, labels: [...type.labels.slice(0, place), value, ...type.labels.slice(place)] });
}

export function createDomain(source: Source, stmt: Tree): void {
  const { catalog } = source;
  const type = typeOf(stmt);
  const nodes = list(stmt, 'constraints').map(inner);
  const collate = field(stmt, 'collClause');
  const starts = [...nodes, ...(has(stmt, 'collClause') ? [collate] : [])]
    .map((node) => source.at(node))
    .sort((a, b) => a - b);
  const at = source.at(type);
  const domain = putNew(
    catalog,
    newType(source, nameOf(strings(stmt, 'domainname')), {
      type: 'domain',
      base: source.cut(at, starts[0] ?? source.end, [{ TypeName: type }]),
      baseKey: typeKey(type, catalog),
      collation: has(stmt, 'collClause') ? nameText(strings(collate, 'collname')) : undefined,
    }),
  );
  for (const node of nodes) {
    const from = source.at(node);
    const to = starts.find((start) => start > from) ?? source.end;
    applyToDomain(source, catalog.as('type', domain.oid) ?? domain, node, from, to);
  }
}

function applyToDomain(source: Source, domain: UserType, node: Tree, from: number, to: number): void {
  const { catalog } = source;
  const type = text(node, 'contype');
  if (type === 'CONSTR_NOTNULL') catalog.put({ ...domain, notNull: true });
  else if (type === 'CONSTR_DEFAULT') {
    const at = source.find(['DEFAULT'], from, to) + 1;
    catalog.put({ ...domain, default: source.cut(at, to, [node.raw_expr], scopeOf([])) });
  } else if (type === 'CONSTR_CHECK') addDomainCheck(source, domain, node, from, to);
}

function addDomainCheck(source: Source, domain: UserType, node: Tree, from: number, to: number): void {
  const { catalog } = source;
  const [open, close] = source.inParentheses(source.find(['CHECK'], from, to), to);
  const given = text(node, 'conname');
  const name = given ?? constraintNameFor(catalog, domain.schema, [domain.name], 'check');
  catalog.put(
    newConstraint(catalog, domain.oid, name, {
      type: 'CHECK',
      definition: ['CHECK (', ...source.cut(open, close, [node.raw_expr], scopeOf([])), ')'],
      validated: !flag(node, 'skip_validation'),
      named: given !== undefined,
    }),
  );
}

/** ALTER DOMAIN. */
export function alterDomain(source: Source, stmt: Tree): void {
  const { catalog } = source;
  const name = nameOf(strings(stmt, 'typeName'));
  const found = catalog.find('type', name);
  const domain =
    found?.kind === 'type' ? found : putNew(catalog, newType(source, name, { type: 'domain', origin: 'unknown' }));
  const constraint = text(stmt, 'name');
  const known = constraint === undefined ? undefined : catalog.constraint(domain.oid, constraint);
  switch (text(stmt, 'subtype')) {
    case 'T': {
      if (!has(stmt, 'def')) return catalog.put({ ...domain, default: undefined, seen: seen(domain, 'default') });
      const at = source.find(['DEFAULT']) + 1;
      const value = source.cut(at, source.end, [stmt.def], scopeOf([]));
      return catalog.put({ ...domain, default: value, seen: seen(domain, 'default') });
    }
    case 'N':
      return catalog.put({ ...domain, notNull: false, seen: seen(domain, 'notNull') });
    case 'O':
      return catalog.put({ ...domain, notNull: true, seen: seen(domain, 'notNull') });
    case 'C': {
      const node = inner(field(stmt, 'def'));
      return applyToDomain(source, domain, node, source.at(node), source.end);
    }
    case 'X':
      if (known) return catalog.delete(known.oid);
      return source.miss(constraint ?? '', flag(stmt, 'missing_ok'));
    case 'V':
      if (known) return catalog.put({ ...known, validated: true });
      return source.miss(`whether ${constraint ?? ''} was validated`);
    default:
  }
}

/** CREATE TYPE … AS (…). */
export function createComposite(source: Source, stmt: Tree): void {
  const { catalog } = source;
  const range = field(stmt, 'typevar');
  const type = putNew(catalog, newType(source, rangeName(range), { type: 'composite' }));
  const [open, close] = source.inParentheses(source.behindName(source.at(range)));
  const ranges = source.reader.splitAtCommas(open, close);
  list(stmt, 'coldeflist').forEach((item, index) => {
    const [from, to] = ranges[index] ?? [open, close];
    addColumn(source, catalog.get(type.oid) ?? type, inner(item), from, to);
  });
}

/** CREATE TYPE … AS RANGE, and base types, whose statement is kept. */
export function createOtherType(source: Source, names: readonly string[]): void {
  const { catalog } = source;
  const name = nameOf(names);
  const shell = catalog.find('type', name);
  const made = newType(source, name, { type: 'other' });
  const oid = shell?.oid ?? made.oid;
  const at = source.find(['TYPE']) + 1;
  const place = { from: at, to: source.behindName(at), pieces: [{ oid, as: 'full' as const }] };
  const whole: SqlText = source.cut(0, source.end, [], undefined, [place]);
  const type: UserType = { ...made, oid, text: whole };
  const needs = typesInParameters(source);
  catalog.put({ ...putNew(catalog, type), needs });
}

/** The types that the parameters of a range or base type name. */
function typesInParameters(source: Source): number[] {
  const [open, close] = source.inParentheses(0);
  const found: number[] = [];
  for (let index = open; index < close; index += 1) {
    const name = source.nameAt(index);
    const type = name === undefined ? undefined : source.catalog.find('type', { schema: undefined, name });
    if (type && source.tokens[index - 1]?.text === '=') found.push(type.oid);
  }
  return found;
}
