import type { ColumnType, Relation, Table, UserType } from '../model.js';
import { indexesOfTable } from '../partition-indexes.js';
import type { SchemaState } from '../state.js';
import { type DependentObject, part, recorded, relationObject, whole } from './model.js';

/** What depends on an enum, a domain or a composite type, directly: columns of arrays of it, too. */
export function ofType(type: UserType, state: SchemaState): DependentObject[] {
  const { key } = type;
  const found: DependentObject[] = [];
  for (const table of tablesOf(state)) {
    if (table.ofType === key) found.push(relationObject(table, { onDrop: 'refuses' }));
    found.push(...columnsOf(table, (named) => state.type(named)?.key === key));
    for (const column of table.columns.values())
      if (castsTo(column.default, type, state) && !isOfIt(column.type, key, state))
        found.push(part('default value', column.name, table, { onDrop: 'refuses' }));
    for (const { name, expression } of table.constraints.values())
      if (castsTo(expression, type, state)) found.push(part('table constraint', name, table, { onDrop: 'refuses' }));
    for (const index of indexesOfTable(state, table))
      if ([...index.expressions, index.predicate].some((text) => castsTo(text, type, state)))
        found.push(relationObject(index, { onDrop: 'refuses' }));
  }
  for (const other of state.types()) {
    if (other.kind === 'domain' && other.base && state.type(other.base)?.key === key)
      found.push(whole('domain', other, { onDrop: 'refuses' }));
    if (other.kind !== 'composite') continue;
    for (const attribute of other.attributes)
      if (attribute.type && state.type(attribute.type)?.key === key)
        found.push(part('attribute', attribute.name, other, { onDrop: 'refuses' }));
  }
  return [...found, ...namingType(key, state)];
}

/** Functions, views, policies and others that name a type, or the row type of a relation. In: its key. */
export function namingType(key: string, state: SchemaState): DependentObject[] {
  const how = { onDrop: 'refuses' } as const;
  const found: DependentObject[] = [];
  for (const fn of state.functions())
    if (fn.overloads.some((each) => each.types.includes(key))) found.push(whole('function', fn, how));
  for (const view of state.views()) if (view.types.includes(key)) found.push(relationObject(view, how));
  for (const each of state.dependents()) if (each.types.includes(key)) found.push(recorded(each, how));
  return found;
}

/** The columns of a table whose type passes. */
export function columnsOf(table: Table, isIt: (type: ColumnType) => boolean): DependentObject[] {
  return [...table.columns.values()].flatMap(({ name, type }) =>
    type && isIt(type) ? part('column', name, table, { onDrop: 'refuses' }) : [],
  );
}

export function* tablesOf(state: SchemaState): Iterable<Table> {
  for (const relation of state.relations()) if (isTable(relation)) yield relation;
}

function isTable(relation: Relation): relation is Table {
  return relation.kind === 'table' || relation.kind === 'foreignTable';
}

function isOfIt(type: ColumnType | undefined, key: string, state: SchemaState): boolean {
  return type !== undefined && state.type(type)?.key === key;
}

/** `::name`, `::app.name` and `CAST(… AS name)`, quoted or not. */
const CAST =
  /(?:::|\bas\s)\s*((?:"(?:[^"]|"")+"|[\p{L}_][\p{L}\p{N}_$]*)(?:\.(?:"(?:[^"]|"")+"|[\p{L}_][\p{L}\p{N}_$]*))?)/giu;

/** True when a text casts to the type. */
function castsTo(text: string | undefined, type: UserType, state: SchemaState): boolean {
  if (!text?.toLowerCase().includes(type.name.toLowerCase())) return false;
  return [...text.matchAll(CAST)].some(([, written = '']) => {
    const parts = [...written.matchAll(/"((?:[^"]|"")+)"|([^".]+)/g)].map(
      ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain?.toLowerCase() ?? '',
    );
    return state.type({ schema: parts.at(-2), name: parts.at(-1) ?? '' })?.key === type.key;
  });
}
