import { cpSync, existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { downloadAndUnzipVSCode, runTests } from '@vscode/test-electron';
import { makeProject } from '../bench/project.js';

// Runs the suites of ./suites inside a real VS Code: the desktop one where it can be downloaded and shown, else the
// real workbench in Chromium (launcher/code-oss-web.js).
//   AIRLOCK_E2E=web | desktop   use that one, and nothing else
//   VSCODE_VERSION=1.91.1       the desktop version (default: stable)
//   MOCHA_GREP=<pattern>        only these tests
//   --latency                   in place of them: how long the editor waits in a workspace of 5,000 migrations (./latency)

const root = path.resolve(__dirname, '..', '..', '..');

/** The path of the executable to test with, after everything it needs has been set up. */
async function prepareVSCode(): Promise<string> {
  const wanted = process.env.AIRLOCK_E2E;
  const hasDisplay = process.platform !== 'linux' || Boolean(process.env.DISPLAY);
  if (wanted === 'desktop' || (wanted !== 'web' && hasDisplay)) {
    try {
      const version = process.env.VSCODE_VERSION ?? 'stable';
      return await downloadAndUnzipVSCode({ version, cachePath: path.join(root, '.vscode-test') });
    } catch (error) {
      if (wanted === 'desktop') throw error;
      console.error(`The desktop VS Code could not be downloaded (${String(error)}); using the one in the browser.`);
    }
  }
  const setUp = (await import(pathToFileURL(path.join(root, 'scripts', 'e2e-setup.mjs')).href)) as E2eSetup;
  setUp.setUp();
  Object.assign(process.env, setUp.launcherEnvironment());
  return path.join(root, 'test', 'vscode', 'launcher', 'code-oss-web.js');
}

interface E2eSetup {
  setUp(): void;
  launcherEnvironment(): Record<string, string>;
}

async function main(): Promise<number> {
  if (!existsSync(path.join(root, 'dist', 'client.js'))) throw new Error('dist/ is missing; run: npm run build');
  const executable = await prepareVSCode();
  const scratch = mkdtempSync(path.join(tmpdir(), 'airlock-e2e-'));
  try {
    const suites = process.argv.includes('--latency') ? 'latency' : 'suites';
    const workspace = path.join(scratch, 'workspace');
    if (suites === 'latency') renameSync(makeProject(5000, 7).directory, workspace);
    // The tests edit and save, so they work on a copy.
    else cpSync(path.join(root, 'test', 'vscode', 'fixtures'), workspace, { recursive: true });
    return await runTests({
      vscodeExecutablePath: executable,
      extensionDevelopmentPath: root,
      extensionTestsPath: path.join(__dirname, 'index.js'),
      launchArgs: [
        workspace,
        '--disable-extensions',
        // Fresh, because an interrupted run would restore its unsaved editors into the next one.
        `--user-data-dir=${path.join(scratch, 'user')}`,
        `--extensions-dir=${path.join(scratch, 'extensions')}`,
      ],
      extensionTestsEnv: {
        AIRLOCK_E2E_SUITES: suites,
        AIRLOCK_E2E_SHOTS: path.join(root, 'test', 'vscode', 'shots'),
        AIRLOCK_E2E_COLOR: process.stdout.isTTY ? '1' : '0',
      },
    });
  } finally {
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(String(error));
    process.exitCode = 1;
  },
);
