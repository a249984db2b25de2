import { PGlite } from '@electric-sql/pglite';
import type { ConfigFile } from '../../../server/src/analysis/config-schema.js';
import { startCluster } from '../../facts/cluster.js';
import { installClient } from '../../facts/install.js';
import { resetDatabase, type SqlConnection } from '../../support/reset-database.js';

const versions: readonly PostgresVersion[] = [14, 15, 16, 17, 18];

type PostgresVersion = NonNullable<ConfigFile['postgres']>;

/** A PostgreSQL on which cases run, one after the other. */
export interface ProvingGround {
  /** "PGlite" or "PostgreSQL 15". */
  readonly name: string;
  /** The major version. */
  readonly postgres: PostgresVersion;
  readonly connection: SqlConnection;
  /** Brings the database back to what initdb makes. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** A connection that stays the same when the one behind it is replaced. */
function lasting(now: () => SqlConnection): SqlConnection {
  return { exec: (sql) => now().exec(sql), query: (sql) => now().query(sql) };
}

/** PostgreSQL 18 inside this process. */
export async function embedded(): Promise<ProvingGround> {
  let db = await PGlite.create();
  return {
    name: 'PGlite',
    postgres: 18,
    connection: lasting(() => db),
    async reset() {
      try {
        await resetDatabase(db);
      } catch {
        await db.close().catch(() => undefined);
        db = await PGlite.create();
      }
    },
    close: () => db.close(),
  };
}

/** A server of its own, started from an installation such as /usr/lib/postgresql/15. */
export async function server(installation: string): Promise<ProvingGround> {
  const cluster = await startCluster(installation);
  const Client = installClient();
  let close = async (): Promise<void> => {};
  let [number, resets] = [0, 0];
  const connect = async (): Promise<SqlConnection> => {
    const open = async (database: string): Promise<InstanceType<typeof Client>> => {
      const client = new Client({ host: cluster.socketFolder, port: cluster.port, user: 'postgres', database });
      client.on('error', () => {});
      await client.connect();
      return client;
    };
    number += 1;
    const maintenance = await open('postgres');
    await maintenance.query(`DROP DATABASE IF EXISTS prove_${number - 1}`);
    await maintenance.query(`CREATE DATABASE prove_${number}`);
    await maintenance.end();
    const client = await open(`prove_${number}`);
    close = () => client.end();
    return {
      exec: (sql) => client.query(sql),
      async query<Row>(sql: string) {
        const result = await client.query(sql);
        return { rows: ((Array.isArray(result) ? result.at(-1) : result)?.rows ?? []) as Row[] };
      },
    };
  };
  let db = await connect();
  const { rows } = await db.query<{ version: string }>("SELECT current_setting('server_version_num') AS version");
  const postgres = versions.find((each) => each === Math.floor(Number(rows[0]?.version) / 10000));
  if (postgres === undefined) throw new Error(`Airlock does not know the version of ${installation}`);
  return {
    name: `PostgreSQL ${postgres}`,
    postgres,
    connection: lasting(() => db),
    async reset() {
      resets += 1;
      try {
        // Catalogs that nobody vacuums grow with every reset.
        if (resets % 40 === 0) throw new Error('time for a new database');
        await resetDatabase(db);
      } catch {
        await close().catch(() => undefined);
        db = await connect();
      }
    },
    async close() {
      await close().catch(() => undefined);
      await cluster.stop();
    },
  };
}
