import type { ColumnType } from '../../schema/model.js';
import type { SchemaState } from '../../schema/state.js';
import type { AlterDomain, TableAction } from '../../sql/action.js';
import type { ImpactBuilder } from '../impact.js';

/**
 * ALTER TYPE … ADD, DROP, ALTER ATTRIBUTE. A composite type holds no rows; with CASCADE the tables that are made of it
 * follow, as ALTER TABLE would change them.
 */
export function ofTypeAttribute(action: TableAction, impact: ImpactBuilder): void {
  const type = impact.before.type(action.table);
  if (type?.kind !== 'composite') return;
  for (const key of type.tables) {
    const table = impact.before.tableByKey(key);
    if (!table) continue;
    impact.lockRelated(table, 'AccessExclusiveLock');
    if (action.kind === 'alterColumnType')
      impact.rewrite(table, { schema: impact.labelSchema(table), name: table.name });
  }
}

/**
 * A constraint of a domain is checked in every table that has a column of it, under SHARE (measured: domain-validate):
 * writes wait.
 */
export function ofAlterDomain(action: AlterDomain, impact: ImpactBuilder): void {
  const { operation, notValid } = action;
  if (operation !== 'validateConstraint' && operation !== 'setNotNull' && !(operation === 'addConstraint' && !notValid))
    return;
  const key = impact.before.type(action.domain)?.key;
  for (const relation of impact.before.relations()) {
    // A partitioned table has no rows of its own.
    if (relation.kind !== 'table' || relation.partitionBy) continue;
    const has = [...relation.columns.values()].some(
      (column) => column.type && key !== undefined && isOfDomain(column.type, key, impact.before),
    );
    if (!has) continue;
    impact.lockRelated(relation, 'ShareLock');
    impact.scan(impact.ref(relation), 'domain', false);
  }
}

/** A column of the domain itself, or of a domain over it. */
function isOfDomain(type: Pick<ColumnType, 'schema' | 'name'>, key: string, before: SchemaState): boolean {
  const user = before.type(type);
  if (!user) return false;
  return user.key === key || (user.kind === 'domain' && user.base !== undefined && isOfDomain(user.base, key, before));
}
