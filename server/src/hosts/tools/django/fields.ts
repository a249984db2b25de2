import { quoteIdentifier, quoteLiteral } from '../../../sql/quote.js';
import type { Expression } from '../../code.js';
import { pathOf, type Plain, plainOf, resolved, type Scope } from '../../values.js';
import { Arguments, calledName, NotKnown, notKnown } from '../python-arguments.js';
import { type FieldType, fieldType } from './field-types.js';
import { expressionSql } from './queries.js';
import { type Field, keyOf, type ModelKey, typeHole, type UnknownField, userSetting } from './state.js';

/** Reads a field: `models.CharField(max_length=10)`. What cannot be read is kept with its reason. */
export function readField(
  name: string,
  value: Expression,
  scope: Scope,
  app: string,
  model: string,
): Field | UnknownField {
  try {
    return readKnown(name, value, scope, app, model);
  } catch (error) {
    if (!(error instanceof NotKnown)) throw error;
    return { name, problem: error.message };
  }
}

const valueHole = '${default}';

const references = new Set([
  'ForeignKey',
  'OneToOneField',
  'TreeForeignKey',
  'ParentalKey',
  'ForeignObject',
  'TreeOneToOneField',
]);
const manies = new Set(['ManyToManyField', 'ParentalManyToManyField', 'TreeManyToManyField', 'SortedManyToManyField']);
const withoutColumn = new Set(['GenericForeignKey', 'GenericRelation', 'TaggableManager', 'ClusterTaggableManager']);

const nothing = {
  type: undefined,
  family: '',
  isIdentity: false,
  check: undefined,
  collation: undefined,
  comment: undefined,
  dbDefault: undefined,
  value: undefined,
  hasDefault: false,
  generated: undefined,
  reference: undefined,
  many: undefined,
} as const;

function readKnown(name: string, value: Expression, scope: Scope, app: string, model: string): Field {
  const found = resolved(value, scope);
  const className = found.kind === 'call' ? calledName(found) : undefined;
  if (found.kind !== 'call' || className === undefined)
    return notKnown(`the field ${name} is put together when it runs`);
  const args = new Arguments(found, scope);
  const isPrimary = args.flag('primary_key') === true;
  const base = { ...nothing, name, null: args.flag('null') === true, isPrimary };
  if (withoutColumn.has(className)) return { ...base, column: undefined, unique: false, isIndexed: false };
  if (manies.has(className)) {
    const to = modelKey(args.at(0, 'to'), scope, app, model);
    const hasThrough = isGiven(args, 'through');
    const many = {
      to,
      hasThrough,
      table: args.optionText('db_table'),
      hasConstraint: args.flag('db_constraint') !== false,
    };
    return { ...base, column: undefined, unique: false, isIndexed: false, many };
  }
  const column = args.optionText('db_column');
  const unique = args.flag('unique') === true || isPrimary;
  const comment = args.optionText('db_comment');
  if (references.has(className)) {
    const to = modelKey(args.at(0, 'to'), scope, app, model);
    const isOne = className === 'OneToOneField' || className === 'TreeOneToOneField';
    return {
      ...base,
      column: column ?? `${name}_id`,
      family: 'reference',
      unique: unique || isOne,
      isIndexed: args.flag('db_index') !== false,
      comment,
      hasDefault: isGiven(args, 'default'),
      value: isGiven(args, 'default') ? defaultValue(args, { sql: '', family: 'integer' }, className) : undefined,
      reference: {
        to,
        toField: args.optionText('to_field'),
        hasConstraint: args.flag('db_constraint') !== false,
        isHidden: relatedName(args)?.endsWith('+') === true,
      },
    };
  }
  if (className === 'GeneratedField')
    return generated(args, { ...base, column: column ?? name, unique, isIndexed: args.flag('db_index') === true });
  const type = typeFor(className, args);
  return {
    ...base,
    column: column ?? name,
    type: type.sql,
    family: type.family,
    isIdentity: type.isIdentity === true,
    unique,
    isIndexed: className === 'SlugField' ? args.flag('db_index') !== false : args.flag('db_index') === true,
    check: type.isPositive ? `${quoteIdentifier(column ?? name)} >= 0` : undefined,
    collation: args.optionText('db_collation'),
    comment,
    dbDefault: databaseDefault(args),
    value: defaultValue(args, type, className),
    hasDefault: isGiven(args, 'default'),
    null: base.null || className === 'NullBooleanField',
  };
}

