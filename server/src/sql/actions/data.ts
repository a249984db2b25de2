import type { CopyStmt, DeleteStmt, InsertStmt, Node, OnConflictClause, SelectStmt, UpdateStmt } from '@pgsql/types';
import type { Action, Insert, Merge, OnConflict, SourceText, TypedValue } from '../action.js';
import { nameOf as tokenName } from '../lexer.js';
import { isAnyColumns, relationName } from './names.js';
import type { Reader } from './reader.js';
import { rowsOfQuery, rowsWritten, type Scope, scopeOfWith } from './row-selection.js';
import { typedLiterals } from './typed-literals.js';
import { assignedOutputs, insertedOutputs } from './view-outputs.js';
import { callsOf, locksRows, relationsLocked, relationsRead } from './relations.js';

/** Text of the WHERE clause of UPDATE or DELETE; the search starts behind the verb so that a WITH query's own WHERE is inside brackets. */
function whereOf(has: boolean, reader: Reader): SourceText | undefined {
  if (!has) return undefined;
  const where = reader.findWord(['WHERE']);
  if (where < 0) return undefined;
  const returning = reader.findWord(['RETURNING'], where);
  return reader.sourceOf(where + 1, returning < 0 ? reader.tokens.length : returning);
}

/** `column = value` of SET; `(a, b) = …`, `a[1] = …` and `a.field = …` are left out. */
function setsOf(reader: Reader): { column: string; value: SourceText }[] {
  const found: { column: string; value: SourceText }[] = [];
  const set = reader.findWord(['SET'], reader.findWord(['UPDATE']) + 1);
  if (set < 0) return found;
  const behind = reader.findWord(['FROM', 'WHERE', 'RETURNING'], set);
  const end = behind < 0 ? reader.tokens.length : behind;
  for (let from = set + 1; from < end; ) {
    let to = from;
    for (let depth = 0; to < end; to++) {
      const kind = reader.tokens[to]?.kind;
      if (kind === 'open') depth++;
      else if (kind === 'close') depth--;
      else if (kind === 'comma' && depth === 0) break;
    }
    const [name, equals] = [reader.tokens[from], reader.tokens[from + 1]];
    if (name && equals?.text === '=' && from + 2 < to)
      found.push({ column: tokenName(name), value: reader.sourceOf(from + 2, to) });
    from = to + 1;
  }
  return found;
}

export function insert(statement: InsertStmt, reader: Reader): Action[] {
  return [
    {
      kind: 'insert',
      span: reader.whole,
      table: relationName(statement.relation, reader),
      reads: relationsRead([statement.withClause, statement.selectStmt, statement.onConflictClause], reader),
      ...(isValues(statement.selectStmt) ? {} : typedLiterals([statement.withClause, statement.selectStmt])),
      source: rowsOfQuery(statement.selectStmt, statement.withClause, reader),
      ...typed(insertedOutputs(queryOf(statement))),
      ...valuesOf(statement),
      ...(statement.onConflictClause ? { onConflict: onConflict(statement.onConflictClause) } : {}),
    },
    ...writesInWith(statement.withClause, reader),
  ];
}

function isValues(query: Node | undefined): boolean {
  return query !== undefined && 'SelectStmt' in query && query.SelectStmt.valuesLists !== undefined;
}

/** How many columns a query gives. */
function selectsOf(query: SelectStmt | undefined): Pick<Insert, 'selects'> {
  // Both sides of a UNION give the same.
  let select = query;
  while (select?.larg && select.op !== 'SETOP_NONE') select = select.larg;
  const targets = select?.targetList ?? [];
  if (targets.length === 0 || select?.valuesLists) return {};
  const isStar = (target: Node): boolean => isAnyColumns('ResTarget' in target ? target.ResTarget.val : undefined);
  // (composite).* gives several as well.
  const mayBeSeveral = (target: Node): boolean =>
    'ResTarget' in target && target.ResTarget.val !== undefined && 'A_Indirection' in target.ResTarget.val;
  if (!targets.some((target) => isStar(target) || mayBeSeveral(target))) return { selects: targets.length };
  const [from, ...more] = select?.fromClause ?? [];
  const only =
    targets.length === 1 && more.length === 0 && from && 'RangeVar' in from && !query?.withClause
      ? from.RangeVar
      : undefined;
  return only?.relname ? { selects: { schema: only.schemaname, name: only.relname } } : {};
}

