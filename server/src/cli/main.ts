import fs from 'node:fs';
import path from 'node:path';
import v8 from 'node:v8';
import { wantsColour } from './output.js';
import { run } from './run.js';

/** The version in the nearest package.json above this file: the package's own, from sources as from the bundle. */
function packageVersion(): string {
  for (let directory = __dirname; directory !== path.dirname(directory); directory = path.dirname(directory)) {
    const file = path.join(directory, 'package.json');
    if (fs.existsSync(file)) return (JSON.parse(fs.readFileSync(file, 'utf8')) as { version: string }).version;
  }
  return 'unknown';
}

// V8 would compile PostgreSQL's parser a second time, optimised: 150 ms, which the process waits for at its end, and
// which 200,000 statements do not win back. V8 15 and later may not know the flag and would complain.
if (Number.parseInt(process.versions.v8, 10) < 15) v8.setFlagsFromString('--liftoff-only');

const terminal = {
  out: (text: string) => void process.stdout.write(text),
  err: (text: string) => void process.stderr.write(text),
  colour: wantsColour(process.stdout, process.env),
};

// A reader that goes away early (| head) is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

// Not process.exit: what is written to a pipe would be cut off.
void run(process.argv.slice(2), terminal, packageVersion()).then((code) => {
  process.exitCode = code;
});
