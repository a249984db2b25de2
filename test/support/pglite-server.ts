import net from 'node:net';
import { PGlite } from '@electric-sql/pglite';

/** The embedded PostgreSQL as a server, for code that connects to one. One client at a time. */
export interface PgliteServer {
  readonly url: string;
  /** The database itself, for what a test prepares. */
  readonly database: PGlite;
  close(): Promise<void>;
}

/** The code of SSLRequest in the place of a protocol version; the answer "N" means that there is no TLS. */
const SSL_REQUEST = 80_877_103;

/** Starts one on a free port of this machine. */
export async function startPgliteServer(): Promise<PgliteServer> {
  const database = await PGlite.create();
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    serve(socket, database);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The server has no port.');
  return {
    url: `postgres://postgres@127.0.0.1:${address.port}/postgres`,
    database,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      await database.close();
    },
  };
}

/** Hands over whole messages of a client, one after the other. */
function serve(socket: net.Socket, database: PGlite): void {
  let rest = Buffer.alloc(0);
  let hasStarted = false;
  let work = Promise.resolve();
  socket.on('data', (data) => {
    rest = Buffer.concat([rest, data]);
    for (;;) {
      // Messages begin with a letter but for the first, and then their length.
      const head = hasStarted ? 1 : 0;
      if (rest.length < head + 4) return;
      const length = head + rest.readInt32BE(head);
      if (rest.length < length) return;
      const message = rest.subarray(0, length);
      rest = rest.subarray(length);
      if (!hasStarted && message.readInt32BE(4) === SSL_REQUEST) {
        socket.write('N');
        continue;
      }
      hasStarted = true;
      if (message[0] === 'X'.charCodeAt(0)) {
        // PGlite is one session: what the next client finds must not be the transaction of this one.
        work = work.then(async () => void (await database.exec('rollback; reset all')));
        continue;
      }
      work = work.then(async () => {
        const answer = await database.execProtocolRaw(message);
        if (socket.writable) socket.write(answer);
      });
    }
  });
}
