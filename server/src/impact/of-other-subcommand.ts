import type { AlterTableOther } from '../sql/action.js';
import type { ImpactBuilder } from './impact.js';
import type { LockMode } from './locks.js';

/** Lock levels of AlterTableGetLockLevel (src/backend/commands/tablecmds.c), each measured. */
const lighter: Readonly<Record<string, LockMode>> = {
  AT_SetStatistics: 'ShareUpdateExclusiveLock',
  AT_SetOptions: 'ShareUpdateExclusiveLock',
  AT_ResetOptions: 'ShareUpdateExclusiveLock',
  AT_SetRelOptions: 'ShareUpdateExclusiveLock',
  AT_ResetRelOptions: 'ShareUpdateExclusiveLock',
  AT_ClusterOn: 'ShareUpdateExclusiveLock',
  AT_DropCluster: 'ShareUpdateExclusiveLock',
  AT_EnableTrig: 'ShareRowExclusiveLock',
  AT_EnableAlwaysTrig: 'ShareRowExclusiveLock',
  AT_EnableReplicaTrig: 'ShareRowExclusiveLock',
  AT_EnableTrigAll: 'ShareRowExclusiveLock',
  AT_EnableTrigUser: 'ShareRowExclusiveLock',
  AT_DisableTrig: 'ShareRowExclusiveLock',
  AT_DisableTrigAll: 'ShareRowExclusiveLock',
  AT_DisableTrigUser: 'ShareRowExclusiveLock',
};

const rewriting = new Set(['AT_SetUnLogged', 'AT_SetLogged', 'AT_SetTableSpace', 'AT_SetAccessMethod']);

/** Every other sub-command, by PostgreSQL's tag. */
export function ofOtherSubcommand(action: AlterTableOther, impact: ImpactBuilder): void {
  // A composite type holds no rows; tables of it are not in the history.
  if (action.objectType === 'OBJECT_TYPE') return;
  const mode =
    action.objectType === 'OBJECT_VIEW' ? 'AccessExclusiveLock' : (lighter[action.subcommand] ?? 'AccessExclusiveLock');
  if (action.objectType === 'OBJECT_INDEX') {
    // ALTER INDEX … ATTACH PARTITION locks the parent index lightly and the partition's index hard.
    impact.lock(action.table, action.subcommand === 'AT_AttachPartition' ? 'ShareUpdateExclusiveLock' : mode, 'index');
    return;
  }
  impact.lock(action.table, mode);
  const table = impact.before.table(action.table);
  if (action.subcommand === 'AT_DropIdentity') {
    for (const sequence of impact.sequencesOf(table, action.name)) impact.lockRelated(sequence, 'AccessExclusiveLock');
  }
  if (!rewriting.has(action.subcommand)) return;
  const already =
    (action.subcommand === 'AT_SetLogged' && table?.unlogged === false && table.complete) ||
    (action.subcommand === 'AT_SetUnLogged' && table?.unlogged === true);
  if (!already) impact.rewrite(table, action.table);
}
