import type { AlterTableCmd, AlterTableStmt, Node, ReplicaIdentityStmt } from '@pgsql/types';
import type { Action, AlterTableOther, ReplicaIdentity, TypeRef } from '../action.js';
import { mapped } from '../mapped.js';
import { columnDefinition, constraintDefinition } from './columns.js';
import { objectKind, tableSubcommand } from './kinds.js';
import { optionOf, qualifiedName, relationName, strings, typeRef } from './names.js';
import { typedLiterals } from './typed-literals.js';
import type { Reader } from './reader.js';
import { securityInvoker } from './rights.js';

/** The sub-commands of ALTER TABLE (INDEX, VIEW …), each with its own span. */
export function alterTable(statement: AlterTableStmt, reader: Reader): Action[] {
  const table = relationName(statement.relation, reader);
  const first = reader.indexAt(statement.relation?.location ?? 0);
  let from = reader.behindName(first);
  // ALTER TABLE t * is an old spelling of the default: descend to children.
  if (reader.tokens[from]?.text === '*') from++;
  if (reader.tokens[from]?.kind === 'close') from++;
  const commands = statement.cmds ?? [];
  const parts = reader.splitAtCommas(from, reader.tokens.length);
  return mapped(commands, (node, position) => {
    const [start, end] = parts[position] ?? [from, reader.tokens.length];
    const command = 'AlterTableCmd' in node ? node.AlterTableCmd : {};
    return subcommand(command, statement, table, reader, start, end);
  });
}

function subcommand(
  command: AlterTableCmd,
  statement: AlterTableStmt,
  table: ReturnType<typeof relationName>,
  reader: Reader,
  start: number,
  end: number,
): Action {
  const on = {
    table,
    ifExists: statement.missing_ok === true,
    only: statement.relation?.inh !== true,
    span: reader.spanOf(start, end),
    ...(statement.objtype !== undefined && statement.objtype !== 'OBJECT_TABLE'
      ? { objectKind: objectKind(statement.objtype) }
      : {}),
  };
  const name = command.name ?? '';
  // ALTER [COLUMN] name …, DROP [COLUMN] [IF EXISTS] name, VALIDATE CONSTRAINT name …
  const named = (): ReturnType<Reader['spanOf']> => {
    let index = start + 1;
    if (reader.isWord(index, 'COLUMN', 'CONSTRAINT')) index++;
    if (reader.isWord(index, 'IF') && reader.isWord(index + 1, 'EXISTS')) index += 2;
    return reader.spanOf(index, index + 1);
  };
  const onColumn = () => ({ ...on, column: name, columnSpan: named() });
  const cascade = command.behavior === 'DROP_CASCADE';
  const def = command.def;

  switch (command.subtype) {
    case 'AT_AddColumn':
      if (def && 'ColumnDef' in def) {
        const column = columnDefinition(def.ColumnDef, reader, reader.indexAt(def.ColumnDef.location ?? 0), end);
        return { kind: 'addColumn', ...on, column, ifNotExists: command.missing_ok === true, cascade };
      }
      break;
    case 'AT_DropColumn':
      return { kind: 'dropColumn', ...onColumn(), ifColumnExists: command.missing_ok === true, cascade };
    case 'AT_AlterColumnType':
      if (def && 'ColumnDef' in def) {
        const usingAt = reader.findWord(['USING'], start, end);
        const collateAt = reader.findWord(['COLLATE'], start, usingAt < 0 ? end : usingAt);
        const typeEnd = collateAt >= 0 ? collateAt : usingAt >= 0 ? usingAt : end;
        const type = typeRef(def.ColumnDef.typeName, reader, typeEnd);
        if (!type) break;
        return {
          kind: 'alterColumnType',
          ...onColumn(),
          type,
          using: usingAt >= 0 ? reader.sourceOf(usingAt + 1, end) : undefined,
          usingCasts: castsOfColumn(def.ColumnDef.raw_default, [table.name, command.name ?? ''], reader),
          collation: collateAt >= 0 ? reader.sourceOf(collateAt + 1, usingAt < 0 ? end : usingAt).text : undefined,
          cascade,
        };
      }
      break;
    case 'AT_ColumnDefault': {
      const at = reader.findWord(['DEFAULT'], start, end);
      return def
        ? { kind: 'setDefault', ...onColumn(), expression: reader.expressionOf(at + 1, end, def) }
        : { kind: 'dropDefault', ...onColumn() };
    }
    case 'AT_SetNotNull':
      return { kind: 'setNotNull', ...onColumn() };
    case 'AT_DropNotNull':
      return { kind: 'dropNotNull', ...onColumn() };
    case 'AT_AddConstraint':
      if (def && 'Constraint' in def) {
        const constraint = constraintDefinition(def.Constraint, reader, start + 1, end);
        const literals = def.Constraint.raw_expr ? typedLiterals(def.Constraint.raw_expr, statement.relation) : {};
        if (constraint) return { kind: 'addConstraint', ...on, constraint, ...literals };
      }
      break;
    case 'AT_ValidateConstraint':
      return { kind: 'validateConstraint', ...on, constraint: name, constraintSpan: named() };
    case 'AT_DropConstraint':
      return {
        kind: 'dropConstraint',
        ...on,
        constraint: name,
        constraintSpan: named(),
        ifConstraintExists: command.missing_ok === true,
        cascade,
      };
    case 'AT_AttachPartition':
      if (def && 'PartitionCmd' in def && statement.objtype === 'OBJECT_TABLE') {
        const partition = relationName(def.PartitionCmd.name, reader);
        const boundFrom = partition.span ? reader.indexAt(partition.span.end) : end;
        return {
          kind: 'attachPartition',
          ...on,
          partition,
          bound: boundFrom < end ? reader.sourceOf(boundFrom, end).text : '',
          isDefault: def.PartitionCmd.bound?.is_default === true,
        };
      }
      break;
    case 'AT_DetachPartition':
    case 'AT_DetachPartitionFinalize':
      if (def && 'PartitionCmd' in def) {
        return {
          kind: 'detachPartition',
          ...on,
          partition: relationName(def.PartitionCmd.name, reader),
          concurrently: def.PartitionCmd.concurrent === true,
          finalize: command.subtype === 'AT_DetachPartitionFinalize',
        };
      }
      break;
    default:
  }
  return {
    kind: 'alterTableOther',
    ...on,
    subcommand: tableSubcommand(command.subtype),
    objectKind: objectKind(statement.objtype),
    name: command.name ?? (def ? alteredConstraint(def)?.conname : undefined),
    ...(def && 'ReplicaIdentityStmt' in def ? { replicaIdentity: replicaIdentity(def.ReplicaIdentityStmt) } : {}),
    ...otherPart(def, reader),
    ...invokerOption(command),
    ...generated(def),
    ...(command.missing_ok === true ? { ifMissing: true as const } : {}),
    ...(command.newowner?.rolename === undefined ? {} : { owner: command.newowner.rolename }),
  };
}

