// Bundles the extension client, the language server and the command-line tool into dist/.
//   node esbuild.mjs            minified, as packaged
//   node esbuild.mjs --watch    readable, with source maps, rebuilt on every change
//   node esbuild.mjs cli.js     only these bundles
import { build, context } from 'esbuild';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeNotices } from './scripts/notices.mjs';

const root = path.dirname(fileURLToPath(import.meta.url));
const { version, homepage } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
const watch = process.argv.includes('--watch');
const only = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));

const bundles = [
  { out: 'client.js', entry: 'client/src/extension.ts', external: ['vscode'] },
  { out: 'server.js', entry: 'server/src/cli/server-main.ts' },
  { out: 'cli.js', entry: 'server/src/cli/launch.ts', banner: '#!/usr/bin/env node' },
  { out: 'command-line.js', entry: 'server/src/cli/main.ts' },
  { out: 'api.js', entry: 'server/src/cli/library-main.ts' },
  { out: 'pgsql-ast-parser.js', entry: 'pgsql-ast-parser' },
  { out: 'tree-sitter.js', entry: '@vscode/tree-sitter-wasm' },
  { out: 'mcp.js', entry: 'server/src/agent/sdk.ts' },
  // pg's other ways to talk, to which nobody here sends it.
  { out: 'postgres.js', entry: 'server/src/database/driver.ts', external: ['pg-native', 'pg-cloudflare'] },
  {
    out: 'pglite/worker.js',
    entry: 'server/src/rehearsal/pglite/worker.ts',
    // PGlite finds its WebAssembly and its files beside itself by import.meta.url, which CommonJS has not.
    define: { 'import.meta.url': 'airlockUrl' },
    banner: "const airlockUrl = require('node:url').pathToFileURL(__filename).href;",
  },
  // For a browser (vscode.dev): the client in the worker of the extensions, the server in a worker of its own.
  { out: 'web/client.js', entry: 'client/src/extension-browser.ts', external: ['vscode'], browser: true },
  {
    out: 'web/server.js',
    entry: 'server/src/protocol/main-browser.ts',
    format: 'iife',
    define: {
      airlockPackage: JSON.stringify({ version, homepage }),
      // tree-sitter asks a page for the address of its script, and a worker has no page. It is handed its files.
      document: '{"currentScript":null}',
    },
    browser: true,
  },
];

/** Extensions that reach files or other servers, or that need what a thread has not: they are not shipped. */
const unshipped = ['file_fdw', 'auto_explain', 'passwordcheck', 'pg_overexplain', 'spi'];

/** The grammars of the languages in which migrations are written (server/src/hosts/code.ts). */
const grammars = ['javascript', 'typescript', 'tsx', 'python', 'ruby'];

/**
 * What is not needed at the start stands in a file of its own, so that nobody parses it in vain: the expression parser,
 * the parser of host languages, the SDK of MCP, the driver of PostgreSQL, and for the command line the language server and the commands that few call.
 */
const apart = {
  name: 'apart',
  setup({ onResolve }) {
    const asFile = (file) => ({ path: file, external: true });
    onResolve({ filter: /^pgsql-ast-parser$/ }, ({ kind }) =>
      kind === 'entry-point' ? undefined : asFile('./pgsql-ast-parser.js'),
    );
    onResolve({ filter: /^@vscode\/tree-sitter-wasm$/ }, ({ kind }) =>
      kind === 'entry-point' ? undefined : asFile('./tree-sitter.js'),
    );
    onResolve({ filter: /^\.\/sdk\.js$/ }, () => asFile('./mcp.js'));
    onResolve({ filter: /^\.\/driver\.js$/ }, () => asFile('./postgres.js'));
    onResolve({ filter: /^\.\.?\/apart\.js$/ }, ({ importer }) =>
      importer.endsWith('server-main.ts') ? undefined : asFile('./server.js'),
    );
  },
};

/**
 * What the code of parsers asks for in Node alone, and the parser that only processes which stay load: a browser gets
 * nothing in their place. Whatever else of Node is asked for is an error.
 */
const withoutNode = {
  name: 'without-node',
  setup({ onResolve, onLoad }) {
    const glue = /[\\/]node_modules[\\/](?:libpg-query|@vscode[\\/]tree-sitter-wasm)[\\/]/;
    const nothing = { path: 'nothing', namespace: 'nothing' };
    onResolve({ filter: /^(?:node:fs|node:crypto|fs\/promises|module|url)$/ }, ({ importer }) =>
      glue.test(importer) ? nothing : undefined,
    );
    onResolve({ filter: /^pgsql-ast-parser$/ }, () => nothing);
    onLoad({ filter: /.*/, namespace: 'nothing' }, () => ({ contents: 'module.exports = {};' }));
  },
};

