import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { cacheFolder } from '../support/install-package.js';
import type { Source } from './contract.js';

/** A tool that can be run: the folder that its projects stand in, and its version. */
export interface Installed {
  readonly folder: string;
  readonly version: string;
}

/** Installs a tool from npm into the cache, or looks for a program. Throws with a sentence why it cannot be had. */
export function install(source: Source): Installed {
  const folder = path.join(cacheFolder(), 'tools', folderName(source));
  fs.mkdirSync(folder, { recursive: true });
  if ('debian' in source) return { folder, version: versionOf(source) };
  const versions = Object.entries(source.npm);
  const done = path.join(folder, 'installed');
  if (!fs.existsSync(done)) {
    const packages = versions.map(([each, version]) => `${each}@${version}`);
    console.log(`installing ${packages.join(' ')}`);
    fs.writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n');
    const npm = spawnSync(
      'npm',
      ['install', '--no-audit', '--no-fund', '--save-exact', '--loglevel', 'error', ...packages],
      { encoding: 'utf8', cwd: folder, shell: process.platform === 'win32' },
    );
    if (npm.status !== 0) throw new Error((npm.error?.message ?? npm.stderr).trim().split('\n').slice(0, 2).join(' '));
    fs.writeFileSync(done, '');
  }
  return { folder, version: versions[0]?.[1] ?? '' };
}

function folderName(source: Source): string {
  const words = 'debian' in source ? [source.debian] : Object.entries(source.npm).flat();
  return words
    .join('-')
    .replace(/[^\w.-]+/g, '_')
    .slice(0, 120);
}

function versionOf({ debian, version: [program = '', ...words] }: Extract<Source, { debian: string }>): string {
  const run = spawnSync(program, words, { encoding: 'utf8' });
  const version = /\d+(?:\.\d+)+/.exec(`${run.stdout ?? ''}${run.stderr ?? ''}`)?.[0];
  if (run.error !== undefined || run.status !== 0 || version === undefined)
    throw new Error(`not installed: the package ${debian} of Debian has it`);
  return version;
}
