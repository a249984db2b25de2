import { atLeast, type LockMode, lockName } from '../../server/src/impact/locks.js';
import type { HeldLock, Related, RuleContext } from '../engine/define-rule.js';

/** The strongest of the locks that the transaction holds, of those that fit; undefined when there is none. */
export function strongestHeld(
  { held }: Pick<RuleContext, 'held'>,
  fits: (key: string, each: HeldLock) => boolean = () => true,
): HeldLock | undefined {
  let found: HeldLock | undefined;
  let looked = 0;
  for (const [key, each] of held) {
    if (fits(key, each) && !(found && atLeast(found.lock.mode, each.lock.mode))) found = each;
    // A transaction of thousands of statements holds thousands of locks; the first of them are enough.
    if (found?.lock.mode === 'AccessExclusiveLock' || ++looked > 100) break;
  }
  return found;
}

/** "an ACCESS EXCLUSIVE", "a SHARE". */
export function aLock(mode: LockMode): string {
  const name = lockName(mode);
  return `${/^[AE]/.test(name) ? 'an' : 'a'} ${name}`;
}

/** Where the lock was taken, for the editor to show. */
export function takenAt({ lock, span }: HeldLock): Related {
  return { span, message: `This takes ${aLock(lock.mode)} lock on ${lock.relation.label}.` };
}
