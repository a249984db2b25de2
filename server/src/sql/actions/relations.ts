import type { Node, RangeVar } from '@pgsql/types';
import type { ObjectName } from '../action.js';
import { relationName } from './names.js';
import type { Reader } from './reader.js';

/** Every relation that a query names, common table expressions left out. */
export function relationsRead(node: Node | undefined, reader: Reader): ObjectName[] {
  const found: ObjectName[] = [];
  const ctes = new Set<string>();
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) {
      for (const item of value) visit(item);
      return;
    }
    if (typeof value !== 'object' || value === null) return;
    for (const [key, child] of Object.entries(value)) {
      if (key === 'CommonTableExpr') ctes.add((child as { ctename?: string }).ctename ?? '');
      if (key === 'RangeVar') found.push(relationName(child as Parameters<typeof relationName>[0], reader));
      else visit(child);
    }
  };
  visit(node);
  return found.filter((relation) => relation.schema !== undefined || !ctes.has(relation.name));
}

/** Every relation that a statement names in any place, for statements of which no more is known. */
export function relationsNamed(node: Node, reader: Reader): ObjectName[] {
  const found: ObjectName[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if ('relname' in value && typeof value.relname === 'string') {
      found.push(relationName(value as RangeVar, reader));
      return;
    }
    for (const child of Object.values(value)) visit(child);
  };
  visit(node);
  return found;
}

/** True when a query takes row locks (SELECT … FOR UPDATE). */
export function locksRows(node: Node | undefined): boolean {
  return node !== undefined && 'SelectStmt' in node && (node.SelectStmt.lockingClause?.length ?? 0) > 0;
}
