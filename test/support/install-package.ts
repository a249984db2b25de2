import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Where servers are kept. Root's own cache is closed to the ordinary user that a server has to run as. */
export function cacheFolder(): string {
  if (process.env.AIRLOCK_POSTGRES) return path.resolve(process.env.AIRLOCK_POSTGRES);
  if (process.getuid?.() === 0) return '/var/cache/airlock-postgres';
  return path.join(process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'airlock-postgres');
}

/** Installs an exact version of an npm package, unless it is there, and gives the folder that was installed into. */
export function installPackage(name: string, version: string): string {
  const folder = path.join(cacheFolder(), `${path.basename(name)}-${version}`);
  const done = path.join(folder, 'installed');
  if (fs.existsSync(done)) return folder;
  console.log(`installing ${name}@${version} into ${folder}`);
  try {
    fs.mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new Error(`${name}@${version} cannot be installed: ${(error as Error).message}. Set AIRLOCK_POSTGRES`);
  }
  const npm = spawnSync(
    'npm',
    ['install', '--prefix', folder, '--no-audit', '--no-fund', '--loglevel', 'error', `${name}@${version}`],
    { encoding: 'utf8', cwd: folder, shell: process.platform === 'win32' },
  );
  if (npm.status !== 0) {
    const why = (npm.error?.message ?? npm.stderr).trim().split('\n').slice(0, 2).join(' ');
    throw new Error(`${name}@${version} cannot be installed: ${why}`);
  }
  fs.writeFileSync(done, '');
  return folder;
}
