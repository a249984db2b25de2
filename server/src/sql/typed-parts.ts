import type { Node } from '@pgsql/types';
import { detached, TextCache } from './cache.js';
import { expressionNode } from './expressions.js';

/** What stands where a value is taken, as far as its type can be seen. */
export type Operand =
  | { readonly kind: 'column'; readonly name: string }
  /** A string or a number: PostgreSQL converts it before anything runs. */
  | { readonly kind: 'constant' }
  | { readonly kind: 'type'; readonly name: string }
  | { readonly kind: 'zoned'; readonly of: Operand }
  | { readonly kind: 'unknown' };

/** The calls and the casts of an expression with what they are given. */
export interface TypedParts {
  readonly calls: readonly { readonly name: string; readonly given: readonly Operand[] }[];
  readonly casts: readonly { readonly to: string; readonly of: Operand }[];
}

const nothing: TypedParts = { calls: [], casts: [] };
const unknown: Operand = { kind: 'unknown' };
const cache = new TextCache<TypedParts>(1_000_000);

/** In: the text of one expression. Types of arrays and of other schemas than pg_catalog are left out. */
export function typedParts(text: string): TypedParts {
  const known = cache.get(text);
  if (known) return known;
  const node = expressionNode(text);
  const parts = node ? partsOf(node) : nothing;
  cache.set(detached(text), parts);
  return parts;
}

function partsOf(tree: Node): TypedParts {
  const found: { calls: TypedParts['calls'][number][]; casts: TypedParts['casts'][number][] } = {
    calls: [],
    casts: [],
  };
  const open: unknown[] = [tree];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value !== 'object' || value === null || 'SubLink' in value) continue;
    if ('FuncCall' in value) {
      const call = (value as Extract<Node, { FuncCall: unknown }>).FuncCall;
      const name = builtIn(call.funcname);
      if (name !== undefined) found.calls.push({ name, given: (call.args ?? []).map(operand) });
    }
    if ('TypeCast' in value) {
      const cast = (value as Extract<Node, { TypeCast: unknown }>).TypeCast;
      const to = typeOf(cast.typeName);
      if (to !== undefined && cast.arg) found.casts.push({ to, of: operand(cast.arg) });
    }
    for (const child of Object.values(value)) open.push(child);
  }
  return found;
}

function builtIn(names: readonly Node[] | undefined): string | undefined {
  const [first, second] = (names ?? []).map((node) => ('String' in node ? (node.String.sval ?? '') : ''));
  if (second === undefined) return first;
  return first === 'pg_catalog' ? second : undefined;
}

function typeOf(type: { names?: readonly Node[]; arrayBounds?: readonly Node[] } | undefined): string | undefined {
  return type?.arrayBounds?.length ? undefined : builtIn(type?.names);
}

/** Operators that take a text out of JSON. */
const toText: ReadonlySet<string | undefined> = new Set(['->>', '#>>']);

function operand(node: Node): Operand {
  if ('A_Const' in node) return { kind: 'constant' };
  if ('ColumnRef' in node) {
    const last = node.ColumnRef.fields?.at(-1);
    return last && 'String' in last ? { kind: 'column', name: last.String.sval ?? '' } : unknown;
  }
  if ('TypeCast' in node) {
    const name = typeOf(node.TypeCast.typeName);
    return name === undefined ? unknown : { kind: 'type', name };
  }
  if ('A_Expr' in node) return toText.has(builtIn(node.A_Expr.name)) ? { kind: 'type', name: 'text' } : unknown;
  if (!('FuncCall' in node)) return unknown;
  const name = builtIn(node.FuncCall.funcname);
  const [, of] = node.FuncCall.args ?? [];
  // AT TIME ZONE.
  return name === 'timezone' && of ? { kind: 'zoned', of: operand(of) } : unknown;
}
