import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/** The root of the package; this file runs from out/test/cli/support. */
export const root = path.resolve(__dirname, '..', '..', '..', '..');

/** The command-line tool as it is shipped. */
export const bundle = path.join(root, 'dist', 'cli.js');

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Words before the script's name, such as another user's identity. */
  readonly before?: readonly string[];
}

/**
 * Runs the bundled tool as a person would. Nothing of the test's own terminal reaches it, and it remembers nothing but where
 * the environment says so.
 */
export function runCli(words: readonly string[], { cwd, env = {}, before = [] }: RunOptions = {}): Promise<Ran> {
  if (!fs.existsSync(bundle)) throw new Error('There is no dist/cli.js to test: npm run build');
  const { FORCE_COLOR: _force, NO_COLOR: _no, ...inherited } = process.env;
  const [program = '', ...rest] = [...before, process.execPath, bundle, ...words];
  return new Promise((resolve, reject) => {
    // Another user than ours cannot write its coverage beside ours.
    if (before.length > 0) delete inherited.NODE_V8_COVERAGE;
    const child = spawn(program, rest, {
      cwd,
      env: { ...inherited, PG_AIRLOCK_NO_CACHE: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk;
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      stderr += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** Runs the tool and reads its report as JSON; whatever else stands on stdout makes this fail. */
export async function runJson<T>(
  words: readonly string[],
  options: RunOptions = {},
): Promise<Ran & { readonly report: T }> {
  const ran = await runCli([...words, '--format', 'json'], options);
  try {
    return { ...ran, report: JSON.parse(ran.stdout) as T };
  } catch (error) {
    throw new Error(`${String(error)}\nexit code ${ran.code}\n${ran.stdout}\n${ran.stderr}`);
  }
}
