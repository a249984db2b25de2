import type { Catalog } from './catalog.js';
import { alterColumn } from './alter-column.js';
import { addColumn, addWaiting } from './columns.js';
import { addConstraint } from './constraints.js';
import { boundText, inheritColumn, inheritColumns, inheritFromPartitioned } from './create-table.js';
import { dropColumn, dropConstraint } from './drop.js';
import { constraintOrUnknown, newConstraint, relationOrUnknown, seen } from './make.js';
import { constraintNameFor } from './names.js';
import type { CatalogObject, Constraint, Definition, Oid, Table } from './model.js';
import { optionMap } from './options.js';
import { putOwner } from './privileges.js';
import { rangeName } from './scope.js';
import type { Source } from './source.js';
import { unknownComposite } from './user-types.js';
import { field, flag, has, inner, list, number, strings, text, type Tree } from './tree.js';

/** One sub-command of ALTER TABLE with its tokens. */
export interface SubCommand {
  readonly node: Tree;
  readonly from: number;
  readonly to: number;
}

/** The order in which PostgreSQL runs the sub-commands of one statement (AlterTablePass). */
function passOf(node: Tree): number {
  const subtype = text(node, 'subtype') ?? '';
  if (/^AT_(DropColumn|DropConstraint|DropNotNull|DropIdentity|DropExpression)$/.test(subtype)) return 0;
  if (subtype === 'AT_ColumnDefault') return has(node, 'def') ? 5 : 0;
  if (subtype === 'AT_AlterColumnType') return 1;
  if (subtype === 'AT_AddColumn') return 3;
  if (subtype === 'AT_SetNotNull' || subtype === 'AT_AddIdentity') return 5;
  if (subtype === 'AT_AddConstraint')
    return text(field(field(node, 'def'), 'Constraint'), 'contype') === 'CONSTR_FOREIGN' ? 7 : 6;
  return subtype === 'AT_AddIndex' ? 6 : 8;
}

/** The sub-commands in the order in which they run. */
export function subCommands(source: Source, stmt: Tree): SubCommand[] {
  const behind = source.behindName(source.at(field(stmt, 'relation')));
  const start = source.tokens[behind]?.text === '*' ? behind + 1 : behind;
  const ranges = source.reader.splitAtCommas(start, source.end);
  const commands = list(stmt, 'cmds').map((cmd, index) => {
    const [from, to] = ranges[index] ?? [behind, source.end];
    return { node: inner(cmd), from, to };
  });
  return commands.sort((a, b) => passOf(a.node) - passOf(b.node));
}

const triggerStates: Readonly<Record<string, string>> = {
  AT_EnableTrig: 'ENABLE',
  AT_EnableAlwaysTrig: 'ENABLE ALWAYS',
  AT_EnableReplicaTrig: 'ENABLE REPLICA',
  AT_DisableTrig: 'DISABLE',
  AT_EnableTrigAll: 'ENABLE',
  AT_DisableTrigAll: 'DISABLE',
  AT_EnableTrigUser: 'ENABLE',
  AT_DisableTrigUser: 'DISABLE',
  AT_EnableRule: 'ENABLE',
  AT_EnableAlwaysRule: 'ENABLE ALWAYS',
  AT_EnableReplicaRule: 'ENABLE REPLICA',
  AT_DisableRule: 'DISABLE',
};

