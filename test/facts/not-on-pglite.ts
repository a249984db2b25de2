/**
 * Statements that refuse a transaction block, or end the one they are in: only a second session could see their locks,
 * and PGlite has one. Everything else of them is compared.
 */
export const locksUnseen: readonly string[] = [
  'cic',
  'cic-unique',
  'cic-unique-dup',
  'cic-partial',
  'cic-expression',
  'cic-slow-build',
  'cic-if-not-exists-invalid-present',
  'cic-partitioned',
  'cic-on-only-partitioned',
  'cic-on-partition',
  'drop-index-concurrently',
  'drop-index-concurrently-if-exists-missing',
  'drop-index-concurrently-constraint',
  'drop-index-concurrently-partitioned',
  'drop-index-concurrently-two',
  'drop-index-concurrently-cascade',
  'drop-invalid-index-concurrently',
  'reindex-index-concurrently',
  'reindex-table-concurrently',
  'reindex-pk-concurrently',
  'reindex-exclude-concurrently',
  'reindex-invalid-index-concurrently',
  'reindex-partitioned-table',
  'reindex-schema',
  'cluster-all',
  'vacuum',
  'vacuum-full',
  'vacuum-analyze',
  'vacuum-freeze',
  'vacuum-skip-locked',
  'detach-concurrently',
  'detach-concurrently-with-default',
  'detach-concurrently-blocker-on-partition',
  'detach-concurrently-keeps-check',
  'lock-outside-tx',
  'do-commit-outside-tx',
  'do-loop-batched-commit',
  'do-commit-in-exception-block',
  'call-procedure-commit',
  'call-procedure-with-set-clause-commit',
  'timeout-lock_timeout-cic',
  'timeout-statement_timeout-cic',
  'timeout-lock_timeout-drop-index-concurrently',
  'timeout-lock_timeout-reindex-concurrently',
  'timeout-lock_timeout-detach-concurrently',
];

/** Cases in which PGlite does something else than the server whose facts stand in the file, and why. */
export const otherwise: Readonly<Record<string, readonly string[]>> = {
  'PGlite has no libpqwalreceiver, without which CREATE SUBSCRIPTION does not begin': [
    'subscription-create-no-connect',
  ],
  // PGlite 0.5.16 is 18.6, the newest server on npm is 18.4. A column default that names a sequence then shows ACCESS
  // SHARE on it, which only ACCESS EXCLUSIVE conflicts with. The facts will say so once there is a server to ask.
  'later minor versions of 18 lock what a new dependency points to': ['type-int-to-bigint-serial-pk'],
};
