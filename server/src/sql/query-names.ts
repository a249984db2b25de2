import type { Node } from '@pgsql/types';
import type { UsedName } from './action.js';

/** The names in a query or a write, by what they can be. */
export interface QueryNames {
  /** Relations in FROM and the like, common table expressions left out. */
  readonly from: readonly UsedName[];
  /** Columns behind the name or alias of one of them, or of the table that is written. */
  readonly columns: readonly { readonly relation: UsedName; readonly column: string }[];
  /** Columns of the table that an INSERT writes, behind ON CONFLICT and RETURNING. */
  readonly ofTarget: readonly string[];
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
  const ofTarget: string[] = [];
  const note = ({ relname = '', schemaname, alias }: RangeVar): UsedName => {
    const name: UsedName = { schema: schemaname, name: relname };
    const shown = alias?.aliasname ?? relname;
    known.set(shown, known.has(shown) || alias?.colnames ? undefined : name);
    return name;
  };

  const open: unknown[] = [node];
  while (open.length > 0) {
    const part = open.pop();
    if (typeof part !== 'object' || part === null) continue;
    if ('CommonTableExpr' in part) queries.add((part.CommonTableExpr as { ctename?: string }).ctename ?? '');
    if ('relation' in part && typeof part.relation === 'object' && part.relation !== null) {
      const target = note(part.relation as RangeVar);
      if ('onConflictClause' in part) {
        known.set('excluded', target);
        ofTarget.push(...conflictColumns(part.onConflictClause));
      }
    }
    if ('returningClause' in part && 'selectStmt' in part) ofTarget.push(...returned(part.returningClause));
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
  const columns = references.flatMap((names) => {
    const [relation, column] = [names.length > 1 ? known.get(names.at(-2) ?? '') : undefined, names.at(-1)];
    return relation && column !== undefined && column !== '*' && !isQuery(relation) ? { relation, column } : [];
  });
  return {
    from: from.filter((name) => !isQuery(name)),
    columns,
    ofTarget,
    mentions: references.flatMap((names) => (names.length === 1 && names[0] !== '*' ? names : [])),
  };
}

/** RETURNING of an INSERT: the names that stand alone. */
function returned(clause: unknown): string[] {
  const { exprs } = (clause ?? {}) as { exprs?: readonly Node[] };
  return (exprs ?? []).flatMap((each) => {
    const value = 'ResTarget' in each ? each.ResTarget.val : undefined;
    const fields = value && 'ColumnRef' in value ? (value.ColumnRef.fields ?? []) : [];
    const [only] = fields;
    return fields.length === 1 && only && 'String' in only ? (only.String.sval ?? []) : [];
  });
}

/** ON CONFLICT (a, b) DO UPDATE SET c = …: the columns a, b and c. */
function conflictColumns(clause: unknown): string[] {
  const { infer, targetList } = (clause ?? {}) as {
    infer?: { indexElems?: readonly Node[] };
    targetList?: readonly Node[];
  };
  return [
    ...(infer?.indexElems ?? []).flatMap((each) => ('IndexElem' in each ? (each.IndexElem.name ?? []) : [])),
    ...(targetList ?? []).flatMap((each) => ('ResTarget' in each ? (each.ResTarget.name ?? []) : [])),
  ];
}
