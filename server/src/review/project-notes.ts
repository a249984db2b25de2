import type { Analysis } from '../analysis/analyze.js';

/**
 * How many migrations wait for their locks without end; 0 where one of the project sets lock_timeout, since then each
 * that does not has a finding of its own. In: what is to ship, in its order.
 */
export function unboundedWaits(analyses: readonly Pick<Analysis, 'findings' | 'applied' | 'after'>[]): number {
  if (analyses.some(({ after }) => after.hasDone('bound waits'))) return 0;
  return analyses.filter(
    ({ applied, findings }) => !applied && findings.some(({ rule }) => rule === 'require-lock-timeout'),
  ).length;
}

/** What is true of the whole project, said once. In: how many migrations wait without end. */
export function lockTimeoutNote(migrations: number): string {
  const some = migrations === 1 ? 'one of them waits' : `${migrations} of them wait`;
  return `No migration here sets lock_timeout, so ${some} for a lock without end. Set it in the role, in the URL (?options=-c lock_timeout=5s) or in the tool, and write "timeouts": "set-elsewhere" in airlock.config.json.`;
}

/** What earlier migrations have begun and no migration has ended, as far as nobody has made it a warning. */
export function openEndsOf({ findings }: Pick<Analysis, 'findings'>): string[] {
  return findings
    .filter(({ rule, severity }) => rule === 'require-finished-change' && (severity === 'info' || severity === 'hint'))
    .map(({ message }) => message);
}

/** The same for the whole project, said once. In: what is open, the oldest first. */
export function openEndsNote(open: readonly string[]): string {
  const [oldest = '', ...others] = open;
  return `Not finished: ${oldest}${others.length > 0 ? ` ${others.length} more at the last migration.` : ''}`;
}
