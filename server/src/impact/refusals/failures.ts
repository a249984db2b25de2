import type { Index } from '../../schema/model.js';
import type { SchemaState } from '../../schema/state.js';
import type {
  Action,
  AlterTableOther,
  AttachPartition,
  ConstraintDefinition,
  CreateIndex,
  CreateTable,
  DropConstraint,
  ObjectName,
  Truncate,
} from '../../sql/action.js';
import { foreignKeysTo } from '../../schema/dependents/of-column.js';
import { ofArbiter } from './arbiter.js';
import { ofAssigned } from './assigned.js';
import { ofBounds } from './bounds.js';
import { ofComputed } from './computed.js';
import { ofExpressions } from './expressions.js';
import { ofGone } from './gone.js';
import { ofInheritance } from './inheritance.js';
import { ofWrongKind } from './kind.js';
import { ofLiterals } from './literals.js';
import { ofMissing } from './missing.js';
import { ofNewTable } from './new-table.js';
import { ofObjects } from './objects.js';
import { ofOperatorClasses } from './operator-classes.js';
import { ofWrittenColumns } from './written.js';
import { ofPublished } from './published.js';
import { ofReplaceRoutine } from './replace.js';
import { ofTaken } from './taken.js';
import { ofSequence } from './sequences.js';
import {
  childDiffers,
  dependentObjects,
  doesNotExist,
  type Failure,
  identityColumn,
  inPartition,
  lacksPartitionKey,
  noMatchingKey,
  notConcurrently,
  temporaryKey,
  unusableIndex,
} from '../failure.js';
import type { Target } from '../impact.js';
import { inWords, partRef, relationRef } from '../object-refs.js';
import { ofRefresh, ofRepeatedOutput, ofReplaceView } from './views.js';
import { addedTogether, missingColumn, ofAddColumn, ofDropColumn, ofDropNotNull, ofTypeChange } from './columns.js';

/**
 * What PostgreSQL is certain to answer, whatever the rows are; undefined when it takes the action or when the history
 * does not show. In: the action, all actions of its statement, the schema before the statement. The codes are measured.
 */
export function failureOf(
  action: Action,
  all: readonly Action[],
  before: SchemaState,
  target: Target,
): Failure | undefined {
  return (
    ofGone(action, before) ??
    ofWrongKind(action, before) ??
    ofInheritance(action, before, target) ??
    ofMissing(action, all, before, target) ??
    ofTaken(action, before) ??
    ofWrittenColumns(action, before) ??
    ofComputed(action, before) ??
    ofExpressions(action, before) ??
    ofLiterals(action, before) ??
    ofAssigned(action, before) ??
    ofPublished(action, before) ??
    ofBounds(action, before) ??
    ofSequence(action, before) ??
    ofObjects(action, all, before, target) ??
    ofOperatorClasses(action, before) ??
    ofAction(action, all, before, target)
  );
}

function ofAction(action: Action, all: readonly Action[], before: SchemaState, target: Target): Failure | undefined {
  switch (action.kind) {
    case 'addColumn':
      return ofAddColumn(action, before);
    case 'createTable':
      return first([ofTemporary(action, before), ofNewTable(action, before)]);
    case 'addConstraint':
      return ofConstraint(action.constraint, action.table, before, target);
    case 'dropColumn':
      return ofDropColumn(action, before, target);
    case 'dropDefault':
      return addedTogether(action, all, before) ?? missingColumn(action, before);
    case 'dropNotNull':
      return addedTogether(action, all, before) ?? ofDropNotNull(action, before);
    case 'alterColumnType':
      return ofTypeChange(action, all, before, target);
    case 'dropConstraint':
      return ofDropConstraint(action, before, target);
    case 'alterTableOther':
      return ofOther(action, before);
    case 'attachPartition':
      return ofAttach(action, before);
    case 'createIndex':
      return action.unique ? withoutPartitionKey(action.table, namesOf(action), before) : undefined;
    case 'reindex': {
      const index = action.concurrently && action.target === 'index' && action.object && before.index(action.object);
      const owner =
        index && index.constraint !== undefined
          ? before.tableByKey(index.table)?.constraints.get(index.constraint)
          : undefined;
      if (owner?.kind !== 'exclusion') return undefined;
      return notConcurrently(
        '0A000',
        'concurrent index creation for exclusion constraints is not supported',
        'Write REINDEX without CONCURRENTLY, with a short lock_timeout, while the application can wait.',
      );
    }
    case 'createView':
      return ofRepeatedOutput(action) ?? ofReplaceView(action, before);
    case 'createFunction':
      return ofReplaceRoutine(action, before);
    case 'insert':
      return ofArbiter(action, before);
    case 'refreshMaterializedView':
      return ofRefresh(action, before);
    case 'truncate':
      return ofTruncate(action, all, before);
    default:
      return undefined;
  }
}

