// The workbench forwards the extension host's console mixed with its own log, and calls a crashed host a success.
// So the suite is loaded through a shim that copies its console to a file, and marks the true end in another.

const fs = require('node:fs');
const path = require('node:path');

/**
 * Writes the shim for the runner at `testsPath` into `folder`.
 * Returns `file` (the shim), `follow` (prints what is new of the suite's console) and `passed` (did it reach its end
 * with no failure).
 */
function writeTestShim(testsPath, folder) {
  const output = path.join(folder, 'suite.out');
  const mark = path.join(folder, 'suite.ok');
  const file = path.join(folder, 'shim.cjs');
  fs.writeFileSync(output, '');
  fs.writeFileSync(file, shimSource(path.resolve(testsPath), output, mark));
  const handle = fs.openSync(output, 'r');
  const buffer = Buffer.alloc(65536);
  const follow = () => {
    for (let read = next(); read > 0; read = next()) fs.writeSync(1, buffer.subarray(0, read));
  };
  const next = () => fs.readSync(handle, buffer, 0, buffer.length, null);
  return { file, follow, passed: () => fs.existsSync(mark) };
}

function shimSource(testsPath, output, mark) {
  return `'use strict';
const fs = require('node:fs');
const util = require('node:util');
const handle = fs.openSync(${JSON.stringify(output)}, 'a');
const put = (text) => fs.writeSync(handle, text);
// The extension host guards these with setters that ignore an assignment, hence defineProperty.
for (const name of ['log', 'info', 'warn', 'error', 'debug']) {
  const before = console[name];
  const copying = (...args) => { put(util.format(...args) + '\\n'); return before.apply(console, args); };
  Object.defineProperty(console, name, { configurable: true, get: () => copying, set() {} });
}
exports.run = async function () {
  try {
    await require(${JSON.stringify(testsPath)}).run();
    fs.writeFileSync(${JSON.stringify(mark)}, 'ok');
  } catch (error) {
    put(String((error && error.stack) || error) + '\\n');
    throw error;
  }
};
`;
}

module.exports = { writeTestShim };