/** Replays one sub-command. */
export function alterTable(source: Source, stmt: Tree, command: SubCommand): void {
  const { catalog } = source;
  const range = field(stmt, 'relation');
  const name = rangeName(range);
  const isType = text(stmt, 'objtype') === 'OBJECT_TYPE';
  const found = isType ? (catalog.find('type', name) ?? catalog.relation(name)) : catalog.relation(name);
  if (!found && flag(stmt, 'missing_ok')) return;
  const table = found ?? (isType ? unknownComposite(source, name) : relationOrUnknown(catalog, name));
  const { node, from, to } = command;
  const subtype = text(node, 'subtype') ?? '';
  const only = range.inh !== true;
  switch (subtype) {
    case 'AT_AddColumn':
      return addColumnTo(source, table, node, from, to);
    case 'AT_DropColumn':
      if (table.origin !== 'defined' && !catalog.column(table.oid, text(node, 'name') ?? ''))
        source.miss(`${table.name}.${text(node, 'name') ?? ''}`, true);
      return dropColumn(catalog, table, text(node, 'name') ?? '', flag(node, 'missing_ok'), isCascade(node), only);
    case 'AT_AddConstraint':
      return addConstraint(source, table, inner(field(node, 'def')), from, to);
    case 'AT_DropConstraint':
      if (table.origin !== 'defined' && !catalog.constraint(table.oid, text(node, 'name') ?? ''))
        source.miss(text(node, 'name') ?? '', true);
      return dropConstraint(catalog, table, text(node, 'name') ?? '', flag(node, 'missing_ok'), isCascade(node));
    case 'AT_ValidateConstraint': {
      const constraint = constraintOrUnknown(catalog, table, text(node, 'name') ?? '');
      catalog.put({ ...constraint, validated: true, seen: seen(constraint, 'validated') });
      for (const heir of catalog.heirsOf(table.oid)) {
        const below = catalog.constraint(heir.oid, constraint.name);
        if (below) catalog.put({ ...below, validated: true });
      }
      return;
    }
    case 'AT_AlterConstraint': {
      const given = inner(field(node, 'def'));
      const constraint = constraintOrUnknown(catalog, table, text(given, 'conname') ?? text(node, 'name') ?? '');
      const words = source.plain(from, to).toUpperCase();
      const enforced = /NOT ENFORCED/.test(words) ? true : /ENFORCED/.test(words) ? false : constraint.notEnforced;
      const named = /DEFERRABLE|INITIALLY/.test(words);
      catalog.put({
        ...constraint,
        ...(named ? { deferrable: flag(given, 'deferrable'), deferred: flag(given, 'initdeferred') } : {}),
        notEnforced: enforced,
        seen: seen(constraint, 'deferrable'),
      });
      return;
    }
    case 'AT_AttachPartition':
      return attach(source, table, node, from);
    case 'AT_DetachPartition':
    case 'AT_DetachPartitionFinalize':
      return detach(source, table, node);
    case 'AT_AddInherit':
    case 'AT_DropInherit':
      return inherit(catalog, table, node, subtype === 'AT_AddInherit');
    case 'AT_AddOf':
    case 'AT_DropOf':
      return setType(catalog, table, node);
    default:
      break;
  }
  const state = triggerStates[subtype];
  if (state !== undefined) return setEnabled(source, table, node, subtype, state);
  if ((has(node, 'name') || table.kind === 'index') && alterColumn(source, table, command, subtype)) return;
  if (table.kind !== 'index' && alterColumnless(catalog, table, node, subtype)) return;
  if (!alterOptions(catalog, table, node, subtype)) source.unwritten = true;
}

function isCascade(node: Tree): boolean {
  return text(node, 'behavior') === 'DROP_CASCADE';
}

function addColumnTo(source: Source, table: CatalogObject, node: Tree, from: number, to: number): void {
  const { catalog } = source;
  const definition = inner(field(node, 'def'));
  const name = text(definition, 'colname') ?? '';
  const known = catalog.column(table.oid, name);
  if (known && known.origin !== 'unknown' && flag(node, 'missing_ok')) return;
  const isNew = catalog.isAbsent({ kind: 'column', name, schema: undefined, parent: table.oid });
  if (known?.origin === 'unknown') catalog.delete(known.oid);
  const at = source.reader.indexAt(number(definition, 'location'));
  const { column, waiting } = addColumn(source, table, definition, Math.max(at, from), to);
  const mayPredate = flag(node, 'missing_ok') && table.origin !== 'defined' && !isNew;
  if (mayPredate) catalog.put({ ...column, origin: 'mayPredate' });
  addWaiting(source, catalog.get(table.oid) ?? table, waiting);
  inheritAdded(catalog, table, column.oid);
  if (table.kind === 'type')
    for (const typed of typedTables(catalog, table.oid)) inheritAddedTo(catalog, column.oid, typed.oid);
}

function typedTables(catalog: Catalog, type: Oid): Table[] {
  return catalog.linkedTo(type).flatMap((each) => (each.kind === 'table' ? [each] : []));
}

function inheritAdded(catalog: Catalog, table: CatalogObject, column: Oid): void {
  for (const heir of catalog.heirsOf(table.oid)) {
    const copy = inheritAddedTo(catalog, column, heir.oid);
    if (copy !== undefined) inheritAdded(catalog, heir, copy);
  }
}

function inheritAddedTo(catalog: Catalog, oid: Oid, heir: Oid): Oid | undefined {
  const column = catalog.as('column', oid);
  if (!column) return undefined;
  const own = catalog.column(heir, column.name);
  if (own) {
    catalog.put({ ...own, inherited: true });
    return undefined;
  }
  const map = new Map(
    catalog.childrenOfKind(column.parent ?? 0, 'column').flatMap((each) => {
      const same = catalog.column(heir, each.name);
      return same ? [[each.oid, same.oid] as const] : [];
    }),
  );
  return inheritColumn(catalog, column, heir, map).oid;
}

