import { type LockMode, lockModes } from '../sql/lock-modes.js';
import { quoteLiteral } from '../sql/quote.js';
import { dollarQuote } from '../schema/safe-statements.js';

/** How often a lock is tried for. */
export interface RetryLimits {
  readonly attempts: number;
  /** How long one attempt waits, in ms: for so long others wait behind it. */
  readonly timeout: number;
  /** The pause behind the first attempt, in ms; each doubles it. */
  readonly pause: number;
  /** The longest pause, in ms. */
  readonly longest: number;
}

/** What a short statement is worth: two minutes and a half in all, while others wait for half a second at a time. */
export const retryLimits: RetryLimits = { attempts: 20, timeout: 500, pause: 250, longest: 15_000 };

/** A lock that is waited for. */
export interface WantedLock {
  /** The table as SQL text. */
  readonly table: string;
  readonly mode: LockMode;
}

/**
 * The modes that each mode conflicts with, by their places in the list of modes (manual, table 13.2).
 * https://www.postgresql.org/docs/current/explicit-locking.html
 */
const conflicts: Readonly<Record<LockMode, readonly LockMode[]>> = {
  AccessShareLock: from('AccessExclusiveLock'),
  RowShareLock: from('ExclusiveLock'),
  RowExclusiveLock: from('ShareLock'),
  ShareUpdateExclusiveLock: from('ShareUpdateExclusiveLock'),
  ShareLock: from('RowExclusiveLock').filter((mode) => mode !== 'ShareLock'),
  ShareRowExclusiveLock: from('RowExclusiveLock'),
  ExclusiveLock: from('RowShareLock'),
  AccessExclusiveLock: from('AccessShareLock'),
};

function from(mode: LockMode): readonly LockMode[] {
  return lockModes.slice(lockModes.indexOf(mode));
}

/** A condition on `l` of pg_locks: a granted lock of somebody else that one of these conflicts with. */
function stands(locks: readonly WantedLock[]): string {
  const each = locks.map(
    ({ table, mode }) =>
      `l.relation = to_regclass(${quoteLiteral(table)}) AND l.mode IN (${conflicts[mode].map(quoteLiteral).join(', ')})`,
  );
  return each.map((one) => (each.length === 1 ? one : `(${one})`)).join(' OR ');
}

/**
 * A DO block that runs statements until they get their locks: each attempt waits for a short time, and gives back all
 * that it has locked before the pause, so that nobody waits behind it. The pause doubles, with a part of chance in it.
 * It says who stands in the way, and gives up with lock_not_available (55P03). In: statements without semicolons that
 * can stand in PL/pgSQL, and the locks that they take.
 */
export function retryBlock(
  statements: readonly string[],
  locks: readonly WantedLock[],
  { attempts, timeout, pause, longest }: RetryLimits = retryLimits,
): string {
  const body = `DECLARE
  lr_before text := current_setting('lock_timeout');
  lr_pause float8;
  lr_blockers text;
BEGIN
  FOR lr_attempt IN 1..${attempts} LOOP
    BEGIN
      PERFORM set_config('lock_timeout', '${timeout}ms', true);
${statements.map((sql) => `      ${sql};\n`).join('')}      PERFORM set_config('lock_timeout', lr_before, true);
      EXIT;
    EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
      SELECT string_agg(format('%s of pid %s (%s, %s, transaction open for %s): %s', l.relation::regclass, a.pid,
          coalesce(nullif(a.application_name, ''), a.usename, a.backend_type), coalesce(a.state, 'active'),
          date_trunc('second', coalesce(clock_timestamp() - a.xact_start, interval '0')),
          left(regexp_replace(coalesce(a.query, ''), '\\s+', ' ', 'g'), 120)), '; ' ORDER BY a.xact_start)
        INTO lr_blockers
        FROM pg_locks AS l JOIN pg_stat_activity AS a ON a.pid = l.pid
        WHERE l.locktype = 'relation' AND l.granted AND l.pid <> pg_backend_pid()
          AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
          AND (${stands(locks)});
      IF lr_attempt = ${attempts} THEN
        RAISE EXCEPTION 'gave up after ${attempts} attempts of ${timeout} ms: %',
          coalesce('locked: ' || lr_blockers, sqlerrm) USING ERRCODE = 'lock_not_available';
      END IF;
      lr_pause := least(${pause / 1000} * 2.0 ^ (lr_attempt - 1), ${longest / 1000}) * (0.5 + random());
      RAISE NOTICE 'attempt % of ${attempts}: %; again in % s', lr_attempt,
        coalesce('locked: ' || lr_blockers, 'nobody has it any more'), round(lr_pause::numeric, 1);
      PERFORM pg_sleep(lr_pause);
    END;
  END LOOP;
END
`;
  const quote = dollarQuote(body, 'retry');
  return `DO ${quote}\n${body}${quote}`;
}
