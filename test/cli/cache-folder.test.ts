import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { CacheFolder, cacheFolder } from '../../server/src/cli/cache/folder.js';
import { Folder } from '../support/folder.js';

const text = (cache: CacheFolder | undefined, name = 'entry'): string | undefined =>
  cache?.read(name)?.toString('utf8');

describe('the folder of the cache', () => {
  const made = (): { folder: Folder; cache: CacheFolder; place: string; file: string } => {
    const folder = new Folder();
    const place = folder.at('cache/pg-airlock');
    const cache = new CacheFolder(place);
    cache.write('entry', Buffer.from('what was found'));
    const [name = ''] = fs.readdirSync(place);
    return { folder, cache, place, file: path.join(place, name) };
  };

  it('gives back what was written, under its name alone', () => {
    const { cache } = made();
    assert.equal(text(cache), 'what was found');
    assert.equal(text(cache, 'another'), undefined);
    cache.write('entry', Buffer.from('something else'));
    assert.equal(text(cache), 'something else');
  });

  it('is for its user alone', function () {
    if (process.platform === 'win32') this.skip();
    const { place, file } = made();
    assert.equal(fs.statSync(place).mode & 0o777, 0o700);
    assert.equal(fs.statSync(file).mode & 0o777, 0o600);
  });

  it('takes nothing from a folder that others may read or write, or that is a link', function () {
    if (process.platform === 'win32') this.skip();
    for (const mode of [0o777, 0o755, 0o770]) {
      const { cache, place, file } = made();
      fs.chmodSync(place, mode);
      assert.equal(text(cache), undefined);
      const before = fs.readFileSync(file);
      cache.write('entry', Buffer.from('something else'));
      assert.deepEqual(fs.readFileSync(file), before);
    }
    const { folder, place } = made();
    fs.symlinkSync(place, folder.at('link'));
    assert.equal(text(new CacheFolder(folder.at('link'))), undefined);
  });

  it('takes nothing from a folder of another user', function () {
    if (process.getuid?.() !== 0) this.skip();
    const { cache, place } = made();
    fs.chownSync(place, 65534, 65534);
    assert.equal(text(cache), undefined);
  });

  it('takes no entry that is not whole', () => {
    const { cache, file } = made();
    const whole = fs.readFileSync(file);
    for (let length = 0; length < whole.length; length++) {
      fs.writeFileSync(file, whole.subarray(0, length));
      assert.equal(text(cache), undefined, `the first ${length} bytes`);
    }
    for (let at = 0; at < whole.length; at++) {
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] ?? 0) ^ 1;
      fs.writeFileSync(file, changed);
      assert.equal(text(cache), undefined, `with another byte ${at}`);
    }
    fs.rmSync(file);
    fs.mkdirSync(file);
    assert.equal(text(cache), undefined);
  });

  it('does without where nothing can be written', () => {
    const folder = new Folder({ cache: 'a file' });
    const cache = new CacheFolder(folder.at('cache/pg-airlock'));
    cache.write('entry', Buffer.from('what was found'));
    assert.equal(text(cache), undefined);
    const { cache: taken, file } = made();
    fs.rmSync(file);
    fs.mkdirSync(path.join(file, 'inside'), { recursive: true });
    taken.write('entry', Buffer.from('what was found'));
    assert.equal(text(taken), undefined);
    assert.deepEqual(fs.readdirSync(path.dirname(file)), [path.basename(file)], 'nothing half written stays');
  });

  it('is bounded: what was used longest ago goes', () => {
    const { cache, place } = made();
    for (let index = 0; index < 520; index++) {
      cache.write(`entry ${index}`, Buffer.from(`${index}`));
      const newest = fs.readdirSync(place).length;
      assert.ok(newest <= 500);
    }
    assert.equal(text(cache, 'entry 519'), '519');
    const large = Buffer.alloc(30 * 1024 * 1024, 'x');
    for (let index = 0; index < 6; index++) cache.write(`large ${index}`, large);
    const bytes = fs.readdirSync(place).reduce((sum, name) => sum + fs.statSync(path.join(place, name)).size, 0);
    assert.ok(bytes <= 128 * 1024 * 1024, `${bytes} bytes`);
    assert.equal(cache.read('large 5')?.length, large.length);
    cache.write('too large', Buffer.alloc(33 * 1024 * 1024));
    assert.equal(cache.read('too large'), undefined);
  });

  it('notes a use, and removes what a killed run has left half written', () => {
    const { cache, place, file } = made();
    const longAgo = new Date(Date.now() - 72 * 60 * 60 * 1000);
    const left = path.join(place, 'left.tmp');
    fs.writeFileSync(left, 'half');
    for (const each of [file, left]) fs.utimesSync(each, longAgo, longAgo);
    assert.equal(text(cache), 'what was found');
    assert.ok(Date.now() - fs.statSync(file).mtimeMs < 60_000);
    cache.write('another', Buffer.from('x'));
    assert.ok(!fs.existsSync(left));
  });

  it('stands below XDG_CACHE_HOME, never in a project, and can be switched off', () => {
    const home = new Folder();
    const work = new Folder({ 'migrations/0001_a.sql': '' });
    const env = { XDG_CACHE_HOME: home.at('caches') };
    const there = (place: Partial<Parameters<typeof cacheFolder>[0]>): boolean =>
      cacheFolder({ env, cwd: work.path, words: ['check', 'migrations'], ...place }) !== undefined;
    assert.ok(there({}));
    assert.ok(!there({ env: { ...env, PG_AIRLOCK_NO_CACHE: '1' } }));
    // Where a stranger's files could bring it along.
    assert.ok(!there({ cwd: home.path }));
    assert.ok(!there({ words: ['check', home.path] }));
    assert.ok(!there({ words: ['check', path.relative(work.path, home.path)] }));
    home.write('.git/HEAD', 'ref: refs/heads/main\n');
    assert.ok(!there({}));
  });
});
