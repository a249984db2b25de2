import type {
  AlterDomainStmt,
  AlterEnumStmt,
  CommentStmt,
  CreateDomainStmt,
  CreateEnumStmt,
  CreateFunctionStmt,
  CreateSeqStmt,
  Node,
  ViewStmt,
} from '@pgsql/types';
import type { Action, AlterDomain } from '../action.js';
import { qualifiedName, relationName, stringOf, strings, typeRef } from './names.js';
import type { Reader } from './reader.js';
import { relationsRead } from './relations.js';

export function createEnum(statement: CreateEnumStmt, reader: Reader): Action[] {
  return [
    {
      kind: 'createEnum',
      span: reader.whole,
      type: qualifiedName(strings(statement.typeName)),
      values: strings(statement.vals),
    },
  ];
}

export function alterEnum(statement: AlterEnumStmt, reader: Reader): Action[] {
  const type = qualifiedName(strings(statement.typeName));
  const span = reader.whole;
  if (statement.oldVal !== undefined) {
    return [{ kind: 'renameEnumValue', span, type, value: statement.oldVal, to: statement.newVal ?? '' }];
  }
  const value = reader.tokens.findIndex((token) => token.kind === 'string');
  return [
    {
      kind: 'addEnumValue',
      span,
      type,
      value: statement.newVal ?? '',
      valueSpan: value >= 0 ? reader.spanOf(value, value + 1) : span,
      ifNotExists: statement.skipIfNewValExists === true,
    },
  ];
}

export function createDomain(statement: CreateDomainStmt, reader: Reader): Action[] {
  const constrained = (statement.constraints ?? []).some(
    (node) =>
      'Constraint' in node &&
      (node.Constraint.contype === 'CONSTR_CHECK' || node.Constraint.contype === 'CONSTR_NOTNULL'),
  );
  return [
    {
      kind: 'createDomain',
      span: reader.whole,
      domain: qualifiedName(strings(statement.domainname)),
      type: typeRef(statement.typeName, reader),
      constrained,
    },
  ];
}

const domainOperations: Readonly<Record<string, AlterDomain['operation']>> = {
  C: 'addConstraint',
  X: 'dropConstraint',
  V: 'validateConstraint',
  O: 'setNotNull',
  N: 'dropNotNull',
  T: 'setDefault',
};

export function alterDomain(statement: AlterDomainStmt, reader: Reader): Action[] {
  const definition = statement.def && 'Constraint' in statement.def ? statement.def.Constraint : undefined;
  return [
    {
      kind: 'alterDomain',
      span: reader.whole,
      domain: qualifiedName(strings(statement.typeName)),
      operation: domainOperations[statement.subtype ?? ''] ?? 'setDefault',
      constraint: definition?.conname ?? statement.name,
      notValid: definition?.skip_validation === true,
    },
  ];
}

export function createView(statement: ViewStmt, reader: Reader): Action[] {
  return [
    {
      kind: 'createView',
      span: reader.whole,
      view: relationName(statement.view, reader),
      materialized: false,
      replace: statement.replace === true,
      reads: relationsRead(statement.query, reader),
    },
  ];
}

function option(options: readonly Node[] | undefined, name: string): Node | undefined {
  for (const node of options ?? []) if ('DefElem' in node && node.DefElem.defname === name) return node.DefElem.arg;
  return undefined;
}

export function createFunction(statement: CreateFunctionStmt, reader: Reader): Action[] {
  const volatility = stringOf(option(statement.options, 'volatility'));
  return [
    {
      kind: 'createFunction',
      span: reader.whole,
      function: qualifiedName(strings(statement.funcname)),
      procedure: statement.is_procedure === true,
      replace: statement.replace === true,
      language: stringOf(option(statement.options, 'language')).toLowerCase() || 'sql',
      // A function is VOLATILE unless it says otherwise.
      volatility: volatility === 'immutable' || volatility === 'stable' ? volatility : 'volatile',
    },
  ];
}

export function createSequence(statement: CreateSeqStmt, reader: Reader): Action[] {
  return [
    {
      kind: 'createSequence',
      span: reader.whole,
      sequence: relationName(statement.sequence, reader),
      ifNotExists: statement.if_not_exists === true,
      temporary: statement.sequence?.relpersistence === 't',
    },
  ];
}

export function comment(statement: CommentStmt, reader: Reader): Action[] {
  const object = statement.object;
  let parts: string[] = [];
  if (object && 'List' in object) parts = strings(object.List.items);
  else if (object && 'String' in object) parts = [stringOf(object)];
  // A column's table is what is locked.
  if (statement.objtype === 'OBJECT_COLUMN') parts = parts.slice(0, -1);
  return [
    {
      kind: 'comment',
      span: reader.whole,
      objectType: statement.objtype ?? '',
      object: parts.length ? qualifiedName(parts) : undefined,
    },
  ];
}
