import type { Node } from '@pgsql/types';
import type { Other, UsedName, Uses } from '../action.js';
import { qualifiedName, relationName, stringOf, strings, typeRef } from './names.js';
import { typedLiterals } from './typed-literals.js';
import type { Reader } from './reader.js';
import { alteredRoutine, policyTerms, rightsOfDefaults, rightsOfGrant, routineSecurity } from './rights.js';
import { usesOf } from './relations.js';

type Details = Partial<
  Pick<
    Other,
    | 'relations'
    | 'name'
    | 'uses'
    | 'options'
    | 'published'
    | 'operation'
    | 'columns'
    | 'attributes'
    | 'rights'
    | 'policy'
    | 'routine'
  >
>;

/** The parts that decide, of statements that have no kind of action of their own. */
export function detailsOf(node: Node, reader: Reader): Details {
  if ('CreatePolicyStmt' in node)
    return { ...policy(node.CreatePolicyStmt, reader), policy: policyTerms(node.CreatePolicyStmt) };
  if ('AlterPolicyStmt' in node) return policy(node.AlterPolicyStmt, reader);
  if ('RuleStmt' in node) {
    const { rulename, relation, whereClause, actions } = node.RuleStmt;
    const uses = usesOf([whereClause, actions], reader);
    const written = writtenBy(actions, reader);
    return {
      name: qualifiedName([rulename ?? '']),
      relations: relation ? [relationName(relation, reader), ...written] : [],
      uses: { ...uses, mentions: uses.mentions && [...uses.mentions, ...columnsWritten(actions)] },
    };
  }
  if ('CreateStatsStmt' in node) {
    const { defnames, relations, exprs } = node.CreateStatsStmt;
    const name = strings(defnames);
    const uses = usesOf(exprs, reader);
    const plain = (exprs ?? []).flatMap((each) => ('StatsElem' in each ? (each.StatsElem.name ?? []) : []));
    return {
      uses: { ...uses, mentions: uses.mentions && [...plain, ...uses.mentions] },
      ...(name.length > 0 ? { name: qualifiedName(name) } : {}),
      relations: (relations ?? []).flatMap((each) => ('RangeVar' in each ? relationName(each.RangeVar, reader) : [])),
    };
  }
  if ('CreatePublicationStmt' in node) {
    const { pubname = '', pubobjects, options, for_all_tables } = node.CreatePublicationStmt;
    const details = published(pubobjects, reader);
    const words = new Map([...(details.options ?? []), ...optionsOf(options)]);
    if (for_all_tables) words.set('all tables', 'true');
    return { name: qualifiedName([pubname]), ...details, options: words };
  }
  if ('AlterPublicationStmt' in node) {
    const { pubname = '', pubobjects, action, options } = node.AlterPublicationStmt;
    const operation = action === 'AP_DropObjects' ? 'drop' : action === 'AP_SetObjects' ? 'set' : 'add';
    return {
      name: qualifiedName([pubname]),
      ...published(pubobjects, reader),
      ...(pubobjects ? { operation } : { options: optionsOf(options) }),
    };
  }
  if ('CreateSubscriptionStmt' in node) return { options: optionsOf(node.CreateSubscriptionStmt.options) };
  if ('AlterSubscriptionStmt' in node) {
    const { kind, options } = node.AlterSubscriptionStmt;
    return {
      options: optionsOf(options),
      ...(kind === 'ALTER_SUBSCRIPTION_REFRESH' ? { operation: 'refresh' as const } : {}),
    };
  }
  if ('AlterDatabaseStmt' in node) return { options: optionsOf(node.AlterDatabaseStmt.options) };
  if ('CompositeTypeStmt' in node) {
    const { typevar, coldeflist } = node.CompositeTypeStmt;
    const attributes = (coldeflist ?? []).flatMap((each) =>
      'ColumnDef' in each
        ? [{ name: each.ColumnDef.colname ?? '', type: typeRef(each.ColumnDef.typeName, reader) }]
        : [],
    );
    return typevar ? { name: relationName(typevar, reader), attributes } : {};
  }
  if ('GrantStmt' in node) {
    const { privileges = [], grantees = [], is_grant, grant_option } = node.GrantStmt;
    const rights = privileges.flatMap((each) => ('AccessPriv' in each ? (each.AccessPriv.priv_name ?? []) : []));
    const roles = grantees.flatMap((each) => ('RoleSpec' in each ? (each.RoleSpec.rolename ?? []) : []));
    const options = new Map([
      ['rights', rights.join(', ')],
      ['roles', roles.join(', ')],
    ]);
    if (grant_option && !is_grant) options.set('grant option', 'true');
    const columns = privileges.flatMap((each) => ('AccessPriv' in each ? strings(each.AccessPriv.cols) : []));
    return { columns, options, rights: rightsOfGrant(node.GrantStmt) };
  }
  if ('AlterDefaultPrivilegesStmt' in node) {
    const rights = rightsOfDefaults(node.AlterDefaultPrivilegesStmt);
    return rights ? { rights } : {};
  }
  if ('AlterFunctionStmt' in node) {
    const { func, actions } = node.AlterFunctionStmt;
    return { name: alteredRoutine(func), routine: routineSecurity(actions) };
  }
  if ('CreateRoleStmt' in node)
    return { name: qualifiedName([node.CreateRoleStmt.role ?? '']), options: switchesOf(node.CreateRoleStmt.options) };
  if ('AlterRoleStmt' in node) {
    const { role, options } = node.AlterRoleStmt;
    return { name: qualifiedName([role?.rolename ?? '']), options: switchesOf(options) };
  }
  if ('DefineStmt' in node) {
    const { defnames, definition, kind } = node.DefineStmt;
    const name = qualifiedName(strings(defnames));
    return kind === 'OBJECT_AGGREGATE' ? { name, uses: { ...nothingUsed, calls: functionsIn(definition) } } : { name };
  }
  if ('CreateEventTrigStmt' in node) {
    const { trigname = '', funcname } = node.CreateEventTrigStmt;
    return { name: qualifiedName([trigname]), uses: { ...nothingUsed, calls: [qualifiedName(strings(funcname))] } };
  }
  if ('DropdbStmt' in node) return { name: qualifiedName([node.DropdbStmt.dbname ?? '']) };
  if ('AlterTableMoveAllStmt' in node)
    return { name: qualifiedName([node.AlterTableMoveAllStmt.orig_tablespacename ?? '']) };
  if ('DropOwnedStmt' in node) {
    const [role] = node.DropOwnedStmt.roles ?? [];
    return { name: qualifiedName([role && 'RoleSpec' in role ? (role.RoleSpec.rolename ?? '') : '']) };
  }
  return {};
}

