import assert from 'node:assert/strict';
import fs from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { notInABrowser } from '../../server/src/protocol/messages/not-in-a-browser.js';

const root = path.resolve(__dirname, '..', '..', '..');
const read = (name: string): string => fs.readFileSync(path.join(root, name), 'utf8');

/** Modules that a bundle asks for while it runs, and what stands before each. */
function askedFor(text: string): { readonly name: string; readonly before: string }[] {
  return [...text.matchAll(/\b(?:require|import)\(\s*["'`]([^"'`]+)["'`]\s*\)/g)].map(({ 1: name = '', index }) => ({
    name,
    before: text.slice(Math.max(0, index - 200), index),
  }));
}

describe('the bundles for a browser', () => {
  it('are what the manifest names, and WebAssembly is shipped once', () => {
    const { browser } = JSON.parse(read('package.json')) as { readonly browser: string };
    assert.equal(browser, './dist/web/client.js');
    const files = fs.readdirSync(path.join(root, 'dist', 'web')).filter((name) => !name.endsWith('.map'));
    assert.deepEqual(files.sort(), ['client.js', 'server.js']);
    for (const name of files) {
      const { size } = fs.statSync(path.join(root, 'dist', 'web', name));
      assert.ok(size < 3_500_000, `${name} has ${size} bytes`);
    }
  });

  it('say of what cannot run what the server says, in words that can be translated', () => {
    const client = read('client/src/extension-browser.ts');
    const { rehearse, rehearseOnServer, sizes } = notInABrowser;
    for (const words of [rehearse, rehearseOnServer, sizes]) assert.ok(client.includes(`'${words}'`), words);
  });

  it('ask for nothing but the editor', () => {
    assert.deepEqual([...new Set(askedFor(read('dist/web/client.js')).map(({ name }) => name))], ['vscode']);
    // What is no module of Node is code of migrations, which stands in texts.
    const ofNode = askedFor(read('dist/web/server.js')).filter(({ name }) => isBuiltin(name));
    // tree-sitter's own code reads its file in Node, and says so just before.
    assert.deepEqual(
      ofNode.filter(({ before }) => !before.includes('ENVIRONMENT_IS_NODE')),
      [],
    );
  });
});
