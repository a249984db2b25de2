import { quoteIdentifier } from '../../../sql/quote.js';
import type { Expression } from '../../code.js';
import { itemsOf, resolved, type Scope, textOf } from '../../values.js';
import { Arguments, calledName, notKnown } from '../python-arguments.js';
import { conditionSql, expressionSql, type QueryModel } from './queries.js';
import { columnOf, type ConstraintState, type IndexState, isKnown, type Model } from './state.js';

/** What the reading of an expression needs beside it. */
export interface Surroundings {
  readonly scope: Scope;
  readonly source: string;
}

/** A model as conditions ask for it. */
export function queryModel(model: Model): QueryModel {
  const named = (name: string): Model['fields'][number] | undefined => model.fields.find((each) => each.name === name);
  return {
    column: (name) => quoteIdentifier(columnOf(model, name)),
    isNullable: (name) => {
      const field = named(name);
      return field !== undefined && isKnown(field) && field.null;
    },
    isBoolean: (name) => {
      const field = named(name);
      return field !== undefined && isKnown(field) && field.type === 'boolean';
    },
  };
}

const methods: Readonly<Record<string, string>> = {
  Index: '',
  BTreeIndex: 'btree',
  HashIndex: 'hash',
  GinIndex: 'gin',
  GistIndex: 'gist',
  SpGistIndex: 'spgist',
  BrinIndex: 'brin',
  BloomIndex: 'bloom',
};

/** Reads models.Index(…) and the indexes of django.contrib.postgres. The SQL has no CONCURRENTLY. */
export function readIndex(value: Expression, model: Model, { scope, source }: Surroundings): IndexState {
  const found = resolved(value, scope);
  const method = found.kind === 'call' ? methods[calledName(found) ?? ''] : undefined;
  if (found.kind !== 'call' || method === undefined) return notKnown('an index in it is put together when it runs');
  const args = new Arguments(found, scope);
  const name = args.optionText('name') ?? notKnown('the name of an index is made when it runs');
  const query = queryModel(model);
  const fields = args.option('fields') ? args.names(args.option('fields')) : [];
  const classes = args.option('opclasses') ? args.names(args.option('opclasses')) : [];
  const columns = fields.map((field, index) => {
    const isDescending = field.startsWith('-');
    const operator = classes[index];
    const column = query.column(isDescending ? field.slice(1) : field);
    return `${column}${operator === undefined ? '' : ` ${operator}`}${isDescending ? ' DESC' : ''}`;
  });
  const expressions = args.positional.map((each) => indexExpression(each, scope, query));
  const parts = [...columns, ...expressions];
  if (parts.length === 0) return notKnown('the columns of an index are decided when it runs');
  const sql =
    `CREATE INDEX ${quoteIdentifier(name)} ON ${quoteIdentifier(model.table)}` +
    `${method === '' ? '' : ` USING ${method}`} (${parts.join(', ')})${including(args, query)}${storage(args)}` +
    where(args, source, query);
  return { name, sql };
}

/** A part of an index that is no column: OpClass, Collate and orders stand outside of the parentheses. */
function indexExpression(value: Expression, scope: Scope, query: QueryModel): string {
  const found = resolved(value, scope);
  if (found.kind === 'call' && calledName(found) === 'OpClass') {
    const args = new Arguments(found, scope);
    const [inner] = args.positional;
    const operator = args.at(1, 'name');
    const name = operator && textOf(operator, scope);
    if (!inner || name === undefined) return notKnown('an expression in it is put together when it runs');
    return `${indexExpression(inner, scope, query)} ${name}`;
  }
  const sql = expressionSql(found, scope, query.column);
  const order = / (?:ASC|DESC)(?: NULLS (?:FIRST|LAST))?$/.exec(sql)?.[0] ?? '';
  const bare = order === '' ? sql : sql.slice(0, -order.length);
  return `${/^(?:"[^"]+"|\w+)$/.test(bare) ? bare : `(${bare})`}${order}`;
}

function including(args: Arguments, query: QueryModel): string {
  const include = args.option('include');
  return include ? ` INCLUDE (${args.names(include).map(query.column).join(', ')})` : '';
}

function where(args: Arguments, source: string, query: QueryModel): string {
  const condition = args.option('condition');
  const isGiven = condition && resolved(condition, args.scope).kind !== 'null';
  return isGiven ? ` WHERE ${conditionSql(condition, args.scope, source, query)}` : '';
}

function storage(args: Arguments): string {
  const options = [
    'fillfactor',
    'fastupdate',
    'gin_pending_list_limit',
    'deduplicate_items',
    'pages_per_range',
    'autosummarize',
    'buffering',
  ];
  const written = options.flatMap((name) => {
    const value = args.option(name);
    const found = value && resolved(value, args.scope);
    if (!found || found.kind === 'null') return [];
    if (found.kind === 'boolean') return [`${name} = ${found.value ? 'on' : 'off'}`];
    return found.kind === 'number'
      ? [`${name} = ${found.written}`]
      : notKnown('the options of an index are decided when it runs');
  });
  return written.length > 0 ? ` WITH (${written.join(', ')})` : '';
}

