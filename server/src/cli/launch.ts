import path from 'node:path';
import v8 from 'node:v8';
import { type Program, programIn } from './cache/compiled-code.js';
import { reports, servers } from './command-kinds.js';
import type * as CommandLine from './main.js';

// The entry of dist/cli.js. The command line itself is the next file, loaded with what V8 has compiled of it before.

// V8 would compile PostgreSQL's parser a second time, optimised, and the process waits for that at its end: 150 ms on Node
// 20 and 350 ms on Node 24, which 200,000 statements do not win back. So no function is ever called often enough for it.
// (`--liftoff-only` is without effect once V8 13 runs.) V8 15 and later may not know the flag and would complain.
if (Number.parseInt(process.versions.v8, 10) < 15) v8.setFlagsFromString('--wasm-tiering-budget=2000000000');

const programs = new Map<string, { readonly program: Program; readonly exported: unknown }>();

/** What the bundles ask for: of each other through here, the rest of Node. */
const ask = Object.assign((name: string): unknown => (apart.has(name) ? load(name).exported : require(name)), require);

/** The bundles that are large enough. */
const apart: ReadonlySet<string> = new Set(['./command-line.js', './server.js']);

function load(name: string): { readonly program: Program; readonly exported: unknown } {
  const known = programs.get(name);
  if (known) return known;
  const program = programIn(path.join(__dirname, name));
  const loaded = { program, exported: program.run(ask) };
  programs.set(name, loaded);
  return loaded;
}

// Kept is what a command has compiled that ran to its end; of the command line itself what a check has, for that is run most.
process.on('exit', (code) => {
  const [, , command = ''] = process.argv;
  if (code > 1 || servers.has(command)) return;
  for (const [name, { program }] of programs) if (name === './server.js' || reports.has(command)) program.keep();
});

const commandLine = load('./command-line.js');
(commandLine.exported as typeof CommandLine).start(commandLine.program.build);
