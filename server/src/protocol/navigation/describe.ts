import { foldWord } from '../../sql/lexer.js';
import type { Wanted } from '../../schema/provenance/life.js';
import type { Column, Constraint, Index, Table, UserType, View } from '../../schema/model.js';
import { keyOf } from '../../schema/key-of.js';
import type { SchemaState } from '../../schema/state.js';
import { qualify, quoteIdentifier } from '../../sql/quote.js';

/** A hover shows so many columns, constraints and indexes of a table. */
const MOST = { columns: 25, constraints: 12, indexes: 12 };

/** The definition of a thing as of a state, as SQL for reading; undefined where the state does not have it. */
export function described(wanted: Wanted, state: SchemaState): string | undefined {
  const { kind, name, schema, of } = wanted;
  const own = { schema, name, span: undefined };
  const table = of && state.table(of);
  switch (kind) {
    case 'relation':
      return ofRelation(own, state);
    case 'column':
      return table ? ofColumn(table, name, state) : ofView(of, name, state);
    case 'constraint': {
      const constraint = table?.constraints.get(name);
      return constraint && table && `ALTER TABLE ${shown(table)}\n  ADD ${ofConstraint(constraint)};`;
    }
    case 'type': {
      const type = state.type(own);
      return type && ofType(type);
    }
    case 'function':
      return ofFunction(own, state);
    default:
      return undefined;
  }
}

function shown({ schema, name }: { readonly schema: string; readonly name: string }): string {
  return qualify(schema === 'public' ? undefined : schema, name);
}

function ofRelation(name: { schema: string | undefined; name: string; span: undefined }, state: SchemaState) {
  const relation = state.relation(name);
  switch (relation?.kind) {
    case 'table':
    case 'foreignTable':
      return ofTable(relation, state);
    case 'index':
      return ofIndex(relation, state);
    case 'view':
    case 'materializedView':
      return viewText(relation);
    case 'sequence':
      return `CREATE SEQUENCE ${shown(relation)}${relation.type === undefined ? '' : ` AS ${relation.type}`};`;
    default:
      return undefined;
  }
}

/** The first ones, and how many more there are. */
function some(lines: readonly string[], most: number, what: string): string[] {
  return lines.length <= most + 1
    ? [...lines]
    : [...lines.slice(0, most), `-- and ${lines.length - most} more ${what}`];
}

function ofTable(table: Table, state: SchemaState): string | undefined {
  const columns = [...table.columns.values()].map(columnText);
  const constraints = [...table.constraints.values()]
    .filter(({ kind }) => kind !== 'notNull')
    .map((each) => ofConstraint(each));
  const indexes = indexesOf(table, state).map((index) => `${ofIndex(index, state)}`);
  if (!table.complete && columns.length + constraints.length + indexes.length === 0) return undefined;
  const inside = [
    ...some(columns, MOST.columns, 'columns'),
    ...some(constraints, MOST.constraints, 'constraints'),
    ...(table.complete ? [] : ['-- what migrations show of it: there may be more']),
  ];
  const lines = inside.map((line, at) => {
    const isLast = inside.slice(at + 1).every((each) => each.startsWith('--'));
    return `  ${line}${isLast || line.startsWith('--') ? '' : ','}`;
  });
  const kind = `${table.temporary ? 'TEMPORARY ' : ''}${table.unlogged ? 'UNLOGGED ' : ''}TABLE`;
  const parent = table.partitionOf && state.tableByKey(table.partitionOf);
  const of = parent ? ` PARTITION OF ${shown(parent)} ${table.bound ?? ''}`.trimEnd() : '';
  const by = table.partitionBy
    ? ` PARTITION BY ${table.partitionBy.strategy.toUpperCase()} (${table.partitionBy.columns.join(', ')})`
    : '';
  const body = lines.length === 0 ? '' : ` (\n${lines.join('\n')}\n)`;
  const partitions = table.children.size === 0 ? [] : [`-- ${table.children.size} partitions or child tables`];
  return [
    `CREATE ${kind} ${shown(table)}${of}${body}${by};`,
    ...some(indexes, MOST.indexes, 'indexes'),
    ...partitions,
  ].join('\n');
}

function columnText(column: Column): string {
  const { name, type, notNull, default: value, generated, identity } = column;
  return [
    quoteIdentifier(name),
    type?.text ?? '?',
    notNull === true ? 'NOT NULL' : '',
    value === undefined || generated ? '' : `DEFAULT ${value}`,
    generated ? `GENERATED ALWAYS AS (${generated.expression}) ${generated.storage.toUpperCase()}` : '',
    identity ? `GENERATED ${identity === 'always' ? 'ALWAYS' : 'BY DEFAULT'} AS IDENTITY` : '',
  ]
    .filter((each) => each !== '')
    .join(' ');
}

