// `npm start`: builds Airlock, prints its review of the example project, and opens the example in VS Code with it.
//   node scripts/start.mjs --no-open   stops after the review (so does CI=true, or an output that is no terminal)
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { launcherEnvironment, setUp } from './e2e-setup.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const example = path.join('examples', 'shop');
const shallOpen = !process.argv.includes('--no-open') && process.env.CI !== 'true' && process.stdout.isTTY === true;

/** Runs a Node script of the project in the foreground and returns its exit code. */
function runNode(...args) {
  return spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status ?? 1;
}

function build() {
  console.error('Building ...');
  if (runNode(path.join('node_modules', 'typescript', 'bin', 'tsc'), '-b') !== 0 || runNode('esbuild.mjs') !== 0) {
    throw new Error('The build failed; see above.');
  }
}

function review() {
  console.error(`\n$ pg-airlock review ${example}\n`);
  // 1 means that there are findings, which is what the example is for.
  if (runNode(path.join('dist', 'cli.js'), 'review', example) > 1)
    throw new Error('The review could not run; see above.');
}

/** The desktop VS Code on PATH; undefined when there is none. */
function findDesktop() {
  const names = ['code', 'code-insiders', 'codium'].flatMap((name) =>
    process.platform === 'win32' ? [`${name}.cmd`, `${name}.exe`] : [name],
  );
  for (const folder of (process.env.PATH ?? '').split(path.delimiter)) {
    const name = names.find((one) => folder !== '' && fs.existsSync(path.join(folder, one)));
    if (name !== undefined) return path.join(folder, name);
  }
  return undefined;
}

function openDesktop(code) {
  const args = ['--new-window', `--extensionDevelopmentPath=${root}`, path.join(root, example)];
  spawn(process.platform === 'win32' ? `"${code}"` : code, args, {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  console.error(`\nOpening ${example} in VS Code. Look at migrations/ there.`);
}

/** Serves the real VS Code to the user's own browser until Ctrl-C. */
async function serveWorkbench() {
  setUp({ browser: false });
  Object.assign(process.env, launcherEnvironment());
  const launcher = createRequire(import.meta.url)('../test/vscode/launcher/server.js');
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'airlock-start-'));
  const { base, child } = await launcher.startServer({
    userData: path.join(scratch, 'user'),
    extensions: path.join(scratch, 'extensions'),
    scratch,
    trust: true,
  });
  const payload = [['extensionDevelopmentPath', launcher.remoteUri(base, root)]];
  const url = launcher.workbenchUrl(base, { target: path.join(root, example), payload });
  console.error('\nNo desktop VS Code on PATH, so here is one for your browser, with Airlock in it. Ctrl-C ends it.\n');
  console.log(url);
  let ending = false;
  const end = async (code) => {
    if (ending) return;
    ending = true;
    await launcher.stopServer(child);
    fs.rmSync(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    process.exit(code);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => end(0));
  child.on('exit', () => end(1));
}

try {
  build();
  review();
  if (shallOpen) {
    const desktop = findDesktop();
    if (desktop === undefined) await serveWorkbench();
    else openDesktop(desktop);
  }
} catch (error) {
  console.error(`start: ${error.message}`);
  process.exitCode = 2;
}