let building = 0;

/** Says when the bundles are being made and when all are ready, for the task that waits for them. */
const progress = {
  name: 'progress',
  setup({ onStart, onEnd }) {
    onStart(() => {
      if (building++ === 0) console.log('[watch] build started');
    });
    onEnd(() => {
      if (--building === 0) console.log('[watch] ready');
    });
  },
};

/** esbuild's options for one bundle: one CommonJS file for Node 20, in which import() stays lazy; or one for a browser. */
function options({ out, entry, external = [], banner, define, browser = false, format = 'cjs' }) {
  const host = browser
    ? { platform: 'browser', target: 'es2022', mainFields: ['browser', 'module', 'main'] }
    : // Packages that ship UMD beside ES modules break when the UMD file is bundled.
      { platform: 'node', target: 'node20', mainFields: ['module', 'main'] };
  const own = browser ? withoutNode : apart;
  return {
    ...host,
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: `dist/${out}`,
    bundle: true,
    format,
    // These import() our own bundles alone: as a require(), as lazy as that, for Node would read each first to guess what
    // it exports (200 ms for server.js).
    supported: { 'dynamic-import': !['command-line.js', 'server.js'].includes(out) },
    external,
    plugins: watch ? [own, progress] : [own],
    minify: !watch,
    sourcemap: watch,
    metafile: true,
    legalComments: 'none', // The licences stand in THIRD-PARTY-NOTICES.txt.
    logLevel: 'warning',
    ...(banner === undefined ? {} : { banner: { js: banner } }),
    ...(define === undefined ? {} : { define }),
  };
}

/** What stands beside the bundles: the types of api.js, which tsc has made; the WebAssembly of the parsers, which is loaded from there, and the notices. */
function addCompanions(results) {
  const wasm = path.join('node_modules', 'libpg-query', 'wasm', 'libpg-query.wasm');
  fs.copyFileSync(wasm, path.join('dist', 'libpg-query.wasm'));
  for (const name of ['tree-sitter.wasm', ...grammars.map((each) => `tree-sitter-${each}.wasm`)])
    fs.copyFileSync(path.join('node_modules', '@vscode', 'tree-sitter-wasm', 'wasm', name), path.join('dist', name));
  addEmbeddedPostgres();
  const types = path.join('out', 'server', 'src', 'api', 'api.d.ts');
  if (fs.existsSync(types)) fs.copyFileSync(types, path.join('dist', 'api.d.ts'));
  if (process.platform !== 'win32' && fs.existsSync('dist/cli.js')) fs.chmodSync('dist/cli.js', 0o755);
  // Some of the bundles make some of the notices.
  if (only.length > 0) return;
  const notices = makeNotices(results.map((result) => result.metafile));
  fs.writeFileSync(path.join('dist', 'THIRD-PARTY-NOTICES.txt'), notices);
}

/** The embedded PostgreSQL, which is loaded when something is rehearsed: its WebAssembly, its files, its extensions. */
function addEmbeddedPostgres() {
  const from = path.join('node_modules', '@electric-sql', 'pglite', 'dist');
  const to = path.join('dist', 'pglite');
  fs.mkdirSync(to, { recursive: true });
  const extensions = fs
    .readdirSync(from)
    .filter((name) => name.endsWith('.tar.gz') && !unshipped.includes(name.replace('.tar.gz', '')));
  for (const name of ['pglite.wasm', 'pglite.data', 'initdb.wasm', ...extensions])
    fs.copyFileSync(path.join(from, name), path.join(to, name));
}

async function main() {
  const chosen = bundles.filter(({ out }) => only.length === 0 || only.includes(out));
  fs.mkdirSync('dist', { recursive: true });
  if (!watch) {
    addCompanions(await Promise.all(chosen.map((bundle) => build(options(bundle)))));
    return;
  }
  const contexts = await Promise.all(chosen.map((bundle) => context(options(bundle))));
  addCompanions(await Promise.all(contexts.map((one) => one.rebuild())));
  await Promise.all(contexts.map((one) => one.watch()));
}

process.chdir(root);
main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
