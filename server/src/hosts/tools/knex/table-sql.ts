import type { Expression } from '../../code.js';
import { plainOf, resolved, type Scope } from '../../values.js';
import { withoutStatement } from '../support/forms.js';
import type { Origin } from '../support/origins.js';
import { booleanOf, entriesOf, isAbsent, namesOf, textWithHoles } from '../support/reading.js';
import { type Column, type ColumnSql, columnSql, type Owner } from './columns.js';
import { boundSql, columnize, indexName, listed, rawSqlOf, wrap, wrapTable } from './names.js';
import { conditionSql } from './conditions.js';
import type { Foreign, TableBody, TableCall } from './table.js';

export type TableMethod = 'create' | 'createIfNot' | 'createLike' | 'alter';

export interface TableSql {
  readonly statements: readonly string[];
  /** What of it comes from which column or call. */
  readonly origins: readonly Origin[];
  /** What is not in them. */
  readonly reasons: readonly string[];
}

/** The statements that Knex makes of a table, in the order in which it sends them. */
export function tableSql(
  method: TableMethod,
  schema: string | undefined,
  table: string,
  body: TableBody,
  text: string,
  like?: string | undefined,
): TableSql {
  const primaries = body.statements.flatMap((each) =>
    each.kind === 'call' && each.call.name === 'primary' ? [each.call] : [],
  );
  const owner: Owner = { schema, table, sql: wrapTable(schema, table), hasPrimary: primaries.length > 0 };
  const reasons: string[] = [];
  const origins: Origin[] = [];
  const read = (columns: readonly Column[]): (readonly [Column, ColumnSql])[] =>
    columns.flatMap((column) => {
      const sql = columnSql(column, owner);
      if ('reason' in sql) reasons.push(sql.reason);
      if ('reason' in sql) return [];
      origins.push({ sql: sql.definition, place: column.span });
      return [[column, sql] as const];
    });
  const isCreate = method !== 'alter';
  const added = read(body.columns.filter(({ alters }) => isCreate || !alters));
  const altered = isCreate ? [] : read(body.columns.filter(({ alters }) => alters));
  const all = [...added, ...altered].map(([, sql]) => sql);
  const statements = all.flatMap(({ before }) => before).reverse();
  if (isCreate) {
    statements.push(createSql(method, owner, added, primaries[0], body, like));
    if (body.comment !== undefined) statements.push(commentSql(owner, body.comment));
  } else {
    if (added.length > 0) {
      const columns = added.map(([, { definition }]) => `add column ${definition}`);
      statements.push(`alter table ${owner.sql} ${columns.join(', ')}`);
    }
    for (const [column, sql] of altered) {
      const made = alterColumn(owner, column, sql);
      statements.push(...made);
      origins.push(...made.map((each) => ({ sql: each, place: column.span })));
    }
  }
  statements.push(...all.flatMap(({ behind }) => behind));
  for (const each of body.statements) {
    const made = each.kind === 'foreign' ? foreignSql(owner, each.foreign) : callSql(owner, each.call, isCreate);
    if (made === undefined) reasons.push('the columns of an index or a key are not known');
    else {
      statements.push(...made);
      const own =
        each.own && (each.own.isStatement ? withoutStatement(text, each.own.span) : { span: each.own.span, text: '' });
      const removal = own && made.length === 1 ? [own] : undefined;
      origins.push(...made.map((sql) => ({ sql, place: each.span, removal })));
    }
  }
  if (!isCreate && body.comment !== undefined) statements.push(commentSql(owner, body.comment));
  return { statements, origins, reasons };
}

function commentSql(owner: Owner, comment: string): string {
  return `comment on table ${owner.sql} is '${comment}'`;
}

function createSql(
  method: TableMethod,
  owner: Owner,
  columns: readonly (readonly [Column, ColumnSql])[],
  primary: TableCall | undefined,
  body: TableBody,
  like: string | undefined,
): string {
  const head = `create table ${method === 'createIfNot' ? 'if not exists ' : ''}${owner.sql}`;
  const definitions = columns.map(([, { definition }]) => definition);
  if (like !== undefined) {
    return `${head} (${[`like ${wrapTable(owner.schema, like)} including all`, ...definitions].join(', ')})`;
  }
  const key = primary && primarySql(owner, primary);
  const checks = body.statements.flatMap((each) =>
    each.kind === 'call' && each.call.name === 'check' ? [checkSql(each.call)] : [],
  );
  const inherits = body.inherits === undefined ? '' : ` inherits (${wrap(body.inherits)})`;
  return `${head} (${[...definitions, ...(key ? [key] : []), ...checks].join(', ')})${inherits}`;
}

