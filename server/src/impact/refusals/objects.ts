import { dependentsOn, keyOfTarget, refusing } from '../../schema/dependents/along.js';
import { defaultsFrom } from '../../schema/dependents/sequences.js';
import type { DependentObject, Target as Dropped } from '../../schema/dependents/model.js';
import { droppedBy } from '../../schema/dependents/targets.js';
import { dependentsOf } from '../../schema/note-dependents.js';
import { makesCircle } from '../../schema/descendants.js';
import type { Relation, Sequence, Table } from '../../schema/model.js';
import { columnsOfType } from '../../schema/renames.js';
import type { SchemaState } from '../../schema/state.js';
import type { Action, AlterTableOther, DropObject, DropTable, ObjectName, TableAction } from '../../sql/action.js';
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
  unusableIndex,
  wrongKind,
} from '../failure.js';
import type { Target } from '../impact.js';
import { partRef, refsOf, relationRef } from '../object-refs.js';

/** What PostgreSQL refuses of types, sequences, functions, triggers, and of tables because others need them. */
export function ofObjects(
  action: Action,
  all: readonly Action[],
  before: SchemaState,
  target: Target,
): Failure | undefined {
  switch (action.kind) {
    case 'dropTable':
      return ofDropTable(action, all, before, target);
    case 'dropObject':
      return ofDropObject(action, all, before, target);
    case 'addEnumValue':
      return action.ifNotExists ? undefined : labelTaken(action.type, action.value, before);
    case 'renameEnumValue': {
      const type = before.type(action.type);
      return type?.kind === 'enum' && type.values.includes(action.value)
        ? labelTaken(action.type, action.to, before)
        : undefined;
    }
    case 'alterDomain':
      return ofDomain(action, before);
    case 'setSchema': {
      const sequence = action.objectKind === 'sequence' ? before.relation(action.object) : undefined;
      const owners = sequence?.kind === 'sequence' ? ownersOf(sequence, before) : [];
      return owners.length > 0
        ? dependentObjects(
            '0A000',
            'cannot move an owned sequence into another schema',
            owners.map((table) => relationRef(table, before)),
            'Move its table: the sequence goes with it.',
          )
        : undefined;
    }
    case 'dropIndex': {
      const index = before.index(action.index);
      // What owns the index is reported with its locks.
      const users = index && !action.cascade ? leftOf({ kind: 'relation', relation: index }, all, before, target) : [];
      const keys = users.filter(({ onDrop }) => onDrop === 'refuses');
      return keys.length > 0 ? needed(`index ${action.index.name}`, refsOf(keys, before)) : undefined;
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
    case 'alterTableOther':
      return action.objectKind === 'table' ? ofSubcommand(action, before, target) : undefined;
    case 'addColumn':
    case 'dropColumn':
    case 'alterColumnType':
      return action.objectKind === 'type' ? ofAttribute(action, before) : undefined;
    default:
      return undefined;
  }
}

function labelTaken(name: ObjectName, label: string, before: SchemaState): Failure | undefined {
  const type = before.type(name);
  return type?.kind === 'enum' && type.values.includes(label)
    ? alreadyExists('42710', `enum label "${label}" already exists`, 'type', `${name.name} with the label '${label}'`)
    : undefined;
}

/** The tables whose serial or identity column it belongs to. */
function ownersOf(sequence: Sequence, before: SchemaState): Table[] {
  return defaultsFrom(sequence, before).flatMap(({ table, column }) => (column.sequence === sequence.key ? table : []));
}

/** ALTER TYPE … ATTRIBUTE: a table that is made of it has to be named by CASCADE, one with a column of it refuses. */
function ofAttribute(action: TableAction, before: SchemaState): Failure | undefined {
  const type = before.type(action.table);
  if (type?.kind !== 'composite') return undefined;
  const cascade = 'cascade' in action && action.cascade;
  const users = dependentsOn({ kind: 'type', type }, before);
  const typed = users.filter(({ kind }) => kind === 'table');
  const columns = users.filter(({ kind }) => kind === 'column');
  if (typed.length > 0 && !cascade)
    return dependentObjects(
      '2BP01',
      `cannot alter type "${action.table.name}" because it is the type of a typed table`,
      refsOf(typed, before),
      'Write CASCADE: the tables that are made of it follow.',
    );
  return action.kind === 'alterColumnType' && columns.length > 0
    ? dependentObjects(
        '0A000',
        `cannot alter type "${action.table.name}" because a column uses it`,
        refsOf(columns, before),
        'Make a new type and change the columns to it.',
      )
    : undefined;
}

function ofSubcommand(action: AlterTableOther, before: SchemaState, target: Target): Failure | undefined {
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
      if (column && !column.generated && table?.complete && !action.ifMissing)
        return generatedColumn(
          '55000',
          `column "${action.name}" of relation "${table.name}" is not a ${target.postgres < 18 ? 'stored ' : ''}generated column`,
          'Leave it out, or write DROP EXPRESSION IF EXISTS.',
        );
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
  const index = before.index({ schema: table.schema, name: replicaIdentity.index });
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
  const index = before.index({ schema: table.schema, name: by });
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

function ofDropTable(
  action: DropTable,
  all: readonly Action[],
  before: SchemaState,
  target: Target,
): Failure | undefined {
  const relation = before.relation(action.table);
  if (relation && relation.kind !== 'table' && relation.kind !== 'foreignTable')
    return wrongKind(`"${relation.name}" is not a table`, `Write DROP ${dropWord(relation.kind)}.`);
  const table = before.table(action.table);
  if (!table || action.cascade) return undefined;
  const users = leftOf({ kind: 'relation', relation: table }, all, before, target);
  return users.length > 0 ? needed(`table ${table.name}`, refsOf(users, before)) : undefined;
}

/** What refuses a drop, without what the same statement drops as well. */
function leftOf(dropped: Dropped, all: readonly Action[], before: SchemaState, target: Target): DependentObject[] {
  const users = refusing(dropped, before, target.postgres);
  // Looked up only where something hangs on it: DROP TABLE may name thousands.
  if (users.length === 0 || all.length < 2) return users;
  const together = all.flatMap((each) => {
    const other = droppedBy(each, before);
    return (other && keyOfTarget(other)) ?? [];
  });
  return refusing(dropped, before, target.postgres, new Set(together));
}

function dropWord(kind: Relation['kind']): string {
  return kind === 'materializedView'
    ? 'MATERIALIZED VIEW'
    : kind === 'foreignTable'
      ? 'FOREIGN TABLE'
      : kind.toUpperCase();
}

function ofDropObject(
  action: DropObject,
  all: readonly Action[],
  before: SchemaState,
  target: Target,
): Failure | undefined {
  const { objectKind, object, cascade } = action;
  const relation = before.relation(object);
  if (objectKind === 'view' && relation && relation.kind !== 'view')
    return wrongKind(`"${relation.name}" is not a view`, `Write DROP ${dropWord(relation.kind)}.`);
  if (objectKind === 'trigger') return ofDropTrigger(action, before);
  const dropped = droppedBy(action, before);
  if (!dropped) return undefined;
  const users = leftOf(dropped, all, before, target).filter(({ onDrop }) => !cascade || onDrop === 'requires');
  const label = objectKind === 'domain' ? 'type' : objectKind;
  const [owner] = users.filter(({ onDrop }) => onDrop === 'requires');
  if (owner)
    return dependentObjects(
      '2BP01',
      `cannot drop ${label} ${object.name} because a column requires it`,
      refsOf([owner], before),
      'Take the identity from the column with DROP IDENTITY, or drop the column: the sequence goes with it.',
    );
  return users.length > 0 ? needed(`${label} ${object.name}`, refsOf(users, before)) : undefined;
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
