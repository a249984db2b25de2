import type { Table } from '../../schema/model.js';
import type { ObjectName } from '../../sql/action.js';
import type { ImpactBuilder, RelationRef } from '../impact.js';
import type { LockMode } from '../locks.js';

/** The table and everything below it that the statement reaches. */
export function family(impact: ImpactBuilder, action: { table: ObjectName; only?: boolean }): Table[] {
  const table = impact.before.table(action.table);
  return table && !action.only ? impact.descendantsOf(table) : [];
}

export function lockFamily(impact: ImpactBuilder, action: { table: ObjectName; only?: boolean }, mode: LockMode): void {
  impact.lock(action.table, mode);
  for (const child of family(impact, action)) impact.lockRelated(child, mode);
}

/** Tables with rows of their own: a partitioned table has none. */
export function storage(
  impact: ImpactBuilder,
  action: { table: ObjectName; only?: boolean },
): { table: Table | undefined; relation: RelationRef }[] {
  const table = impact.before.table(action.table);
  const own = table?.partitionBy ? [] : [{ table, relation: impact.refTo(action.table) }];
  return [
    ...own,
    ...family(impact, action)
      .filter((child) => !child.partitionBy)
      .map((child) => ({ table: child, relation: impact.ref(child) })),
  ];
}

export function rewriteAll(impact: ImpactBuilder, action: { table: ObjectName; only?: boolean }): void {
  for (const each of storage(impact, action)) impact.rewrite(each.table, action.table);
}

export function scanAll(
  impact: ImpactBuilder,
  action: { table: ObjectName; only?: boolean },
  why: 'check' | 'not null' | 'foreign key' | 'index',
  isProven: (table: Table) => boolean = () => false,
): void {
  for (const each of storage(impact, action)) {
    if (each.table && isProven(each.table)) continue;
    impact.scan(each.relation, why, each.table !== undefined && impact.before.isNew(each.table));
  }
}
