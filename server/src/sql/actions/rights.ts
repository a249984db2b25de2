import type { AlterDefaultPrivilegesStmt, GrantStmt, Node } from '@pgsql/types';
import type { ObjectName, PolicyTerms, RightsChange, RoutineSecurity } from '../action.js';
import { qualifiedName, stringOf, strings } from './names.js';

const objects: Readonly<Record<string, RightsChange['on']>> = {
  OBJECT_TABLE: 'table',
  OBJECT_SEQUENCE: 'sequence',
  OBJECT_SCHEMA: 'schema',
  OBJECT_FUNCTION: 'function',
  OBJECT_PROCEDURE: 'function',
  OBJECT_ROUTINE: 'function',
};

/** The roles of a statement in their order, "public" for PUBLIC; CURRENT_USER and its like have no name. */
export function roleNames(nodes: readonly Node[] | undefined): string[] {
  return (nodes ?? []).flatMap((node) => {
    if (!('RoleSpec' in node)) return [];
    return node.RoleSpec.roletype === 'ROLESPEC_PUBLIC' ? 'public' : (node.RoleSpec.rolename ?? []);
  });
}

/** GRANT and REVOKE of rights on objects. */
export function rightsOfGrant(statement: GrantStmt): RightsChange {
  const { targtype, objtype, objects: named = [], privileges = [], grantees } = statement;
  const isNamed = targtype === 'ACL_TARGET_OBJECT';
  return {
    gives: statement.is_grant === true,
    on: objects[objtype ?? ''] ?? 'other',
    of: targtype === 'ACL_TARGET_DEFAULTS' ? 'new objects' : isNamed ? 'named' : 'all in schema',
    schemas: isNamed && objtype !== 'OBJECT_SCHEMA' ? [] : strings(named),
    functions: named.flatMap((node) =>
      'ObjectWithArgs' in node ? qualifiedName(strings(node.ObjectWithArgs.objname)) : [],
    ),
    rights: privileges.flatMap((each) => ('AccessPriv' in each ? (each.AccessPriv.priv_name ?? []) : [])),
    roles: roleNames(grantees),
    optionAlone: statement.grant_option === true && statement.is_grant !== true,
  };
}

/** ALTER DEFAULT PRIVILEGES; without schemas it is about all of them. */
export function rightsOfDefaults({ options, action }: AlterDefaultPrivilegesStmt): RightsChange | undefined {
  if (!action) return undefined;
  const schemas = (options ?? []).flatMap((node) => {
    const list = 'DefElem' in node && node.DefElem.defname === 'schemas' ? node.DefElem.arg : undefined;
    return list && 'List' in list ? strings(list.List.items) : [];
  });
  return { ...rightsOfGrant(action), schemas };
}

interface PolicyParts {
  readonly cmd_name?: string;
  readonly permissive?: boolean;
  readonly roles?: readonly Node[];
  readonly qual?: Node;
  readonly with_check?: Node;
}

/** What CREATE POLICY says of a policy. */
export function policyTerms({ cmd_name, permissive, roles, qual, with_check }: PolicyParts): PolicyTerms {
  return {
    command: (cmd_name as PolicyTerms['command'] | undefined) ?? 'all',
    isRestrictive: permissive !== true,
    roles: roleNames(roles),
    using: qual && (isTrue(qual) ? 'true' : 'condition'),
    check: with_check && (isTrue(with_check) ? 'true' : 'condition'),
  };
}

/** The word true, in brackets or not, and a comparison of equal numbers, which people write for it. */
function isTrue(node: Node): boolean {
  if ('A_Const' in node) return node.A_Const.boolval?.boolval === true;
  if (!('A_Expr' in node) || node.A_Expr.kind !== 'AEXPR_OP' || strings(node.A_Expr.name).join() !== '=') return false;
  const { lexpr, rexpr } = node.A_Expr;
  if (!lexpr || !rexpr || !('A_Const' in lexpr) || !('A_Const' in rexpr)) return false;
  const [one, other] = [lexpr.A_Const.ival, rexpr.A_Const.ival];
  return one !== undefined && other !== undefined && one.ival === other.ival;
}

/** In: the options of CREATE FUNCTION or the actions of ALTER FUNCTION; the last one counts. */
export function routineSecurity(options: readonly Node[] | undefined): RoutineSecurity {
  let definer: RoutineSecurity['definer'];
  let path: RoutineSecurity['path'];
  for (const option of options ?? []) {
    if (!('DefElem' in option)) continue;
    const { defname, arg } = option.DefElem;
    if (defname === 'security' && arg && 'Boolean' in arg) definer = arg.Boolean.boolval === true;
    if (defname !== 'set' || !arg || !('VariableSetStmt' in arg)) continue;
    const { kind, name, args = [] } = arg.VariableSetStmt;
    if (kind === 'VAR_RESET_ALL') path = 'reset';
    if (name !== 'search_path') continue;
    path = kind === 'VAR_RESET' || kind === 'VAR_SET_DEFAULT' ? 'reset' : args.flatMap(schemasIn);
  }
  return { definer, path };
}

/** 'public, pg_temp' in one string is read by SET as one name; PostgreSQL splits it when it uses it. */
function schemasIn(node: Node): string[] {
  const written = 'A_Const' in node ? node.A_Const.sval?.sval : undefined;
  return (written ?? '').split(',').map((schema) => schema.trim().replace(/^"(.*)"$/, '$1'));
}

/** The name of the routine of ALTER FUNCTION. */
export function alteredRoutine(func: { readonly objname?: readonly Node[] } | undefined): ObjectName {
  return qualifiedName(strings(func?.objname));
}

/** Whether the options of a view say security_invoker, and what; undefined where they do not. */
export function securityInvoker(options: readonly Node[] | undefined): boolean | undefined {
  for (const node of options ?? []) {
    if (!('DefElem' in node) || node.DefElem.defname !== 'security_invoker') continue;
    const { arg } = node.DefElem;
    if (arg && 'Integer' in arg) return (arg.Integer.ival ?? 0) !== 0;
    if (arg && 'Boolean' in arg) return arg.Boolean.boolval === true;
    return !/^(?:f(?:alse)?|off?|no?|0)$/i.test(stringOf(arg));
  }
  return undefined;
}
