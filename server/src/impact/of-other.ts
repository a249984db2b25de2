import type { Other } from '../sql/action.js';
import type { ImpactBuilder } from './impact.js';
import type { LockMode } from './locks.js';

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
  AlterSeqStmt: 'ShareRowExclusiveLock',
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
  'PrepareStmt',
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
export function ofOther({ tag, relations }: Other, impact: ImpactBuilder): void {
  if (neverInTransaction.has(tag)) return impact.forbidInTransaction();
  const mode = locks[tag];
  if (mode !== undefined) {
    for (const relation of relations) impact.lock(relation, mode, tag === 'AlterSeqStmt' ? 'sequence' : undefined);
    return;
  }
  if (tag === 'GrantStmt') {
    // From 18 on GRANT looks at the relation under a lock (measured: grant-select).
    if (impact.target.postgres >= 18) for (const relation of relations) impact.lock(relation, 'AccessShareLock');
    return;
  }
  if (!harmless.has(tag)) impact.notKnown();
}