function typed(values: readonly TypedValue[]): Pick<Insert, 'typed'> {
  return values.length > 0 ? { typed: values } : {};
}

function queryOf({ selectStmt }: InsertStmt): SelectStmt | undefined {
  return selectStmt && 'SelectStmt' in selectStmt ? selectStmt.SelectStmt : undefined;
}

/** Which columns a row is given values for. */
function valuesOf(
  statement: InsertStmt,
): Pick<
  Insert,
  'columns' | 'width' | 'isUneven' | 'selects' | 'defaulted' | 'alwaysDefaulted' | 'strings' | 'overriding' | 'calls'
> {
  const query = queryOf(statement);
  const rows = (query?.valuesLists ?? []).map((node) => ('List' in node ? (node.List.items ?? []) : []));
  const defaulted = new Set(rows.flatMap((row) => row.flatMap((value, at) => ('SetToDefault' in value ? at : []))));
  const always = [...defaulted].filter((at) => rows.every((row) => 'SetToDefault' in (row[at] ?? {})));
  const columns = statement.cols?.flatMap((node) => ('ResTarget' in node ? (node.ResTarget.name ?? []) : []));
  const width = query ? (rows[0]?.some(isAnyColumns) ? undefined : rows[0]?.length) : 0;
  return {
    ...(columns ? { columns } : {}),
    ...(width === undefined ? {} : { width }),
    ...(width !== undefined && rows.some((row) => row.length !== width) ? { isUneven: true } : {}),
    ...(width === undefined && !statement.withClause ? selectsOf(query) : {}),
    ...(defaulted.size > 0 ? { defaulted: [...defaulted] } : {}),
    ...(always.length > 0 ? { alwaysDefaulted: always } : {}),
    ...stringsOf(rows),
    ...overridingOf(statement.override),
    calls: callsOf(statement.selectStmt),
  };
}

/** Rows of one INSERT are written alike; the first show how. */
const ROWS_LOOKED_AT = 20;
const LONGEST = 200;

function stringsOf(rows: readonly (readonly Node[])[]): Pick<Insert, 'strings'> {
  const found = rows.slice(0, ROWS_LOOKED_AT).flatMap((row) =>
    row.flatMap((node, at) => {
      const value = 'A_Const' in node ? node.A_Const.sval : undefined;
      // A long one is a document, which is not kept a second time.
      return value === undefined || (value.sval?.length ?? 0) > LONGEST ? [] : [{ at, value: value.sval ?? '' }];
    }),
  );
  return found.length > 0 ? { strings: found } : {};
}

function onConflict({ infer, targetList }: OnConflictClause): OnConflict {
  const elements = (infer?.indexElems ?? []).map((node) => ('IndexElem' in node ? node.IndexElem.name : undefined));
  const columns = elements.filter((name) => name !== undefined);
  return {
    constraint: infer?.conname,
    columns: columns.length > 0 && columns.length === elements.length ? columns : undefined,
    hasPredicate: infer?.whereClause !== undefined,
    sets: (targetList ?? []).flatMap((node) =>
      'ResTarget' in node && node.ResTarget.val && !('SetToDefault' in node.ResTarget.val)
        ? (node.ResTarget.name ?? [])
        : [],
    ),
  };
}

function overridingOf(override: InsertStmt['override']): Pick<Insert, 'overriding'> {
  if (override === 'OVERRIDING_SYSTEM_VALUE') return { overriding: 'system' };
  return override === 'OVERRIDING_USER_VALUE' ? { overriding: 'user' } : {};
}

