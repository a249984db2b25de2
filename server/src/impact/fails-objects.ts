import { dependentsOf } from '../schema/dependents.js';
import type { ColumnType, Table } from '../schema/model.js';
import { columnsOfType } from '../schema/renames.js';
import type { SchemaState } from '../schema/state.js';
import type { Action, AlterTableOther, DropObject, DropTable, TableAction } from '../sql/action.js';
import {
  foreignKeysTo,
  readers,
  tablesWithDefaultFrom,
  usersOfComposite,
  usersOfRowType,
  usesFunction,
} from './dependencies.js';
import type { Impact, Target } from './impact.js';

type Failure = NonNullable<Impact['fails']>;

const needed = (what: string): Failure => ({
  code: '2BP01',
  message: `cannot drop ${what} because other objects depend on it`,
});

/** What PostgreSQL refuses of types, sequences, functions, triggers, and of tables because others need them. */
export function ofObjects(
  action: Action,
  all: readonly Action[],
  before: SchemaState,
  target: Target,
): Failure | undefined {
  switch (action.kind) {
    case 'dropTable':
      return ofDropTable(action, all, before);
    case 'dropObject':
      return ofDropObject(action, all, before);
    case 'addEnumValue': {
      const type = before.type(action.type);
      return type?.kind === 'enum' && type.values.includes(action.value) && !action.ifNotExists
        ? { code: '42710', message: `enum label "${action.value}" already exists` }
        : undefined;
    }
    case 'createEnum':
      return before.type({ schema: before.schemaFor(action.type), name: action.type.name })
        ? { code: '42710', message: `type "${action.type.name}" already exists` }
        : undefined;
    case 'alterDomain':
      return ofDomain(action, before);
    case 'setSchema': {
      const sequence = action.objectKind === 'sequence' ? before.relation(action.object) : undefined;
      return sequence?.kind === 'sequence' && tablesWithDefaultFrom(sequence, before).length > 0
        ? { code: '0A000', message: 'cannot move an owned sequence into another schema' }
        : undefined;
    }
    case 'cluster':
      return ofCluster(action, before);
    case 'doBlock':
      return action.commitsInException
        ? { code: '2D000', message: 'cannot commit while a subtransaction is active' }
        : undefined;
    case 'call': {
      const procedure = before.function(action.procedure);
      return procedure?.commits && procedure.setsVariables
        ? { code: '2D000', message: 'invalid transaction termination' }
        : undefined;
    }
    case 'other': {
      const isNew = action.published?.some(({ mentions }) => mentions.length > 0) || action.options?.has('schemas');
      return isNew && target.postgres < 15
        ? { code: '42601', message: 'syntax error: this form of a publication came with PostgreSQL 15' }
        : undefined;
    }
    case 'alterTableOther':
      return action.objectKind === 'table' ? ofSubcommand(action, before) : undefined;
    case 'setDefault': {
      const column = before.table(action.table)?.columns.get(action.column);
      if (column?.identity || column?.generated)
        return {
          code: '42601',
          message: `column "${action.column}" is ${column.identity ? 'an identity' : 'a generated'} column`,
        };
      return undefined;
    }
    case 'addColumn':
    case 'dropColumn':
    case 'alterColumnType':
      return action.objectKind === 'type' ? ofAttribute(action, before) : undefined;
    default:
      return undefined;
  }
}

/** ALTER TYPE … ATTRIBUTE: a table that is made of it has to be named by CASCADE, one with a column of it refuses. */
function ofAttribute(action: TableAction, before: SchemaState): Failure | undefined {
  const type = before.type(action.table);
  if (type?.kind !== 'composite') return undefined;
  const cascade = 'cascade' in action && action.cascade;
  const { typed, columns } = usersOfComposite(type, before);
  if (typed.length > 0 && !cascade)
    return {
      code: '2BP01',
      message: `cannot alter type "${action.table.name}" because it is the type of a typed table`,
    };
  return action.kind === 'alterColumnType' && columns.length > 0
    ? { code: '0A000', message: `cannot alter type "${action.table.name}" because a column uses it` }
    : undefined;
}

