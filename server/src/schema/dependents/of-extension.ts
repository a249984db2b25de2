import { analyseExpression } from '../../sql/expressions.js';
import type { ColumnType, Index, Table } from '../model.js';
import { indexesOfTable } from '../partition-indexes.js';
import type { SchemaState } from '../state.js';
import { type ExtensionMembers, isFunctionOf, membersOf } from './extension-members.js';
import { type DependentObject, part, recorded, relationObject, whole } from './model.js';
import { columnsOf, tablesOf } from './of-type.js';

/**
 * What needs an extension, as far as the names of what it brings show it: columns of its types, expressions that call
 * its functions, indexes with its operator classes. A type or function of the files' own with such a name is theirs.
 */
export function ofExtension(extension: string, state: SchemaState): DependentObject[] {
  const members = membersOf(extension);
  if (!members) return [];
  const isType = (type: Pick<ColumnType, 'schema' | 'name'>): boolean =>
    members.types.includes(type.name) && state.type(type) === undefined;
  const isFunction = (name: string): boolean =>
    isFunctionOf(extension, name) && state.function({ schema: undefined, name }) === undefined;
  const calls = (text: string | undefined): boolean =>
    text?.includes('(') === true && (analyseExpression(text)?.functions.some(({ name }) => isFunction(name)) ?? false);
  const how = { onDrop: 'refuses' } as const;

  const found: DependentObject[] = [];
  for (const table of tablesOf(state)) {
    found.push(...columnsOf(table, isType));
    for (const column of table.columns.values()) {
      if (calls(column.default)) found.push(part('default value', column.name, table, how));
      if (calls(column.generated?.expression)) found.push(part('column', column.name, table, how));
    }
    for (const { name, expression } of table.constraints.values())
      if (calls(expression)) found.push(part('table constraint', name, table, how));
    for (const index of indexesOfTable(state, table)) {
      const use =
        calls(index.predicate) || index.expressions.some(calls) ? 'certain' : classUse(index, table, members, state);
      if (!use) continue;
      const owner = index.constraint === undefined ? undefined : table.constraints.get(index.constraint);
      // The index of a constraint takes its constraint along.
      if (owner) found.push(part('table constraint', owner.name, table, { ...how, certain: use === 'certain' }));
      else found.push(relationObject(index, { ...how, certain: use === 'certain' }));
    }
  }
  for (const view of state.views())
    if (view.calls.some(isFunction) || view.types.some((name) => members.types.includes(name)))
      found.push(relationObject(view, how));
  for (const each of state.dependents()) {
    const called = each.function?.split('.').at(-1);
    const isTrigger = called !== undefined && isFunction(called);
    if (isTrigger || each.calls.some(isFunction) || each.types.some((name) => members.types.includes(name)))
      found.push(recorded(each, how));
  }
  for (const type of state.types()) {
    if (type.kind === 'domain' && type.base && isType(type.base)) found.push(whole('domain', type, how));
    if (type.kind !== 'composite') continue;
    for (const { name, type: own } of type.attributes)
      if (own && isType(own)) found.push(part('attribute', name, type, how));
  }
  for (const fn of state.functions())
    if (fn.overloads.some(({ types }) => types.some((name) => members.types.includes(name))))
      found.push(whole('function', fn, how));
  return found;
}

/** Types that GIN and GiST index by btree_gin's and btree_gist's classes alone. */
const plain: ReadonlySet<string> = new Set(
  'bool int2 int4 int8 float4 float8 numeric text varchar bpchar bytea date time timetz timestamp timestamptz interval uuid'.split(
    ' ',
  ),
);

/** Whether an index has one of its operator classes, by its name or as the default of a plain type. */
function classUse(
  { options, method, columns }: Index,
  table: Table,
  members: ExtensionMembers,
  state: SchemaState,
): 'certain' | 'possible' | undefined {
  const named = options.some((text) =>
    members.operatorClasses.some((name) => new RegExp(`(?<![\\w])${name}(?!\\w)`, 'i').test(text)),
  );
  if (named) return 'certain';
  if (members.plainTypesIn !== method) return undefined;
  const isPlain = columns.some((column, at) => {
    const type = column === undefined ? undefined : table.columns.get(column)?.type;
    if (!type || type.arrayDimensions > 0 || (options[at] ?? '') !== '') return false;
    return (type.schema === undefined && plain.has(type.name)) || state.type(type)?.kind === 'enum';
  });
  return isPlain ? 'certain' : undefined;
}
