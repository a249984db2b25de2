import type { AlterColumnType } from '../action.js';
import { parseStatement } from '../parse.js';
import { quoteIdentifier } from '../quote.js';
import { typeKey, typeOf } from './types.js';
import { as, constant, field, inner, list, strings, tagOf, type Tree } from './tree.js';
import type { Catalog } from './catalog.js';
import type { Column } from './model.js';

/** What USING does with the old value. */
export type Using =
  | { readonly kind: 'casts'; readonly chain: readonly string[]; readonly keys: readonly string[] }
  | { readonly kind: 'zone'; readonly zone: string }
  | { readonly kind: 'other' };

/** The USING of the column in a statement: casts of the column alone, a time zone, or anything else. */
export function usingOf(statement: string, column: string, was: Column, after: Catalog): Using {
  const parsed = parseStatement(statement);
  const action = parsed.actions.find(
    (each): each is AlterColumnType => each.kind === 'alterColumnType' && each.column === column,
  );
  if (!action?.using) return { kind: 'casts', chain: [], keys: [] };
  const node = parseStatement(`SELECT ${action.using.text}`).node;
  const select = node && as({ ...node }, 'SelectStmt');
  const [target = {}] = select ? list(select, 'targetList') : [];
  const value = field(inner(target), 'val');
  const zone = zoneIn(value, was.name);
  if (zone !== undefined) return { kind: 'zone', zone };
  const chain: string[] = [];
  const keys: string[] = [];
  let current: Tree = value;
  while (tagOf(current) === 'TypeCast') {
    const cast = inner(current);
    const type = typeOf(cast);
    chain.unshift(typeText(type));
    keys.unshift(typeKey(type, after));
    current = field(cast, 'arg');
  }
  return isColumn(current, was.name) ? { kind: 'casts', chain, keys } : { kind: 'other' };
}

function isColumn(node: Tree, name: string): boolean {
  return tagOf(node) === 'ColumnRef' && strings(inner(node), 'fields').at(-1) === name;
}

/** The zone of "column AT TIME ZONE 'zone'". */
function zoneIn(value: Tree, column: string): string | undefined {
  const call = as(value, 'FuncCall');
  if (!call || strings(call, 'funcname').at(-1) !== 'timezone') return undefined;
  const [zone = {}, argument = {}] = list(call, 'args');
  if (!isColumn(argument, column)) return undefined;
  return tagOf(zone) === 'A_Const' ? constant(inner(zone)) : undefined;
}

function typeText(type: Tree): string {
  const names = strings(type, 'names').filter((name) => name !== 'pg_catalog');
  const modifiers = list(type, 'typmods').map((node) => constant(inner(node)) ?? '');
  const brackets = '[]'.repeat(list(type, 'arrayBounds').length);
  return `${names.map(quoteIdentifier).join('.')}${modifiers.length > 0 ? `(${modifiers.join(', ')})` : ''}${brackets}`;
}
