import type { Constraint, Dependent, Table } from '../schema/model.js';
import type { SchemaState } from '../schema/state.js';
import type {
  Action,
  AddColumn,
  AlterColumnType,
  AlterTableOther,
  AttachPartition,
  ConstraintDefinition,
  CreateIndex,
  CreateTable,
  DropColumn,
  DropConstraint,
  DropDefault,
  DropNotNull,
  ObjectName,
  Truncate,
} from '../sql/action.js';
import { analyseExpression } from '../sql/expressions.js';
import { converts } from './casts.js';
import { foreignKeysTo, generatedFrom, namedBy, usersOfRowType } from './dependencies.js';
import type { Impact, Target } from './impact.js';
import { since, tooNewForColumn, tooNewForConstraint } from './fails-by-version.js';
import { ofInheritance } from './fails-inheritance.js';
import { ofWrongKind } from './fails-kind.js';
import { ofMissing } from './fails-missing.js';
import { ofObjects } from './fails-objects.js';
import { ofRefresh, ofReplaceView, viewsUsing } from './views.js';

type Failure = NonNullable<Impact['fails']>;

/**
 * What PostgreSQL is certain to answer, whatever the rows are; undefined when it takes the action or when the history
 * does not tell. In: the action, all actions of its statement, the schema before the statement. The codes are measured.
 */
export function failureOf(
  action: Action,
  all: readonly Action[],
  before: SchemaState,
  target: Target,
): Failure | undefined {
  return (
    ofWrongKind(action, before) ??
    ofInheritance(action, before, target) ??
    ofMissing(action, all, before, target) ??
    ofObjects(action, all, before, target) ??
    ofAction(action, all, before, target)
  );
}

