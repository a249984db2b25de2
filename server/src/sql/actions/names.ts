import type { Node, RangeVar, TypeName } from '@pgsql/types';
import type { ObjectName, TypeRef } from '../action.js';
import { mapped } from '../mapped.js';
import { hasPlaceholder } from '../placeholders.js';
import type { Reader } from './reader.js';

/** The value of a String node; "" for anything else. */
export function stringOf(node: Node | undefined): string {
  return node && 'String' in node ? (node.String.sval ?? '') : '';
}

export function strings(nodes: readonly Node[] | undefined): string[] {
  return mapped(nodes ?? [], stringOf);
}

/** True for a value that may be any number of columns, whose names nobody knows: "*", or a placeholder. */
export function isAnyColumns(value: Node | undefined): boolean {
  if (!value || !('ColumnRef' in value)) return false;
  const last = value.ColumnRef.fields?.at(-1);
  return last === undefined || 'A_Star' in last || hasPlaceholder(stringOf(last));
}

/** A relation as the parser has it, with the span of its whole, possibly qualified, name. */
export function relationName(relation: RangeVar | undefined, reader: Reader): ObjectName {
  const location = relation?.location ?? -1;
  let span: ObjectName['span'];
  if (location >= 0) {
    const first = reader.indexAt(location);
    span = reader.spanOf(first, reader.behindName(first));
  }
  const name = { schema: relation?.schemaname, name: relation?.relname ?? '', span };
  return relation && relation.inh !== true ? { ...name, only: true } : name;
}

/** ["schema", "name"] or ["name"]; the database of a three-part name is left out, as PostgreSQL has only one. */
export function qualifiedName(parts: readonly string[], span?: ObjectName['span']): ObjectName {
  const name = parts[parts.length - 1] ?? '';
  return { schema: parts.length > 1 ? parts[parts.length - 2] : undefined, name, span };
}

/** The value of an option such as (volatility immutable). */
export function optionOf(options: readonly Node[] | undefined, name: string): Node | undefined {
  for (const node of options ?? []) if ('DefElem' in node && node.DefElem.defname === name) return node.DefElem.arg;
  return undefined;
}

/** A type by its name alone, as arguments of functions are compared: "int4", "text[]", "app.mood", "t.column%type". */
export function typeName(type: TypeName | undefined): string {
  const names = strings(type?.names);
  const name = (names[0] === 'pg_catalog' ? names.slice(1) : names).join('.');
  return `${name}${type?.pct_type ? '%type' : ''}${'[]'.repeat(type?.arrayBounds?.length ?? 0)}`;
}

const wordsOfTypes = new Set([
  'PRECISION',
  'VARYING',
  'WITH',
  'WITHOUT',
  'TIME',
  'ZONE',
  'CHARACTER',
  'CHAR',
  'TO',
  'YEAR',
  'MONTH',
  'DAY',
  'HOUR',
  'MINUTE',
  'SECOND',
  'ARRAY',
]);

/** Index behind the type that starts at token `from`, as far as `to`. */
function behindType(reader: Reader, from: number, to: number): number {
  let index = reader.isWord(from, 'SETOF') ? reader.behindName(from + 1) : reader.behindName(from);
  while (index < to) {
    const token = reader.tokens[index];
    if (token?.kind === 'open') index = reader.behindBracket(index, to);
    else if (token?.kind === 'word' && wordsOfTypes.has(token.text.toUpperCase())) index++;
    else break;
  }
  return index;
}

/** A type, with PostgreSQL's internal name and the author's own words. `to` bounds the search for its end (token index). */
export function typeRef(type: TypeName | undefined, reader: Reader, to = reader.tokens.length): TypeRef | undefined {
  if (!type) return undefined;
  const parts = strings(type.names);
  const name = parts[parts.length - 1] ?? '';
  const schema = parts.length > 1 && parts[parts.length - 2] !== 'pg_catalog' ? parts[parts.length - 2] : undefined;
  const modifiers: number[] = [];
  for (const modifier of type.typmods ?? []) {
    if ('A_Const' in modifier && modifier.A_Const.ival) modifiers.push(modifier.A_Const.ival.ival ?? 0);
  }
  const from = reader.indexAt(type.location ?? 0);
  const end = behindType(reader, from, to);
  const source = reader.sourceOf(from, end);
  return {
    schema,
    name,
    modifiers,
    arrayDimensions: type.arrayBounds?.length ?? 0,
    text: source.text,
    span: source.span,
  };
}
