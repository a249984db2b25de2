import net from 'node:net';
import { startCluster } from '../facts/cluster.js';
import { installClient } from '../facts/install.js';
import type { Target } from './contract.js';

/** A server with as many new databases as one wants. */
export interface Ground {
  /** Where PostgreSQL is installed. */
  readonly installation: string;
  /** A new database with the tables of `seed` in it. */
  newDatabase(): Promise<Target>;
  /** The first column of the rows, as text. */
  ask(target: Target, sql: string): Promise<string[]>;
  close(): Promise<void>;
}

/** Tables with rows that stand before any migration; the templates of all databases. */
const seed = `
  CREATE TABLE account (id bigint PRIMARY KEY, email text, plan text);
  INSERT INTO account SELECT n, 'a' || n || '@example.org', 'free' FROM generate_series(1, 2000) AS n;
  CREATE TABLE ran (place serial, version text);`;

const user = 'postgres';

export async function startGround(installation: string): Promise<Ground> {
  const port = await freePort();
  const cluster = await startCluster(installation, port);
  const Client = installClient();
  const connect = async (database: string) => {
    const client = new Client({ host: '127.0.0.1', port, user, database });
    // A tool that is ended may take its database along.
    client.on('error', () => undefined);
    await client.connect();
    return client;
  };
  const query = async (database: string, sql: string): Promise<unknown[]> => {
    const client = await connect(database);
    try {
      const result = await client.query(sql);
      return Array.isArray(result) ? (result.at(-1)?.rows ?? []) : result.rows;
    } finally {
      await client.end();
    }
  };
  await query('postgres', 'CREATE DATABASE seeded');
  await query('seeded', seed);
  let count = 0;
  return {
    installation,
    async newDatabase() {
      count += 1;
      const database = `run${count}`;
      await query('postgres', `CREATE DATABASE ${database} TEMPLATE seeded`);
      return { url: `postgres://${user}:${user}@127.0.0.1:${port}/${database}?sslmode=disable`, port, database };
    },
    async ask({ database }, sql) {
      const rows = await query(database, sql);
      return rows.map((row) => String(typeof row === 'object' && row !== null ? Object.values(row)[0] : row));
    },
    close: () => cluster.stop(),
  };
}

/** A port that nothing listens on. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
