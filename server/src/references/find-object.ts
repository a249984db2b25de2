import type { Span } from '../sql/span.js';
import { headsAround, receiverOf } from './evidence.js';
import type { FileView, Literal } from './file-view.js';
import { type Prepared, standsFor } from './prepared.js';
import type { Certainty, Use, UseKind } from './use.js';
import type { Wanted } from './wanted.js';
import { isWordAt, placesOf } from './words.js';

type Of<K extends Wanted['kind']> = Extract<Wanted, { kind: K }>;

/** The uses of a table or a view. */
export function tableUses(view: FileView, { aliases }: Prepared, { table }: Of<'table'>): Use[] {
  const uses = new Uses();
  for (const model of view.models.models)
    if (standsFor(model, table.name)) uses.add('model', 'certain', nameIn(view, model.span, model.names));
  for (const at of placesOf(table.name.toLowerCase(), view.lower)) {
    const span = { start: at, end: at + table.name.length };
    const literal = view.literalAt(at);
    if (!literal) continue;
    if (literal.isSql) {
      if (isRelation(view, literal, span, table.name)) uses.add('SQL string', 'certain', span);
    } else if (isAlone(literal, table) && takesTable(view.text, literal.start)) uses.add('SQL string', 'certain', span);
    else if (literal.text.slice(span.end - literal.start).startsWith('.') && /^[\w."]+$/.test(literal.text))
      uses.add('SQL string', 'likely', span);
  }
  for (const name of aliases)
    for (let at = view.text.indexOf(name); at >= 0; at = view.text.indexOf(name, at + name.length)) {
      const span = { start: at, end: at + name.length };
      if (!isWhole(view.text, span) || view.segmentAt(at)?.kind !== 'code') continue;
      uses.add('identifier', 'likely', span);
    }
  for (const name of aliases) {
    const accessor = name.charAt(0).toLowerCase() + name.slice(1);
    if (accessor === name) continue;
    for (let at = view.text.indexOf(accessor); at >= 0; at = view.text.indexOf(accessor, at + name.length)) {
      const span = { start: at, end: at + name.length };
      const isAsked = /^\??\.(?:find|create|update|delete|upsert|count|aggregate|groupBy)/.test(
        view.text.slice(span.end, span.end + 14),
      );
      if (
        isAsked &&
        isWhole(view.text, span) &&
        /^(?:prisma|db|tx|client|trx|\w*[pP]risma\w*)$/.test(receiverOf(view.text, at) ?? '')
      )
        uses.add('identifier', 'certain', span);
    }
  }
  return uses.all;
}

/** What is called with the name of a table. */
function takesTable(text: string, start: number): boolean {
  const before = text.slice(Math.max(0, start - 60), start - 1);
  return /(?:\b(?:from|into|table|knex|db|trx|tx|conn|join|insert|update|inTable|innerJoin|leftJoin|rightJoin|selectFrom|insertInto|updateTable|deleteFrom|get_table|Table|tableName|table_name|db_table|__tablename__)\s*(?:<[^>\n]*>)?\s*[(=:]\s*)$/.test(
    before,
  );
}

function isAlone({ text }: Literal, { schema, name }: Of<'table'>['table']): boolean {
  return text === name || (schema !== undefined && text === `${schema}.${name}`) || text.endsWith(`.${name}`);
}

function isRelation(view: FileView, literal: Literal, { start, end }: Span, name: string): boolean {
  const query = view.query(literal);
  const before = literal.text.slice(0, start - literal.start).replace(/["`[\]\\]+$/, '');
  const behind = literal.text.slice(end - literal.start);
  const isNamed = /\b(?:from|join|into|update|table|only|using|truncate|copy|,)\s+(?:\w+["`]?\.["`]?)?$/i.test(before);
  if (query) return query.relations.some((each) => each.name === name) && (isNamed || /^["`]?\./.test(behind));
  return !view.isSqlFile && isNamed && !/,\s*$/.test(before);
}

/** The uses of a function or a type. */
export function nameUses(view: FileView, { aliases }: Prepared, wanted: Of<'function' | 'type'>): Use[] {
  const uses = new Uses();
  const isFunction = wanted.kind === 'function';
  for (const each of view.models.enums)
    if (!isFunction && each.type === wanted.name)
      for (const { span } of each.values.slice(0, 1)) uses.add('model', 'certain', span);
  for (const at of placesOf(wanted.name.toLowerCase(), view.lower)) {
    const span = { start: at, end: at + wanted.name.length };
    const literal = view.literalAt(at);
    const { text } = view;
    if (literal?.isSql || (literal && isFunction && /^\s*(?:select|call)\b/i.test(literal.text))) {
      const behind = text.slice(span.end, span.end + 3);
      const before = text.slice(Math.max(0, at - 8), at);
      if (view.isSqlFile && !view.query(literal)) continue;
      if (isFunction ? /^"?\s*\(/.test(behind) : /(?:::\s*"?|\bas\s+"?|\.)$/i.test(before))
        uses.add('SQL string', 'certain', span);
    } else if (isFunction && literal && literal.text === wanted.name) {
      const call = text.slice(Math.max(0, literal.start - 30), literal.start - 1);
      if (/\b(?:rpc|callproc|callFunction|fn|func|function)\s*(?:<[^>\n]*>)?\(\s*$/.test(call))
        uses.add('SQL string', 'certain', span);
    } else if (isFunction && !literal && receiverOf(text, at) === 'func' && view.segmentAt(at)?.kind === 'code')
      uses.add('identifier', 'certain', span);
  }
  for (const name of aliases)
    for (const at of placesOf(name.toLowerCase(), view.lower)) {
      const span = { start: at, end: at + name.length };
      if (view.text.slice(at, span.end) === name && view.segmentAt(at)?.kind === 'code')
        uses.add('identifier', 'likely', span);
    }
  return uses.all;
}

/** The uses of a value of an enum. */
export function valueUses(view: FileView, { aliases, owners }: Prepared, wanted: Of<'value'>): Use[] {
  const uses = new Uses();
  for (const each of view.models.enums)
    if (each.type === wanted.type)
      for (const { value, span } of each.values) if (value === wanted.value) uses.add('model', 'certain', span);
  for (const alias of aliases)
    for (let at = view.text.indexOf(alias); at >= 0; at = view.text.indexOf(alias, at + alias.length)) {
      const span = { start: at, end: at + alias.length };
      if (!isWhole(view.text, span)) continue;
      const literal = view.literalAt(at);
      if (literal?.isSql) {
        const quoted = literal.text.slice(span.start - literal.start - 1, span.end - literal.start + 1);
        const { relations = [] } = view.query(literal) ?? {};
        const isNear = wanted.columns.some(
          ({ table, column }) => relations.some(({ name }) => name === table) && literal.text.includes(column),
        );
        if (quoted === `'${alias}'` && (isNear || literal.text.includes(wanted.type)))
          uses.add('SQL string', 'certain', span);
      } else if (literal) {
        if (literal.text !== alias) continue;
        const line = view.text.slice(view.text.lastIndexOf('\n', at) + 1, at);
        const isNear =
          owners.isIn(line) ||
          headsAround(view.text, at)
            .slice(0, 1)
            .some((head) => owners.isIn(head));
        if (isNear) uses.add('identifier', 'likely', span);
      } else if (view.segmentAt(at)?.kind === 'code') {
        const receiver = receiverOf(view.text, at);
        if (receiver && owners.has(receiver)) uses.add('identifier', 'likely', span);
      }
    }
  return uses.all;
}

/** Where an index is named, and the queries that it serves. */
export function indexUses(view: FileView, { name, table, leading }: Of<'index'>): { named: Use[]; served: Use[] } {
  const named = new Uses();
  const served = new Uses();
  if (name !== undefined)
    for (const at of placesOf(name.toLowerCase(), view.lower)) {
      const literal = view.literalAt(at);
      const isNamed = literal && (literal.text === name || (literal.isSql && view.query(literal) !== undefined));
      if (isNamed) named.add(literal.isSql ? 'SQL string' : 'model', 'certain', { start: at, end: at + name.length });
    }
  if (
    leading !== undefined &&
    view.lower.includes(table.name.toLowerCase()) &&
    view.lower.includes(leading.toLowerCase())
  )
    for (const literal of view.literals) {
      if (!literal.isSql || !literal.text.toLowerCase().includes(leading.toLowerCase())) continue;
      const lookups = view.query(literal)?.lookups ?? [];
      const isServed = lookups.some(({ relation, column }) => relation.name === table.name && column === leading);
      if (isServed) served.add('SQL string', 'certain', firstLine(literal));
    }
  return { named: named.all, served: served.all };
}

function firstLine({ start, text }: Literal): Span {
  const blank = /^\s*/.exec(text)?.[0].length ?? 0;
  const end = text.indexOf('\n', blank);
  return { start: start + blank, end: start + (end < 0 ? text.length : end) };
}

function nameIn({ text }: FileView, span: Span, names: readonly string[]): Span {
  const name = names[0] ?? '';
  const at = text.indexOf(name, span.start);
  return at < 0 || at > span.end ? { start: span.start, end: span.start } : { start: at, end: at + name.length };
}

function isWhole(text: string, { start, end }: Span): boolean {
  return !(start > 0 && isWordAt(text, start - 1)) && !isWordAt(text, end);
}

/** One use for each place, the first that is found there. */
class Uses {
  private readonly found = new Map<number, Use>();

  add(kind: UseKind, certainty: Certainty, span: Span): void {
    if (!this.found.has(span.start)) this.found.set(span.start, { kind, certainty, span });
  }

  get all(): Use[] {
    return [...this.found.values()];
  }
}
