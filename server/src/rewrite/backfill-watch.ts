import type { Parts } from './backfill-spec.js';

/**
 * How a backfill looks around while it runs: how far replicas are behind, and how long it has to go on. The DO block
 * and the scripts ask the server the same questions.
 */

/** How long a batch waits for a replica, in s; then the replica is late on purpose, or has stopped. */
export const longestWait = 120;

/**
 * One row: whether a replica is too far behind, and whether there is one of which that is not known. A role without
 * pg_monitor sees a replica and NULL in the place of its numbers; one that is caught up has no replay_lag.
 */
export function lagQuery({ lagSeconds, lagMegabytes }: Parts, into = ''): string {
  return `SELECT coalesce(bool_or(replay_lag > '${lagSeconds} s'
          OR pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn) > pg_size_bytes('${lagMegabytes} MB')), false),
        coalesce(bool_or(replay_lsn IS NULL), false)${into}
      FROM pg_stat_replication WHERE state IS NULL OR state IN ('streaming', 'catchup')`;
}

/** One value: how many rows the statistics say the table has, with its partitions; NULL where one of them has none. */
export function rowsQuery(table: string, into = ''): string {
  return `SELECT CASE WHEN min(reltuples) >= 0 THEN sum(reltuples) END${into} FROM pg_class
  WHERE relkind <> 'p' AND (oid = ${table} OR oid IN (SELECT relid FROM pg_partition_tree(${table})))`;
}

/** What PL/pgSQL needs for it. */
export const watchVariables = `  bf_began timestamptz;
  bf_before bigint;
  bf_seen bigint;
  bf_seen_before bigint;
  bf_all float8;
  bf_behind boolean;
  bf_unknown boolean;
  bf_said boolean := false;
  bf_in_vain boolean := false;
  bf_waits int;
`;

/** Behind `prepare`: where this run starts, in rows changed and in rows or blocks seen, and of how many. */
export function estimate(all: string): string {
  return `  bf_began := clock_timestamp();
  bf_before := bf_total;
  bf_seen_before := bf_seen;
  ${all};
`;
}

/**
 * Waits until no replica is too far behind. Where that cannot be known, it says so once and goes on; a replica that
 * stays behind is waited for again when it has caught up.
 */
export function behind(parts: Parts): string {
  return `    bf_waits := 0;
    LOOP
      BEGIN
        ${lagQuery(parts, '\n        INTO bf_behind, bf_unknown').replaceAll('\n', '\n  ')};
      EXCEPTION WHEN OTHERS THEN
        bf_behind := false;
        bf_unknown := true;
      END;
      COMMIT;
      IF bf_unknown AND NOT bf_said THEN
        bf_said := true;
        RAISE NOTICE 'how far the replicas are behind is unknown to this role: nothing waits for them';
      END IF;
      bf_in_vain := bf_in_vain AND bf_behind;
      EXIT WHEN bf_in_vain OR NOT bf_behind;
      bf_waits := bf_waits + 1;
      IF bf_waits = 1 THEN
        RAISE NOTICE '%: waits for a replica that is behind', bf_job;
      ELSIF bf_waits > ${longestWait} THEN
        RAISE WARNING '%: a replica is still behind after ${longestWait} s, and is not waited for', bf_job;
        bf_in_vain := true;
      END IF;
      PERFORM pg_sleep(1);
    END LOOP;
`;
}

/** Says how far it is, every ten batches. */
export const says = `    IF bf_batches % 10 = 1 THEN
      RAISE NOTICE '%: % rows changed, % a second, time left %, next key %', bf_job, bf_total,
        round((bf_total - bf_before) / greatest(extract(epoch FROM clock_timestamp() - bf_began), 0.001)),
        coalesce(date_trunc('second', CASE WHEN bf_all > bf_seen AND bf_seen > bf_seen_before THEN
          (clock_timestamp() - bf_began) * ((bf_all - bf_seen) / (bf_seen - bf_seen_before)) END)::text, 'unknown'),
        coalesce(bf_key::text, 'none');
    END IF;
`;