function checkSql({ args, scope }: TableCall): string {
  const name = args[2]?.value;
  const named = isAbsent(name, scope) ? '' : `constraint ${textWithHoles(name, scope)} `;
  return `${named}check (${boundSql(args, scope)})`;
}

function primarySql(owner: Owner, { args, scope }: TableCall): string | undefined {
  const options = entriesOf(args[1]?.value, scope);
  const given = options ? options.get('constraintName') : args[1]?.value;
  const name = wrap(isAbsent(given, scope) ? `${owner.table}_pkey` : textWithHoles(given, scope));
  const columns = columnize(args[0]?.value, scope);
  if (columns === undefined) return undefined;
  return `constraint ${name} primary key (${columns})${deferrableSql(options?.get('deferrable'), scope)}`;
}

function deferrableSql(value: Expression | undefined, scope: Scope): string {
  return isAbsent(value, scope) ? '' : ` deferrable initially ${textWithHoles(value, scope)}`;
}

/** `.alter()`: Knex drops the default, changes the type and sets all again. */
function alterColumn(owner: Owner, column: Column, { type, defaultSql }: ColumnSql): string[] {
  const name = wrap(column.name);
  const head = `alter table ${owner.sql} alter column ${name}`;
  const nullable = column.modifiers.get('nullable');
  const isNotNull = nullable !== undefined && booleanOf(nullable[0]?.value, column.scope) === false;
  const cast = column.type === 'enu' ? '::text::' : '::';
  return [
    `${head} drop default`,
    ...(column.alters?.nullable ? [`${head} drop not null`] : []),
    ...(column.alters?.type ? [`${head} type ${type} using (${name}${cast}${type})`] : []),
    ...(defaultSql === undefined ? [] : [`${head} set default ${defaultSql}`]),
    ...(column.alters?.nullable && isNotNull ? [`${head} set not null`] : []),
  ];
}

function foreignSql(owner: Owner, foreign: Foreign): string[] | undefined {
  const { scope, references, inTable } = foreign;
  // Knex adds none without both.
  if (references === undefined || inTable === undefined) return [];
  const columns = columnize(foreign.columns, scope);
  const referenced = typeof references === 'string' ? wrap(references) : columnize(references, scope);
  if (columns === undefined || referenced === undefined) return undefined;
  const name =
    foreign.keyName === undefined ? indexName('foreign', owner.table, foreign.columns, scope) : wrap(foreign.keyName);
  const action = (words: string, value: string | undefined): string => (value ? ` ${words} ${value}` : '');
  const deferrable = foreign.deferrable ? ` deferrable initially ${foreign.deferrable.toLowerCase()}` : '';
  return [
    `alter table ${owner.sql} add constraint ${name} foreign key (${columns}) references ${wrap(inTable)} (${referenced})` +
      `${action('on update', foreign.onUpdate)}${action('on delete', foreign.onDelete)}${deferrable}`,
  ];
}