/** The other relation, the options, what becomes of a constraint. */
function otherPart(def: Node | undefined, reader: Reader): Pick<AlterTableOther, 'other' | 'options' | 'enforced'> {
  if (!def) return {};
  if ('RangeVar' in def) return { other: relationName(def.RangeVar, reader) };
  if ('PartitionCmd' in def) return { other: relationName(def.PartitionCmd.name, reader) };
  if ('TypeName' in def) return { other: qualifiedName(strings(def.TypeName.names)) };
  if ('List' in def) {
    const options = (def.List.items ?? []).flatMap((node) => {
      if (!('DefElem' in node)) return [];
      const { defnamespace, defname = '' } = node.DefElem;
      return defnamespace === undefined ? defname : `${defnamespace}.${defname}`;
    });
    return { options };
  }
  const constraint = alteredConstraint(def);
  return constraint?.alterEnforceability ? { enforced: constraint.is_enforced === true } : {};
}

/** What SET and RESET make of the option security_invoker of a view. */
function invokerOption({ subtype, def }: AlterTableCmd): Pick<AlterTableOther, 'securityInvoker'> {
  const said = def && 'List' in def ? securityInvoker(def.List.items) : undefined;
  return said === undefined ? {} : { securityInvoker: said && subtype === 'AT_SetRelOptions' };
}

/** What GENERATED says, in ADD … AS IDENTITY and in SET GENERATED, where it is the code of a letter. */
function generated(def: Node | undefined): Pick<AlterTableOther, 'always'> {
  if (def && 'Constraint' in def && def.Constraint.contype === 'CONSTR_IDENTITY')
    return { always: def.Constraint.generated_when === 'a' };
  const value = def && 'List' in def ? optionOf(def.List.items, 'generated') : undefined;
  return value && 'Integer' in value ? { always: value.Integer.ival === 'a'.charCodeAt(0) } : {};
}

/** PostgreSQL 18's node; older typings do not have it. */
function alteredConstraint(
  def: Node,
): { conname?: string; alterEnforceability?: boolean; is_enforced?: boolean } | undefined {
  if ('ATAlterConstraint' in def) return def.ATAlterConstraint as ReturnType<typeof alteredConstraint>;
  return 'Constraint' in def ? (def.Constraint as ReturnType<typeof alteredConstraint>) : undefined;
}

function replicaIdentity({ identity_type: type, name }: ReplicaIdentityStmt): ReplicaIdentity {
  if (type === 'i') return { index: name ?? '' };
  return type === 'f' ? 'full' : type === 'n' ? 'nothing' : 'default';
}

/** The casts of `c`, `c::a::b`, `CAST(t.c AS a)`; undefined for every other expression. */
function castsOfColumn(node: Node | undefined, path: readonly string[], reader: Reader): TypeRef[] | undefined {
  if (node && 'TypeCast' in node) {
    const casts = castsOfColumn(node.TypeCast.arg, path, reader);
    const type = typeRef(node.TypeCast.typeName, reader);
    return casts && type && [...casts, type];
  }
  if (!node || !('ColumnRef' in node)) return undefined;
  const names = strings(node.ColumnRef.fields);
  const isColumn =
    names.length > 0 && names.length <= path.length && names.every((name, i) => name === path.at(i - names.length));
  return isColumn ? [] : undefined;
}
