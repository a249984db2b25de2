import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { StdioClient } from '../support/stdio-client.js';
import { airlock, type Project, root } from './project.js';

/**
 * Runs a command to its end and throws its output away; fails when it could not run (exit code 2 and above). Airlock keeps
 * nothing for the next run but where the environment says where.
 */
export function run(words: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<void> {
  const [program = '', ...rest] = words;
  return new Promise((resolve, reject) => {
    const child = spawn(program, rest, {
      env: { ...process.env, PG_AIRLOCK_NO_CACHE: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let complaint = '';
    child.stdout.resume();
    child.stderr.on('data', (chunk: Buffer) => {
      complaint += chunk.toString();
    });
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 || code === 1 ? resolve() : reject(new Error(`${words.join(' ')}: ${code}\n${complaint}`)),
    );
  });
}

/** Removes what earlier runs have left compiled, as after an installation. */
export function forgetCompiled(): void {
  const folder = path.join(root, 'dist');
  for (const name of fs.readdirSync(folder)) if (name.endsWith('.compiled')) fs.rmSync(path.join(folder, name));
}

/** Checks and fixes once as a person does, so that what V8 has compiled is there for the runs that are measured. */
export async function keepCompiled(place: string): Promise<void> {
  const caches = fs.mkdtempSync(path.join(os.tmpdir(), 'airlock-bench-cache-'));
  const kept = { PG_AIRLOCK_NO_CACHE: '', XDG_CACHE_HOME: caches };
  forgetCompiled();
  await run([...airlock, 'check', place], kept);
  if (fs.statSync(place).isFile()) await run([...airlock, 'fix', place], kept);
  fs.rmSync(caches, { recursive: true, force: true });
}

/** Resident memory of a process in MB: now, and the largest so far. Undefined where there is no /proc. */
export function memoryOf(pid: number | undefined): { now: number; peak: number } | undefined {
  try {
    const status = fs.readFileSync(`/proc/${pid}/status`, 'utf8');
    const field = (name: string): number => Number(new RegExp(`^${name}:\\s*(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;
    return { now: field('VmRSS'), peak: field('VmHWM') };
  } catch {
    return undefined;
  }
}

/** Resident memory of a server, in MB. */
export interface MemoryUse {
  /** After it has read a workspace and a person has edited its last twenty files. */
  readonly edited: ReturnType<typeof memoryOf>;
  /** After somebody has asked where a name stands, too. */
  readonly named: ReturnType<typeof memoryOf>;
}

export async function measureMemory(server: readonly [string, ...string[]], project: Project): Promise<MemoryUse> {
  const client = StdioClient.start([...server], project.directory);
  try {
    await client.initialize({ textDocument: { diagnostic: {} } }, project.uri);
    for (const file of project.files.slice(-20)) {
      const uri = pathToFileURL(file).href;
      const text = fs.readFileSync(file, 'utf8');
      await client.open(uri, text);
      await client.pull(uri);
      const top = { line: 0, character: 0 };
      await client.change(uri, { range: { start: top, end: top }, text: '-- edited\n' }, `-- edited\n${text}`);
      await client.pull(uri);
    }
    const edited = memoryOf(client.process.pid);
    // The names of all files are kept from the first question on.
    await client.connection.sendRequest('workspace/symbol', { query: 'orders' });
    return { edited, named: memoryOf(client.process.pid) };
  } finally {
    client.process.kill('SIGKILL');
  }
}
