/**
 * Table lock modes as pg_locks names them, weakest first. Sources: PostgreSQL manual, "Explicit Locking", table 13.2;
 * the parse tree numbers them in this order from 1 (src/include/storage/lockdefs.h).
 */
export const lockModes = [
  'AccessShareLock',
  'RowShareLock',
  'RowExclusiveLock',
  'ShareUpdateExclusiveLock',
  'ShareLock',
  'ShareRowExclusiveLock',
  'ExclusiveLock',
  'AccessExclusiveLock',
] as const;

export type LockMode = (typeof lockModes)[number];
