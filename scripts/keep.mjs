// Lets the bundled programs keep what they keep beside themselves (compiled code, an empty cluster), so that hundreds of
// runs of the tests need not make it anew.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const { PG_AIRLOCK_NO_CACHE: _none, ...env } = process.env;

for (const words of [
  ['check', '--no-cache'],
  ['rehearse', '--pending'],
]) {
  const { status, stderr } = spawnSync(process.execPath, ['dist/cli.js', ...words, 'examples/shop'], {
    cwd: root,
    env,
    encoding: 'utf8',
  });
  // 1 stands for findings, of which the example has some.
  if (status === 0 || status === 1) continue;
  console.error(`dist/cli.js ${words.join(' ')} examples/shop ended with ${status}:\n${stderr}`);
  process.exitCode = 1;
}
