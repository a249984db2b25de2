import type { RuleContext } from '../engine/define-rule.js';

/** Where a statement goes that cannot run in the transaction that is open around it, behind "Move it". */
export function outOfTransaction({
  transaction: { by },
  wrapping,
}: Pick<RuleContext, 'transaction' | 'wrapping'>): string {
  if (by === 'begin') return 'behind the COMMIT, or to a migration of its own';
  return by === 'block' ? `out of the block, ${wrapping.where}` : wrapping.where;
}
