import type { Node, RangeVar } from '@pgsql/types';
import type { ObjectName } from '../action.js';
import { relationName } from './names.js';
import type { Reader } from './reader.js';

/**
 * Every object below one, in the order of the text, without recursion: a tree of nested queries is deeper than the
 * stack of JavaScript. `visit` gives false for an object that is not to be looked into.
 */
function walk(tree: unknown, visit: (node: object) => boolean): void {
  const open: unknown[] = [tree];
  while (open.length > 0) {
    const node = open.pop();
    if (typeof node !== 'object' || node === null || !visit(node)) continue;
    const children = Object.values(node);
    for (let index = children.length - 1; index >= 0; index--) open.push(children[index]);
  }
}

/** Every relation that a query names, common table expressions left out. */
export function relationsRead(node: Node | undefined, reader: Reader): ObjectName[] {
  const found: ObjectName[] = [];
  const ctes = new Set<string>();
  walk(node, (part) => {
    if ('CommonTableExpr' in part) ctes.add((part.CommonTableExpr as { ctename?: string }).ctename ?? '');
    if (!('RangeVar' in part)) return true;
    found.push(relationName(part.RangeVar as Parameters<typeof relationName>[0], reader));
    return false;
  });
  return found.filter((relation) => relation.schema !== undefined || !ctes.has(relation.name));
}

/** Every relation that a statement names in any place, for statements of which no more is known. */
export function relationsNamed(node: Node, reader: Reader): ObjectName[] {
  const found: ObjectName[] = [];
  walk(node, (part) => {
    if (!('relname' in part) || typeof part.relname !== 'string') return true;
    found.push(relationName(part as RangeVar, reader));
    return false;
  });
  return found;
}

/** True when a query takes row locks (SELECT … FOR UPDATE). */
export function locksRows(node: Node | undefined): boolean {
  return node !== undefined && 'SelectStmt' in node && (node.SelectStmt.lockingClause?.length ?? 0) > 0;
}
