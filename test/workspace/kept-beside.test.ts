import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { hashOf, keepIn, keepNewest, keptIn, mayKeepIn } from '../../server/src/workspace/kept-beside.js';
import { Folder } from '../support/folder.js';

describe('what a program keeps beside itself', () => {
  const origin = hashOf(Buffer.from('the program'));
  const body = Buffer.from('what it has made');

  it('is found again as it was', () => {
    const folder = new Folder();
    const file = folder.at('made.kept');
    assert.equal(keptIn(file, origin), undefined);
    keepIn(file, origin, body);
    assert.deepEqual(keptIn(file, origin), body);
    keepIn(file, origin, Buffer.from('another'));
    assert.deepEqual(keptIn(file, origin), Buffer.from('another'));
    assert.deepEqual(fs.readdirSync(folder.path), ['made.kept']);
  });

  it('is nothing when it is cut or changed anywhere, or made of something else', () => {
    const file = new Folder().at('made.kept');
    keepIn(file, origin, body);
    const whole = fs.readFileSync(file);
    for (let at = 0; at < whole.length; at++) {
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] ?? 0) ^ 1;
      for (const bytes of [changed, whole.subarray(0, at)]) {
        fs.writeFileSync(file, bytes);
        assert.equal(keptIn(file, origin), undefined, `${at}`);
      }
    }
    fs.writeFileSync(file, whole);
    assert.equal(keptIn(file, hashOf(Buffer.from('another program'))), undefined);
    assert.deepEqual(keptIn(file, origin), body);
  });

  it('is not written where a folder stands in its way, and leaves nothing behind', () => {
    const folder = new Folder();
    const file = folder.at('made.kept');
    fs.mkdirSync(path.join(file, 'in the way'), { recursive: true });
    keepIn(file, origin, body);
    keepIn(folder.at('nowhere/made.kept'), origin, body);
    assert.deepEqual(fs.readdirSync(folder.path), ['made.kept']);
  });

  it('is not kept where nothing is to be left behind, or there is no folder', () => {
    const folder = new Folder();
    const { PG_AIRLOCK_NO_CACHE: before } = process.env;
    try {
      process.env.PG_AIRLOCK_NO_CACHE = '1';
      assert.equal(mayKeepIn(folder.path), false);
      process.env.PG_AIRLOCK_NO_CACHE = '';
      assert.equal(mayKeepIn(folder.path), true);
      assert.equal(mayKeepIn(folder.at('nowhere')), false);
    } finally {
      if (before === undefined) delete process.env.PG_AIRLOCK_NO_CACHE;
      else process.env.PG_AIRLOCK_NO_CACHE = before;
    }
  });

  it('goes when newer ones of its kind are there, and others stay', () => {
    const folder = new Folder();
    for (const [age, name] of ['a.one', 'b.one', 'c.one', 'a.two'].entries()) {
      const file = folder.at(name);
      fs.writeFileSync(file, name);
      const time = new Date(Date.now() - (10 - age) * 1000);
      fs.utimesSync(file, time, time);
    }
    keepNewest(folder.path, (name) => name.endsWith('.one'), 2);
    keepNewest(folder.at('nowhere'), () => true, 0);
    assert.deepEqual(fs.readdirSync(folder.path).sort(), ['a.two', 'b.one', 'c.one']);
  });
});
