import type { ObjectName, Other, OtherStatement } from '../../sql/action.js';
import type { ImpactBuilder } from '../impact.js';
import type { LockMode } from '../locks.js';
import { lockTree } from './data.js';
import { ofDropTable } from './drops.js';

/** Statements that PostgreSQL refuses in a transaction block (PreventInTransactionBlock in its source; measured). */
const neverInTransaction: ReadonlySet<OtherStatement> = new Set([
  'create database',
  'drop database',
  'create tablespace',
  'drop tablespace',
  'alter system',
  'drop subscription',
  'discard',
]);

/** The lock on every relation that the statement names. Measured: groups TRIGGER / RLS / RULE and MISC. */
const locks: Readonly<Partial<Record<OtherStatement, LockMode>>> = {
  'create policy': 'AccessExclusiveLock',
  'alter policy': 'AccessExclusiveLock',
  'create rule': 'AccessExclusiveLock',
  'create statistics': 'ShareUpdateExclusiveLock',
  'create publication': 'ShareUpdateExclusiveLock',
  'alter publication': 'ShareUpdateExclusiveLock',
  declare: 'AccessShareLock',
};

const ofPublication: ReadonlySet<OtherStatement> = new Set(['create publication', 'alter publication']);

/** Statements that touch no table's lock. */
const harmless: ReadonlySet<OtherStatement> = new Set([
  'create role',
  'alter role',
  'alter role set',
  'drop role',
  'grant role',
  'revoke role',
  'alter default privileges',
  'alter extension',
  'alter database set',
  'alter database',
  'notify',
  'listen',
  'unlisten',
  'show',
  'deallocate',
  'set constraints',
  'create composite type',
  'create range type',
  'create cast',
  'create aggregate',
  'create operator',
  'create type',
  'create collation',
  'create text search configuration',
  'create text search dictionary',
  'create text search parser',
  'create text search template',
  'create event trigger',
  'alter function',
  'checkpoint',
  'owner to',
  'alter statistics',
  'create transform',
  'create language',
  'create access method',
  'create foreign-data wrapper',
  'create server',
  'create user mapping',
  'security label',
]);

/** The impact of a statement without a kind of its own, by the relations it names. */
export function ofOther(action: Other, impact: ImpactBuilder): void {
  const { statement, relations, uses } = action;
  if (neverInTransaction.has(statement) || refusedByOption(action)) return impact.forbidInTransaction();
  if (statement === 'drop owned') return ofDropOwned(action, impact);
  const mode = locks[statement];
  if (mode !== undefined) {
    for (const [index, relation] of relations.entries()) {
      if (statement === 'create rule' && index > 0) impact.lock(relation, 'RowExclusiveLock');
      else if (ofPublication.has(statement) && !relation.only) lockTreeUnlessPartitioned(relation, mode, impact);
      else impact.lock(relation, mode);
    }
    for (const read of uses?.reads ?? []) if (!/^(old|new)$/.test(read.name)) impact.lock(read, 'AccessShareLock');
    // SET TABLE takes out those that are in it already.
    if (action.operation === 'set')
      for (const key of impact.before.dependent(`publication ${action.name?.name}`)?.reads ?? [])
        impact.lockKey(key, mode);
    return;
  }
  if (statement === 'grant' || statement === 'revoke') {
    // From 18 on GRANT looks at the relation under a lock (measured: grant-select).
    if (impact.target.postgres >= 18) for (const relation of relations) impact.lock(relation, 'AccessShareLock');
    return;
  }
  if (!harmless.has(statement)) impact.notKnown();
}

/** A publication names the inheriting tables as well; partitions are found through their root. */
function lockTreeUnlessPartitioned(name: ObjectName, mode: LockMode, impact: ImpactBuilder): void {
  if (impact.before.table(name)?.partitionBy) impact.lock(name, mode);
  else lockTree(name, mode, impact);
}

/** Statements that only some of their options keep out of a transaction block. */
function refusedByOption({ statement, options, operation }: Other): boolean {
  switch (statement) {
    case 'create subscription':
      // It makes a replication slot, unless create_slot is false.
      return options?.get('connect') !== 'false' && options?.get('create_slot') !== 'false';
    case 'alter subscription':
      return operation === 'refresh';
    case 'alter database':
      return options?.has('tablespace') === true;
    default:
      return false;
  }
}

/** DROP OWNED drops and revokes whatever the role has; the tables whose owner the history shows are reported. */
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
