import { startCluster } from '../../facts/cluster.js';
import { installClient, installServer } from '../../facts/install.js';
import { initParser } from '../../../server/src/sql/postgres-parser.js';
import { splitSql } from '../../support/split-sql.js';
import { cases, faultsOf } from './cases.js';

/** Runs every query of the runbooks on real servers, one database for each case. Out: how many cases are wrong. */
export async function runbooksOn(versions: readonly number[]): Promise<number> {
  await initParser();
  const Client = installClient();
  let wrong = 0;
  for (const version of versions) {
    const cluster = await startCluster(installServer(version));
    try {
      for (const [index, each] of cases.entries()) {
        const admin = new Client({
          host: cluster.socketFolder,
          port: cluster.port,
          user: 'postgres',
          database: 'postgres',
        });
        await admin.connect();
        await admin.query(`CREATE DATABASE runbook_${index}`);
        await admin.end();
        const client = new Client({
          host: cluster.socketFolder,
          port: cluster.port,
          user: 'postgres',
          database: `runbook_${index}`,
        });
        await client.connect();
        const rowsOf = async (sql: string): Promise<Record<string, unknown>[]> => {
          const result = await client.query(sql);
          return (Array.isArray(result) ? [] : result.rows) as Record<string, unknown>[];
        };
        const faults = await faultsOf(each, {
          rows: rowsOf,
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
