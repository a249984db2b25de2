// `npm test`: everything that has to pass, in the order in which a mistake is cheapest to find. Counts all tests and
// ends with one line, "N passed, N failed". `--core` leaves out the suites that run in a real VS Code and in a browser.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const bin = (name, file) => path.join(root, 'node_modules', name, file);
const totals = { passed: 0, failed: 0 };

/** Runs a Node script, shows what it prints (at its end where others run beside it), and counts what mocha says of it. */
function run([title, ...args], isAlone) {
  const began = Date.now();
  if (isAlone) console.log(`\n== ${title}`);
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', isAlone ? 'inherit' : 'pipe'] });
    let text = '';
    const take = (data) => {
      if (isAlone) process.stdout.write(data);
      text = (text + data).slice(-100_000);
    };
    child.stdout.on('data', take);
    child.stderr?.on('data', take);
    child.on('close', (code) => {
      if (!isAlone) process.stdout.write(`\n== ${title}\n${text}`);
      for (const [, count] of text.matchAll(/^\s*(\d+) passing/gm)) totals.passed += Number(count);
      for (const [, count] of text.matchAll(/^\s*(\d+) failing/gm)) totals.failed += Number(count);
      console.log(
        `== ${title}: ${code === 0 ? 'ok' : `failed (${code})`}, ${((Date.now() - began) / 1000).toFixed(1)} s`,
      );
      resolve(code === 0);
    });
  });
}

/**
 * The VS Code of the tests is installed while everything else runs: it mostly waits for the network. Its end is awaited
 * before it is needed; what it could not install, the tests install or say.
 */
function installVSCode() {
  const { AIRLOCK_E2E: wanted, DISPLAY } = process.env;
  const isInBrowser = process.platform === 'linux' && (wanted === 'web' || (wanted !== 'desktop' && !DISPLAY));
  if (!isInBrowser) return Promise.resolve();
  return new Promise((resolve) => {
    spawn(process.execPath, ['scripts/e2e-setup.mjs'], { cwd: root, stdio: 'ignore' }).on('close', resolve);
  });
}

const withVSCode = !process.argv.includes('--core');

/** The steps of a group run side by side. */
const steps = [
  [['types and layers', bin('typescript', 'bin/tsc'), '-b']],
  [['bundles', 'esbuild.mjs']],
  [
    ['lint and format', bin('@biomejs/biome', 'bin/biome'), 'check', '.'],
    ['generated files', 'scripts/generate.mjs', '--check'],
    ['dead files and exports', bin('knip', 'bin/knip.js'), '--no-progress'],
    ['what the programs keep for their next run', 'scripts/keep.mjs'],
  ],
  // Two files at a time: most of the time goes into programs that are started, and CI has two cores.
  [
    [
      'core, command line, language server',
      bin('mocha', 'bin/mocha.js'),
      '--parallel',
      '--jobs',
      '2',
      '--reporter',
      'dot',
    ],
  ],
  ...(withVSCode ? [[['a real VS Code', 'out/test/vscode/run.js']], [['a real browser', 'out/test/web/run.js']]] : []),
];

const installed = withVSCode ? installVSCode() : undefined;
let good = true;
for (const group of steps) {
  const [[title]] = group;
  if (title === 'a real VS Code') await installed;
  const ended = await Promise.all(group.map((step) => run(step, group.length === 1)));
  if (ended.every(Boolean)) continue;
  good = false;
  // Without types and bundles nothing behind them means anything.
  if (title === 'types and layers' || title === 'bundles') break;
}
await installed;
console.log(`\n${totals.passed} passed, ${totals.failed} failed`);
process.exitCode = good && totals.failed === 0 && totals.passed > 0 ? 0 : 1;
