import type { Constraint, Table } from '../schema/model.js';
import type { SchemaState } from '../schema/state.js';
import type {
  Action,
  AddColumn,
  AlterColumnType,
  AlterTableOther,
  AttachPartition,
  ColumnDefinition,
  ConstraintDefinition,
  CreateIndex,
  DropColumn,
  DropConstraint,
  DropDefault,
  DropNotNull,
  DropTable,
  ObjectName,
  Truncate,
} from '../sql/action.js';
import { analyseExpression } from '../sql/expressions.js';
import { castsByAssignment } from './casts.js';
import type { Impact, Target } from './impact.js';

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
  switch (action.kind) {
    case 'addColumn':
      return ofAddColumn(action, before, target);
    case 'createTable':
      return first([
        ...action.columns.map((column) => tooNewForColumn(column, target)),
        ...action.constraints.map((constraint) => tooNewForConstraint(constraint, target)),
      ]);
    case 'addConstraint':
      return tooNewForConstraint(action.constraint, target) ?? ofConstraint(action.constraint, action.table, before);
    case 'dropColumn':
      return ofDropColumn(action, before, target);
    case 'dropDefault':
      return missingColumn(action, before);
    case 'dropNotNull':
      return ofDropNotNull(action, before);
    case 'alterColumnType':
      return ofTypeChange(action, before, target);
    case 'dropConstraint':
      return ofDropConstraint(action, before, target);
    case 'alterTableOther':
      return ofOther(action, before, target);
    case 'attachPartition':
      return ofAttach(action, before);
    case 'createIndex':
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
    case 'dropTable':
      return ofDropTable(action, all, before);
    case 'dropObject':
      return action.cascade ? undefined : ofDropObject(action.objectType, action.object, before);
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

/** Syntax that a later version brought is a syntax error to the earlier ones. */
function since(version: number, what: string, { postgres }: Target): Failure | undefined {
  return postgres >= version
    ? undefined
    : { code: '42601', message: `syntax error: ${what} came with PostgreSQL ${version}` };
}

function tooNewForColumn(column: ColumnDefinition, target: Target): Failure | undefined {
  if (column.generated?.storage === 'virtual') return since(18, 'a virtual generated column', target);
  return first(column.constraints.map((constraint) => tooNewForConstraint(constraint, target)));
}

function tooNewForConstraint(constraint: ConstraintDefinition, target: Target): Failure | undefined {
  if (constraint.notEnforced) return since(18, 'NOT ENFORCED', target);
  return /\bnulls\s+not\s+distinct\b/i.test(constraint.text) ? since(15, 'NULLS NOT DISTINCT', target) : undefined;
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

function ofDropColumn(action: DropColumn, before: SchemaState, target: Target): Failure | undefined {
  if (action.ifColumnExists && !before.table(action.table)?.columns.has(action.column)) return undefined;
  const missing = missingColumn(action, before);
  if (missing || action.cascade) return missing;
  const table = before.table(action.table);
  if (!table) return undefined;
  const needed = foreignKeysTo(table, before).some(({ columns }) => columns.includes(action.column));
  // PostgreSQL 14 drops a generated column along with what it reads (measured: dropcol-generated-dep).
  const computed = target.postgres >= 15 && generatedFrom(table, action.column) !== undefined;
  if (!needed && !computed) return undefined;
  return {
    code: '2BP01',
    message: `cannot drop column ${action.column} of table ${table.name} because other objects depend on it`,
  };
}

/** The name of a generated column that reads the column. */
function generatedFrom(table: Table, column: string): string | undefined {
  for (const { name, generated } of table.columns.values()) {
    if (generated && analyseExpression(generated.expression)?.columns.includes(column)) return name;
  }
  return undefined;
}

/** Foreign keys of other tables that need this one, with the columns they point to. */
function foreignKeysTo(table: Table, before: SchemaState): { child: Table; columns: readonly string[] }[] {
  const primaryKey = [...table.constraints.values()].find(({ kind }) => kind === 'primaryKey')?.columns ?? [];
  const found: { child: Table; columns: readonly string[] }[] = [];
  for (const key of table.referencedBy) {
    const child = before.tableByKey(key);
    if (!child || child.key === table.key) continue;
    for (const { references } of child.constraints.values()) {
      if (references?.table !== table.key) continue;
      found.push({ child, columns: references.columns.length > 0 ? references.columns : primaryKey });
    }
  }
  return found;
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

function ofTypeChange(action: AlterColumnType, before: SchemaState, target: Target): Failure | undefined {
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
  if (!column?.type || castsByAssignment(column.type, action.type)) return undefined;
  if (!action.using) {
    return {
      code: '42804',
      message: `column "${action.column}" cannot be cast automatically to type ${action.type.text}`,
    };
  }
  // USING says how the rows are converted; the default is converted by itself. An identity column has none.
  if (column.default === undefined || /^null\b/i.test(column.default)) return undefined;
  return {
    code: '42804',
    message: `default for column "${action.column}" cannot be cast automatically to type ${action.type.text}`,
  };
}

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
function ofConstraint(constraint: ConstraintDefinition, on: ObjectName, before: SchemaState): Failure | undefined {
  if (constraint.usingIndex !== undefined) {
    const index = before.index({ schema: on.schema, name: constraint.usingIndex, span: undefined });
    if (index && !index.unique) return { code: '42809', message: `"${index.name}" is not a unique index` };
    if (index && index.predicate !== undefined) return { code: '42809', message: `"${index.name}" is a partial index` };
    return undefined;
  }
  if (constraint.kind === 'unique' || constraint.kind === 'primaryKey') {
    return lacksPartitionKey(on, constraint.columns, before);
  }
  const parent = constraint.references && before.table(constraint.references.table);
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
    case 'AT_SetExpression':
      return since(17, 'SET EXPRESSION', target);
    case 'AT_SetAccessMethod':
      return since(15, 'SET ACCESS METHOD', target);
    case 'AT_AddIdentity': {
      const column = action.name === undefined ? undefined : table?.columns.get(action.name);
      if (column?.notNull !== false) return undefined;
      return {
        code: '55000',
        message: `column "${action.name}" of relation "${table?.name}" must be declared NOT NULL before identity can be added`,
      };
    }
    case 'AT_SetUnLogged': {
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
  }
  return undefined;
}

function ofDropTable(action: DropTable, all: readonly Action[], before: SchemaState): Failure | undefined {
  const table = before.table(action.table);
  if (!table || action.cascade) return undefined;
  const gone = new Set(all.flatMap((each) => (each.kind === 'dropTable' ? (before.table(each.table)?.key ?? []) : [])));
  const needed =
    foreignKeysTo(table, before).some(({ child }) => !gone.has(child.key)) || readers(table.key, before).length > 0;
  if (!needed) return undefined;
  return { code: '2BP01', message: `cannot drop table ${table.name} because other objects depend on it` };
}

/** The views that read a relation. */
export function readers(key: string, before: SchemaState): string[] {
  const found: string[] = [];
  for (const relation of before.relations()) {
    const isView = relation.kind === 'view' || relation.kind === 'materializedView';
    if (isView && relation.key !== key && relation.reads.includes(key)) found.push(relation.key);
  }
  return found;
}

function ofDropObject(objectType: string, object: ObjectName, before: SchemaState): Failure | undefined {
  const relation = before.relation(object);
  if (!relation) return undefined;
  const isView = objectType === 'OBJECT_VIEW' || objectType === 'OBJECT_MATVIEW';
  const needed =
    (isView && readers(relation.key, before).length > 0) ||
    (objectType === 'OBJECT_SEQUENCE' && tablesWithDefaultFrom(object.name, before).length > 0);
  if (!needed) return undefined;
  const what = isView ? 'view' : 'sequence';
  return { code: '2BP01', message: `cannot drop ${what} ${relation.name} because other objects depend on it` };
}

/** Tables with a DEFAULT nextval('…') on the sequence. */
export function tablesWithDefaultFrom(sequence: string, before: SchemaState): Table[] {
  const call = new RegExp(`\\bnextval\\s*\\(\\s*'(?:[^']*\\.)?"?${sequence.replace(/[^\w]/g, '\\$&')}"?'`, 'i');
  const found: Table[] = [];
  for (const relation of before.relations()) {
    if (relation.kind !== 'table') continue;
    if ([...relation.columns.values()].some((column) => column.default !== undefined && call.test(column.default))) {
      found.push(relation);
    }
  }
  return found;
}

function ofTruncate(action: Truncate, all: readonly Action[], before: SchemaState): Failure | undefined {
  const table = before.table(action.table);
  if (!table || action.cascade) return undefined;
  const also = new Set(all.flatMap((each) => (each.kind === 'truncate' ? (before.table(each.table)?.key ?? []) : [])));
  if (!foreignKeysTo(table, before).some(({ child }) => !also.has(child.key))) return undefined;
  return { code: '0A000', message: 'cannot truncate a table referenced in a foreign key constraint' };
}