/** What the UPDATE of a MERGE sets; undefined when it inserts as well. */
export function mergeAssigns(clauses: readonly Node[] | undefined): string[] | undefined {
  const found: string[] = [];
  for (const node of clauses ?? []) {
    const clause = 'MergeWhenClause' in node ? node.MergeWhenClause : undefined;
    if (clause?.commandType === 'CMD_INSERT') return undefined;
    if (clause?.commandType !== 'CMD_UPDATE') continue;
    for (const target of clause.targetList ?? [])
      if ('ResTarget' in target && target.ResTarget.name) found.push(target.ResTarget.name);
  }
  return found;
}

/** What its UPDATE and INSERT write. */
export function mergeWrites(clauses: readonly Node[] | undefined): Pick<Merge, 'sets' | 'inserts'> {
  const found = (clauses ?? []).flatMap((node) => ('MergeWhenClause' in node ? node.MergeWhenClause : []));
  const named = (nodes: readonly Node[] | undefined): string[] =>
    (nodes ?? []).flatMap((node) => ('ResTarget' in node ? (node.ResTarget.name ?? []) : []));
  const isSet = (node: Node): boolean =>
    'ResTarget' in node && node.ResTarget.val !== undefined && !('SetToDefault' in node.ResTarget.val);
  return {
    sets: found.flatMap(({ commandType, targetList }) =>
      commandType === 'CMD_UPDATE' ? named((targetList ?? []).filter(isSet)) : [],
    ),
    inserts: found.flatMap(({ commandType, targetList, values, override }) =>
      commandType === 'CMD_INSERT' && values
        ? {
            columns: targetList && named(targetList),
            width: values.length,
            defaulted: values.flatMap((value, at) => ('SetToDefault' in value ? at : [])),
            overriding: override !== undefined && override !== 'OVERRIDING_NOT_SET',
          }
        : [],
    ),
  };
}

/** True for a MERGE that changes or deletes rows which are there. */
export function mergeChanges(clauses: readonly Node[] | undefined): boolean {
  return (clauses ?? []).some((node) => {
    const command = 'MergeWhenClause' in node ? node.MergeWhenClause.commandType : undefined;
    return command === 'CMD_UPDATE' || command === 'CMD_DELETE';
  });
}

function rowsOfUpdate({ relation, fromClause, whereClause, withClause }: UpdateStmt, reader: Reader, around?: Scope) {
  return rowsWritten({ relation, from: fromClause, where: whereClause, withClause }, reader, around);
}

function rowsOfDelete({ relation, usingClause, whereClause, withClause }: DeleteStmt, reader: Reader, around?: Scope) {
  return rowsWritten({ relation, from: usingClause, where: whereClause, withClause }, reader, around);
}

export function update(statement: UpdateStmt, reader: Reader): Action[] {
  return [
    {
      kind: 'update',
      span: reader.whole,
      table: relationName(statement.relation, reader),
      assigns: (statement.targetList ?? []).flatMap((node) =>
        'ResTarget' in node && node.ResTarget.name ? [node.ResTarget.name] : [],
      ),
      sets: setsOf(reader),
      where: whereOf(statement.whereClause !== undefined, reader),
      ...typedLiterals(
        [statement.withClause, statement.fromClause, statement.whereClause, statement.targetList],
        statement.relation,
      ),
      ...typed(assignedOutputs(statement)),
      rows: rowsOfUpdate(statement, reader),
      reads: relationsRead(
        [statement.withClause, statement.fromClause, statement.whereClause, statement.targetList],
        reader,
      ),
      calls: callsOf([statement.targetList, statement.whereClause]),
      keyword: reader.keyword('UPDATE'),
    },
    ...writesInWith(statement.withClause, reader),
  ];
}

export function deleteRows(statement: DeleteStmt, reader: Reader): Action[] {
  return [
    {
      kind: 'delete',
      span: reader.whole,
      table: relationName(statement.relation, reader),
      where: whereOf(statement.whereClause !== undefined, reader),
      ...typedLiterals([statement.withClause, statement.usingClause, statement.whereClause], statement.relation),
      rows: rowsOfDelete(statement, reader),
      reads: relationsRead([statement.withClause, statement.usingClause, statement.whereClause], reader),
      keyword: reader.keyword('DELETE'),
    },
    ...writesInWith(statement.withClause, reader),
  ];
}

