import type { Database } from '../../database/connect.js';

/** A database of this size holds more than what somebody tries things on. In bytes. */
const big = 1_000_000_000;

/** More sessions of others than a person has open who tries things. */
const many = 5;

/**
 * What of a server looks as if people work on it, each as it stands behind "It "; nothing where it looks like a machine to
 * try things on. It is a guess from what the role may see: replicas, an archive of the WAL, big databases, many sessions.
 */
export async function signsOfProduction(database: Database): Promise<string[]> {
  const [seen] = await database.query<{
    replicas: number;
    archive: string;
    recovery: boolean;
    sessions: number;
    big: string | null;
  }>(`
SELECT (SELECT count(*)::int FROM pg_stat_replication) AS replicas, current_setting('archive_mode') AS archive,
  pg_is_in_recovery() AS recovery,
  (SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
    AND application_name IS DISTINCT FROM 'airlock') AS sessions,
  (SELECT string_agg(datname, ', ') FROM pg_database WHERE datallowconn
    AND CASE WHEN has_database_privilege(oid, 'CONNECT') THEN pg_database_size(oid) >= ${big} END) AS big`);
  if (!seen) return ['does not say what it is'];
  return [
    ...(seen.recovery ? ['is a replica'] : []),
    ...(seen.replicas > 0 ? [`has ${seen.replicas} ${seen.replicas === 1 ? 'replica' : 'replicas'}`] : []),
    ...(seen.archive === 'off' ? [] : ['archives its WAL']),
    ...(seen.sessions > many ? [`serves ${seen.sessions} other sessions`] : []),
    ...(seen.big === null ? [] : [`holds databases of more than 1 GB (${seen.big})`]),
  ];
}
