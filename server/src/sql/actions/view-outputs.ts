import type { Node, RangeVar, SelectStmt, TypeName } from '@pgsql/types';
import type { ViewOutput } from '../action.js';
import { stringOf, strings } from './names.js';

/** Where the type of each column of a view comes from; undefined for a UNION and with a "*". */
export function viewOutputs(query: Node | undefined): (ViewOutput | undefined)[] | undefined {
  const select = query && 'SelectStmt' in query ? query.SelectStmt : undefined;
  if (!select?.targetList || (select.op && select.op !== 'SETOP_NONE')) return undefined;
  const relations = relationsIn(select);
  const found: (ViewOutput | undefined)[] = [];
  for (const target of select.targetList) {
    const value = 'ResTarget' in target ? target.ResTarget.val : undefined;
    if (value && 'ColumnRef' in value && (value.ColumnRef.fields ?? []).some((field) => 'A_Star' in field))
      return undefined;
    found.push(value && outputOf(value, relations));
  }
  return found;
}

type Relations = ReadonlyMap<string, RangeVar | undefined>;

function relationsIn(select: SelectStmt): Relations {
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
