import { identityOf, publicationOf } from '../../schema/replica-identity.js';
import type { SchemaState } from '../../schema/state.js';
import type { Action } from '../../sql/action.js';
import { type Failure, noReplicaIdentity } from '../failure.js';

/**
 * UPDATE and DELETE of a published table without a replica identity: PostgreSQL asks before it looks for rows, so an
 * empty table fails as well (measured on 15).
 */
export function ofPublished(action: Action, before: SchemaState): Failure | undefined {
  const change = changeOf(action);
  if (!change || !('table' in action) || !action.table) return undefined;
  const table = before.table(action.table);
  // Most tables have a key, and nothing more is asked of them.
  if (!table || table.partitionBy || table.temporary || table.unlogged || identityOf(table, before) !== 'none')
    return undefined;
  const publication = publicationOf(table, change, before);
  return publication === undefined ? undefined : noReplicaIdentity(change, table.name, publication);
}

function changeOf(action: Action): 'update' | 'delete' | undefined {
  switch (action.kind) {
    case 'update':
    case 'delete':
      return action.kind;
    case 'merge':
      return action.changesRows ? (action.assigns?.length === 0 ? 'delete' : 'update') : undefined;
    default:
      return undefined;
  }
}
