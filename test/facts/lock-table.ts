import { type LockMode, lockModes } from '../../server/src/sql/lock-modes.js';
import { isIndex, type Relation } from './relations.js';

/** A row of `pg_locks` on a relation. */
export interface HeldLock {
  readonly oid: number;
  /** As PostgreSQL writes it: "ShareUpdateExclusiveLock". */
  readonly mode: string;
}

/** The strongest mode on every relation that was there before, but for indexes; in the order of their names. */
export function strongest(before: readonly Relation[], locks: readonly HeldLock[]): Record<string, string> {
  const names = new Map(before.filter((each) => !isIndex(each)).map(({ oid, name }) => [oid, name]));
  const held = new Map<string, string>();
  for (const lock of locks) {
    const name = names.get(lock.oid);
    if (name !== undefined && strength(lock.mode) > strength(`${held.get(name) ?? ''}Lock`))
      held.set(name, lock.mode.replace(/Lock$/, ''));
  }
  return Object.fromEntries([...held].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** -1 for no mode. */
function strength(mode: string): number {
  return lockModes.indexOf(mode as LockMode);
}