const nothingUsed: Uses = { reads: [], mentions: [], calls: [], types: [] };

/** The support functions of an aggregate: SFUNC, FINALFUNC, COMBINEFUNC … */
function functionsIn(definition: readonly Node[] | undefined): UsedName[] {
  return (definition ?? []).flatMap((node) => {
    if (!('DefElem' in node) || !/func$/i.test(node.DefElem.defname ?? '')) return [];
    const { arg } = node.DefElem;
    return arg && 'TypeName' in arg ? [qualifiedName(strings(arg.TypeName.names))] : [];
  });
}

interface PolicyStatement {
  readonly policy_name?: string;
  readonly table?: Parameters<typeof relationName>[0];
  readonly qual?: Node;
  readonly with_check?: Node;
}

function policy({ policy_name, table, qual, with_check }: PolicyStatement, reader: Reader): Details {
  return {
    name: qualifiedName([policy_name ?? '']),
    relations: table ? [relationName(table, reader)] : [],
    uses: usesOf([qual, with_check], reader),
    ...typedLiterals([qual, with_check], table),
  };
}

/** The tables that a rule's actions write to. */
function writtenBy(actions: readonly Node[] | undefined, reader: Reader): NonNullable<Details['relations']> {
  return (actions ?? []).flatMap((node) => {
    const [statement] = Object.values(node) as { relation?: Parameters<typeof relationName>[0] }[];
    return statement?.relation?.relname !== undefined ? relationName(statement.relation, reader) : [];
  });
}

function columnsWritten(actions: readonly Node[] | undefined): string[] {
  return (actions ?? []).flatMap((node) => {
    const [statement] = Object.values(node) as { cols?: readonly Node[]; targetList?: readonly Node[] }[];
    const targets = statement?.cols ?? ('UpdateStmt' in node ? statement?.targetList : undefined) ?? [];
    return targets.flatMap((each) => ('ResTarget' in each ? (each.ResTarget.name ?? []) : []));
  });
}

function published(objects: readonly Node[] | undefined, reader: Reader): Details {
  const tables: NonNullable<Other['published']>[number][] = [];
  const schemas: string[] = [];
  for (const node of objects ?? []) {
    const object = 'PublicationObjSpec' in node ? node.PublicationObjSpec : undefined;
    const relation = object?.pubtable?.relation;
    if (!relation) {
      if (object?.pubobjtype !== undefined) schemas.push(object.name ?? '');
      continue;
    }
    const filtered = usesOf([object.pubtable?.whereClause], reader).mentions ?? [];
    const listed = strings(object.pubtable?.columns);
    tables.push({ table: relationName(relation, reader), mentions: [...listed, ...filtered], listed, filtered });
  }
  return {
    relations: tables.map(({ table }) => table),
    published: tables,
    ...(schemas.length > 0 ? { options: new Map([['schemas', schemas.join()]]) } : {}),
  };
}

/** What a role may do and not; its password is nobody's business. */
function switchesOf(options: readonly Node[] | undefined): Map<string, string> {
  return optionsOf(
    (options ?? []).filter((node) => 'DefElem' in node && node.DefElem.arg && 'Boolean' in node.DefElem.arg),
  );
}

function optionsOf(options: readonly Node[] | undefined): Map<string, string> {
  const found = new Map<string, string>();
  for (const node of options ?? []) {
    if (!('DefElem' in node)) continue;
    const { defname = '', arg } = node.DefElem;
    const word = arg && 'Boolean' in arg ? String(arg.Boolean.boolval === true) : stringOf(arg);
    found.set(defname, word.toLowerCase());
  }
  return found;
}
