import fs from 'node:fs';
import { terminalText, wantsColour } from './output.js';
import { packageInfo } from '../workspace/package-info.js';
import { isWatched, StatusLine } from './progress.js';
import { run } from './run.js';
import type { Terminal } from './session.js';

/** Set when nobody reads a stream any more, or its file takes no more. */
let isCut = false;
let unwritten: NodeJS.ErrnoException | undefined;

function write(stream: NodeJS.WriteStream, text: string): void {
  if (!(isCut && stream === process.stdout)) stream.write(text);
}

const forPeople = process.stdout.isTTY === true;

const { stdout, stderr } = process;
const status = isWatched(stdout, stderr, process.env)
  ? new StatusLine({ columns: () => stderr.columns || 80, write: (text) => write(stderr, text) })
  : undefined;

const terminal: Terminal = {
  out: (text) => say(stdout, terminalText(text)),
  data: (text) => say(stdout, forPeople ? terminalText(text) : text),
  err: (text) => say(stderr, terminalText(text)),
  colour: wantsColour(process.stdout, process.env),
  progress: status && ((text) => status.show(text)),
};

function say(stream: NodeJS.WriteStream, text: string): void {
  status?.clear();
  write(stream, text);
}

// A reader that goes away early (| head) is no failure of ours, and changes nothing of what was found: the exit code
// stays the one of the whole run. Only a server has nothing left to do without its client.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  isCut = true;
  if (error.code !== 'EPIPE') unwritten ??= error;
  else if (process.argv[2] === 'lsp' || process.argv[2] === 'mcp') process.exit(0);
});
process.stderr.on('error', () => {});

process.on('exit', (code) => {
  if (unwritten === undefined) return;
  process.exitCode = code === 0 || code === 1 ? 2 : code;
  try {
    fs.writeSync(2, `pg-airlock: The report cannot be written: ${unwritten.code ?? unwritten.message}.\n`);
  } catch {
    // Nobody is left to report it to.
  }
});

/** Runs the call of this process. In: what marks this build off from every other one. */
export function start(build: string): void {
  // Not process.exit: what is written to a pipe would be cut off.
  void run(process.argv.slice(2), terminal, packageInfo().version, build).then((code) => {
    status?.clear();
    process.exitCode = code;
  });
}
