import { run } from '../../../server/src/cli/run.js';
import type { Ran } from './run-cli.js';

/**
 * Runs the tool in this process, in a folder: ten times as fast as a process of its own. Not for commands that need the
 * shipped files (rehearse), and one call after the other.
 */
export async function runHere(words: readonly string[], folder: string): Promise<Ran> {
  const before = process.cwd();
  let stdout = '';
  let stderr = '';
  const say = (text: string): void => {
    stdout += text;
  };
  process.chdir(folder);
  try {
    const err = (text: string): void => {
      stderr += text;
    };
    const code = await run(words, { out: say, data: say, err, colour: false }, '0.0.0');
    return { code, stdout, stderr };
  } finally {
    process.chdir(before);
  }
}
