// Bundles the extension client, the language server and the command-line tool into dist/.
//   node esbuild.mjs            minified, as packaged
//   node esbuild.mjs --watch    readable, with source maps, rebuilt on every change
import { context } from 'esbuild';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeNotices } from './scripts/notices.mjs';

const root = path.dirname(fileURLToPath(import.meta.url));
const watch = process.argv.includes('--watch');

const bundles = [
  { out: 'client.js', entry: 'client/src/extension.ts', external: ['vscode'] },
  { out: 'server.js', entry: 'server/src/protocol/main-node.ts' },
  { out: 'cli.js', entry: 'server/src/cli/main.ts', banner: '#!/usr/bin/env node' },
];

/** esbuild's options for one bundle: one CommonJS file for Node 20, in which import() stays lazy. */
function options({ out, entry, external = [], banner }) {
  return {
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: `dist/${out}`,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    // Packages that ship UMD beside ES modules break when the UMD file is bundled.
    mainFields: ['module', 'main'],
    external,
    minify: !watch,
    sourcemap: watch,
    metafile: true,
    legalComments: 'none', // The licences stand in THIRD-PARTY-NOTICES.txt.
    logLevel: 'warning',
    ...(banner === undefined ? {} : { banner: { js: banner } }),
  };
}

async function main() {
  const present = bundles.filter(({ entry }) => fs.existsSync(path.join(root, entry)));
  for (const { out, entry } of bundles) {
    if (!fs.existsSync(path.join(root, entry))) console.error(`esbuild: no ${entry}, so no dist/${out}`);
  }
  fs.mkdirSync(path.join(root, 'dist'), { recursive: true });
  const contexts = await Promise.all(present.map((bundle) => context(options(bundle))));
  const results = await Promise.all(contexts.map((one) => one.rebuild()));
  const wasm = path.join('node_modules', 'libpg-query', 'wasm', 'libpg-query.wasm');
  fs.copyFileSync(path.join(root, wasm), path.join(root, 'dist', 'libpg-query.wasm'));
  const notices = makeNotices(results.map((result) => result.metafile));
  fs.writeFileSync(path.join(root, 'dist', 'THIRD-PARTY-NOTICES.txt'), notices);
  if (process.platform !== 'win32' && fs.existsSync(path.join(root, 'dist', 'cli.js'))) {
    fs.chmodSync(path.join(root, 'dist', 'cli.js'), 0o755);
  }
  if (watch) await Promise.all(contexts.map((one) => one.watch()));
  else await Promise.all(contexts.map((one) => one.dispose()));
}

process.chdir(root);
main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
