import type { Table } from '../../schema/model.js';
import type { AlterTableOther, TableSubcommand } from '../../sql/action.js';
import type { ImpactBuilder } from '../impact.js';
import type { LockMode } from '../locks.js';

/** Lock levels of AlterTableGetLockLevel (src/backend/commands/tablecmds.c), each measured. */
const lighter: Readonly<Partial<Record<TableSubcommand, LockMode>>> = {
  setStatistics: 'ShareUpdateExclusiveLock',
  setColumnOptions: 'ShareUpdateExclusiveLock',
  resetColumnOptions: 'ShareUpdateExclusiveLock',
  setStorageParameters: 'ShareUpdateExclusiveLock',
  resetStorageParameters: 'ShareUpdateExclusiveLock',
  clusterOn: 'ShareUpdateExclusiveLock',
  setWithoutCluster: 'ShareUpdateExclusiveLock',
  enableTrigger: 'ShareRowExclusiveLock',
  enableAlwaysTrigger: 'ShareRowExclusiveLock',
  enableReplicaTrigger: 'ShareRowExclusiveLock',
  enableTriggerAll: 'ShareRowExclusiveLock',
  enableTriggerUser: 'ShareRowExclusiveLock',
  disableTrigger: 'ShareRowExclusiveLock',
  disableTriggerAll: 'ShareRowExclusiveLock',
  disableTriggerUser: 'ShareRowExclusiveLock',
};

const rewriting: ReadonlySet<TableSubcommand> = new Set([
  'setUnlogged',
  'setLogged',
  'setTablespace',
  'setAccessMethod',
]);

/** Every other sub-command. */
export function ofOtherSubcommand(action: AlterTableOther, impact: ImpactBuilder): void {
  const mode = modeOf(action);
  if (action.objectKind === 'index') return ofIndex(action, mode, impact);
  impact.lock(action.table, mode);
  const table = impact.before.table(action.table);
  const isInherited = inherited.has(action.subcommand) && !action.only && !action.table.only;
  if (isInherited) for (const child of impact.descendantsOf(table)) impact.lockRelated(child, mode);
  if (action.other && action.subcommand === 'inherit') impact.lock(action.other, 'ShareUpdateExclusiveLock');
  if (action.other && action.subcommand === 'noInherit') impact.lock(action.other, 'AccessShareLock');
  if (action.subcommand === 'setIdentity')
    for (const sequence of impact.sequencesOf(table, action.name))
      impact.lockRelated(sequence, 'ShareRowExclusiveLock');
  if (action.subcommand === 'alterConstraint') ofAlterConstraint(action, table, impact);
  if (action.subcommand === 'dropIdentity') {
    for (const sequence of impact.sequencesOf(table, action.name)) impact.lockRelated(sequence, 'AccessExclusiveLock');
  }
  // A stored column is computed anew in every row; a virtual one has no values (measured: test/impact/set-expression).
  if (action.subcommand === 'setExpression' && table?.columns.get(action.name ?? '')?.generated?.storage !== 'virtual')
    return impact.rewrite(table, action.table);
  if (!rewriting.has(action.subcommand)) return;
  const already =
    (action.subcommand === 'setLogged' && table?.unlogged === false && table.complete) ||
    (action.subcommand === 'setUnlogged' && table?.unlogged === true);
  if (already || impact.before.relation(action.table)?.kind === 'sequence') return;
  impact.rewrite(table, action.table);
  // The sequences of its columns become logged or unlogged with it (from PostgreSQL 15 on).
  const isPersistence = action.subcommand === 'setUnlogged' || action.subcommand === 'setLogged';
  if (isPersistence && impact.target.postgres >= 15)
    for (const sequence of impact.sequencesOf(table)) impact.lockRelated(sequence, 'AccessExclusiveLock');
}

/** Sub-commands that go down to partitions and inheriting tables (ATSimpleRecursion in tablecmds.c; measured). */
const inherited: ReadonlySet<TableSubcommand> = new Set([
  'setStatistics',
  'setStorage',
  'addIdentity',
  'dropIdentity',
  'setIdentity',
]);

/** Parameters of tables and indexes that ask for the strongest lock (reloptions.c). */
const heavyOptions = new Set([
  'user_catalog_table',
  'fastupdate',
  'gin_pending_list_limit',
  'buffering',
  'pages_per_range',
  'autosummarize',
]);

function modeOf(action: AlterTableOther): LockMode {
  if (action.objectKind === 'view') return 'AccessExclusiveLock';
  const isHeavy = action.options?.some((name) => heavyOptions.has(name.replace(/^toast\./, '')));
  return isHeavy ? 'AccessExclusiveLock' : (lighter[action.subcommand] ?? 'AccessExclusiveLock');
}

/** ALTER INDEX. ATTACH PARTITION locks the parent index lightly and the partition's index hard. */
function ofIndex(action: AlterTableOther, mode: LockMode, impact: ImpactBuilder): void {
  if (action.subcommand !== 'attachPartition' || !action.other) return impact.lock(action.table, mode, 'index');
  impact.lock(action.table, 'ShareUpdateExclusiveLock', 'index');
  impact.lock(action.other, 'AccessExclusiveLock', 'index');
  for (const name of [action.table, action.other]) {
    const index = impact.before.index(name);
    if (index) impact.lockKey(index.table, 'AccessShareLock');
  }
}

/** ALTER CONSTRAINT of a foreign key. ENFORCED verifies it (PostgreSQL 18; measured: fk-alter-enforced). */
function ofAlterConstraint(action: AlterTableOther, table: Table | undefined, impact: ImpactBuilder): void {
  const references = table?.constraints.get(action.name ?? '')?.references;
  // The keys of the partitions change with it.
  if (references && table?.partitionBy)
    for (const child of impact.descendantsOf(table)) impact.lockRelated(child, 'AccessExclusiveLock');
  // DEFERRABLE changes the catalog alone.
  if (!references || action.enforced === undefined) return;
  impact.lockKey(references.table, action.enforced ? 'ShareRowExclusiveLock' : 'AccessExclusiveLock');
  if (!action.enforced) return;
  impact.scanTable(action.table, 'foreign key');
  const parent = impact.before.tableByKey(references.table);
  if (parent) impact.scan(impact.ref(parent), 'foreign key', false);
}
