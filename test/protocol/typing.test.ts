import assert from 'node:assert/strict';
import type { Diagnostic } from 'vscode-languageserver-protocol/node';
import { endOfChange, restMs } from '../../server/src/protocol/typing.js';
import { startSingleFileServer } from './support/start.js';
import { modern, simple, type TestClient } from './support/test-client.js';

const uri = 'file:///db/0002_more.sql';
const typed = 'ALTER TABLE orders ADD COLUMN x text NOT NULL;';

const shown = (found: readonly Diagnostic[]): string =>
  JSON.stringify(found.map(({ code, range }) => [code, range.start, range.end]));

/** Types a text behind another and gives what is shown after each key, the start included. */
async function type(client: TestClient, before: string, text: string, behind: string): Promise<string[]> {
  await client.open(uri, `${before}${behind}`);
  const views = [shown(await client.diagnostics(uri))];
  for (let keys = 1; keys <= text.length; keys++) {
    await client.change(uri, `${before}${text.slice(0, keys)}${behind}`);
    views.push(shown(await client.diagnostics(uri)));
  }
  return views;
}

describe('typing', () => {
  for (const [where, before, behind] of [
    ['into an empty file', '', ''],
    ['at the end of a file', 'CREATE TABLE a (b int);\n', '\n'],
    ['in the middle of a file', 'CREATE TABLE a (b int);\n', '\nCREATE TABLE c (d int);\n'],
    ['before a line that goes on', '', '\nALTER TABLE other ADD COLUMN y text;\n'],
  ] as const) {
    it(`a statement ${where} shows no syntax error, and changes what is shown six times at most`, async () => {
      const { client } = startSingleFileServer();
      await client.initialize();
      const views = await type(client, before, typed, behind);
      for (const view of views) assert.doesNotMatch(view, /no-syntax-error/);
      const changes = views.filter((view, index) => index > 0 && view !== views[index - 1]).length;
      assert.ok(changes <= 6, `${changes} changes`);
      await client.stop();
    });
  }

  it('shows what was held back after a rest, and at once when it is saved', async () => {
    const { client } = startSingleFileServer();
    await client.initialize();
    await client.open(uri, 'SELECT 1;\n');
    await client.change(uri, 'SELECT 1;\nALTER TABLE ord');
    assert.doesNotMatch(shown(await client.diagnostics(uri)), /no-syntax-error/);
    const start = Date.now();
    await client.until(() => client.refreshes > 0, 'a refresh');
    assert.ok(Date.now() - start > restMs / 2);
    assert.match(shown(await client.diagnostics(uri)), /no-syntax-error/);
    await client.change(uri, 'SELECT 1;\nALTER TABLE orde');
    assert.doesNotMatch(shown(await client.diagnostics(uri)), /no-syntax-error/);
    await client.save(uri);
    assert.match(shown(await client.diagnostics(uri)), /no-syntax-error/);
    await client.stop();
  });

  it('keeps showing an error that stands elsewhere, and shows one that the author has left', async () => {
    const { client } = startSingleFileServer();
    await client.initialize();
    await client.open(uri, 'SELEC 1;\n\nSELECT 2;\n');
    await client.change(uri, 'SELEC 1;\nALTER TA\nSELECT 2;\n');
    const found = await client.diagnostics(uri);
    assert.deepEqual(
      found.filter(({ code }) => code === 'no-syntax-error').map(({ range }) => range.start.line),
      [0],
    );
    await client.change(uri, 'SELEC 1;\nALTER TA;\nSELECT 23;\n');
    assert.equal((await client.diagnostics(uri)).filter(({ code }) => code === 'no-syntax-error').length, 2);
    await client.stop();
  });

  it('is calm for a client that is pushed to, and plain for one that could not be asked again', async () => {
    const pushed = startSingleFileServer().client;
    await pushed.initialize(simple);
    await pushed.open(uri, '');
    await pushed.change(uri, 'ALTER TA');
    await pushed.until(() => pushed.pushed.get(uri)?.version === 2, 'the first diagnostics');
    assert.deepEqual(pushed.pushed.get(uri)?.diagnostics, []);
    await pushed.until(() => (pushed.pushed.get(uri)?.diagnostics.length ?? 0) > 0, 'the error');
    await pushed.stop();
    const pulling = startSingleFileServer().client;
    await pulling.initialize({ ...modern, workspace: {} });
    await pulling.open(uri, '');
    await pulling.change(uri, 'ALTER TA');
    assert.match(shown(await pulling.diagnostics(uri)), /no-syntax-error/);
    await pulling.stop();
  });

  it('ends where the texts are the same again', () => {
    assert.equal(endOfChange('', 'abc'), 3);
    assert.equal(endOfChange('a c', 'a b c'), 3);
    assert.equal(endOfChange('abc', 'ac'), 1);
    assert.equal(endOfChange('aa', 'aaa'), 1);
  });
});
