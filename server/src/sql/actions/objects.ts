import type {
  AlterDomainStmt,
  AlterEnumStmt,
  AlterSeqStmt,
  CommentStmt,
  CreateDomainStmt,
  CreateEnumStmt,
  CreateSeqStmt,
  Node,
  ViewStmt,
} from '@pgsql/types';
import type { SequenceNumbers, Action, AlterDomain, OwnedBy } from '../action.js';
import { objectKind } from './kinds.js';
import { optionOf, qualifiedName, relationName, stringOf, strings, typeName, typeRef } from './names.js';
import { typedLiterals } from './typed-literals.js';
import type { Reader } from './reader.js';
import { securityInvoker } from './rights.js';
import { columnsOfQuery, namesUsed, relationsRead } from './relations.js';

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
      constraints: (statement.constraints ?? []).flatMap((node) =>
        'Constraint' in node && node.Constraint.contype === 'CONSTR_CHECK' ? [node.Constraint.conname] : [],
      ),
      calls: namesUsed(statement.constraints).calls,
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
      calls: namesUsed(statement.def).calls,
    },
  ];
}

export function createView(statement: ViewStmt, reader: Reader): Action[] {
  const invoker = securityInvoker(statement.options);
  return [
    {
      kind: 'createView',
      span: reader.whole,
      view: relationName(statement.view, reader),
      materialized: false,
      replace: statement.replace === true,
      ifNotExists: false,
      reads: relationsRead(statement.query, reader),
      ...columnsOfQuery(statement.query, statement.aliases, reader),
      ...typedLiterals(statement.query),
      withData: true,
      ...(statement.view?.relpersistence === 't' ? { temporary: true } : {}),
      ...(invoker === undefined ? {} : { securityInvoker: invoker }),
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
      ownedBy: ownedBy(statement.options),
      type: typeOf(statement.options),
      numbers: numbersOf(statement.options),
    },
  ];
}

export function alterSequence(statement: AlterSeqStmt, reader: Reader): Action[] {
  return [
    {
      kind: 'alterSequence',
      span: reader.whole,
      sequence: relationName(statement.sequence, reader),
      ifExists: statement.missing_ok === true,
      ownedBy: ownedBy(statement.options),
      type: typeOf(statement.options),
      numbers: numbersOf(statement.options),
    },
  ];
}

const numbers: readonly (readonly [option: string, name: keyof SequenceNumbers])[] = [
  ['increment', 'increment'],
  ['minvalue', 'minimum'],
  ['maxvalue', 'maximum'],
  ['start', 'start'],
  ['restart', 'restart'],
  ['cache', 'cache'],
];

function numbersOf(options: readonly Node[] | undefined): SequenceNumbers {
  const found: Partial<Record<keyof SequenceNumbers, string>> = {};
  for (const [option, name] of numbers) {
    const value = optionOf(options, option);
    const digits =
      value && 'Integer' in value
        ? String(value.Integer.ival ?? 0)
        : value && 'Float' in value
          ? value.Float.fval
          : undefined;
    if (digits !== undefined && /^-?\d+$/.test(digits)) found[name] = digits;
  }
  return found;
}

function typeOf(options: readonly Node[] | undefined): string | undefined {
  const type = optionOf(options, 'as');
  return type && 'TypeName' in type ? typeName(type.TypeName) : undefined;
}

function ownedBy(options: readonly Node[] | undefined): OwnedBy | undefined {
  const value = optionOf(options, 'owned_by');
  if (!value || !('List' in value)) return undefined;
  const parts = strings(value.List.items);
  if (parts.length < 2) return 'none';
  return { table: qualifiedName(parts.slice(0, -1)), column: parts.at(-1) ?? '' };
}

const onTable = new Set(['OBJECT_TABCONSTRAINT', 'OBJECT_TRIGGER', 'OBJECT_POLICY', 'OBJECT_RULE']);

export function comment(statement: CommentStmt, reader: Reader): Action[] {
  const object = statement.object;
  let parts: string[] = [];
  if (object && 'List' in object) parts = strings(object.List.items);
  else if (object && 'String' in object) parts = [stringOf(object)];
  // A column's table is what is locked.
  const column = statement.objtype === 'OBJECT_COLUMN' ? parts.at(-1) : undefined;
  if (column !== undefined) parts = parts.slice(0, -1);
  const table = onTable.has(statement.objtype ?? '') ? qualifiedName(parts.slice(0, -1)) : undefined;
  return [
    {
      kind: 'comment',
      span: reader.whole,
      objectKind: objectKind(statement.objtype),
      object: parts.length ? qualifiedName(parts) : undefined,
      table,
      ...(column === undefined ? {} : { column }),
    },
  ];
}
