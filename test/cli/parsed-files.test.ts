import assert from 'node:assert/strict';
import fs from 'node:fs';
import { CacheFolder } from '../../server/src/cli/cache/folder.js';
import { ParsedFiles } from '../../server/src/cli/cache/parsed-files.js';
import type { PackedDocument } from '../../server/src/sql/packed.js';
import { grammarText } from '../fuzz/grammar.js';
import { Random } from '../fuzz/random.js';
import { Folder } from '../support/folder.js';
import { runCli } from './support/run-cli.js';

const packed = (message: string): PackedDocument => ({
  statements: [],
  comments: [],
  problems: [{ message, span: { start: 0, end: 1 } }],
});

const long = (word: string): string => `${word} ${'x'.repeat(40_000)}`;

describe('what parsing gives, for the next run', () => {
  const folder = (): CacheFolder => new CacheFolder(new Folder().at('cache'));

  it('comes back for the same text, in a run of the same project and build', () => {
    const caches = folder();
    const first = new ParsedFiles(caches, 'project');
    assert.equal(first.take('a'), undefined);
    first.keep('a', packed('ä😀'));
    first.keep(long('b'), packed('two'));
    assert.deepEqual(first.take('a'), packed('ä😀'));
    first.save();
    const second = new ParsedFiles(caches, 'project');
    assert.deepEqual(second.take('a'), packed('ä😀'));
    assert.deepEqual(second.take(long('b')), packed('two'));
    assert.equal(second.take('b'), undefined);
    assert.equal(new ParsedFiles(caches, 'another').take('a'), undefined);
  });

  it('grows with what is new, when that is enough', () => {
    const caches = folder();
    const add = (text: string): void => {
      const files = new ParsedFiles(caches, 'project');
      files.keep(text, packed(text.slice(0, 1)));
      files.save();
    };
    const has = (text: string): boolean => new ParsedFiles(caches, 'project').take(text) !== undefined;
    add('a');
    assert.ok(!has('a'), 'one short text is parsed as fast');
    add(long('a'));
    add(long('b'));
    assert.ok(has(long('a')) && has(long('b')));
  });

  it('is bounded, and keeps what was used last', () => {
    const caches = folder();
    const large = (word: string): PackedDocument => packed(word.repeat(4 * 1024 * 1024));
    const first = new ParsedFiles(caches, 'project');
    for (const word of 'abcdef') first.keep(long(word), large(word));
    first.save();
    const second = new ParsedFiles(caches, 'project');
    assert.deepEqual(second.take(long('a')), large('a'));
    for (const word of 'ghijk') second.keep(long(word), large(word));
    second.save();
    const third = new ParsedFiles(caches, 'project');
    const left = [...'abcdefghijk'].filter((word) => third.take(long(word)) !== undefined).join('');
    assert.match(left, /^a.?ghijk$/);
  });

  it('leaves every report as it is without', async () => {
    const random = new Random(7);
    const project = new Folder();
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    for (let n = 1; n <= 150; n++)
      project.write(`migrations/${`${n}`.padStart(4, '0')}_x.sql`, grammarText(random, names));
    const caches = new Folder();
    const env = { XDG_CACHE_HOME: caches.path, PG_AIRLOCK_NO_CACHE: '' };
    const call = (words: readonly string[], kept: boolean) =>
      runCli(words, { cwd: project.path, env: kept ? env : {} });
    for (const [changed, ...words] of [
      ['0150', 'check', 'migrations', '--format', 'json'],
      ['0150', 'check', 'migrations/0150_x.sql', '--verbose'],
      ['0001', 'check', 'migrations', '--verbose'],
      ['0075', 'review', 'migrations', '--format', 'json'],
      ['0149', 'locks', 'migrations/0150_x.sql'],
    ]) {
      project.write(`migrations/${changed}_x.sql`, grammarText(random, names));
      assert.deepEqual(await call(words, true), await call(words, false), words.join(' '));
    }
    const sizes = caches.names().map((name) => fs.statSync(caches.at(name)).size);
    assert.ok(Math.max(...sizes) > 200_000, 'the files of the project were kept');
  });
});
