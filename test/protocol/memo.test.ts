import assert from 'node:assert/strict';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { createMemo } from '../../server/src/protocol/memo.js';

const document = (uri: string, version = 1): TextDocument => TextDocument.create(uri, 'sql', version, 'SELECT 1;');

describe('memo', () => {
  let made: string[] = [];
  const memo = () => createMemo(async (one) => `${made.push(one.uri)}`);

  beforeEach(() => {
    made = [];
  });

  it('makes a result once for a version', async () => {
    const results = memo();
    assert.equal(await results.get(document('a')), '1');
    assert.equal(await results.get(document('a')), '1');
    assert.equal(await results.get(document('a', 2)), '2');
    assert.equal(results.last('a'), '2');
  });

  it('gives two requests at the same time the same work', async () => {
    const results = memo();
    const [first, second] = await Promise.all([results.get(document('a')), results.get(document('a'))]);
    assert.deepEqual([first, second, made.length], ['1', '1', 1]);
  });

  it('keeps a result over changes of its own document only through the version', async () => {
    const results = memo();
    await results.get(document('a'));
    results.touch('a');
    await results.get(document('a'));
    assert.deepEqual(made, ['a']);
    results.touch('b');
    await results.get(document('a'));
    assert.deepEqual(made, ['a', 'a']);
  });

  it('makes everything anew after clear', async () => {
    const results = memo();
    await results.get(document('a'));
    results.clear();
    await results.get(document('a'));
    assert.deepEqual(made, ['a', 'a']);
  });

  it('forgets failures, but remembers the last success', async () => {
    let fail = false;
    const results = createMemo(async () => {
      if (fail) throw new Error('no');
      return 'yes';
    });
    await results.get(document('a'));
    fail = true;
    await assert.rejects(results.get(document('a', 2)));
    assert.equal(results.last('a'), 'yes');
    fail = false;
    assert.equal(await results.get(document('a', 2)), 'yes');
  });
});
