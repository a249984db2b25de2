import { installClient } from '../facts/install.js';
import { type Migration, readers } from './stand-in.js';

/** A program: `node run-stand-in.js TOOL up|down` in a project, on the database of DATABASE_URL. */
async function main([tool = '', direction = '']: readonly string[]): Promise<void> {
  const url = new URL(process.env.DATABASE_URL ?? '');
  const Client = installClient();
  const client = new Client({
    host: url.hostname,
    port: Number(url.port),
    user: url.username,
    database: url.pathname.slice(1),
  });
  await client.connect();
  try {
    await client.query('CREATE TABLE IF NOT EXISTS stand_in (version numeric PRIMARY KEY, name text)');
    const result = await client.query('SELECT name FROM stand_in ORDER BY version');
    const applied = new Set(
      (Array.isArray(result) ? [] : result.rows).map((row) => String(Object.values(Object(row))[0])),
    );
    const migrations = ((await readers[tool]?.(process.cwd())) ?? []).sort((a, b) => (a.version < b.version ? -1 : 1));
    const wanted =
      direction === 'up'
        ? migrations.filter(({ name }) => !applied.has(name))
        : migrations.filter(({ name }) => applied.has(name)).slice(-1);
    for (const migration of wanted) await apply(client, migration, direction === 'up');
  } finally {
    await client.end();
  }
}

async function apply(
  client: { query(sql: string): Promise<unknown> },
  { version, name, up, down }: Migration,
  isUp: boolean,
): Promise<void> {
  const script = isUp ? up : down;
  if (script === undefined) throw new Error(`${name} has no way back`);
  if (script.transaction) await client.query('BEGIN');
  for (const query of script.queries) await client.query(query);
  await client.query(
    isUp
      ? `INSERT INTO stand_in VALUES (${version}, '${name.replaceAll("'", "''")}')`
      : `DELETE FROM stand_in WHERE version = ${version}`,
  );
  if (script.transaction) await client.query('COMMIT');
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
