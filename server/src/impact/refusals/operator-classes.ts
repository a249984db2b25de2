import type { ColumnType } from '../../schema/model.js';
import type { SchemaState } from '../../schema/state.js';
import { typeName } from '../../schema/view-types.js';
import type { Action, ConstraintDefinition, IndexColumn } from '../../sql/action.js';
import { doesNotExist, type Failure, firstOf } from '../failure.js';

/** Types by their internal names. */
type TypeOf = (column: string) => ColumnType | undefined;

const shapes = 'box circle line lseg path point polygon';
const scalars =
  'bit bool bpchar bytea char cidr date float4 float8 inet int2 int4 int8 interval macaddr macaddr8 money name numeric oid text time timestamp timestamptz timetz uuid varbit varchar';

/** Types that no operator class takes by itself: of PostgreSQL (pg_opclass of 14 to 18) and of what it ships as extensions. */
const none: Readonly<Record<string, ReadonlySet<string>>> = {
  btree: words(`json jsonpath xml ${shapes}`),
  hash: words(`json jsonpath xml tsvector tsquery money bit varbit ${shapes}`),
  gin: words(`json jsonpath xml tsquery ${shapes}`),
  gist: words('json jsonb jsonpath xml line lseg path'),
};

/** Types for which an extension brings one. */
const byExtension: Readonly<Record<string, { readonly extension: string; readonly types: ReadonlySet<string> }>> = {
  gin: { extension: 'btree_gin', types: words(scalars) },
  gist: { extension: 'btree_gist', types: words(scalars) },
};

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(' '));
}

/** Indexes on a type that their method does not know by itself (42704, measured on PostgreSQL 15). */
export function ofOperatorClasses(action: Action, before: SchemaState): Failure | undefined {
  switch (action.kind) {
    case 'createIndex': {
      if (action.ifNotExists && action.index !== undefined) return undefined;
      const types = before.table(action.table)?.columns;
      return firstOf(action.columns, ({ name, options }) =>
        name === undefined || hasClass(options) ? undefined : ofType(action.method, types?.get(name)?.type, before),
      );
    }
    case 'createTable': {
      if (action.ifNotExists && before.relation(action.table)) return undefined;
      const typeOf: TypeOf = (wanted) => action.columns.find(({ name }) => name === wanted)?.type;
      const all = [...action.columns.flatMap(({ constraints }) => constraints), ...action.constraints];
      return firstOf(all, (each) => ofConstraint(each, typeOf, before));
    }
    case 'addColumn': {
      const { column, table } = action;
      if (action.ifNotExists && before.table(table)?.columns.has(column.name)) return undefined;
      return firstOf(column.constraints, (each) => ofConstraint(each, () => column.type, before));
    }
    case 'addConstraint': {
      const types = before.table(action.table)?.columns;
      return ofConstraint(action.constraint, (name) => types?.get(name)?.type, before);
    }
    default:
      return undefined;
  }
}

function ofConstraint(constraint: ConstraintDefinition, typeOf: TypeOf, before: SchemaState): Failure | undefined {
  const { kind, columns, usingIndex, text, elements } = constraint;
  if (usingIndex !== undefined) return undefined;
  if (kind === 'unique' || kind === 'primaryKey')
    return firstOf(columns, (name) => ofType('btree', typeOf(name), before));
  if (kind !== 'exclusion') return undefined;
  const method = /\busing\s+(\w+)/i.exec(text)?.[1]?.toLowerCase() ?? 'btree';
  return firstOf(elements ?? [], ({ name }: Pick<IndexColumn, 'name'>) =>
    name === undefined || !isBare(name, text) ? undefined : ofType(method, typeOf(name), before),
  );
}

/** Whether WITH follows the column at once: an operator class would stand between. */
function isBare(column: string, text: string): boolean {
  const name = column.replace(/[^\w]/g, '\\$&');
  return new RegExp(`[(,\\s]"?${name}"?\\s+with\\b`, 'i').test(text);
}

/** Whether more stands behind the column than its order and its collation. */
function hasClass(options: string): boolean {
  return (
    options
      .replace(/\bcollate\s+(?:"[^"]*"|\w+)(?:\.(?:"[^"]*"|\w+))?/i, '')
      .replace(/\b(?:asc|desc|nulls\s+(?:first|last))\b/gi, '')
      .trim() !== ''
  );
}

function ofType(method: string, type: ColumnType | undefined, before: SchemaState): Failure | undefined {
  if (!type || type.schema !== undefined || type.arrayDimensions > 0 || before.type(type)) return undefined;
  // One of the project's own may be the default for any type.
  if (before.hasDone('operator classes')) return undefined;
  const name = typeName({ ...type, modifiers: [] }) ?? type.name;
  const message = `data type ${name} has no default operator class for access method "${method}"`;
  if (none[method]?.has(type.name) === true)
    return doesNotExist('42704', message, insteadOf(type.name, method), { certain: true });
  const helper = byExtension[method];
  if (!helper?.types.has(type.name) || before.made(`extension ${helper.extension}`)) return undefined;
  return doesNotExist('42704', message, insteadOf(type.name, method), {
    certain: false,
    doubt: `extensions are installed: ${helper.extension} brings one`,
  });
}

function insteadOf(type: string, method: string): string {
  if (type === 'json') return 'Make the column jsonb, or index an expression over it.';
  if (method === 'gist') return 'Create the extension btree_gist first, or use btree.';
  if (method === 'gin')
    return /^(?:text|varchar|bpchar)$/.test(type)
      ? 'Name the operator class (gin_trgm_ops of pg_trgm), or index to_tsvector() of the column.'
      : 'Use btree, or create the extension btree_gin first.';
  return 'Index an expression over it, or use GiST where that knows the type.';
}