function ofAction(action: Action, all: readonly Action[], before: SchemaState, target: Target): Failure | undefined {
  switch (action.kind) {
    case 'addColumn':
      return ofAddColumn(action, before, target);
    case 'createTable':
      return first([
        ofTemporary(action, before),
        ...action.columns.map((column) => tooNewForColumn(column, target)),
        ...action.constraints.map((constraint) => tooNewForConstraint(constraint, target)),
        action.constraints.some(({ kind }) => kind === 'notNull')
          ? since(18, 'NOT NULL as a table constraint', target)
          : undefined,
      ]);
    case 'addConstraint':
      return (
        tooNewForConstraint(action.constraint, target) ?? ofConstraint(action.constraint, action.table, before, target)
      );
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
      return ofOther(action, before, target);
    case 'attachPartition':
      return ofAttach(action, before);
    case 'createIndex':
      if (action.nullsNotDistinct && target.postgres < 15) return since(15, 'NULLS NOT DISTINCT', target);
      return action.unique ? lacksPartitionKey(action.table, namesOf(action), before) : undefined;
    case 'reindex': {
      const index = action.concurrently && action.target === 'index' && action.object && before.index(action.object);
      const owner =
        index && index.constraint !== undefined
          ? before.tableByKey(index.table)?.constraints.get(index.constraint)
          : undefined;
      if (owner?.kind !== 'exclusion') return undefined;
      return { code: '0A000', message: 'concurrent index creation for exclusion constraints is not supported' };
    }
    case 'merge':
      return since(15, 'MERGE', target);
    case 'createView':
      return ofReplaceView(action, before);
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
  return { code: '42P16', message: `constraints on ${which} tables may reference only ${which} tables` };
}

function ofAddColumn(action: AddColumn, before: SchemaState, target: Target): Failure | undefined {
  const { column } = action;
  const tooNew = tooNewForColumn(column, target);
  if (tooNew) return tooNew;
  const table = before.table(action.table);
  if (action.only && table && table.children.size > 0) {
    return { code: '42P16', message: 'column must be added to child tables too' };
  }
  const facts = column.default && analyseExpression(column.default.expression.text);
  if (facts?.hasSubquery) return { code: '0A000', message: 'cannot use subquery in DEFAULT expression' };
  const missing = facts?.functions.find(
    ({ schema, name }) => schema === undefined && newIn18.has(name) && !before.function({ schema, name }),
  );
  if (missing && target.postgres < 18) {
    return { code: '42883', message: `function ${missing.name}() does not exist` };
  }
  return undefined;
}

const newIn18 = new Set(['uuidv4', 'uuidv7']);

function missingColumn({ table, column }: DropColumn | DropDefault, before: SchemaState): Failure | undefined {
  const known = before.table(table);
  if (!known?.complete || known.columns.has(column)) return undefined;
  return { code: '42703', message: `column "${column}" of relation "${known.name}" does not exist` };
}

/** Drops run in an earlier pass of ALTER TABLE than ADD COLUMN (measured: multi-addcol-default-then-drop-default). */
function addedTogether(
  { table, column }: DropDefault | DropNotNull,
  all: readonly Action[],
  before: SchemaState,
): Failure | undefined {
  const isAdded = all.some((each) => each.kind === 'addColumn' && each.column.name === column && !each.ifNotExists);
  if (!isAdded || before.table(table)?.columns.has(column)) return undefined;
  return { code: '42703', message: `column "${column}" of relation "${table.name}" does not exist` };
}

function ofDropColumn(action: DropColumn, before: SchemaState, target: Target): Failure | undefined {
  if (action.ifColumnExists && !before.table(action.table)?.columns.has(action.column)) return undefined;
  const missing = missingColumn(action, before);
  if (missing || action.cascade) return missing;
  const table = before.table(action.table);
  if (!table) return undefined;
  const needed =
    foreignKeysTo(table, before).some(({ columns }) => columns.includes(action.column)) ||
    pointsToItself(table, action.column) ||
    viewsUsing(table, action.column, before).some(({ certain }) => certain) ||
    namedBy(table, action.column, before).some(({ kind }) => kind !== 'published' || target.postgres >= 15);
  // PostgreSQL 14 drops a generated column along with what it reads (measured: dropcol-generated-dep).
  const computed = target.postgres >= 15 && generatedFrom(table, action.column) !== undefined;
  if (!needed && !computed) return undefined;
  return {
    code: '2BP01',
    message: `cannot drop column ${action.column} of table ${table.name} because other objects depend on it`,
  };
}

function ofDropNotNull(action: DropNotNull, before: SchemaState): Failure | undefined {
  const table = before.table(action.table);
  // PostgreSQL looks for the identity before it looks for the key (measured: drop-notnull-identity).
  if (table?.columns.get(action.column)?.identity) {
    return { code: '42601', message: `column "${action.column}" of relation "${table.name}" is an identity column` };
  }
  const isKey = (constraint: Constraint): boolean =>
    constraint.kind === 'primaryKey' && constraint.columns.includes(action.column);
  return [...(table?.constraints.values() ?? [])].some(isKey)
    ? { code: '42P16', message: `column "${action.column}" is in a primary key` }
    : undefined;
}

function ofTypeChange(
  action: AlterColumnType,
  all: readonly Action[],
  before: SchemaState,
  target: Target,
): Failure | undefined {
  const table = before.table(action.table);
  const column = table?.columns.get(action.column);
  if (!table) return undefined;
  if (table.partitionBy?.columns.includes(action.column)) {
    return {
      code: '42P16',
      message: `cannot alter column "${action.column}" because it is part of the partition key of relation "${table.name}"`,
    };
  }
  if (generatedFrom(table, action.column) !== undefined) {
    const message = 'cannot alter type of a column used by a generated column';
    return { code: target.postgres >= 15 ? '0A000' : '42601', message };
  }
  if (viewsUsing(table, action.column, before).some(({ certain }) => certain)) {
    return { code: '0A000', message: 'cannot alter type of a column used by a view or rule' };
  }
  const [user] = namedBy(table, action.column, before);
  if (user && (user.kind !== 'published' || target.postgres >= 15))
    return { code: '0A000', message: `cannot alter type of a column used by ${usedBy[user.kind]}` };
  if (usersOfRowType(table, before).length > 0)
    return { code: '0A000', message: `cannot alter table "${table.name}" because a column uses its row type` };
  if (!column?.type || converts(column.type, action.type, before)) return undefined;
  if (!action.using) {
    return {
      code: '42804',
      message: `column "${action.column}" cannot be cast automatically to type ${action.type.text}`,
    };
  }
  // USING says how the rows are converted; the default is converted by itself. An identity column has none.
  if (column.default === undefined || /^null\b/i.test(column.default)) return undefined;
  // PostgreSQL strips the conversion of a default that is written in another type, such as 'a'::new_type, and takes it as it is.
  const written = /::\s*(?:"?\w+"?\.)?"?(\w+)"?\s*$/.exec(column.default)?.[1];
  if (/::|\bcast\b/i.test(column.default) && written !== column.type.name) return undefined;
  // In one statement DROP DEFAULT runs before the change, wherever it stands.
  if (all.some((other) => other.kind === 'dropDefault' && other.column === action.column)) return undefined;
  return {
    code: '42804',
    message: `default for column "${action.column}" cannot be cast automatically to type ${action.type.text}`,
  };
}

/** A foreign key of the table itself that needs the column and does not go with it. */
function pointsToItself(table: Table, column: string): boolean {
  const primaryKey = [...table.constraints.values()].find(({ kind }) => kind === 'primaryKey')?.columns ?? [];
  return [...table.constraints.values()].some(({ references, columns }) => {
    if (references?.table !== table.key || columns.includes(column)) return false;
    return (references.columns.length > 0 ? references.columns : primaryKey).includes(column);
  });
}

const usedBy: Readonly<Record<Dependent['kind'], string>> = {
  trigger: 'a trigger definition',
  policy: 'a policy definition',
  rule: 'a view or rule',
  function: 'a function or procedure',
  statistics: 'statistics',
  publication: 'a publication',
  published: 'a publication WHERE clause',
};

/** PostgreSQL 18 gives a NOT NULL a constraint of its own, which the earlier versions do not know. */
function ofDropConstraint(action: DropConstraint, before: SchemaState, target: Target): Failure | undefined {
  const table = before.table(action.table);
  if (target.postgres >= 18 || !table?.complete || action.ifConstraintExists) return undefined;
  if (table.constraints.has(action.constraint)) return undefined;
  const ofColumn = [...table.columns.keys()].some((column) => `${table.name}_${column}_not_null` === action.constraint);
  if (!ofColumn) return undefined;
  return {
    code: '42704',
    message: `constraint "${action.constraint}" of relation "${table.name}" does not exist`,
  };
}

/** ADD CONSTRAINT that asks for an index or a key that is not there. */
function ofConstraint(
  constraint: ConstraintDefinition,
  on: ObjectName,
  before: SchemaState,
  target: Target,
): Failure | undefined {
  if (constraint.usingIndex !== undefined) {
    const index = before.index({ schema: on.schema, name: constraint.usingIndex, span: undefined });
    if (index && !index.unique) return { code: '42809', message: `"${index.name}" is not a unique index` };
    if (index && index.expressions.length > 0)
      return { code: '42809', message: `index "${index.name}" contains expressions` };
    const sorted = index?.options.findIndex((options) => /\bdesc\b|\bnulls\s+first\b/i.test(options)) ?? -1;
    if (index && sorted >= 0) {
      return {
        code: '42809',
        message: `index "${index.name}" column number ${sorted + 1} does not have default sorting behavior`,
      };
    }
    if (index && index.predicate !== undefined) return { code: '42809', message: `"${index.name}" is a partial index` };
    return undefined;
  }
  if (constraint.kind === 'unique' || constraint.kind === 'primaryKey') {
    return lacksPartitionKey(on, constraint.columns, before);
  }
  const parent = constraint.references && before.table(constraint.references.table);
  const table = before.table(on);
  if (constraint.references && constraint.notValid && table?.partitionBy && target.postgres < 18)
    return { code: '42809', message: `cannot add NOT VALID foreign key on partitioned table "${table.name}"` };
  if (!parent?.complete || parent.partitionOf !== undefined) return undefined;
  const wanted = [...(constraint.references?.columns ?? [])].sort().join();
  const keys = [...parent.indexes].flatMap((key) => {
    const index = before.relationByKey(key);
    return index?.kind === 'index' && index.unique && index.predicate === undefined
      ? [[...index.columns].sort().join()]
      : [];
  });
  if (wanted === '' || keys.includes(wanted)) return undefined;
  return {
    code: '42830',
    message: `there is no unique constraint matching given keys for referenced table "${parent.name}"`,
  };
}

/** A unique index of a partitioned table must hold every column of the partition key. */
function lacksPartitionKey(on: ObjectName, columns: readonly string[], before: SchemaState): Failure | undefined {
  const key = before.table(on)?.partitionBy?.columns ?? [];
  if (key.every((column) => columns.includes(column))) return undefined;
  return { code: '0A000', message: 'unique constraint on partitioned table must include all partitioning columns' };
}

function ofOther(action: AlterTableOther, before: SchemaState, target: Target): Failure | undefined {
  const table = before.table(action.table);
  switch (action.subcommand) {
    case 'setExpression':
      return since(17, 'SET EXPRESSION', target);
    case 'setAccessMethod':
      return since(15, 'SET ACCESS METHOD', target);
    case 'alterConstraint':
      return action.enforced === undefined ? undefined : since(18, 'ALTER CONSTRAINT … ENFORCED', target);
    case 'addIdentity': {
      const column = action.name === undefined ? undefined : table?.columns.get(action.name);
      if (column?.notNull !== false) return undefined;
      return {
        code: '55000',
        message: `column "${action.name}" of relation "${table?.name}" must be declared NOT NULL before identity can be added`,
      };
    }
    case 'setUnlogged': {
      const child = table && foreignKeysTo(table, before).find((key) => !key.child.unlogged)?.child;
      if (!child) return undefined;
      const message = `could not change table "${table?.name}" to unlogged because it references logged table "${child.name}"`;
      return { code: '42P16', message };
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
    if (!own) return { code: '42804', message: `child table is missing column "${column.name}"` };
    if (column.notNull === true && own.notNull === false) {
      return { code: '42804', message: `column "${column.name}" in child table must be marked NOT NULL` };
    }
    const [type, ownType] = [column.type, own.type];
    const differ =
      type && ownType && (type.name !== ownType.name || type.modifiers.join() !== ownType.modifiers.join());
    if (differ && before.type(type) === before.type(ownType))
      return {
        code: '42804',
        message: `child table "${partition.name}" has different type for column "${column.name}"`,
      };
  }
  const extra = [...partition.columns.keys()].find((name) => !parent.columns.has(name));
  if (extra !== undefined)
    return { code: '42804', message: `table "${partition.name}" contains column "${extra}" not found in parent` };
  for (const { kind, name } of parent.constraints.values()) {
    if (kind === 'check' && !partition.constraints.has(name))
      return { code: '42804', message: `child table is missing constraint "${name}"` };
  }
  return undefined;
}

function ofTruncate(action: Truncate, all: readonly Action[], before: SchemaState): Failure | undefined {
  const table = before.table(action.table);
  if (!table || action.cascade) return undefined;
  const also = new Set(all.flatMap((each) => (each.kind === 'truncate' ? (before.table(each.table)?.key ?? []) : [])));
  if (!foreignKeysTo(table, before).some(({ child }) => !also.has(child.key))) return undefined;
  return { code: '0A000', message: 'cannot truncate a table referenced in a foreign key constraint' };
}
