import { dependentsOf } from '../schema/note-dependents.js';
import { makesCircle } from '../schema/descendants.js';
import type { Relation, Table } from '../schema/model.js';
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
import {
  alreadyExists,
  childDiffers,
  circularInheritance,
  dependentObjects,
  doesNotExist,
  type Failure,
  generatedColumn,
  identityColumn,
  inPartition,
  inTransaction,
  needed,
  notSupported,
  tooNew,
  unusableIndex,
  wrongKind,
} from './failure.js';
import type { Target } from './impact.js';
import { dependentRef, type ObjectRef, partRef, relationRef, relationRefs } from './object-refs.js';

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
        ? alreadyExists('42710', `enum label "${action.value}" already exists`, 'type', action.type.name)
        : undefined;
    }
    case 'createEnum':
      return before.type({ schema: before.schemaFor(action.type), name: action.type.name })
        ? alreadyExists('42710', `type "${action.type.name}" already exists`, 'type', action.type.name)
        : undefined;
    case 'alterDomain':
      return ofDomain(action, before);
    case 'setSchema': {
      const sequence = action.objectKind === 'sequence' ? before.relation(action.object) : undefined;
      const owners = sequence?.kind === 'sequence' ? tablesWithDefaultFrom(sequence, before) : [];
      return owners.length > 0
        ? dependentObjects(
            '0A000',
            'cannot move an owned sequence into another schema',
            tableRefs(owners, before),
            'Move its table: the sequence goes with it.',
          )
        : undefined;
    }
    case 'cluster':
      return ofCluster(action, before);
    case 'doBlock':
      return action.commitsInException
        ? inTransaction(
            'cannot commit while a subtransaction is active',
            'Leave COMMIT and ROLLBACK out of a block that has an EXCEPTION part, or put that part into a block inside.',
          )
        : undefined;
    case 'call': {
      const procedure = before.function(action.procedure);
      return procedure?.commits && procedure.setsVariables
        ? inTransaction(
            'invalid transaction termination',
            `A procedure that commits may have no SET clause: take it from ${action.procedure.name} first.`,
          )
        : undefined;
    }
    case 'other': {
      const isNew = action.published?.some(({ mentions }) => mentions.length > 0) || action.options?.has('schemas');
      return isNew ? tooNew(15, 'this form of a publication', target) : undefined;
    }
    case 'alterTableOther':
      return action.objectKind === 'table' ? ofSubcommand(action, before) : undefined;
    case 'setDefault': {
      const column = before.table(action.table)?.columns.get(action.column);
      if (column?.identity)
        return identityColumn('42601', `column "${action.column}" is an identity column`, 'DROP IDENTITY first.');
      return column?.generated
        ? generatedColumn(
            '42601',
            `column "${action.column}" is a generated column`,
            'DROP EXPRESSION first, or change what it computes.',
          )
        : undefined;
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
    return dependentObjects(
      '2BP01',
      `cannot alter type "${action.table.name}" because it is the type of a typed table`,
      tableRefs(typed, before),
      'Write CASCADE: the tables that are made of it follow.',
    );
  return action.kind === 'alterColumnType' && columns.length > 0
    ? dependentObjects(
        '0A000',
        `cannot alter type "${action.table.name}" because a column uses it`,
        tableRefs(columns, before),
        'Make a new type and change the columns to it.',
      )
    : undefined;
}

