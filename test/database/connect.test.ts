import assert from 'node:assert/strict';
import net from 'node:net';
import { connect } from '../../server/src/database/connect.js';
import { startPgliteServer } from '../support/pglite-server.js';

/** The error of an attempt to connect. */
async function failure(url: string, connectTimeout = 3000): Promise<string> {
  try {
    const database = await connect(url, { access: 'read-only', connectTimeout, environment: {} });
    await database.close();
    return 'connected';
  } catch (error) {
    assert.ok(error instanceof Error && error.name === 'DatabaseError', String(error));
    return error.message;
  }
}

/** A server of the given manners, for the time of `use`. */
async function withServer<T>(greet: (socket: net.Socket) => void, use: (port: number) => Promise<T>): Promise<T> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    greet(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  try {
    return await use(address.port);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

describe('a connection to a server', () => {
  it('says in one line why there is none', async () => {
    const free = await withServer(
      () => {},
      (port) => Promise.resolve(port),
    );
    assert.equal(
      await failure(`postgres://u:geheim@127.0.0.1:${free}/d`),
      `Nothing listens at u@127.0.0.1:${free}/d. Start the server, or correct host and port.`,
    );
    await withServer(
      () => {},
      async (port) =>
        assert.equal(
          await failure(`postgres://u:geheim@127.0.0.1:${port}/d`, 200),
          `u@127.0.0.1:${port}/d has not answered within 0.2 s.`,
        ),
    );
    await withServer(
      (socket) => socket.end('HTTP/1.1 400 Bad Request'),
      async (port) => {
        for (const mode of ['prefer', 'disable'])
          assert.equal(
            await failure(`postgres://u:geheim@127.0.0.1:${port}/d?sslmode=${mode}`),
            `u@127.0.0.1:${port}/d has closed the connection before it answered. Is it a PostgreSQL server?`,
          );
      },
    );
    assert.equal(
      await failure('postgres:///d?host=/nowhere'),
      'There is no server at the socket /nowhere/.s.PGSQL.5432.',
    );
  });

  it('only reads where it is opened for that, and reports the SQLSTATE and the place', async () => {
    const server = await startPgliteServer();
    try {
      const database = await connect(server.url, { access: 'read-only', statementTimeout: 5000, lockTimeout: 100 });
      assert.match(database.serverVersion, /^1\d\.\d+$/);
      assert.equal(Math.floor(database.serverVersionNumber / 10_000), Number.parseInt(database.serverVersion, 10));
      assert.deepEqual(await database.query(`select current_setting('lock_timeout') as lock, $1::text as p`, ['x']), [
        { lock: '100ms', p: 'x' },
      ]);
      await assert.rejects(database.query('create table t (a int)'), { name: 'DatabaseError', sqlState: '25006' });
      await database.close();
      const writer = await connect(server.url, { access: 'read-write' });
      await writer.run('create table t (a int); insert into t values (1)');
      assert.deepEqual(await writer.query('select a from t'), [{ a: 1 }]);
      await assert.rejects(writer.query('selec 1'), { sqlState: '42601', position: 1 });
      await writer.close();
    } finally {
      await server.close();
    }
  });
});