function isGiven(args: Arguments, name: string): boolean {
  const value = args.option(name);
  return value !== undefined;
}

function typeFor(className: string, args: Arguments): FieldType {
  const known = fieldType(className, args);
  if (known) return known;
  if (className !== 'ArrayField') return openType(className, args);
  const item = args.at(0, 'base_field');
  const inner = item && resolved(item, args.scope);
  if (inner?.kind !== 'call') return notKnown('the elements of an array are not known here');
  const size = plainOf(args.option('size'), args.scope);
  const innerType = typeFor(calledName(inner) ?? '', new Arguments(inner, args.scope));
  return { sql: `${innerType.sql}[${typeof size === 'number' ? size : ''}]`, family: `${innerType.family}[]` };
}

/** What decides about the type of a column, in most classes. */
const deciding = [
  'max_length',
  'max_digits',
  'decimal_places',
  'size',
  'base_field',
  'srid',
  'dim',
  'dimensions',
  'geography',
];

/** A class of the project: it has a column, whose type is a hole. What refers to other models may have none. */
function openType(className: string, args: Arguments): FieldType {
  const isColumn =
    className.endsWith('Field') && !/Foreign|OneToOne|Many|Generic|Relation/.test(className) && !args.option('to');
  if (!isColumn) return notKnown(`the column of the field class ${className} is not known here`);
  const options = deciding.map((name) => JSON.stringify(plainOf(args.option(name), args.scope)) ?? '');
  return { sql: typeHole, family: `${typeHole} of ${className}(${options.join()})`, takesEmpty: true };
}

function generated(args: Arguments, base: Omit<Field, 'generated'>): Field {
  const output = args.option('output_field');
  const call = output && resolved(output, args.scope);
  const expression = args.option('expression');
  if (call?.kind !== 'call' || !expression) return notKnown('what a generated field computes is not known here');
  const type = typeFor(calledName(call) ?? '', new Arguments(call, args.scope));
  const sql = expressionSql(expression, args.scope, (name) => quoteIdentifier(name));
  return { ...base, type: type.sql, family: type.family, generated: sql };
}

function databaseDefault(args: Arguments): string | undefined {
  const value = args.option('db_default');
  if (!value) return undefined;
  const plain = plainOf(value, args.scope);
  if (plain !== undefined) return literal(plain);
  return expressionSql(value, args.scope, (name) => quoteIdentifier(name));
}

/** The value that rows get: Django sends it along and takes it back. Undefined for none. */
function defaultValue(args: Arguments, type: FieldType, className: string): string | undefined {
  const value = args.option('default');
  if (value) {
    const plain = plainOf(value, args.scope);
    if (plain === null) return undefined;
    if (plain !== undefined) return typed(plain, type);
    if (type.sql === typeHole) return valueHole;
    return computed(value, args.scope, type);
  }
  const isBlank = args.flag('blank') === true;
  const isTime = /^(?:date|timestamptz|time)$/.test(type.family);
  if (isTime && (args.flag('auto_now') === true || args.flag('auto_now_add') === true)) return moment(type);
  if (/^(?:AutoCreated|AutoLastModified|CreationDateTime|ModificationDateTime)Field$/.test(className))
    return moment(type);
  if (args.flag('null') === true || !isBlank) return undefined;
  if (type.sql === typeHole) return valueHole;
  if (type.family === 'bytea') return "''";
  return type.takesEmpty ? "''" : undefined;
}

/** A moment: the one at which the migration runs, which is a constant in the SQL. */
function moment({ sql }: FieldType): string {
  const value = sql === 'date' ? "'2000-01-01'" : sql === 'time' ? "'00:00:00'" : "'2000-01-01 00:00:00+00'";
  return `${value} ${whenItRuns}`;
}