function first(failures: readonly (Failure | undefined)[]): Failure | undefined {
  return failures.find((failure) => failure !== undefined);
}

function namesOf(action: CreateIndex): string[] {
  return action.columns.flatMap((column) => column.name ?? []);
}

/** The rows of a temporary table are seen by one session only, so that no other table can point to them, nor they to it. */
function ofTemporary(action: CreateTable, before: SchemaState): Failure | undefined {
  const constraints = [...action.constraints, ...action.columns.flatMap((column) => column.constraints)];
  const other = constraints.some(({ references }) => {
    const parent = references && before.table(references.table);
    return parent !== undefined && parent.temporary !== action.temporary;
  });
  if (!other) return undefined;
  const which = action.temporary ? 'temporary' : 'permanent';
  return temporaryKey(`constraints on ${which} tables may reference only ${which} tables`);
}

/** PostgreSQL 18 gives a NOT NULL a constraint of its own, which the earlier versions do not know. */
function ofDropConstraint(action: DropConstraint, before: SchemaState, target: Target): Failure | undefined {
  const table = before.table(action.table);
  if (target.postgres >= 18 || !table?.complete || action.ifConstraintExists) return undefined;
  if (table.constraints.has(action.constraint)) return undefined;
  const name = action.constraint.replace(/\d+$/, '');
  const ofColumn = [...table.columns.keys()].some((column) => `${table.name}_${column}_not_null` === name);
  if (!ofColumn) return undefined;
  return doesNotExist(
    '42704',
    `constraint "${action.constraint}" of relation "${table.name}" does not exist`,
    'Before PostgreSQL 18 a NOT NULL has no name: write ALTER COLUMN … DROP NOT NULL.',
    { until: 18, ...(target.versionAssumed ? { certain: false, doubt: 'version the server has' } : {}) },
  );
}

/** ADD CONSTRAINT that asks for an index or a key that is not there. */
function ofConstraint(
  constraint: ConstraintDefinition,
  on: ObjectName,
  before: SchemaState,
  target: Target,
): Failure | undefined {
  if (constraint.usingIndex !== undefined) {
    const index = before.index({ schema: on.schema, name: constraint.usingIndex });
    const answer = index && unfitForConstraint(index);
    return answer === undefined
      ? undefined
      : unusableIndex(
          '42809',
          answer,
          constraint.usingIndex,
          'A constraint takes over a unique btree index on whole columns in ascending order, without WHERE: build such an index.',
        );
  }
  if (constraint.kind === 'unique' || constraint.kind === 'primaryKey') {
    return withoutPartitionKey(on, constraint.columns, before);
  }
  const parent = constraint.references && before.table(constraint.references.table);
  const table = before.table(on);
  if (constraint.references && constraint.notValid && table?.partitionBy && target.postgres < 18)
    return inPartition(
      '42809',
      `cannot add NOT VALID foreign key on partitioned table "${table.name}"`,
      'Leave NOT VALID out, while the application can wait, or migrate when every server has PostgreSQL 18.',
      { until: 18 },
    );
  if (!parent?.complete || parent.partitionOf !== undefined) return undefined;
  const wanted = [...(constraint.references?.columns ?? [])].sort().join();
  const keys = [...parent.indexes].flatMap((key) => {
    const index = before.relationByKey(key);
    return index?.kind === 'index' && index.unique && index.predicate === undefined
      ? [[...index.columns].sort().join()]
      : [];
  });
  const isThere = constraint.references?.columns.every((name) => parent.columns.has(name));
  if (wanted === '' || keys.includes(wanted) || !isThere) return undefined;
  return noMatchingKey(
    `there is no unique constraint matching given keys for referenced table "${parent.name}"`,
    'Make the referenced columns a primary key or give them a UNIQUE constraint first.',
    parent.name,
  );
}