export function select(statement: SelectStmt, reader: Reader): Action[] {
  if (statement.intoClause?.rel) {
    const into = statement.intoClause.rel;
    return [
      {
        kind: 'createTable',
        span: reader.whole,
        table: relationName(into, reader),
        columns: [],
        constraints: [],
        ifNotExists: false,
        temporary: into.relpersistence === 't',
        unlogged: into.relpersistence === 'u',
        partitionBy: undefined,
        partitionOf: undefined,
        inherits: [],
        like: [],
        asQuery: true,
        reads: relationsRead({ SelectStmt: statement }, reader),
        withData: true,
      },
    ];
  }
  const node = { SelectStmt: statement };
  const setting = configSetting(statement);
  return [
    ...(setting ? [{ kind: 'setVariable' as const, span: reader.whole, ...setting }] : []),
    {
      kind: 'select',
      span: reader.whole,
      ...typedLiterals(node),
      reads: relationsRead(node, reader),
      locksRows: locksRows(node),
      locked: relationsLocked(node, reader),
      calls: callsOf(node),
    },
    ...writesInWith(statement.withClause, reader),
  ];
}

/** SELECT set_config('name', 'value', is_local) sets a variable just as SET does; pg_dump writes it. */
function configSetting(statement: SelectStmt): { variable: string; value: string; local: boolean } | undefined {
  const target = statement.targetList?.[0];
  const call = target && 'ResTarget' in target ? target.ResTarget.val : undefined;
  if (!call || !('FuncCall' in call)) return undefined;
  const name = call.FuncCall.funcname?.at(-1);
  if (!name || !('String' in name) || name.String.sval !== 'set_config') return undefined;
  const [variable, value, local] = (call.FuncCall.args ?? []).map((node) =>
    'A_Const' in node ? node.A_Const : undefined,
  );
  if (variable?.sval?.sval === undefined || value?.sval === undefined) return undefined;
  return {
    variable: variable.sval.sval.toLowerCase(),
    value: value.sval.sval ?? '',
    local: local?.boolval?.boolval === true,
  };
}

/** UPDATE, DELETE and INSERT inside WITH write as well. */
function writesInWith(clause: SelectStmt['withClause'], reader: Reader): Action[] {
  const writes = clause?.ctes?.some(
    (node) =>
      'CommonTableExpr' in node && node.CommonTableExpr.ctequery && !('SelectStmt' in node.CommonTableExpr.ctequery),
  );
  if (!writes) return [];
  const scope = scopeOfWith(clause, reader);
  return (clause?.ctes ?? []).flatMap((node): Action[] => {
    const query = 'CommonTableExpr' in node ? node.CommonTableExpr.ctequery : undefined;
    if (!query) return [];
    const span = reader.whole;
    if ('UpdateStmt' in query) {
      const table = relationName(query.UpdateStmt.relation, reader);
      const where = query.UpdateStmt.whereClause ? { text: reader.text, span } : undefined;
      const rows = rowsOfUpdate(query.UpdateStmt, reader, scope);
      const keyword = table.span ?? span;
      return [{ kind: 'update', span, table, assigns: [], sets: [], where, rows, reads: [], keyword }];
    }
    if ('DeleteStmt' in query) {
      const table = relationName(query.DeleteStmt.relation, reader);
      const where = query.DeleteStmt.whereClause ? { text: reader.text, span } : undefined;
      const rows = rowsOfDelete(query.DeleteStmt, reader, scope);
      return [{ kind: 'delete', span, table, where, rows, reads: [], keyword: table.span ?? span }];
    }
    if ('InsertStmt' in query) {
      const { relation, selectStmt } = query.InsertStmt;
      const source = rowsOfQuery(selectStmt, clause, reader);
      return [{ kind: 'insert', span, table: relationName(relation, reader), source, reads: [] }];
    }
    return [];
  });
}

export function copy(statement: CopyStmt, reader: Reader): Action[] {
  return [
    {
      kind: 'copy',
      span: reader.whole,
      table: statement.relation ? relationName(statement.relation, reader) : undefined,
      from: statement.is_from === true,
      reads: relationsRead(statement.query, reader),
    },
  ];
}
