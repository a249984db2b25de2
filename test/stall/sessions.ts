import type { SqlConnection } from '../../server/src/rehearsal/connection.js';
import { startCluster } from '../facts/cluster.js';
import { installClient } from '../facts/install.js';

/** Sessions of one server: one changes the schema, the other writes beside it, and a third looks at that one. */
export interface Sessions {
  readonly postgres: number;
  readonly changer: SqlConnection;
  readonly writer: SqlConnection;
  /** How long the writer has been waiting for a lock by now, in ms; 0 where it does not wait. */
  lockWait(): Promise<number>;
  /** Empties the database. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a server from an installation such as /usr/lib/postgresql/15, with its disk used as in production. */
export async function startSessions(installation: string): Promise<Sessions> {
  const cluster = await startCluster(installation, undefined, {
    fsync: 'on',
    autovacuum: 'on',
    max_wal_size: '4GB',
    shared_buffers: '512MB',
  });
  const Client = installClient();
  const open = async (): Promise<InstanceType<typeof Client>> => {
    const client = new Client({
      host: cluster.socketFolder,
      port: cluster.port,
      user: 'postgres',
      database: 'postgres',
    });
    client.on('error', () => {});
    await client.connect();
    return client;
  };
  const [changing, writing, looking] = [await open(), await open(), await open()];
  const connectionOf = (client: InstanceType<typeof Client>): SqlConnection => ({
    exec: (sql) => client.query(sql),
    async query<Row>(sql: string) {
      const result = await client.query(sql);
      return { rows: ((Array.isArray(result) ? result.at(-1) : result)?.rows ?? []) as Row[] };
    },
  });
  const [changer, writer, looker] = [connectionOf(changing), connectionOf(writing), connectionOf(looking)];
  const [{ pid } = { pid: 0 }] = (await writer.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows;
  const { rows } = await changer.query<{ version: string }>("SELECT current_setting('server_version_num') AS version");
  return {
    postgres: Math.floor(Number(rows[0]?.version) / 10_000),
    changer,
    writer,
    async lockWait() {
      const waits = await looker.query<{ ms: number }>(
        `SELECT coalesce(max(extract(epoch FROM clock_timestamp() - waitstart) * 1000), 0)::float8 AS ms FROM pg_locks WHERE NOT granted AND pid = ${pid}`,
      );
      return waits.rows[0]?.ms ?? 0;
    },
    async reset() {
      await changer.exec('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
      await changer.exec('CHECKPOINT');
    },
    async close() {
      await changing.end();
      await writing.end();
      await looking.end();
      await cluster.stop();
    },
  };
}
