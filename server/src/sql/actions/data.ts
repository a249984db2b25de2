import type { CopyStmt, DeleteStmt, InsertStmt, SelectStmt, UpdateStmt } from '@pgsql/types';
import type { Action, SourceText } from '../action.js';
import { relationName } from './names.js';
import type { Reader } from './reader.js';
import { locksRows, relationsRead } from './relations.js';

/** Text of the WHERE clause of UPDATE or DELETE; the search starts behind the verb so that a WITH query's own WHERE is inside brackets. */
function whereOf(has: boolean, reader: Reader): SourceText | undefined {
  if (!has) return undefined;
  const where = reader.findWord(['WHERE']);
  if (where < 0) return undefined;
  const returning = reader.findWord(['RETURNING'], where);
  return reader.sourceOf(where + 1, returning < 0 ? reader.tokens.length : returning);
}

export function insert(statement: InsertStmt, reader: Reader): Action[] {
  return [
    {
      kind: 'insert',
      span: reader.whole,
      table: relationName(statement.relation, reader),
      reads: [...relationsRead(statement.selectStmt, reader)],
    },
    ...writesInWith(statement.withClause, reader),
  ];
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
      where: whereOf(statement.whereClause !== undefined, reader),
      reads: (statement.fromClause ?? []).flatMap((node) => relationsRead(node, reader)),
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
      reads: (statement.usingClause ?? []).flatMap((node) => relationsRead(node, reader)),
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
    { kind: 'select', span: reader.whole, reads: relationsRead(node, reader), locksRows: locksRows(node) },
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
  return (clause?.ctes ?? []).flatMap((node): Action[] => {
    const query = 'CommonTableExpr' in node ? node.CommonTableExpr.ctequery : undefined;
    if (!query) return [];
    const span = reader.whole;
    if ('UpdateStmt' in query) {
      const table = relationName(query.UpdateStmt.relation, reader);
      const where = query.UpdateStmt.whereClause ? { text: reader.text, span } : undefined;
      return [{ kind: 'update', span, table, assigns: [], where, reads: [], keyword: table.span ?? span }];
    }
    if ('DeleteStmt' in query) {
      const table = relationName(query.DeleteStmt.relation, reader);
      const where = query.DeleteStmt.whereClause ? { text: reader.text, span } : undefined;
      return [{ kind: 'delete', span, table, where, reads: [], keyword: table.span ?? span }];
    }
    if ('InsertStmt' in query) {
      return [{ kind: 'insert', span, table: relationName(query.InsertStmt.relation, reader), reads: [] }];
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
    },
  ];
}
