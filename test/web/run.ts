import path from 'node:path';
import Mocha from 'mocha';

// Runs the extension in a real browser: the workbench of scripts/e2e-setup.mjs, whose web worker has the extension, as
// vscode.dev has it. That workbench can be had for Linux x64 alone.
//   MOCHA_GREP=<pattern>   only these tests
if (process.platform === 'linux' && process.arch === 'x64') {
  const grep = process.env.MOCHA_GREP;
  const mocha = new Mocha({ timeout: 60_000, ...(grep === undefined ? {} : { grep }) });
  mocha.addFile(path.join(__dirname, 'suites', 'browser.js'));
  mocha.run((failures) => {
    process.exitCode = failures === 0 ? 0 : 1;
  });
} else {
  console.log('Not run: the workbench for a browser can be had for Linux x64 alone.');
}
