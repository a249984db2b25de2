// `npm test`: everything that has to pass, in the order in which a mistake is cheapest to find. Counts all tests and
// ends with one line, "N passed, N failed". `--core` leaves out the suites that run in a real VS Code and in a browser.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const bin = (name, file) => path.join(root, 'node_modules', name, file);
const totals = { passed: 0, failed: 0 };

/** Runs a Node script, shows what it prints, and counts what mocha says of it. */
function run(title, ...args) {
  const began = Date.now();
  console.log(`\n== ${title}`);
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', (data) => {
      process.stdout.write(data);
      text = (text + data).slice(-100_000);
    });
    child.on('close', (code) => {
      for (const [, count] of text.matchAll(/^\s*(\d+) passing/gm)) totals.passed += Number(count);
      for (const [, count] of text.matchAll(/^\s*(\d+) failing/gm)) totals.failed += Number(count);
      console.log(
        `== ${title}: ${code === 0 ? 'ok' : `failed (${code})`}, ${((Date.now() - began) / 1000).toFixed(1)} s`,
      );
      resolve(code === 0);
    });
  });
}

const steps = [
  ['types and layers', bin('typescript', 'bin/tsc'), '-b'],
  ['bundles', 'esbuild.mjs'],
  ['lint and format', bin('@biomejs/biome', 'bin/biome'), 'check', '.'],
  ['generated files', 'scripts/generate.mjs', '--check'],
  ['dead files and exports', bin('knip', 'bin/knip.js'), '--no-progress'],
  // Two files at a time: most of the time goes into programs that are started, and CI has two cores.
  [
    'core, command line, language server',
    bin('mocha', 'bin/mocha.js'),
    '--parallel',
    '--jobs',
    '2',
    '--reporter',
    'dot',
  ],
  ...(process.argv.includes('--core')
    ? []
    : [
        ['a real VS Code', 'out/test/vscode/run.js'],
        ['a real browser', 'out/test/web/run.js'],
      ]),
];

let good = true;
for (const [title, ...args] of steps) {
  if (await run(title, ...args)) continue;
  good = false;
  // Without types and bundles nothing behind them means anything.
  if (title === 'types and layers' || title === 'bundles') break;
}
console.log(`\n${totals.passed} passed, ${totals.failed} failed`);
process.exitCode = good && totals.failed === 0 && totals.passed > 0 ? 0 : 1;
