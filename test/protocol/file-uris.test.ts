import assert from 'node:assert/strict';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { pathOfUri, uriOfPath } from '../../server/src/protocol/file-uris.js';

const names = [
  'a.sql',
  'Größe & Preis.sql',
  'a b#1?.sql',
  '100%.sql',
  "o'brien.sql",
  'tab\there.sql',
  '日本.sql',
  'x{y}`.sql',
];

describe('paths and URIs', () => {
  it("agree with Node's on files", () => {
    for (const name of names) {
      const path = `/home/me/${name}`;
      const uri = pathToFileURL(path).href;
      if (process.platform !== 'win32') assert.equal(uriOfPath(path), uri);
      assert.equal(pathOfUri(uri, undefined, false), fileURLToPath(uri, { windows: false }), uri);
    }
  });

  it('go there and back for letters that not every Node encodes', () => {
    for (const path of ['/a/[x].sql', '/a/x^y|z~.sql', '/a/back\\slash.sql'])
      assert.equal(pathOfUri(uriOfPath(path), undefined, false), path);
  });

  it("agree with Node's on Windows' files", () => {
    for (const name of names.filter((each) => !/[?\t]/.test(each))) {
      for (const path of [`C:\\Users\\me\\${name}`, `\\\\server\\share\\${name}`]) {
        const uri = pathToFileURL(path, { windows: true }).href;
        const slashes = path.replaceAll('\\', '/');
        assert.equal(uriOfPath(slashes), uri);
        assert.equal(pathOfUri(uri, undefined, true), slashes);
      }
    }
    // As VS Code writes a drive.
    assert.equal(pathOfUri('file:///c%3A/Users/a.sql', undefined, true), 'c:/Users/a.sql');
  });

  it('go there and back in the file systems of a browser', () => {
    const paths = {
      'vscode-vfs://github/owner/repo/db/0001_a.sql': '/vscode-vfs:github/owner/repo/db/0001_a.sql',
      'vscode-vfs://github%2B7b2276223a317d/o/r/a.sql': '/vscode-vfs:github%2B7b2276223a317d/o/r/a.sql',
      'vscode-test-web://mount/a.sql': '/vscode-test-web:mount/a.sql',
      'vscode-remote://127.0.0.1:8080/home/me/a.sql': '/vscode-remote:127.0.0.1:8080/home/me/a.sql',
      'memfs:/Gr%C3%B6%C3%9Fe%20%26%20Preis/a%23b%3F.sql': '/memfs:/Größe & Preis/a#b?.sql',
      'memfs:/100%25.sql': '/memfs:/100%.sql',
    };
    for (const [uri, path] of Object.entries(paths)) {
      assert.equal(pathOfUri(uri, undefined), path);
      assert.equal(uriOfPath(path), uri);
    }
  });

  it('name the root of a file system as they name a folder', () => {
    assert.equal(pathOfUri('memfs:/', undefined), '/memfs:');
    assert.equal(pathOfUri('vscode-test-web://mount', undefined), '/vscode-test-web:mount');
    assert.equal(pathOfUri('vscode-vfs://github/o/r/', undefined), '/vscode-vfs:github/o/r');
    assert.equal(uriOfPath('/memfs:'), 'memfs:/');
  });

  it('give a document that is not saved yet the place that it will be saved to', () => {
    const github = '/vscode-vfs:github/o/r';
    assert.equal(pathOfUri('untitled:/o/r/a.sql', github), '/vscode-vfs:github/o/r/a.sql');
    assert.equal(pathOfUri('untitled://github/o/r/a.sql', github), '/vscode-vfs:github/o/r/a.sql');
    assert.equal(pathOfUri('untitled:Untitled-1', github), `${github}/Untitled-1.sql`);
    assert.equal(pathOfUri('untitled:/home/me/a.sql', '/home/me', false), '/home/me/a.sql');
  });

  it('leave alone what is no file', () => {
    for (const uri of [
      'output:log',
      'git:/a.sql?%7B%22ref%22%3A%22HEAD%22%7D',
      'memfs:/a%2Fb.sql',
      'mailto:me@example.org',
    ])
      assert.equal(pathOfUri(uri, undefined), undefined, uri);
    assert.equal(pathOfUri('file://elsewhere/a.sql', undefined, false), undefined);
    assert.equal(pathOfUri('file:///a%2Fb.sql', undefined, false), undefined);
  });
});
