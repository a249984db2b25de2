import type { TransactionContext } from '../engine/define-rule.js';

/**
 * Where a statement goes that cannot run in the transaction that is open around it, behind "Move it". psql is what
 * people run whose tool is not known.
 */
export function outOfTransaction({ by }: TransactionContext): string {
  if (by === 'begin') return 'behind the COMMIT, or to a migration of its own';
  const outside = 'that runs outside a transaction (psql: without --single-transaction)';
  return by === 'block' ? `out of the block, to a migration ${outside}` : `to a migration of its own ${outside}`;
}
