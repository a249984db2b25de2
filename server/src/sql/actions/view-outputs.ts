import type { Node, RangeVar, SelectStmt, TypeName, UpdateStmt } from '@pgsql/types';
import type { TypedValue, ViewOutput } from '../action.js';
import { isAnyColumns, stringOf, strings } from './names.js';

/** Where the type of each column of a view comes from; undefined for a UNION and with a "*". */
export function viewOutputs(query: Node | undefined): (ViewOutput | undefined)[] | undefined {
  const select = query && 'SelectStmt' in query ? query.SelectStmt : undefined;
  if (!select?.targetList || (select.op && select.op !== 'SETOP_NONE')) return undefined;
  const relations = relationsIn(select);
  const found: (ViewOutput | undefined)[] = [];
  for (const target of select.targetList) {
    const value = 'ResTarget' in target ? target.ResTarget.val : undefined;
    if (isAnyColumns(value)) return undefined;
    found.push(value && outputOf(value, relations));
  }
  return found;
}

type Relations = ReadonlyMap<string, RangeVar | undefined>;

function relationsIn(select: {
  readonly withClause?: SelectStmt['withClause'] | undefined;
  readonly fromClause?: readonly Node[];
}): Relations {
  const found = new Map<string, RangeVar | undefined>();
  const queries = new Set(
    (select.withClause?.ctes ?? []).map((node) => ('CommonTableExpr' in node ? node.CommonTableExpr.ctename : '')),
  );
  const items = [...(select.fromClause ?? [])];
  for (let item = items.pop(); item; item = items.pop()) {
    if ('JoinExpr' in item) {
      for (const side of [item.JoinExpr.larg, item.JoinExpr.rarg]) if (side) items.push(side);
      if (item.JoinExpr.alias || item.JoinExpr.usingClause) found.set('?', undefined);
    } else if ('RangeVar' in item) {
      const { alias, relname = '', schemaname } = item.RangeVar;
      const isQuery = alias?.colnames !== undefined || (schemaname === undefined && queries.has(relname));
      found.set(alias?.aliasname ?? relname, isQuery ? undefined : item.RangeVar);
    } else found.set(`?${found.size}`, undefined);
  }
  return found;
}

function outputOf(value: Node, relations: Relations): ViewOutput | undefined {
  if ('TypeCast' in value) return typeOf(value.TypeCast.typeName);
  if ('A_Const' in value) {
    const { ival, boolval, sval, isnull } = value.A_Const;
    const name = ival ? 'int4' : boolval ? 'bool' : sval || isnull ? 'text' : undefined;
    return name === undefined ? undefined : { type: { schema: undefined, name, modifiers: [], arrayDimensions: 0 } };
  }
  if ('FuncCall' in value) {
    const [only, ...more] = strings(value.FuncCall.funcname);
    const isCount = only === 'count' && more.length === 0;
    return isCount ? { type: { schema: undefined, name: 'int8', modifiers: [], arrayDimensions: 0 } } : undefined;
  }
  const fields = 'ColumnRef' in value ? (value.ColumnRef.fields ?? []).map(stringOf) : [];
  const name = fields.at(-1);
  if (name === undefined || fields.length > 2) return undefined;
  const [first] = relations.values();
  const relation = fields.length === 2 ? relations.get(fields[0] ?? '') : relations.size === 1 ? first : undefined;
  return relation?.relname
    ? { column: { table: { schema: relation.schemaname, name: relation.relname }, name } }
    : undefined;
}

function typeOf(type: TypeName | undefined): ViewOutput | undefined {
  const names = strings(type?.names);
  const name = names.at(-1);
  if (!type || name === undefined || type.pct_type || type.setof) return undefined;
  const modifiers = (type.typmods ?? []).map((node) => ('A_Const' in node ? node.A_Const.ival?.ival : undefined));
  if (modifiers.some((each) => each === undefined)) return undefined;
  const schema = names.length > 1 && names[0] !== 'pg_catalog' ? names[0] : undefined;
  const arrayDimensions = type.arrayBounds?.length ?? 0;
  return { type: { schema, name, modifiers: modifiers.flatMap((each) => each ?? []), arrayDimensions } };
}

/** Where the types of the values of SET come from, by their columns; what PostgreSQL fits to the column is left out. */
export function assignedOutputs({ targetList, relation, fromClause, withClause }: UpdateStmt): TypedValue[] {
  const fromTable = relation ? [{ RangeVar: relation }] : [];
  const relations = relationsIn({ fromClause: [...fromTable, ...(fromClause ?? [])], withClause });
  return (targetList ?? []).flatMap((target) => {
    const { name, val, indirection } = 'ResTarget' in target ? target.ResTarget : {};
    const output = val && !indirection ? valueOutput(val, relations) : undefined;
    return name !== undefined && output ? [{ to: name, output }] : [];
  });
}

/** The same of the query or the first row of an INSERT, by their places. */
export function insertedOutputs(query: SelectStmt | undefined): TypedValue[] {
  if (!query || (query.op && query.op !== 'SETOP_NONE')) return [];
  const relations = relationsIn(query);
  const [row] = query.valuesLists ?? [];
  const values = row
    ? 'List' in row
      ? (row.List.items ?? [])
      : []
    : (query.targetList ?? []).map((target) => ('ResTarget' in target ? target.ResTarget.val : undefined));
  if (!row && values.some(isAnyColumns)) return [];
  return values.flatMap((value, at) => {
    const output = value && valueOutput(value, relations);
    return output ? [{ to: at, output }] : [];
  });
}

const text: ViewOutput = { type: { schema: undefined, name: 'text', modifiers: [], arrayDimensions: 0 } };

/** A plain string takes the type of its column; one that CASE or COALESCE chooses is a text. */
function valueOutput(value: Node, relations: Relations): ViewOutput | undefined {
  if ('A_Const' in value) return undefined;
  const choices = choicesOf(value);
  if (choices) return choices.length > 0 && choices.every(isUntyped) ? text : undefined;
  return outputOf(value, relations);
}

function choicesOf(value: Node): readonly Node[] | undefined {
  if ('CoalesceExpr' in value) return value.CoalesceExpr.args ?? [];
  if (!('CaseExpr' in value)) return undefined;
  const { args, defresult } = value.CaseExpr;
  const results = (args ?? []).flatMap((when) => ('CaseWhen' in when ? (when.CaseWhen.result ?? []) : []));
  return defresult ? [...results, defresult] : results;
}

function isUntyped(value: Node): boolean {
  return 'A_Const' in value && (value.A_Const.sval !== undefined || value.A_Const.isnull === true);
}