function ofSubcommand(action: AlterTableOther, before: SchemaState): Failure | undefined {
  const table = before.table(action.table);
  const column = action.name === undefined ? undefined : table?.columns.get(action.name);
  switch (action.subcommand) {
    case 'dropIdentity':
      return column && table?.complete && !column.identity && !action.ifMissing
        ? identityColumn(
            '55000',
            `column "${action.name}" of relation "${table.name}" is not an identity column`,
            'Leave it out, or write DROP IDENTITY IF EXISTS.',
          )
        : undefined;
    case 'dropExpression':
      return column?.generated?.storage === 'virtual'
        ? notSupported(
            'ALTER TABLE / DROP EXPRESSION is not supported for virtual generated columns',
            'A virtual column holds no values: add a plain column and fill it, then drop this one.',
          )
        : undefined;
    case 'alterConstraint': {
      const constraint = table?.constraints.get(action.name ?? '');
      return constraint && constraint.kind !== 'foreignKey' && constraint.kind !== 'notNull'
        ? wrongKind(
            `constraint "${action.name}" of relation "${table?.name}" is not a foreign key constraint`,
            'ALTER CONSTRAINT changes foreign keys alone: drop the constraint and add it as it should be.',
          )
        : undefined;
    }
    case 'replicaIdentity':
      return table && ofReplicaIdentity(action, table, before);
    case 'inherit': {
      const parent = action.other && before.table(action.other);
      if (parent && table && makesCircle(table, parent, (key) => before.tableByKey(key)))
        return circularInheritance(table.name, parent.name);
      const missing =
        parent?.complete && table?.complete
          ? [...parent.columns.keys()].find((name) => !table.columns.has(name))
          : undefined;
      return missing === undefined || !parent
        ? undefined
        : childDiffers(`child table is missing column "${missing}"`, parent.name);
    }
    case 'noInherit': {
      const parent = action.other && before.table(action.other);
      return parent?.complete && table?.complete && !table.inherits.includes(parent.key)
        ? doesNotExist('42P01', `relation "${parent.name}" is not a parent of relation "${table.name}"`)
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
  return isUsable
    ? undefined
    : unusableIndex(
        '42809',
        `cannot use index "${index.name}" as replica identity`,
        index.name,
        'Name a unique index on NOT NULL columns, without expressions and without WHERE.',
      );
}

function ofCluster(
  { table: name, index: by }: Extract<Action, { kind: 'cluster' }>,
  before: SchemaState,
): Failure | undefined {
  const table = name && before.table(name);
  if (!table) return undefined;
  if (by === undefined) {
    return table.complete && table.release === before.release && table.clusteredOn === undefined
      ? doesNotExist(
          '42704',
          `there is no previously clustered index for table "${table.name}"`,
          'Name the index: CLUSTER … USING.',
        )
      : undefined;
  }
  const index = before.index({ schema: table.schema, name: by, span: undefined });
  if (index && (index.predicate !== undefined || !['btree', 'gist'].includes(index.method)))
    return unusableIndex(
      '0A000',
      `cannot cluster on index "${by}"`,
      by,
      'CLUSTER follows a btree or GiST index without WHERE: name such an index.',
    );
  return !index && table.complete && table.release === before.release
    ? doesNotExist('42704', `index "${by}" for table "${table.name}" does not exist`)
    : undefined;
}

function ofDomain(action: Extract<Action, { kind: 'alterDomain' }>, before: SchemaState): Failure | undefined {
  const domain = before.type(action.domain);
  if (domain?.kind !== 'domain') return undefined;
  const checks =
    action.operation === 'validateConstraint' ||
    action.operation === 'setNotNull' ||
    (action.operation === 'addConstraint' && !action.notValid);
  const inArray = checks
    ? columnsOfType(domain.key, before).filter(({ column }) => (column.type?.arrayDimensions ?? 0) > 0)
    : [];
  if (inArray.length === 0) return undefined;
  return dependentObjects(
    '0A000',
    `cannot alter type "${action.domain.name}" because a column uses it in an array`,
    inArray.map(({ table, column }) => partRef('column', column.name, table, before)),
    'Change those columns to another type first.',
  );
}

function ofDropTable(action: DropTable, all: readonly Action[], before: SchemaState): Failure | undefined {
  const relation = before.relation(action.table);
  if (relation && relation.kind !== 'table' && relation.kind !== 'foreignTable')
    return wrongKind(`"${relation.name}" is not a table`, `Write DROP ${dropWord(relation.kind)}.`);
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
  const children = [...table.children].filter(
    (key) => !isGone(key) && before.tableByKey(key)?.partitionOf === undefined,
  );
  const above = table.partitionOf === undefined ? undefined : before.tableByKey(table.partitionOf);
  const keys = [table, above].flatMap((each) => (each ? foreignKeysTo(each, before) : []));
  const users: ObjectRef[] = [
    ...relationRefs(children, before),
    ...keys
      .filter(({ child }) => !isGone(child.key))
      .map(({ child, name }) => partRef('table constraint', name, child, before)),
    ...tableRefs(
      usersOfRowType(table, before).filter(({ key }) => !isGone(key)),
      before,
    ),
    ...relationRefs(readers(table.key, before), before),
    ...dependentsOf(before, table)
      .filter(({ kind, on }) => kind === 'function' || ((kind === 'policy' || kind === 'rule') && on !== table.key))
      .map((each) => dependentRef(each, before)),
  ];
  return users.length > 0 ? needed(`table ${table.name}`, users) : undefined;
}

function tableRefs(tables: readonly Table[], before: SchemaState): ObjectRef[] {
  return tables.map((table) => relationRef(table, before));
}

function dropWord(kind: Relation['kind']): string {
  return kind === 'materializedView'
    ? 'MATERIALIZED VIEW'
    : kind === 'foreignTable'
      ? 'FOREIGN TABLE'
      : kind.toUpperCase();
}

function ofDropObject(action: DropObject, all: readonly Action[], before: SchemaState): Failure | undefined {
  const { objectKind, object, cascade } = action;
  const relation = before.relation(object);
  if (objectKind === 'view' && relation && relation.kind !== 'view')
    return wrongKind(`"${relation.name}" is not a view`, `Write DROP ${dropWord(relation.kind)}.`);
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
      const left = reading.filter((key) => !gone.has(key));
      return left.length > 0 ? needed(`view ${object.name}`, relationRefs(left, before)) : undefined;
    }
    case 'sequence': {
      const tables = relation ? tablesWithDefaultFrom(relation, before) : [];
      return tables.length > 0 ? needed(`sequence ${object.name}`, tableRefs(tables, before)) : undefined;
    }
    case 'type':
    case 'domain': {
      const type = before.type(object);
      if (!type) return undefined;
      const typed = type.kind === 'composite' ? usersOfComposite(type, before).typed : [];
      const users = [
        ...columnsOfType(type.key, before).map(({ table, column }) => partRef('column', column.name, table, before)),
        ...tableRefs(typed, before),
      ];
      return users.length > 0 ? needed(`type ${object.name}`, users) : undefined;
    }
    case 'function':
      return ofDropFunction(action, before);
    case 'schema': {
      const inside = [...before.relations()].filter(({ schema, kind }) => schema === object.name && kind !== 'index');
      return inside.length > 0
        ? needed(
            `schema ${object.name}`,
            inside.map((each) => relationRef(each, before)),
          )
        : undefined;
    }
    default:
      return undefined;
  }
}

