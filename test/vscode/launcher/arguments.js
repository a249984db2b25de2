// The command line of VS Code, as @vscode/test-electron and people write it.

const VALUED = new Set([
  'extensionDevelopmentPath',
  'extensionTestsPath',
  'extensionDevelopmentKind',
  'user-data-dir',
  'extensions-dir',
  'folder-uri',
  'file-uri',
  'log',
  'locale',
  'profile',
  'disable-extension',
  'install-extension',
  'uninstall-extension',
  'crash-reporter-directory',
  'force-device-scale-factor',
]);

/**
 * Splits `argv` (without node and script) into `values` (option → every value given), `flags` (options without a
 * value) and `rest` (files and folders).
 */
function parseArguments(argv) {
  const values = {};
  const flags = new Set();
  const rest = [];
  for (let i = 0; i < argv.length; i++) {
    const match = /^--([^=]+)(?:=([\s\S]*))?$/.exec(argv[i]);
    if (!match) {
      if (argv[i] !== '--') rest.push(argv[i]);
      continue;
    }
    const key = match[1];
    let value = match[2];
    if (value === undefined && VALUED.has(key)) value = argv[++i];
    if (value === undefined) {
      flags.add(key);
    } else {
      values[key] ??= [];
      values[key].push(value);
    }
  }
  /** The last value of an option; undefined when it was not given. */
  const one = (key) => values[key]?.at(-1);
  return { values, flags, rest, one };
}

module.exports = { parseArguments };