function attach(source: Source, table: CatalogObject, node: Tree, from: number): void {
  const { catalog } = source;
  const command = inner(field(node, 'def'));
  const partition = relationOrUnknown(catalog, rangeName(field(command, 'name')));
  if (table.kind === 'index') {
    const part = partition.kind === 'index' ? partition : undefined;
    if (part) catalog.put({ ...part, partOf: table.oid });
    const constraint = catalog.as('constraint', part?.constraint);
    if (constraint) catalog.put({ ...constraint, inherited: true });
    return;
  }
  const bound = boundText(source, source.find(['PARTITION'], from) + 1);
  if (partition.kind !== 'table') return;
  catalog.put({ ...partition, partitionOf: table.oid, bound });
  for (const column of catalog.childrenOfKind(table.oid, 'column')) {
    const own = catalog.column(partition.oid, column.name);
    if (own) catalog.put({ ...own, inherited: true });
  }
  inheritFromPartitioned(catalog, table, partition.oid);
}

function detach(source: Source, table: CatalogObject, node: Tree): void {
  const { catalog } = source;
  const command = inner(field(node, 'def'));
  const partition = relationOrUnknown(catalog, rangeName(field(command, 'name')));
  if (partition.kind !== 'table') return;
  if (partition.bound === undefined) source.miss(`the bounds of ${partition.name}`);
  catalog.put({ ...partition, partitionOf: undefined, bound: undefined });
  for (const child of catalog.childrenOf(partition.oid)) {
    if (child.kind === 'column') catalog.put({ ...child, inherited: false, local: true });
    else if (child.kind === 'constraint') catalog.put({ ...child, inherited: false });
    else if (child.kind === 'index') catalog.put({ ...child, partOf: undefined });
  }
  if (flag(command, 'concurrent') && text(node, 'subtype') === 'AT_DetachPartition')
    boundCheck(catalog, table, partition);
}

/** DETACH CONCURRENTLY leaves the bound as a CHECK, unless one that proves it is there already. */
export function boundCheck(catalog: Catalog, table: CatalogObject, partition: Table): void {
  const keys = table.kind === 'table' ? (table.partitionBy ?? []) : [];
  const columns = keys.flatMap((piece) => (typeof piece === 'string' ? [] : (catalog.get(piece.oid)?.name ?? [])));
  if (partition.bound === undefined) return;
  const name = constraintNameFor(catalog, partition.schema, boundParts(partition.name, columns), 'check');
  catalog.put(
    newConstraint(catalog, partition.oid, name, {
      type: 'CHECK',
      definition: ['CHECK (', ...partition.bound, ')'],
      named: false,
    }),
  );
}

/** Whether a CHECK is the bound that DETACH CONCURRENTLY has left, of which only the words of the bound are known. */
export function isBoundCheck({ type, named, definition }: Constraint): boolean {
  const [, bound] = definition;
  return type === 'CHECK' && !named && typeof bound === 'string' && /^(?:FOR VALUES|DEFAULT)\b/.test(bound);
}

function boundParts(table: string, columns: readonly string[]): string[] {
  const [only, more] = columns;
  return only !== undefined && more === undefined ? [table, only] : [table];
}

function inherit(catalog: Catalog, table: CatalogObject, node: Tree, add: boolean): void {
  if (table.kind !== 'table') return;
  const parent = relationOrUnknown(catalog, rangeName(inner(field(node, 'def'))));
  const inherits = add ? [...table.inherits, parent.oid] : table.inherits.filter((oid) => oid !== parent.oid);
  catalog.put({ ...table, inherits });
  if (add) inheritColumns(catalog, parent.oid, table.oid);
  for (const child of catalog.childrenOf(table.oid)) {
    const isFromParent = inherits.some(
      (oid) => catalog.column(oid, child.name) !== undefined || catalog.constraint(oid, child.name) !== undefined,
    );
    if (child.kind === 'column') catalog.put({ ...child, inherited: isFromParent, local: true });
    if (child.kind === 'constraint' && child.type === 'CHECK') catalog.put({ ...child, inherited: isFromParent });
  }
}

function setType(catalog: Catalog, table: CatalogObject, node: Tree): void {
  if (table.kind !== 'table') return;
  const names = strings(inner(field(node, 'def')), 'names');
  const type = catalog.find('type', { schema: names.at(-2), name: names.at(-1) ?? '' });
  catalog.put({ ...table, ofType: has(node, 'def') ? type?.oid : undefined, seen: seen(table, 'ofType') });
  for (const column of catalog.childrenOfKind(table.oid, 'column'))
    catalog.put({ ...column, inherited: has(node, 'def'), local: true });
}

function setEnabled(source: Source, table: CatalogObject, node: Tree, subtype: string, state: string): void {
  const { catalog } = source;
  const type = /Rule/.test(subtype) ? 'RULE' : 'TRIGGER';
  const name = text(node, 'name');
  const all = catalog.childrenOfKind(table.oid, 'definition').filter((each) => each.type === type);
  const named = all.filter((each) => name === undefined || each.name === name);
  if (named.length === 0 || table.origin !== 'defined') source.miss(name ?? `the triggers of ${table.name}`);
  for (const each of named) setState(catalog, each, state, table);
}

