// An extension for the tests in a browser: file systems in memory, as vscode.dev has them on other machines, and keys
// for commands that no menu offers. The files are those of files.json beside it, by URI. What is written is logged.

const vscode = require('vscode');

const changes = new vscode.EventEmitter();
/** Bytes by URI. */
const files = new Map();

const keyOf = (uri) => uri.toString().replace(/\/$/, '');
const isFolder = (key) => [...files.keys()].some((each) => each.startsWith(`${key}/`));

const provider = {
  onDidChangeFile: changes.event,
  watch: () => new vscode.Disposable(() => {}),
  stat(uri) {
    const bytes = files.get(keyOf(uri));
    if (bytes) return { type: vscode.FileType.File, ctime: 0, mtime: 0, size: bytes.length };
    if (isFolder(keyOf(uri))) return { type: vscode.FileType.Directory, ctime: 0, mtime: 0, size: 0 };
    throw vscode.FileSystemError.FileNotFound(uri);
  },
  readDirectory(uri) {
    const start = `${keyOf(uri)}/`;
    const below = [...files.keys()].filter((each) => each.startsWith(start));
    const entries = below.map((each) => {
      const [name, ...more] = each.slice(start.length).split('/');
      return [decodeURIComponent(name), more.length > 0 ? vscode.FileType.Directory : vscode.FileType.File];
    });
    return [...new Map(entries)];
  },
  readFile(uri) {
    const bytes = files.get(keyOf(uri));
    if (!bytes) throw vscode.FileSystemError.FileNotFound(uri);
    return bytes;
  },
  writeFile(uri, bytes) {
    const type = files.has(keyOf(uri)) ? vscode.FileChangeType.Changed : vscode.FileChangeType.Created;
    files.set(keyOf(uri), bytes);
    changes.fire([{ type, uri }]);
    console.log(`airlock-test wrote ${JSON.stringify([keyOf(uri), new TextDecoder().decode(bytes)])}`);
  },
  delete(uri) {
    files.delete(keyOf(uri));
    changes.fire([{ type: vscode.FileChangeType.Deleted, uri }]);
  },
  createDirectory() {},
  rename() {
    throw vscode.FileSystemError.NoPermissions('No test renames a file.');
  },
};

exports.activate = async ({ extensionUri, subscriptions }) => {
  const list = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(extensionUri, 'files.json'));
  for (const [uri, text] of Object.entries(JSON.parse(new TextDecoder().decode(list))))
    files.set(keyOf(vscode.Uri.parse(uri)), new TextEncoder().encode(text));
  for (const scheme of ['memfs', 'vscode-vfs'])
    subscriptions.push(vscode.workspace.registerFileSystemProvider(scheme, provider, { isCaseSensitive: true }));
};
