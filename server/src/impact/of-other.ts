import type { ObjectName, Other } from '../sql/action.js';
import type { ImpactBuilder } from './impact.js';
import type { LockMode } from './locks.js';
import { lockTree } from './of-data.js';
import { ofDropTable } from './of-drops.js';

/** Statements that PostgreSQL refuses in a transaction block (PreventInTransactionBlock in its source; measured). */
const neverInTransaction = new Set([
  'CreatedbStmt',
  'DropdbStmt',
  'CreateTableSpaceStmt',
  'DropTableSpaceStmt',
  'AlterSystemStmt',
  'DropSubscriptionStmt',
  'DiscardStmt',
]);

/** The lock on every relation that the statement names. Measured: groups TRIGGER / RLS / RULE and MISC. */
const locks: Readonly<Record<string, LockMode>> = {
  CreatePolicyStmt: 'AccessExclusiveLock',
  AlterPolicyStmt: 'AccessExclusiveLock',
  RuleStmt: 'AccessExclusiveLock',
  CreateStatsStmt: 'ShareUpdateExclusiveLock',
  CreatePublicationStmt: 'ShareUpdateExclusiveLock',
  AlterPublicationStmt: 'ShareUpdateExclusiveLock',
  DeclareCursorStmt: 'AccessShareLock',
};

/** Statements that touch no table's lock. */
const harmless = new Set([
  'CreateRoleStmt',
  'AlterRoleStmt',
  'AlterRoleSetStmt',
  'DropRoleStmt',
  'GrantRoleStmt',
  'AlterDefaultPrivilegesStmt',
  'AlterExtensionStmt',
  'AlterDatabaseSetStmt',
  'AlterDatabaseStmt',
  'NotifyStmt',
  'ListenStmt',
  'UnlistenStmt',
  'VariableShowStmt',
  'DeallocateStmt',
  'ConstraintsSetStmt',
  'CompositeTypeStmt',
  'CreateRangeStmt',
  'CreateCastStmt',
  'DefineStmt',
  'CreateEventTrigStmt',
  'AlterFunctionStmt',
  'CheckPointStmt',
  'AlterOwnerStmt',
  'AlterStatsStmt',
  'CreateTransformStmt',
  'CreatePLangStmt',
  'CreateAmStmt',
  'CreateFdwStmt',
  'CreateForeignServerStmt',
  'CreateUserMappingStmt',
  'SecLabelStmt',
]);

/** The impact of a statement that is known by its tag and by the relations it names. */
export function ofOther(action: Other, impact: ImpactBuilder): void {
  const { tag, relations, uses } = action;
  if (neverInTransaction.has(tag) || refusedByOption(action)) return impact.forbidInTransaction();
  if (tag === 'DropOwnedStmt') return ofDropOwned(action, impact);
  const mode = locks[tag];
  if (mode !== undefined) {
    for (const [index, relation] of relations.entries()) {
      if (tag === 'RuleStmt' && index > 0) impact.lock(relation, 'RowExclusiveLock');
      else if (tag.endsWith('PublicationStmt') && !relation.only) lockTreeUnlessPartitioned(relation, mode, impact);
      else impact.lock(relation, mode);
    }
    for (const read of uses?.reads ?? []) if (!/^(old|new)$/.test(read.name)) impact.lock(read, 'AccessShareLock');
    // SET TABLE takes out those that are in it already.
    if (action.operation === 'set')
      for (const key of impact.before.dependent(`publication ${action.name?.name}`)?.reads ?? [])
        impact.lockKey(key, mode);
    return;
  }
  if (tag === 'GrantStmt') {
    // From 18 on GRANT looks at the relation under a lock (measured: grant-select).
    if (impact.target.postgres >= 18) for (const relation of relations) impact.lock(relation, 'AccessShareLock');
    return;
  }
  if (!harmless.has(tag)) impact.notKnown();
}

/** A publication names the inheriting tables as well; partitions are found through their root. */
function lockTreeUnlessPartitioned(name: ObjectName, mode: LockMode, impact: ImpactBuilder): void {
  if (impact.before.table(name)?.partitionBy) impact.lock(name, mode);
  else lockTree(name, mode, impact);
}

/** Statements that only some of their options keep out of a transaction block. */
function refusedByOption({ tag, options }: Other): boolean {
  switch (tag) {
    case 'CreateSubscriptionStmt':
      // It makes a replication slot, unless it is told not to.
      return options?.get('connect') !== 'false' && options?.get('create_slot') !== 'false';
    case 'AlterSubscriptionStmt':
      return options?.get('kind') === 'ALTER_SUBSCRIPTION_REFRESH';
    case 'AlterDatabaseStmt':
      return options?.has('tablespace') === true;
    default:
      return false;
  }
}

/** DROP OWNED drops and revokes whatever the role has; the tables whose owner the history tells are told. */
function ofDropOwned({ name }: Other, impact: ImpactBuilder): void {
  impact.notKnown();
  for (const relation of impact.before.relations())
    if (relation.kind === 'table' && relation.owner !== undefined && relation.owner === name?.name)
      ofDropTable(
        {
          kind: 'dropTable',
          table: { ...relation, schema: impact.labelSchema(relation), span: undefined },
          ifExists: false,
          cascade: false,
          span: { start: 0, end: 0 },
        },
        impact,
      );
}
