import type { LockStmt, Node, TransactionStmt, VacuumStmt, VariableSetStmt } from '@pgsql/types';
import { lockModes } from '../lock-modes.js';
import type { Action, Transaction } from '../action.js';
import { optionIsOn } from './indexes.js';
import { relationName } from './names.js';
import type { Reader } from './reader.js';

function constant(node: Node): string {
  if (!('A_Const' in node)) {
    return 'TypeCast' in node && node.TypeCast.arg ? constant(node.TypeCast.arg) : '';
  }
  const { A_Const: value } = node;
  if (value.sval) return value.sval.sval ?? '';
  if (value.ival) return String(value.ival.ival ?? 0);
  if (value.fval) return value.fval.fval ?? '';
  if (value.boolval) return value.boolval.boolval ? 'on' : 'off';
  return '';
}

/** SET and RESET. */
export function setVariable(statement: VariableSetStmt, reader: Reader): Action[] {
  const hasValue = statement.kind === 'VAR_SET_VALUE';
  return [
    {
      kind: 'setVariable',
      span: reader.whole,
      variable: statement.kind === 'VAR_RESET_ALL' ? '*' : (statement.name ?? '').toLowerCase(),
      value: hasValue ? (statement.args ?? []).map(constant).join(', ') : undefined,
      local: statement.is_local === true,
    },
  ];
}

const operations: Readonly<Record<string, Transaction['operation']>> = {
  TRANS_STMT_BEGIN: 'begin',
  TRANS_STMT_START: 'begin',
  TRANS_STMT_COMMIT: 'commit',
  TRANS_STMT_ROLLBACK: 'rollback',
  TRANS_STMT_SAVEPOINT: 'savepoint',
  TRANS_STMT_RELEASE: 'release',
  TRANS_STMT_ROLLBACK_TO: 'rollbackTo',
  TRANS_STMT_PREPARE: 'prepare',
};

/** COMMIT AND CHAIN ends a transaction and begins the next. */
export function transaction(statement: TransactionStmt, reader: Reader): Action[] {
  const operation = operations[statement.kind ?? ''] ?? 'other';
  const own = { kind: 'transaction' as const, span: reader.whole, savepoint: statement.savepoint_name };
  return [{ ...own, operation }, ...(statement.chain === true ? [{ ...own, operation: 'begin' as const }] : [])];
}

export function vacuum(statement: VacuumStmt, reader: Reader): Action[] {
  return [
    {
      kind: 'vacuum',
      span: reader.whole,
      full: optionIsOn(statement.options, 'full'),
      vacuum: statement.is_vacuumcmd === true,
      tables: (statement.rels ?? []).flatMap((node) =>
        'VacuumRelation' in node && node.VacuumRelation.relation
          ? [relationName(node.VacuumRelation.relation, reader)]
          : [],
      ),
    },
  ];
}

export function lockTable(statement: LockStmt, reader: Reader): Action[] {
  return (statement.relations ?? []).flatMap((node) =>
    'RangeVar' in node
      ? [
          {
            kind: 'lockTable' as const,
            span: reader.whole,
            table: relationName(node.RangeVar, reader),
            mode: lockModes[(statement.mode ?? lockModes.length) - 1] ?? 'AccessExclusiveLock',
            nowait: statement.nowait === true,
          },
        ]
      : [],
  );
}
