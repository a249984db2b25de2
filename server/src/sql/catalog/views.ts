import { hasPlaceholder } from '../placeholders.js';
import type { Catalog } from './catalog.js';
import { createTableAs } from './create-table.js';
import { addToColumns, common, newColumn, placeOf, putNew } from './make.js';
import type { Oid, View } from './model.js';
import { optionMap } from './options.js';
import { rangeName, selectScope } from './scope.js';
import type { Source } from './source.js';
import { as, field, flag, has, inner, list, stringOf, strings, tagOf, text, type Tree } from './tree.js';

/** Replays CREATE VIEW. */
export function createView(source: Source, stmt: Tree): void {
  const range = field(stmt, 'view');
  const options = optionMap(list(stmt, 'options'));
  const check = text(stmt, 'withCheckOption');
  if (check === 'LOCAL_CHECK_OPTION') options.set('check_option', 'local');
  if (check === 'CASCADED_CHECK_OPTION') options.set('check_option', 'cascaded');
  const at = source.at(range);
  const asAt = source.find(['AS'], source.behindName(at));
  const checkAt = check === undefined || check === 'NO_CHECK_OPTION' ? -1 : lastWith(source, asAt);
  const temporary = text(range, 'relpersistence') === 't';
  putView(source, {
    name: { ...rangeName(range), ...(temporary ? { schema: 'pg_temp' } : {}) },
    query: field(stmt, 'query'),
    from: asAt + 1,
    to: checkAt < 0 ? source.end : checkAt,
    columnNames: has(stmt, 'aliases') ? strings(stmt, 'aliases') : undefined,
    options,
    replace: flag(stmt, 'replace'),
    materialized: false,
    tablespace: undefined,
    populated: true,
    ifNotExists: false,
    recursive: source.word(at - 2) === 'RECURSIVE',
  });
}

/** The WITH of WITH … CHECK OPTION. */
function lastWith(source: Source, from: number): number {
  for (let index = source.end - 1; index > from; index -= 1) if (source.word(index) === 'WITH') return index;
  return -1;
}

/** Replays CREATE MATERIALIZED VIEW and CREATE TABLE AS. */
export function createAs(source: Source, stmt: Tree): void {
  const { catalog } = source;
  const into = field(stmt, 'into');
  const range = field(into, 'rel');
  const materialized = text(stmt, 'objtype') === 'OBJECT_MATVIEW';
  const asAt = source.find(['AS'], source.behindName(source.at(range)));
  const withAt = withData(source, asAt);
  const query = field(stmt, 'query');
  const names = has(into, 'colNames') ? strings(into, 'colNames') : undefined;
  if (!materialized) {
    const isTemporary = text(range, 'relpersistence') === 't';
    const table = createTableAs(source, rangeName(range), isTemporary, flag(stmt, 'if_not_exists'));
    if (!table) return;
    const asQuery = source.cut(asAt + 1, withAt < 0 ? source.end : withAt, [query]);
    catalog.put({ ...table, asQuery, persistence: persistenceOf(range) });
    for (const name of names ?? outputNames(source, query) ?? []) addOutput(catalog, table.oid, name);
    return;
  }
  putView(source, {
    name: rangeName(range),
    query,
    from: asAt + 1,
    to: withAt < 0 ? source.end : withAt,
    columnNames: names,
    options: optionMap(list(into, 'options')),
    replace: false,
    materialized,
    tablespace: text(into, 'tableSpaceName'),
    populated: !flag(into, 'skipData'),
    ifNotExists: flag(stmt, 'if_not_exists'),
    recursive: false,
  });
}

/** Replays SELECT … INTO. */
export function selectInto(source: Source, stmt: Tree): void {
  const { catalog } = source;
  const range = field(field(stmt, 'intoClause'), 'rel');
  const table = createTableAs(source, rangeName(range), text(range, 'relpersistence') === 't');
  if (!table) return;
  // The INTO stands inside the query, so that it cannot be cut out as it is.
  catalog.put({ ...table, asQuery: [source.text], persistence: persistenceOf(range) });
  for (const name of outputNames(source, { SelectStmt: stmt }) ?? []) addOutput(catalog, table.oid, name);
}

function persistenceOf(range: Tree): 'permanent' | 'unlogged' | 'temporary' {
  const letter = text(range, 'relpersistence');
  return letter === 't' ? 'temporary' : letter === 'u' ? 'unlogged' : 'permanent';
}