function typed(plain: Plain, type: FieldType): string {
  if (type.family === 'jsonb') return `'${JSON.stringify(plain).replaceAll("'", "''")}'::jsonb`;
  if (type.family.endsWith('[]') && Array.isArray(plain))
    return plain.length === 0 ? "'{}'" : `ARRAY[${plain.map(literal).join(', ')}]`;
  if (/^(?:varchar|text|citext)$/.test(type.family)) return quoteLiteral(asString(plain));
  if (type.family === 'boolean') return plain === true || plain === 1 ? 'true' : 'false';
  if (
    /^(?:integer|bigint|smallint|float|numeric)$/.test(type.family) &&
    typeof plain === 'string' &&
    /^-?\d+(?:\.\d+)?$/.test(plain)
  )
    return plain;
  return literal(plain);
}

function asString(plain: Plain): string {
  if (typeof plain === 'boolean') return plain ? 'True' : 'False';
  return typeof plain === 'object' ? JSON.stringify(plain) : String(plain);
}

function literal(plain: Plain): string {
  if (plain === null) return 'NULL';
  if (typeof plain === 'string') return quoteLiteral(plain);
  if (typeof plain === 'object') return quoteLiteral(JSON.stringify(plain));
  return String(plain);
}

/** A default that is called: of the usual ones what they give is known. */
function computed(value: Expression, scope: Scope, type: FieldType): string {
  const found = resolved(value, scope);
  const path = pathOf(found.kind === 'call' ? found.callee : found) ?? [];
  const name = path.at(-1) ?? '';
  if (name === 'dict' || name === 'list')
    return type.family === 'jsonb' ? `'${name === 'dict' ? '{}' : '[]'}'::jsonb` : "'{}'";
  if (name === 'str') return "''";
  if (name === 'Decimal' && found.kind === 'call') return asNumber(found.args[0]?.value, scope);
  const isMoment = /^(?:now|utcnow|today|datetime|date)$/.test(name) && /^(?:date|timestamptz|time)$/.test(type.family);
  if (isMoment) return moment(type);
  const constant = constants.find(([families]) => families.test(type.family))?.[1];
  // Whatever it is, it is one constant when the statement is sent.
  return constant === undefined ? notKnown('its default is computed when it runs') : `${constant} ${whenItRuns}`;
}

const whenItRuns = '/* computed when it runs */';

const constants: readonly (readonly [RegExp, string])[] = [
  [/\[\]$/, "'{}'"],
  [/^uuid$/, "'00000000-0000-0000-0000-000000000000'"],
  [/^(?:varchar|text|citext)$/, "''"],
  [/^jsonb$/, "'{}'::jsonb"],
  [/^(?:integer|bigint|smallint|float|numeric)$/, '0'],
  [/^boolean$/, 'false'],
  [/^interval$/, "'0 seconds'"],
  [/^date$/, "'2000-01-01'"],
  [/^timestamptz$/, "'2000-01-01 00:00:00+00'"],
  [/^time$/, "'00:00:00'"],
];

function asNumber(value: Expression | undefined, scope: Scope): string {
  const plain = value && plainOf(value, scope);
  return typeof plain === 'number' || (typeof plain === 'string' && /^-?[\d.]+$/.test(plain))
    ? String(plain)
    : notKnown('its default is computed when it runs');
}

/** What the other model calls it; a name that is not known is no "+". */
function relatedName(args: Arguments): string | undefined {
  const plain = plainOf(args.option('related_name'), args.scope);
  return typeof plain === 'string' ? plain : undefined;
}

/** The model that a field refers to: 'app.Model', 'Model', 'self', settings.AUTH_USER_MODEL. */
export function modelKey(value: Expression | undefined, scope: Scope, app: string, model: string): ModelKey {
  const found = value && resolved(value, scope);
  if (found?.kind === 'member' && found.name === 'AUTH_USER_MODEL') return userSetting;
  const plain = found && plainOf(found, scope);
  if (typeof plain !== 'string') return notKnown('the model that it refers to is a setting of the project');
  if (plain === 'self') return keyOf(app, model);
  const [one = '', other] = plain.split('.');
  return other === undefined ? keyOf(app, one) : keyOf(one, other);
}
