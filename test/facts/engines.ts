import { PGlite } from '@electric-sql/pglite';
import { installClient, installServer } from './install.js';
import { startCluster } from './cluster.js';
import type { Engine, Session } from './session.js';
import { surroundings } from './surroundings.js';

/** A tablespace needs no folder of its own with this setting, which is meant for tests (PostgreSQL 15, later in 14). */
const tablespace = ['set allow_in_place_tablespaces = on', "create tablespace lt_space location ''"];

/** Cases name this database in ALTER DATABASE. */
const databaseName = 'lt';

/** Embedded PostgreSQL 18, with one session. Starts in about two seconds. */
export async function startPglite(): Promise<Engine> {
  // ECMAScript modules only, so import() instead of an import.
  const [{ btree_gist }, { citext }, { hstore }, { pg_trgm }] = await Promise.all([
    import('@electric-sql/pglite/contrib/btree_gist'),
    import('@electric-sql/pglite/contrib/citext'),
    import('@electric-sql/pglite/contrib/hstore'),
    import('@electric-sql/pglite/contrib/pg_trgm'),
  ]);
  const db = await PGlite.create({ extensions: { btree_gist, citext, hstore, pg_trgm } });
  const notices: string[] = [];
  const send = (sql: string) => db.exec(sql, { onNotice: ({ message }) => notices.push(message ?? '') });
  const subject: Session = {
    exec: async (sql) => void (await send(sql)),
    query: async <Row>(sql: string) => (await send(sql)).at(-1)!.rows as Row[],
    notices,
  };
  // hstore is a case's own to create, but PGlite has to have its library: once a library was missing, as the one of
  // CREATE SUBSCRIPTION is, the next one may not load either.
  const ownLibraries = ['create extension hstore', 'drop extension hstore'];
  for (const sql of [...surroundings, ...tablespace, `create database ${databaseName}`, ...ownLibraries]) {
    await subject.exec(sql);
  }
  const exactVersion = await versionOf(subject);
  return {
    name: 'PGlite',
    postgres: Number.parseInt(exactVersion, 10),
    exactVersion,
    subject,
    close: () => db.close(),
  };
}

/** A server of its own for this run, in a temporary folder that goes with it. */
export async function startServer(postgres: number): Promise<Engine> {
  const cluster = await startCluster(installServer(postgres));
  const Client = installClient();
  const clients: InstanceType<typeof Client>[] = [];
  const connect = async (database: string): Promise<Session> => {
    const client = new Client({ host: cluster.socketFolder, port: cluster.port, user: 'postgres', database });
    const notices: string[] = [];
    client.on('notice', ({ message }) => notices.push(message));
    // A lost connection rejects the query that runs; without a listener it would end the process as well.
    client.on('error', () => {});
    await client.connect();
    clients.push(client);
    const rows = async <Row>(sql: string) => {
      const result = await client.query(sql);
      return (Array.isArray(result) ? result.at(-1)! : result).rows as Row[];
    };
    return { exec: async (sql) => void (await rows(sql)), query: rows, notices };
  };
  const close = async () => {
    await Promise.all(clients.map((client) => client.end()));
    await cluster.stop();
  };
  try {
    const first = await connect('postgres');
    await first.exec(`create database ${databaseName}`);
    const subject = await connect(databaseName);
    for (const sql of [...surroundings, ...tablespace]) await subject.exec(sql);
    const others = { blocker: await connect(databaseName), watcher: await connect(databaseName) };
    const exactVersion = await versionOf(subject);
    return { name: `PostgreSQL ${postgres}`, postgres, exactVersion, subject, others, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function versionOf(session: Session): Promise<string> {
  const [row] = await session.query<{ server_version: string }>('show server_version');
  return row!.server_version;
}
