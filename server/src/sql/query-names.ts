import type { Node } from '@pgsql/types';
import type { UsedName } from './action.js';
import { isAnyColumns } from './actions/names.js';

/** The names in a query or a write, by what they can be. */
export interface QueryNames {
  /** Relations in FROM and the like, common table expressions left out. */
  readonly from: readonly UsedName[];
  /** Columns behind the name or alias of one of them; those of the table that is written, and those of USING. */
  readonly columns: readonly { readonly relation: UsedName; readonly column: string }[];
  /** How many values an INSERT without a list of columns gives to its table; undefined for any other. */
  readonly width: { readonly table: UsedName; readonly values: number } | undefined;
  /** Names that stand alone. */
  readonly mentions: readonly string[];
}

interface RangeVar {
  readonly relname?: string;
  readonly schemaname?: string;
  readonly alias?: { readonly aliasname?: string; readonly colnames?: unknown };
}

/** In: the tree of one statement of a body. From a list and not by recursion: queries nest deep. */
export function namesOfQuery(node: Node | undefined): QueryNames {
  const from: UsedName[] = [];
  const queries = new Set<string>();
  /** By alias or name; undefined where two relations have it, or its columns have other names. */
  const known = new Map<string, UsedName | undefined>();
  const references: string[][] = [];
  const columns: { relation: UsedName; column: string }[] = [];
  let width: QueryNames['width'];
  const note = ({ relname = '', schemaname, alias }: RangeVar): UsedName => {
    const name: UsedName = { schema: schemaname, name: relname };
    const shown = alias?.aliasname ?? relname;
    const other = known.get(shown);
    const isOther = known.has(shown) && (other?.name !== name.name || other.schema !== name.schema);
    known.set(shown, isOther || alias?.colnames ? undefined : name);
    return name;
  };

  const open: unknown[] = [node];
  while (open.length > 0) {
    const part = open.pop();
    if (typeof part !== 'object' || part === null) continue;
    if ('CommonTableExpr' in part) queries.add((part.CommonTableExpr as { ctename?: string }).ctename ?? '');
    if ('relation' in part && typeof part.relation === 'object' && part.relation !== null) {
      const target = note(part.relation as RangeVar);
      if ('onConflictClause' in part) known.set('excluded', target);
      for (const column of columnsOfTarget(part)) columns.push({ relation: target, column });
      const values = node && 'InsertStmt' in node && node.InsertStmt === part ? valuesOf(part) : undefined;
      if (values !== undefined) width = { table: target, values };
    }
    if ('JoinExpr' in part) columns.push(...usingColumns(part.JoinExpr as JoinExpr));
    if ('RangeVar' in part) {
      from.push(note(part.RangeVar as RangeVar));
      continue;
    }
    if ('ColumnRef' in part) {
      const { fields = [] } = part.ColumnRef as { fields?: readonly Node[] };
      references.push(fields.map((field) => ('String' in field ? (field.String.sval ?? '') : '*')));
      continue;
    }
    for (const [key, child] of Object.entries(part)) if (key !== 'relation') open.push(child);
  }

  const isQuery = ({ schema, name }: UsedName): boolean => schema === undefined && queries.has(name);
  for (const names of references) {
    const [relation, column] = [names.length > 1 ? known.get(names.at(-2) ?? '') : undefined, names.at(-1)];
    if (relation && column !== undefined && column !== '*') columns.push({ relation, column });
  }
  return {
    from: from.filter((name) => !isQuery(name)),
    columns: columns.filter(({ relation }) => !isQuery(relation)),
    width,
    mentions: references.flatMap((names) => (names.length === 1 && names[0] !== '*' ? names : [])),
  };
}

/** The columns that a write names of its own table: ON CONFLICT (a) DO UPDATE SET b = …, RETURNING c, and those of MERGE. */
function columnsOfTarget(statement: object): string[] {
  const { onConflictClause, returningClause, selectStmt, mergeWhenClauses } = statement as {
    onConflictClause?: { infer?: { indexElems?: readonly Node[] }; targetList?: readonly Node[] };
    returningClause?: { exprs?: readonly Node[] };
    selectStmt?: Node;
    mergeWhenClauses?: readonly Node[];
  };
  const { infer, targetList } = onConflictClause ?? {};
  return [
    ...(infer?.indexElems ?? []).flatMap((each) => ('IndexElem' in each ? (each.IndexElem.name ?? []) : [])),
    ...named(targetList),
    ...(mergeWhenClauses ?? []).flatMap((each) =>
      'MergeWhenClause' in each ? named(each.MergeWhenClause.targetList) : [],
    ),
    // What an INSERT gives back can be its own columns only.
    ...(selectStmt ? (returningClause?.exprs ?? []).flatMap(alone) : []),
  ];
}

function named(targets: readonly Node[] | undefined): string[] {
  return (targets ?? []).flatMap((each) => ('ResTarget' in each ? (each.ResTarget.name ?? []) : []));
}

/** A column that stands alone in a list of results. */
function alone(target: Node): string[] {
  const value = 'ResTarget' in target ? target.ResTarget.val : undefined;
  const fields = value && 'ColumnRef' in value ? (value.ColumnRef.fields ?? []) : [];
  const [only] = fields;
  return fields.length === 1 && only && 'String' in only ? [only.String.sval ?? ''] : [];
}

/** How many values an INSERT without a list gives; undefined with one, and with a "*". */
function valuesOf(statement: object): number | undefined {
  const { cols, selectStmt } = statement as { cols?: readonly Node[]; selectStmt?: Node };
  const select = selectStmt && 'SelectStmt' in selectStmt ? selectStmt.SelectStmt : undefined;
  if (!select || (cols?.length ?? 0) > 0) return undefined;
  const [row] = select.valuesLists ?? [];
  if (row) return 'List' in row && !row.List.items?.some(isAnyColumns) ? row.List.items?.length : undefined;
  const hasStar =
    JSON.stringify(select.targetList ?? []).includes('"A_Star"') ||
    (select.targetList ?? []).some((each) => 'ResTarget' in each && isAnyColumns(each.ResTarget.val));
  return hasStar || !select.targetList ? undefined : select.targetList.length;
}

interface JoinExpr {
  readonly larg?: Node;
  readonly rarg?: Node;
  readonly usingClause?: readonly Node[];
}

/** a JOIN b USING (x): both have the column. */
function usingColumns({ larg, rarg, usingClause }: JoinExpr): { relation: UsedName; column: string }[] {
  const sides = [larg, rarg].flatMap((side) =>
    side && 'RangeVar' in side ? { schema: side.RangeVar.schemaname, name: side.RangeVar.relname ?? '' } : [],
  );
  return (usingClause ?? []).flatMap((each) =>
    'String' in each ? sides.map((relation) => ({ relation, column: each.String.sval ?? '' })) : [],
  );
}
