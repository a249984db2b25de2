import { readdirSync } from 'node:fs';
import * as path from 'node:path';
import Mocha from 'mocha';

/** Called by VS Code in its extension host: runs every suite of a folder, rejects when a test fails. */
export async function run(): Promise<void> {
  const mocha = new Mocha({
    ui: 'bdd',
    color: process.env.AIRLOCK_E2E_COLOR === '1',
    timeout: 60_000,
    ...(process.env.MOCHA_GREP === undefined ? {} : { grep: process.env.MOCHA_GREP }),
  });
  const folder = path.join(__dirname, process.env.AIRLOCK_E2E_SUITES ?? 'suites');
  for (const file of readdirSync(folder).sort()) {
    if (file.endsWith('.test.js')) mocha.addFile(path.join(folder, file));
  }
  await new Promise<void>((resolve, reject) => {
    mocha.run((failures) => (failures === 0 ? resolve() : reject(new Error(`${failures} tests failed.`))));
  });
}