function ofConstraint({ name, kind, columns, definition: written, validated, enforced }: Constraint): string {
  const list = `(${columns.map(quoteIdentifier).join(', ')})`;
  // Written at its column it does not name it.
  const isAtColumn = columns.length > 0 && !/\(|\bUSING\s+INDEX\b/i.test(written);
  const definition =
    kind === 'foreignKey' && /^REFERENCES\b/i.test(written)
      ? `FOREIGN KEY ${list} ${written}`
      : isAtColumn
        ? written.replace(/^(?:PRIMARY\s+KEY|UNIQUE(?:\s+NULLS\s+(?:NOT\s+)?DISTINCT)?)/i, `$& ${list}`)
        : written;
  const isSaid = /\bNOT\s+VALID\b/i.test(definition);
  const state = !enforced ? '' : validated ? '' : isSaid ? '' : ' NOT VALID';
  return `CONSTRAINT ${quoteIdentifier(name)} ${definition}${state}`;
}

/** Without those of constraints, which stand there already. */
function indexesOf(table: Table, state: SchemaState): Index[] {
  return [...table.indexes].flatMap((key) => {
    const index = state.relationByKey(key);
    return index?.kind === 'index' && index.constraint === undefined ? [index] : [];
  });
}

function ofIndex(index: Index, state: SchemaState): string {
  const { name, unique, method, columns, options, include, expressions, predicate } = index;
  let used = 0;
  const parts = columns.map((column, at) => {
    const own = column === undefined ? `(${expressions[used++] ?? '?'})` : quoteIdentifier(column);
    return `${own} ${options[at] ?? ''}`.trimEnd();
  });
  const relation = state.relationByKey(index.table);
  return [
    `CREATE ${unique ? 'UNIQUE ' : ''}INDEX ${quoteIdentifier(name)}`,
    relation ? ` ON ${shown(relation)}` : '',
    method === 'btree' ? '' : ` USING ${method}`,
    ` (${parts.join(', ')})`,
    include.length === 0 ? '' : ` INCLUDE (${include.map(quoteIdentifier).join(', ')})`,
    predicate === undefined ? '' : ` WHERE ${predicate}`,
    ';',
  ].join('');
}

function viewText(view: View): string {
  const kind = view.kind === 'view' ? 'VIEW' : 'MATERIALIZED VIEW';
  const columns = view.columns?.map((each, at) => {
    const type = view.outputTypes?.[at];
    const name = each === undefined ? '?' : quoteIdentifier(each);
    return `  ${name}${type ? ` ${type.name}` : ''}`;
  });
  return columns
    ? `${kind} ${shown(view)} (\n${some(columns, MOST.columns, 'columns').join(',\n')}\n)`
    : `${kind} ${shown(view)}`;
}

function ofView(of: Wanted['of'], column: string, state: SchemaState): string | undefined {
  const view = of && state.view(of);
  const at = view?.columns?.indexOf(column) ?? -1;
  if (!view || at < 0) return undefined;
  const type = view.outputTypes?.[at];
  return `${shown(view)}.${quoteIdentifier(column)}${type ? ` ${type.name}` : ''} -- of a view`;
}

function ofColumn(table: Table, name: string, state: SchemaState): string | undefined {
  const column = table.columns.get(name);
  if (!column) return undefined;
  const constraints = [...table.constraints.values()].filter(
    (each) =>
      each.kind !== 'notNull' &&
      (each.columns.includes(name) || (each.kind === 'check' && hasWord(each.expression ?? '', name))),
  );
  const indexes = indexesOf(table, state).filter(
    (each) =>
      each.columns.includes(name) ||
      each.include.includes(name) ||
      each.expressions.some((text) => hasWord(text, name)) ||
      hasWord(each.predicate ?? '', name),
  );
  return [
    `${shown(table)}.${columnText(column)}`,
    ...some(constraints.map(ofConstraint), MOST.constraints, 'constraints'),
    ...some(
      indexes.map((each) => ofIndex(each, state)),
      MOST.indexes,
      'indexes',
    ),
  ].join('\n');
}

function hasWord(text: string, name: string): boolean {
  return foldWord(text)
    .split(/[^\p{L}\p{N}_$]+/u)
    .includes(name);
}

function ofType(type: UserType): string {
  const name = shown(type);
  switch (type.kind) {
    case 'enum':
      return `CREATE TYPE ${name} AS ENUM (${type.values.map((each) => `'${each.replaceAll("'", "''")}'`).join(', ')});`;
    case 'domain':
      return `CREATE DOMAIN ${name}${type.base ? ` AS ${type.base.text}` : ''};`;
    case 'composite':
      return `CREATE TYPE ${name} AS (${type.attributes.map((each) => `${quoteIdentifier(each.name)} ${each.type?.name ?? '?'}`).join(', ')});`;
  }
}

function ofFunction(name: { schema: string | undefined; name: string }, state: SchemaState): string | undefined {
  const found = state.function(name) ?? state.functionByKey(keyOf('public', name.name));
  return found?.overloads
    .map(({ arguments: types, argumentNames, result, procedure }) => {
      const list = types.map((type, at) => `${argumentNames[at] ? `${argumentNames[at]} ` : ''}${type}`).join(', ');
      const returns = result.type === undefined ? '' : ` RETURNS ${result.isSet ? 'SETOF ' : ''}${result.type}`;
      return `${procedure ? 'PROCEDURE' : 'FUNCTION'} ${shown(found)}(${list})${procedure ? '' : returns}`;
    })
    .join('\n');
}