/** The WITH of WITH [NO] DATA at the end. */
function withData(source: Source, from: number): number {
  const last = source.end - 1;
  if (source.word(last) !== 'DATA') return -1;
  const at = source.word(last - 1) === 'NO' ? last - 2 : last - 1;
  return at > from && source.word(at) === 'WITH' ? at : -1;
}

interface Given
  extends Pick<View, 'columnNames' | 'options' | 'materialized' | 'tablespace' | 'populated' | 'recursive'> {
  readonly name: { readonly schema: string | undefined; readonly name: string };
  readonly query: Tree;
  readonly from: number;
  readonly to: number;
  readonly replace: boolean;
  readonly ifNotExists: boolean;
}

function putView(source: Source, given: Given): void {
  const { catalog } = source;
  const { name, query, from, to, replace, ifNotExists, ...rest } = given;
  const place = placeOf(catalog, name);
  const found = catalog.candidates('relation', name.name).find((each) => each.schema === place.schema);
  if (found && ifNotExists) return;
  const replaced = found?.kind === 'view' && replace ? found : undefined;
  source.loose = false;
  const outputs = rest.columnNames ?? outputNames(source, query);
  const text = source.cut(from, to, [query]);
  const view: View = {
    kind: 'view',
    ...common(catalog, name.name, place),
    ...(replaced ?? {}),
    ...rest,
    query: text,
    columns: replaced?.columns ?? [],
    loose: source.loose,
    options: rest.options,
  };
  const isNew = catalog.isAbsent(view);
  if (found && !replaced) catalog.delete(found.oid);
  const mayPredate = (replace || ifNotExists) && !replaced && !isNew;
  if (replaced) catalog.put(view);
  else putNew(catalog, { ...view, origin: mayPredate ? 'mayPredate' : 'defined' });
  for (const output of outputs ?? []) {
    const known = output === undefined ? undefined : catalog.column(view.oid, output);
    if (output !== undefined && !known) addOutput(catalog, view.oid, output);
  }
}

function addOutput(catalog: Catalog, view: Oid, name: string): void {
  const column = newColumn(catalog, view, name, {});
  catalog.put(column);
  addToColumns(catalog, view, column.oid);
}

/** The names of the columns of a query; undefined when not all are known. */
function outputNames(source: Source, query: Tree): string[] | undefined {
  let select = as(query, 'SelectStmt') ?? query;
  while (has(select, 'larg')) select = field(select, 'larg');
  const { catalog } = source;
  const scope = selectScope(select, catalog, undefined);
  const names: string[] = [];
  for (const item of list(select, 'targetList')) {
    const target = inner(item);
    const given = text(target, 'name');
    if (given !== undefined) {
      if (hasPlaceholder(given)) return undefined;
      names.push(given);
      continue;
    }
    const value = field(target, 'val');
    const reference = as(value, 'ColumnRef');
    const fields = reference ? list(reference, 'fields') : [];
    const last = fields.at(-1);
    if (last && tagOf(last) === 'A_Star') {
      const alias = fields.length > 1 ? stringOf(fields.at(-2) ?? {}) : undefined;
      const entries = scope.entries.filter((entry) => alias === undefined || entry.alias === alias);
      for (const entry of entries) {
        const relation = catalog.get(entry.relation);
        if (relation?.origin !== 'defined' || !('columns' in relation)) return undefined;
        for (const oid of relation.columns) names.push(catalog.get(oid)?.name ?? '');
      }
      continue;
    }
    const name = last ? stringOf(last) : valueName(value);
    if (name === undefined || hasPlaceholder(name)) return undefined;
    names.push(name);
  }
  return names.length > 0 ? names : undefined;
}

/** FigureColname() for the commonest values. */
function valueName(value: Tree): string | undefined {
  const content = inner(value);
  switch (tagOf(value)) {
    case 'FuncCall':
      return strings(content, 'funcname').at(-1);
    case 'TypeCast': {
      const argument = field(content, 'arg');
      const type = field(content, 'typeName');
      return valueName(argument) ?? strings('TypeName' in type ? inner(type) : type, 'names').at(-1);
    }
    case 'CoalesceExpr':
      return 'coalesce';
    case 'CaseExpr':
      return 'case';
    case 'ColumnRef':
      return stringOf(list(content, 'fields').at(-1) ?? {});
    default:
      return undefined;
  }
}

/** REFRESH MATERIALIZED VIEW. */
export function refresh(source: Source, stmt: Tree): void {
  const view = source.catalog.relation(rangeName(field(stmt, 'relation')));
  if (view?.kind === 'view') source.catalog.put({ ...view, populated: !flag(stmt, 'skipData') });
}