/** A constraint: as it stands in CREATE TABLE and behind ADD, or the unique index that it is. */
export interface ReadConstraint extends ConstraintState {
  /** CONSTRAINT … ; the whole CREATE UNIQUE INDEX for one that is an index. */
  readonly sql: string;
  readonly isCheck: boolean;
}

/** Reads models.CheckConstraint(…), UniqueConstraint(…), ExclusionConstraint(…). */
export function readConstraint(value: Expression, model: Model, surroundings: Surroundings): ReadConstraint {
  const { scope, source } = surroundings;
  const found = resolved(value, scope);
  if (found.kind !== 'call') return notKnown('a constraint in it is put together when it runs');
  const args = new Arguments(found, scope);
  const name = args.optionText('name') ?? notKnown('the name of a constraint is decided when it runs');
  const query = queryModel(model);
  const head = `CONSTRAINT ${quoteIdentifier(name)} `;
  switch (calledName(found)) {
    case 'CheckConstraint': {
      const condition = args.option('condition', 'check') ?? notKnown('the condition of a constraint is missing');
      const sql = `${head}CHECK (${conditionSql(condition, scope, source, query)})`;
      return { name, sql, isIndex: false, isCheck: true };
    }
    case 'UniqueConstraint':
      return uniqueConstraint(args, name, model, source, query);
    case 'ExclusionConstraint':
      return { name, sql: head + exclusion(args, source, query), isIndex: false, isCheck: false };
    default:
      return notKnown('the SQL of a constraint in it is not known here');
  }
}

function uniqueConstraint(
  args: Arguments,
  name: string,
  model: Model,
  source: string,
  query: QueryModel,
): ReadConstraint {
  const fields = args.option('fields') ? args.names(args.option('fields')) : [];
  const classes = args.option('opclasses') ? args.names(args.option('opclasses')) : [];
  const columns = fields.map(
    (field, index) => query.column(field) + (classes[index] === undefined ? '' : ` ${classes[index]}`),
  );
  const expressions = args.positional.map((each) => indexExpression(each, args.scope, query));
  const nulls = args.flag('nulls_distinct');
  const distinct = nulls === undefined ? '' : nulls ? ' NULLS DISTINCT' : ' NULLS NOT DISTINCT';
  const isIndex = ['condition', 'include', 'opclasses'].some((each) => args.option(each)) || expressions.length > 0;
  const parts = `(${[...columns, ...expressions].join(', ')})`;
  if (!isIndex) {
    const sql = `CONSTRAINT ${quoteIdentifier(name)} UNIQUE${distinct} ${parts}${deferring(args)}`;
    return { name, sql, isIndex, isCheck: false };
  }
  const sql =
    `CREATE UNIQUE INDEX ${quoteIdentifier(name)} ON ${quoteIdentifier(model.table)} ${parts}` +
    including(args, query) +
    distinct +
    where(args, source, query);
  return { name, sql, isIndex, isCheck: false };
}

/** `deferrable=models.Deferrable.DEFERRED`. */
function deferring(args: Arguments): string {
  const value = args.option('deferrable');
  if (!value) return '';
  const found = resolved(value, args.scope);
  const name = found.kind === 'member' ? found.name : (textOf(found, args.scope) ?? '');
  if (/deferred/i.test(name)) return ' DEFERRABLE INITIALLY DEFERRED';
  return /immediate/i.test(name)
    ? ' DEFERRABLE INITIALLY IMMEDIATE'
    : notKnown('how it is deferred is decided when it runs');
}

function exclusion(args: Arguments, source: string, query: QueryModel): string {
  const { scope } = args;
  const elements = itemsOf(args.option('expressions'), scope) ?? notKnown('what it excludes is decided when it runs');
  const parts = elements.map((element) => {
    const [left, operator] = itemsOf(element, scope) ?? [];
    if (!left || !operator) return notKnown('what it excludes is decided when it runs');
    return `${indexExpression(left, scope, query)} WITH ${rangeOperator(operator, scope)}`;
  });
  const method = args.optionText('index_type') ?? 'GIST';
  const condition = args.option('condition');
  const tail = condition ? ` WHERE (${conditionSql(condition, scope, source, query)})` : '';
  return `EXCLUDE USING ${method} (${parts.join(', ')})${including(args, query)}${tail}${deferring(args)}`;
}

const rangeOperators: Readonly<Record<string, string>> = {
  EQUAL: '=',
  NOT_EQUAL: '<>',
  CONTAINS: '@>',
  CONTAINED_BY: '<@',
  OVERLAPS: '&&',
  FULLY_LT: '<<',
  FULLY_GT: '>>',
  NOT_LT: '&>',
  NOT_GT: '&<',
  ADJACENT_TO: '-|-',
};

function rangeOperator(value: Expression, scope: Scope): string {
  const found = resolved(value, scope);
  const written = textOf(found, scope);
  const named = found.kind === 'member' ? rangeOperators[found.name] : undefined;
  return written ?? named ?? notKnown('what it excludes is decided when it runs');
}