function ofSubcommand(action: AlterTableOther, before: SchemaState): Failure | undefined {
  const table = before.table(action.table);
  const column = action.name === undefined ? undefined : table?.columns.get(action.name);
  switch (action.subcommand) {
    case 'dropIdentity':
      return column && table?.complete && !column.identity && !action.ifMissing
        ? { code: '55000', message: `column "${action.name}" of relation "${table.name}" is not an identity column` }
        : undefined;
    case 'dropExpression':
      return column?.generated?.storage === 'virtual'
        ? { code: '0A000', message: 'ALTER TABLE / DROP EXPRESSION is not supported for virtual generated columns' }
        : undefined;
    case 'alterConstraint': {
      const constraint = table?.constraints.get(action.name ?? '');
      return constraint && constraint.kind !== 'foreignKey' && constraint.kind !== 'notNull'
        ? {
            code: '42809',
            message: `constraint "${action.name}" of relation "${table?.name}" is not a foreign key constraint`,
          }
        : undefined;
    }
    case 'replicaIdentity':
      return table && ofReplicaIdentity(action, table, before);
    case 'inherit': {
      const parent = action.other && before.table(action.other);
      const missing =
        parent?.complete && table?.complete
          ? [...parent.columns.keys()].find((name) => !table.columns.has(name))
          : undefined;
      return missing === undefined
        ? undefined
        : { code: '42804', message: `child table is missing column "${missing}"` };
    }
    case 'noInherit': {
      const parent = action.other && before.table(action.other);
      return parent?.complete && table?.complete && !table.inherits.includes(parent.key)
        ? { code: '42P01', message: `relation "${parent.name}" is not a parent of relation "${table.name}"` }
        : undefined;
    }
    default:
      return undefined;
  }
}

function ofReplicaIdentity(
  { replicaIdentity }: AlterTableOther,
  table: Table,
  before: SchemaState,
): Failure | undefined {
  if (typeof replicaIdentity !== 'object') return undefined;
  const index = before.index({ schema: table.schema, name: replicaIdentity.index, span: undefined });
  if (!index || index.table !== table.key) return undefined;
  const nullable = index.columns.some((column) => column !== undefined && table.columns.get(column)?.notNull === false);
  const isUsable = index.unique && index.predicate === undefined && index.expressions.length === 0 && !nullable;
  return isUsable ? undefined : { code: '42809', message: `cannot use index "${index.name}" as replica identity` };
}

function ofCluster(
  { table: name, index: by }: Extract<Action, { kind: 'cluster' }>,
  before: SchemaState,
): Failure | undefined {
  const table = name && before.table(name);
  if (!table) return undefined;
  if (by === undefined) {
    return table.complete && table.release === before.release && table.clusteredOn === undefined
      ? { code: '42704', message: `there is no previously clustered index for table "${table.name}"` }
      : undefined;
  }
  const index = before.index({ schema: table.schema, name: by, span: undefined });
  if (index && (index.predicate !== undefined || !['btree', 'gist'].includes(index.method)))
    return { code: '0A000', message: `cannot cluster on index "${by}"` };
  return !index && table.complete && table.release === before.release
    ? { code: '42704', message: `index "${by}" for table "${table.name}" does not exist` }
    : undefined;
}

function ofDomain(action: Extract<Action, { kind: 'alterDomain' }>, before: SchemaState): Failure | undefined {
  const domain = before.type(action.domain);
  if (domain?.kind !== 'domain') return undefined;
  const checks =
    action.operation === 'validateConstraint' ||
    action.operation === 'setNotNull' ||
    (action.operation === 'addConstraint' && !action.notValid);
  const inArray =
    checks && columnsOfType(domain.key, before).some(({ column }) => (column.type as ColumnType).arrayDimensions > 0);
  return inArray
    ? { code: '0A000', message: `cannot alter type "${action.domain.name}" because a column uses it in an array` }
    : undefined;
}