/** What a call about the table makes; undefined where its columns are not known. */
function callSql(owner: Owner, call: TableCall, isCreate: boolean): string[] | undefined {
  const { args, scope, name } = call;
  const [first, second] = args.map(({ value }) => value);
  const table = `alter table ${owner.sql}`;
  const constraint = (type: 'unique' | 'foreign'): string =>
    isAbsent(second, scope) ? indexName(type, owner.table, first, scope) : wrap(textWithHoles(second, scope));
  const dropConstraint = (known: string): string[] => [
    `${table} drop constraint ${name.endsWith('IfExists') ? 'if exists ' : ''}${known}`,
  ];
  switch (name) {
    case 'index':
      return indexSql(owner, call);
    case 'unique':
      return uniqueSql(owner, call);
    case 'primary': {
      if (isCreate) return [];
      const key = primarySql(owner, call);
      return key === undefined ? undefined : [`${table} add ${key}`];
    }
    case 'check':
      return isCreate ? [] : isAbsent(args[2]?.value, scope) ? undefined : [`${table} add ${checkSql(call)}`];
    case 'dropColumn':
    case 'dropColumns': {
      const columns = args.map(({ value }) => listed(value, scope));
      if (columns.some((each) => each === undefined)) return undefined;
      const drops = columns
        .flatMap((each) => each ?? [])
        .map((each) => `drop column ${wrap(textWithHoles(each, scope))}`);
      return [`${table} ${drops.join(', ')}`];
    }
    case 'dropTimestamps': {
      const names = booleanOf(first, scope) === true ? ['createdAt', 'updatedAt'] : ['created_at', 'updated_at'];
      return [`${table} ${names.map((each) => `drop column ${wrap(each)}`).join(', ')}`];
    }
    case 'dropIndex': {
      const own = isAbsent(second, scope)
        ? indexName('index', owner.table, first, scope)
        : wrap(textWithHoles(second, scope));
      return [`drop index ${owner.schema === undefined ? '' : `${wrap(owner.schema)}.`}${own}`];
    }
    case 'dropUnique':
    case 'dropUniqueIfExists':
      return dropConstraint(constraint('unique'));
    case 'dropForeign':
    case 'dropForeignIfExists':
      return dropConstraint(constraint('foreign'));
    case 'dropPrimary':
    case 'dropPrimaryIfExists':
      return dropConstraint(wrap(isAbsent(first, scope) ? `${owner.table}_pkey` : textWithHoles(first, scope)));
    case 'dropChecks': {
      const names = args.map(({ value }) => namesOf(value, scope));
      if (names.some((each) => each === undefined)) return undefined;
      return [
        `${table} ${names
          .flatMap((each) => each ?? [])
          .map((each) => `drop constraint ${each}`)
          .join(', ')}`,
      ];
    }
    case 'renameColumn':
      return [`${table} rename ${wrap(textWithHoles(first, scope))} to ${wrap(textWithHoles(second, scope))}`];
    case 'setNullable':
      return [`${table} alter column ${wrap(textWithHoles(first, scope))} drop not null`];
    case 'dropNullable':
      return [`${table} alter column ${wrap(textWithHoles(first, scope))} set not null`];
    default:
      return undefined;
  }
}

function indexSql(owner: Owner, { args, scope }: TableCall): string[] | undefined {
  const [columns, given, options] = args.map(({ value }) => value);
  const list = columnize(columns, scope);
  if (list === undefined) return undefined;
  const record = entriesOf(options, scope);
  const name = isAbsent(given, scope)
    ? indexName('index', owner.table, columns, scope)
    : wrap(textWithHoles(given, scope));
  const method = record ? record.get('storageEngineIndexType') : options;
  const kind = plainOf(record?.get('indexType'), scope);
  const isUnique = typeof kind === 'string' && kind.toLowerCase() === 'unique';
  const using = isAbsent(method, scope) ? '' : ` using ${textWithHoles(method, scope)}`;
  const where = predicateSql(record?.get('predicate'), scope);
  return [`create${isUnique ? ' unique' : ''} index ${name} on ${owner.sql}${using} (${list})${where}`];
}

function uniqueSql(owner: Owner, { args, scope }: TableCall): string[] | undefined {
  const [columns, second] = args.map(({ value }) => value);
  const list = columnize(columns, scope);
  if (list === undefined) return undefined;
  const options = entriesOf(second, scope);
  const given = options ? options.get('indexName') : second;
  const name = isAbsent(given, scope)
    ? indexName('unique', owner.table, columns, scope)
    : wrap(textWithHoles(given, scope));
  const predicate = options?.get('predicate');
  const deferrable = options?.get('deferrable');
  const stated = booleanOf(options?.get('useConstraint'), scope);
  const isConstraint = stated ?? (!isAbsent(deferrable, scope) || isAbsent(predicate, scope));
  if (isConstraint) {
    return [`alter table ${owner.sql} add constraint ${name} unique (${list})${deferrableSql(deferrable, scope)}`];
  }
  return [`create unique index ${name} on ${owner.sql} (${list})${predicateSql(predicate, scope)}`];
}

/** The WHERE of a partial index, which is given as a query: knex.whereNotNull('a'). */
function predicateSql(value: Expression | undefined, scope: Scope): string {
  if (isAbsent(value, scope) || !value) return '';
  const raw = rawSqlOf(value, scope);
  return ` where ${raw ?? conditionSql(resolved(value, scope), scope) ?? '${condition}'}`;
}