function setState(catalog: Catalog, definition: Definition, enabled: string, table: CatalogObject): void {
  catalog.put({ ...definition, enabled, seen: seen(definition, 'enabled') });
  if (!definition.forEachRow) return;
  for (const heir of catalog.heirsOf(table.oid)) {
    const below = catalog.childrenOfKind(heir.oid, 'definition').find((each) => each.name === definition.name);
    if (below) setState(catalog, below, enabled, heir);
  }
}

/** Sub-commands on the table as a whole. */
function alterColumnless(catalog: Catalog, table: CatalogObject, node: Tree, subtype: string): boolean {
  const name = text(node, 'name') ?? '';
  const put = (changes: Partial<Table>, part: string): boolean => {
    if (table.kind === 'table') catalog.put({ ...table, ...changes, seen: seen(table, part) });
    return table.kind === 'table';
  };
  switch (subtype) {
    case 'AT_EnableRowSecurity':
    case 'AT_DisableRowSecurity':
      return put({ rowSecurity: subtype === 'AT_EnableRowSecurity' }, 'rowSecurity');
    case 'AT_ForceRowSecurity':
    case 'AT_NoForceRowSecurity':
      return put({ forceRowSecurity: subtype === 'AT_ForceRowSecurity' }, 'forceRowSecurity');
    case 'AT_SetLogged':
    case 'AT_SetUnLogged': {
      const persistence = subtype === 'AT_SetLogged' ? 'permanent' : 'unlogged';
      if (table.kind === 'sequence') catalog.put({ ...table, persistence });
      else {
        put({ persistence }, 'persistence');
        for (const each of catalog.all())
          if (each.kind === 'sequence' && each.implicit && catalog.get(each.ownedBy)?.parent === table.oid)
            catalog.put({ ...each, persistence });
      }
      return true;
    }
    case 'AT_ClusterOn':
      return put({ clusterOn: catalog.relation({ schema: table.schema, name })?.oid }, 'clusterOn');
    case 'AT_DropCluster':
      return put({ clusterOn: undefined }, 'clusterOn');
    case 'AT_ReplicaIdentity': {
      const identity = inner(field(node, 'def'));
      const kind = text(identity, 'identity_type');
      const index = catalog.relation({ schema: table.schema, name: text(identity, 'name') ?? '' })?.oid;
      const replicaIdentity =
        kind === 'f' ? 'full' : kind === 'n' ? 'nothing' : kind === 'i' ? (index ?? 'default') : 'default';
      return put({ replicaIdentity }, 'replicaIdentity');
    }
    case 'AT_SetAccessMethod':
      return put({ accessMethod: name === '' ? undefined : name }, 'accessMethod');
    default:
      return false;
  }
}

function alterOptions(catalog: Catalog, table: CatalogObject, node: Tree, subtype: string): boolean {
  const name = text(node, 'name') ?? '';
  if (subtype === 'AT_ChangeOwner') {
    const owner = roleName(field(node, 'newowner'));
    putOwner(catalog, table, owner);
    if (table.kind !== 'table') return true;
    for (const each of catalog.all())
      if (each.kind === 'sequence' && each.ownedBy !== undefined && catalog.get(each.ownedBy)?.parent === table.oid)
        catalog.put({ ...each, owner });
    return true;
  }
  if (subtype === 'AT_SetTableSpace') {
    if (table.kind === 'table' || table.kind === 'index' || table.kind === 'view')
      catalog.put({ ...table, tablespace: name === 'pg_default' ? undefined : name, seen: seen(table, 'tablespace') });
    return true;
  }
  if (subtype !== 'AT_SetRelOptions' && subtype !== 'AT_ResetRelOptions' && subtype !== 'AT_ReplaceRelOptions')
    return false;
  if (table.kind !== 'table' && table.kind !== 'index' && table.kind !== 'view') return true;
  const items = field(node, 'def');
  const changes = optionMap('List' in items ? list(inner(items), 'items') : list(node, 'def'));
  const options = new Map(table.options);
  for (const [key, value] of changes)
    if (subtype === 'AT_ResetRelOptions') options.delete(key);
    else options.set(key, value);
  const parts = [...changes.keys()].map((key) => `option ${key}`);
  catalog.put({ ...table, options, seen: seen(table, ...parts) });
  return true;
}

/** The name in a RoleSpec; undefined for CURRENT_USER and its like. */
export function roleName(role: Tree): string | undefined {
  const content = 'RoleSpec' in role ? field(role, 'RoleSpec') : role;
  const kind = text(content, 'roletype');
  if (kind === 'ROLESPEC_PUBLIC') return 'PUBLIC';
  return kind === 'ROLESPEC_CSTRING' || kind === undefined ? text(content, 'rolename') : undefined;
}