function ofDropTable(action: DropTable, all: readonly Action[], before: SchemaState): Failure | undefined {
  const relation = before.relation(action.table);
  if (relation && relation.kind !== 'table' && relation.kind !== 'foreignTable')
    return { code: '42809', message: `"${relation.name}" is not a table` };
  const table = before.table(action.table);
  if (!table || action.cascade) return undefined;
  let dropped: Set<string> | undefined;
  // Asked for only where something hangs on the table: DROP TABLE may name thousands.
  const isGone = (key: string): boolean => {
    dropped ??= new Set(
      all.flatMap((each) => (each.kind === 'dropTable' ? (before.table(each.table)?.key ?? []) : [])),
    );
    return dropped.has(key);
  };
  const inherits = [...table.children].some((key) => !isGone(key) && before.tableByKey(key)?.partitionOf === undefined);
  const above = table.partitionOf === undefined ? undefined : before.tableByKey(table.partitionOf);
  const isNeeded =
    inherits ||
    [table, above].some((each) => each && foreignKeysTo(each, before).some(({ child }) => !isGone(child.key))) ||
    usersOfRowType(table, before).some(({ key }) => !isGone(key)) ||
    readers(table.key, before).length > 0 ||
    dependentsOf(before, table).some(
      ({ kind, on }) => kind === 'function' || ((kind === 'policy' || kind === 'rule') && on !== table.key),
    );
  return isNeeded ? needed(`table ${table.name}`) : undefined;
}

function ofDropObject(action: DropObject, all: readonly Action[], before: SchemaState): Failure | undefined {
  const { objectKind, object, cascade } = action;
  const relation = before.relation(object);
  if (objectKind === 'view' && relation && relation.kind !== 'view')
    return { code: '42809', message: `"${relation.name}" is not a view` };
  if (objectKind === 'trigger') return ofDropTrigger(action, before);
  if (cascade) return undefined;
  switch (objectKind) {
    case 'view':
    case 'materialized view': {
      const reading = relation ? readers(relation.key, before) : [];
      if (!relation || reading.length === 0) return undefined;
      const gone = new Set(
        all.flatMap((each) => (each.kind === 'dropObject' ? (before.relation(each.object)?.key ?? []) : [])),
      );
      return reading.some((key) => !gone.has(key)) ? needed(`view ${relation.name}`) : undefined;
    }
    case 'sequence':
      return relation && tablesWithDefaultFrom(relation, before).length > 0
        ? needed(`sequence ${relation.name}`)
        : undefined;
    case 'type':
    case 'domain': {
      const type = before.type(object);
      const isUsed =
        type !== undefined &&
        (columnsOfType(type.key, before).length > 0 ||
          (type.kind === 'composite' && usersOfComposite(type, before).typed.length > 0));
      return isUsed ? needed(`type ${object.name}`) : undefined;
    }
    case 'function':
      return ofDropFunction(action, before);
    case 'schema':
      for (const each of before.relations()) if (each.schema === object.name) return needed(`schema ${object.name}`);
      return undefined;
    default:
      return undefined;
  }
}

function ofDropFunction({ object }: DropObject, before: SchemaState): Failure | undefined {
  const fn = before.function(object);
  if (!fn) return undefined;
  const isUsed = fn.users.some((key) => {
    const table = before.tableByKey(key);
    return table !== undefined && usesFunction(table, fn, before);
  });
  return isUsed ? needed(`function ${object.name}`) : undefined;
}

function ofDropTrigger(action: DropObject, before: SchemaState): Failure | undefined {
  const table = action.table && before.table(action.table);
  if (!table) return undefined;
  const has = (on: Table): boolean =>
    dependentsOf(before, on).some((each) => each.kind === 'trigger' && each.name === action.object.name);
  if (has(table)) return undefined;
  const above = table.partitionOf === undefined ? undefined : before.tableByKey(table.partitionOf);
  if (above && has(above)) return needed(`trigger ${action.object.name}`);
  return table.complete && table.release === before.release && !action.ifExists
    ? { code: '42704', message: `trigger "${action.object.name}" for table "${table.name}" does not exist` }
    : undefined;
}
