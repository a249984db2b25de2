import { type LockMode, lockModes } from '../sql/lock-modes.js';

export type { LockMode };

export type Work = 'select' | 'insert' | 'update' | 'delete';

/** True when mode `a` is at least as strong as `b`. */
export function atLeast(a: LockMode, b: LockMode): boolean {
  return lockModes.indexOf(a) >= lockModes.indexOf(b);
}

/** What an application has to wait with while somebody holds the mode on a table. */
export function blockedBy(mode: LockMode): readonly Work[] {
  if (mode === 'AccessExclusiveLock') return ['select', 'insert', 'update', 'delete'];
  // SELECT needs AccessShareLock; INSERT, UPDATE and DELETE need RowExclusiveLock.
  return atLeast(mode, 'ShareLock') ? ['insert', 'update', 'delete'] : [];
}

/** The mode as the manual writes it: "ACCESS EXCLUSIVE". */
export function lockName(mode: LockMode): string {
  return mode
    .replace(/Lock$/, '')
    .replace(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toUpperCase();
}

/** Who waits, in words: "reads and writes", "writes" or "nobody but other schema changes". */
export function whoWaits(mode: LockMode): string {
  if (mode === 'AccessExclusiveLock') return 'reads and writes';
  return atLeast(mode, 'ShareLock') ? 'writes' : 'no reads or writes';
}
