import { execFileSync, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A running server that only this process knows. */
export interface Cluster {
  /** The folder of the Unix socket. */
  readonly socketFolder: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** How long a server may take to start and to stop, in milliseconds. It takes a tenth of a second. */
const patience = 20_000;

/**
 * Settings that facts may depend on stand here: without the machine's locale and time zone, without autovacuum, whose
 * locks nobody asked for, and with `wal_level = logical`, under which publications mean something.
 */
const settings = {
  listen_addresses: '',
  timezone: 'UTC',
  autovacuum: 'off',
  wal_level: 'logical',
  fsync: 'off',
};

/**
 * Makes a database cluster in a new temporary folder and starts a server on it. It listens to its Unix socket alone;
 * with a port, for programs that know no sockets, to 127.0.0.1 as well.
 */
export async function startCluster(
  installation: string,
  tcpPort?: number,
  /** Besides `settings`, or in the place of one. */
  others: Readonly<Record<string, string>> = {},
): Promise<Cluster> {
  const port = tcpPort ?? 5432;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'airlock-facts-'));
  const owner = ordinaryUser();
  if (owner) fs.chownSync(folder, owner.uid, owner.gid);
  const data = path.join(folder, 'data');
  const program = (name: string) => path.join(installation, 'bin', name);
  const remove = () => fs.rmSync(folder, { recursive: true, force: true });

  const initdb = spawnSync(
    program('initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'],
    { encoding: 'utf8', cwd: folder, ...owner },
  );
  if (initdb.status !== 0) {
    remove();
    throw new Error(`initdb failed: ${initdb.error?.message ?? initdb.stderr}`);
  }

  const addresses = tcpPort === undefined ? {} : { listen_addresses: '127.0.0.1' };
  const options = Object.entries({
    ...settings,
    ...addresses,
    ...others,
    unix_socket_directories: folder,
    port: String(port),
  });
  const log = fs.openSync(path.join(folder, 'log'), 'w');
  const server = spawn(
    program('postgres'),
    ['-D', data, ...options.flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    {
      cwd: folder,
      stdio: ['ignore', log, log],
      ...owner,
    },
  );
  fs.closeSync(log);
  const stopped = new Promise<void>((resolve) => server.once('exit', () => resolve()).once('error', () => resolve()));
  // SIGQUIT is an immediate shutdown, good enough for data that nobody wants.
  const kill = () => server.kill('SIGQUIT');
  const abandon = () => {
    kill();
    remove();
  };
  process.once('exit', abandon);
  const stop = async () => {
    process.removeListener('exit', abandon);
    kill();
    await Promise.race([stopped, sleep(patience, undefined, { ref: false })]);
    remove();
  };

  const began = Date.now();
  while (!isReady(data)) {
    if (server.exitCode !== null || server.pid === undefined || Date.now() - began > patience) {
      const said = fs.readFileSync(path.join(folder, 'log'), 'utf8').trim().split('\n').slice(-5).join('\n');
      await stop();
      throw new Error(`the server did not start: ${said}`);
    }
    await sleep(20);
  }
  return { socketFolder: folder, port, stop };
}

/** Whether the server takes connections: the eighth line of its lock file says so, and pg_ctl reads it too. */
function isReady(data: string): boolean {
  const lockFile = path.join(data, 'postmaster.pid');
  return fs.existsSync(lockFile) && fs.readFileSync(lockFile, 'utf8').split('\n')[7]?.trim() === 'ready';
}

/** A server refuses to run as root; started by root it runs as `nobody`. Undefined: as whoever runs this. */
export function ordinaryUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (what: string) => Number(execFileSync('id', [what, 'nobody'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}