function ofDropFunction({ object }: DropObject, before: SchemaState): Failure | undefined {
  const fn = before.function(object);
  if (!fn) return undefined;
  const users = fn.users.flatMap((key) => {
    const table = before.tableByKey(key);
    return table !== undefined && usesFunction(table, fn, before) ? table : [];
  });
  return users.length > 0 ? needed(`function ${object.name}`, tableRefs(users, before)) : undefined;
}

function ofDropTrigger(action: DropObject, before: SchemaState): Failure | undefined {
  const table = action.table && before.table(action.table);
  if (!table) return undefined;
  const has = (on: Table): boolean =>
    dependentsOf(before, on).some((each) => each.kind === 'trigger' && each.name === action.object.name);
  if (has(table)) return undefined;
  const above = table.partitionOf === undefined ? undefined : before.tableByKey(table.partitionOf);
  const { name } = action.object;
  if (above && has(above))
    return inPartition(
      '2BP01',
      `cannot drop trigger ${name} on table ${table.name} because trigger ${name} on table ${above.name} requires it`,
      `Drop the trigger of ${above.name}: those of its partitions go with it.`,
      { objects: [{ kind: 'trigger', label: `${name} of ${above.name}` }] },
    );
  return table.complete && table.release === before.release && !action.ifExists
    ? doesNotExist('42704', `trigger "${name}" for table "${table.name}" does not exist`)
    : undefined;
}
