import { splitSql } from '../support/split-sql.js';
import { startCluster } from './cluster.js';
import { installClient, installServer } from './install.js';

/** An empty database of a real server. */
export interface ServerDatabase {
  /** Its major version. */
  readonly version: number;
  rows(sql: string): Promise<Record<string, unknown>[]>;
  /** Runs SQL statement by statement, as psql does. */
  run(sql: string): Promise<void>;
}

/**
 * Hands an empty database for each of some cases, on a real server of each version, to `use`, which says what is wrong.
 * What came out is printed. Out: how many are wrong.
 */
export async function onEachServer<Case extends { readonly name: string }>(
  versions: readonly number[],
  cases: readonly Case[],
  use: (each: Case, database: ServerDatabase) => Promise<readonly string[]>,
): Promise<number> {
  const Client = installClient();
  let wrong = 0;
  for (const version of versions) {
    const cluster = await startCluster(installServer(version));
    const connect = async (database: string) => {
      const client = new Client({ host: cluster.socketFolder, port: cluster.port, user: 'postgres', database });
      await client.connect();
      return client;
    };
    try {
      for (const [index, each] of cases.entries()) {
        const admin = await connect('postgres');
        await admin.query(`CREATE DATABASE case_${index}`);
        await admin.end();
        const client = await connect(`case_${index}`);
        const faults = await use(each, {
          version,
          rows: async (sql) => {
            const result = await client.query(sql);
            return (Array.isArray(result) ? [] : result.rows) as Record<string, unknown>[];
          },
          run: async (sql) => {
            for (const statement of await splitSql(sql)) await client.query(statement);
          },
        }).catch((error: unknown) => [`stopped: ${String(error)}`]);
        await client.end();
        if (faults.length > 0) wrong += 1;
        console.log(`${faults.length === 0 ? 'right' : 'WRONG'}  PostgreSQL ${version}: ${each.name}`);
        for (const fault of faults) console.log(`       ${fault}`);
      }
    } finally {
      await cluster.stop();
    }
  }
  return wrong;
}
