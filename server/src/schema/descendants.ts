import type { Table } from './model.js';

/**
 * Partitions and inheriting tables below a table, all levels down, each once, a table before those below it.
 * In: how a table is found by its key. The table itself is left out, also where a half-typed statement makes it its
 * own child, which PostgreSQL refuses (42P07).
 */
export function descendantsOf<T extends Pick<Table, 'key' | 'children'>>(
  table: Pick<Table, 'key' | 'children'>,
  tableByKey: (key: string) => T | undefined,
): T[] {
  // Every lock asks, and nearly no table has any.
  if (table.children.size === 0) return [];
  const seen = new Set([table.key]);
  const found: T[] = [];
  const open = [...table.children].reverse();
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    if (seen.has(key)) continue;
    seen.add(key);
    const child = tableByKey(key);
    if (!child) continue;
    found.push(child);
    open.push(...[...child.children].reverse());
  }
  return found;
}

/** The tables above a table by partitioning, from the next one to the root, each once. */
export function ancestorsOf<T extends Pick<Table, 'key' | 'partitionOf'>>(
  table: Pick<Table, 'key' | 'partitionOf'>,
  tableByKey: (key: string) => T | undefined,
): T[] {
  if (table.partitionOf === undefined) return [];
  const seen = new Set([table.key]);
  const found: T[] = [];
  for (let key: string | undefined = table.partitionOf; key !== undefined && !seen.has(key); ) {
    seen.add(key);
    const above = tableByKey(key);
    if (!above) break;
    found.push(above);
    key = above.partitionOf;
  }
  return found;
}

/** True when the child stands above the parent already, or is the parent: PostgreSQL refuses such a circle (42P07). */
export function makesCircle(
  child: Pick<Table, 'key' | 'children'>,
  parent: Pick<Table, 'key'>,
  tableByKey: (key: string) => Pick<Table, 'key' | 'children'> | undefined,
): boolean {
  return child.key === parent.key || descendantsOf(child, tableByKey).some(({ key }) => key === parent.key);
}
