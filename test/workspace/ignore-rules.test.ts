import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { type CodeListing, listNow, nodeCode } from '../../server/src/workspace/code-files.js';
import { Folder } from '../support/folder.js';

function listed(folder: Folder, globs: { include?: string[]; exclude?: string[] } = {}): string[] {
  const place = { root: folder.path, base: folder.path, include: [], exclude: [], ...globs };
  return listNow(nodeCode, place)
    .files.map(({ name }) => name)
    .sort();
}

describe('the code of a project', () => {
  it('leaves out what git leaves out', () => {
    const names = [
      'a.ts',
      'b.ts',
      'keep/a.ts',
      'skip/a.ts',
      'x/skip/a.ts',
      'only/a.ts',
      'x/only/a.ts',
      'deep/a/b/c.ts',
      'deep/c.ts',
      'sub/own.ts',
      'sub/back.ts',
      'sub/x/own.ts',
      'a b.ts',
      '#odd.ts',
      '!odd.ts',
      'range1.ts',
      'range7.ts',
      'mid/x/end.ts',
      'mid/x/y/end.ts',
      'mid/end.ts',
      'star-any.ts',
      'name/in.ts',
      'folder.ts/a.ts',
      'q1.ts',
      'q12.ts',
      'all/one.ts',
      'all/two.ts',
    ];
    const folder = new Folder(Object.fromEntries(names.map((name) => [name, 'x'])));
    folder.write(
      '.gitignore',
      'skip/\n/only\n# note\n\\#odd.ts\n\\!odd.ts\ndeep/**/c.ts\nrange[1-5].ts\nmid/**/end.ts\nstar-*\nq?.ts\nfolder.ts\na\\ b.ts\nall/*\n!all/two.ts\nb.ts   \n[\n***\\\n',
    );
    folder.write('sub/.gitignore', '/own.ts\nback.ts\n!back.ts\n');
    folder.git('init');
    const byGit = execFileSync('git', ['-C', folder.path, 'ls-files', '-z', '--others', '--exclude-standard'], {
      encoding: 'utf8',
    })
      .split('\0')
      .filter((name) => name.endsWith('.ts'))
      .sort();
    assert.ok(byGit.length > 8 && byGit.length < names.length - 8);
    assert.deepEqual(listed(folder), byGit);
  });

  it('reads .ignore, and leaves out what tools have put there', () => {
    const folder = new Folder({
      'a.ts': 'x',
      'b.ts': 'x',
      '.ignore': 'b.ts',
      'node_modules/x/a.ts': 'x',
      'vendor/a.rb': 'x',
      'dist/a.js': 'x',
      '.next/a.js': 'x',
      'empty.ts': '',
      'image.png': 'x',
      'large.ts': 'x'.repeat(1024 * 1024 + 1),
    });
    assert.deepEqual(listed(folder), ['a.ts']);
  });

  it('follows no link, so that nothing outside of it is read', () => {
    const outside = new Folder({ 'secret.ts': 'x', 'sub/secret.ts': 'x' });
    const folder = new Folder({ 'a.ts': 'x' });
    fs.symlinkSync(outside.at('secret.ts'), folder.at('link.ts'));
    fs.symlinkSync(outside.at('sub'), folder.at('sub'));
    fs.symlinkSync(folder.path, folder.at('loop'));
    assert.deepEqual(listed(folder), ['a.ts']);
  });

  it('looks where the configuration says', () => {
    const folder = new Folder({ 'app/a.ts': 'x', 'app/b/c.ts': 'x', 'tools/a.ts': 'x' });
    assert.deepEqual(listed(folder, { include: ['app/**'] }), ['app/a.ts', 'app/b/c.ts']);
    assert.deepEqual(listed(folder, { exclude: ['app/b/**', 'tools/**'] }), ['app/a.ts']);
  });

  it('is over soon with hostile rules', () => {
    const folder = new Folder({ [`${'a'.repeat(200)}.ts`]: 'x', 'b.ts': 'x' });
    folder.write('.gitignore', `${`${'*a'.repeat(180)}b\n`.repeat(2000)}${`${'**/'.repeat(120)}z\n`.repeat(100)}`);
    const started = Date.now();
    const found: CodeListing = listNow(nodeCode, { root: folder.path, base: folder.path, include: [], exclude: [] });
    assert.equal(found.files.length, 2);
    assert.ok(Date.now() - started < 3000);
  });
});