/** What PostgreSQL says of an index that cannot become a constraint. */
function unfitForConstraint(index: Index): string | undefined {
  if (!index.unique) return `"${index.name}" is not a unique index`;
  if (index.expressions.length > 0) return `index "${index.name}" contains expressions`;
  const sorted = index.options.findIndex((options) => /\bdesc\b|\bnulls\s+first\b/i.test(options));
  if (sorted >= 0) return `index "${index.name}" column number ${sorted + 1} does not have default sorting behavior`;
  return index.predicate === undefined ? undefined : `"${index.name}" is a partial index`;
}

/** A unique index of a partitioned table must hold every column of the partition key. */
function withoutPartitionKey(on: ObjectName, columns: readonly string[], before: SchemaState): Failure | undefined {
  const key = before.table(on)?.partitionBy?.columns ?? [];
  if (key.every((column) => columns.includes(column))) return undefined;
  return lacksPartitionKey(key);
}

function ofOther(action: AlterTableOther, before: SchemaState): Failure | undefined {
  const table = before.table(action.table);
  switch (action.subcommand) {
    case 'addIdentity': {
      const column = action.name === undefined ? undefined : table?.columns.get(action.name);
      if (column?.notNull !== false) return undefined;
      return identityColumn(
        '55000',
        `column "${action.name}" of relation "${table?.name}" must be declared NOT NULL before identity can be added`,
        'SET NOT NULL first.',
      );
    }
    case 'setUnlogged': {
      const child = table && foreignKeysTo(table, before).find((key) => !key.child.unlogged)?.child;
      if (!child) return undefined;
      return dependentObjects(
        '42P16',
        `could not change table "${table?.name}" to unlogged because it references logged table "${child.name}"`,
        [],
        `Set ${child.name} UNLOGGED first, or drop its foreign key.`,
        { objects: [relationRef(child, before)] },
      );
    }
    default:
      return undefined;
  }
}

function ofAttach(action: AttachPartition, before: SchemaState): Failure | undefined {
  const parent = before.table(action.table);
  const partition = before.table(action.partition);
  if (!parent?.complete || !partition?.complete) return undefined;
  for (const column of parent.columns.values()) {
    const own = partition.columns.get(column.name);
    if (!own) return childDiffers(`child table is missing column "${column.name}"`, parent.name);
    if (column.notNull === true && own.notNull === false) {
      return childDiffers(`column "${column.name}" in child table must be marked NOT NULL`, parent.name);
    }
    const [type, ownType] = [column.type, own.type];
    const differ =
      type && ownType && (type.name !== ownType.name || type.modifiers.join() !== ownType.modifiers.join());
    if (differ && before.type(type) === before.type(ownType))
      return childDiffers(
        `child table "${partition.name}" has different type for column "${column.name}"`,
        parent.name,
      );
  }
  const extra = [...partition.columns.keys()].find((name) => !parent.columns.has(name));
  if (extra !== undefined)
    return childDiffers(`table "${partition.name}" contains column "${extra}" not found in parent`, parent.name);
  for (const { kind, name } of parent.constraints.values()) {
    if (kind === 'check' && !partition.constraints.has(name))
      return childDiffers(`child table is missing constraint "${name}"`, parent.name);
  }
  return undefined;
}

function ofTruncate(action: Truncate, all: readonly Action[], before: SchemaState): Failure | undefined {
  const table = before.table(action.table);
  if (!table || action.cascade) return undefined;
  const also = new Set(all.flatMap((each) => (each.kind === 'truncate' ? (before.table(each.table)?.key ?? []) : [])));
  const keys = foreignKeysTo(table, before).filter(({ child }) => !also.has(child.key));
  if (keys.length === 0) return undefined;
  const children = new Set(keys.map(({ child }) => child));
  return dependentObjects(
    '0A000',
    'cannot truncate a table referenced in a foreign key constraint',
    keys.map(({ child, name }) => partRef('table constraint', name, child, before)),
    `Truncate ${inWords([...children].map((child) => relationRef(child, before)))} in the same statement.`,
  );
}
