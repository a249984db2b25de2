import assert from 'node:assert/strict';
import picomatch from 'picomatch';
import { globBases, globMatcher, globProblem } from '../../server/src/analysis/globs.js';
import { Random } from '../fuzz/random.js';

const paths = [
  'migrations/0001_a.sql',
  'migrations/a/0001_a.sql',
  'migrations/a/b/c.sql',
  'migrations/.hidden/a.sql',
  'migrations/.a.sql',
  'db/migrations/1.sql',
  'db/migrations/10.sql',
  'a.sql',
  'a',
  'ab',
  'abc/d',
  'migrations',
  'migrations/a.down.sql',
  'x{a,b}.sql',
  'a[1].sql',
];

describe('globs', () => {
  it('match what picomatch matches', () => {
    const globs = [
      '*.sql',
      '**/*.sql',
      'migrations/*.sql',
      'migrations/**/*.sql',
      'migrations/**',
      '**/migrations/**',
      './migrations/*.sql',
      'db/migrations/?.sql',
      'db/migrations/[0-9].sql',
      'db/migrations/[1-3]*.sql',
      '{db,x}/migrations/*.sql',
      '**/{a,b}/**/*.{sql,txt}',
      'db/migrations/{1..3}.sql',
      '@(db|x)/**/*.sql',
      'migrations/.*',
      '**',
      '*',
      '*/*',
      'a?',
      'a\\[1\\].sql',
      'migrations/*.down.sql',
    ];
    for (const glob of globs) {
      const [ours, theirs] = [globMatcher([glob]), picomatch(glob)];
      for (const path of paths) assert.equal(ours(path), theirs(path), `${glob} on ${path}`);
    }
  });

  it('match what picomatch matches, by chance', () => {
    const random = new Random(3);
    const parts = ['a', 'b', '*', '?', '**', '/', '/', '.sql', '[ab]', '{a,b}', 'ab'];
    for (let round = 0; round < 3000; round++) {
      const glob = random.times(1, 6, () => random.pick(parts)).join('');
      // What such a thing means is nobody's guess.
      if (/\*\*[^/]|[^/]\*\*|\/\/|^\/|\/$|\*\?|\?\*|\*\*\*/.test(glob) || globProblem(glob) !== undefined) continue;
      const path = random
        .times(1, 5, () => random.pick(['a', 'b', 'ab', '/', '.sql']))
        .join('')
        .replace(/\/+/g, '/')
        .replace(/^\/|\/$/g, '');
      if (path === '' || /(^|\/)\./.test(path)) continue;
      assert.equal(globMatcher([glob])(path), picomatch(glob)(path), `${glob} on ${path}`);
    }
  });

  it('leave out what begins with "!"', () => {
    const matches = globMatcher(['migrations/**/*.sql', '!**/*.down.sql']);
    assert.deepEqual(paths.filter(matches), [
      'migrations/0001_a.sql',
      'migrations/a/0001_a.sql',
      'migrations/a/b/c.sql',
    ]);
  });

  it('take time by the product of their lengths at most', () => {
    const began = process.cpuUsage();
    const long = 'a'.repeat(240);
    const deep = Array.from({ length: 400 }, () => 'a').join('/');
    for (const glob of ['*a'.repeat(100), `${'**/a/'.repeat(60)}b`, `${'?*'.repeat(100)}b`, '[a]*'.repeat(80)])
      for (const path of [long, deep, `${deep}/${long}`]) globMatcher([glob])(path);
    assert.ok(process.cpuUsage(began).user < 1_000_000);
    for (const glob of ['', 'x'.repeat(501), '(a+)+b', '*(a|b)', '{a,b}'.repeat(8), '((a)', '+(a)'])
      assert.notEqual(globProblem(glob), undefined, glob);
  });

  it('say where to look', () => {
    assert.deepEqual(globBases(['db/migrations/*.sql', 'db/**', './x/y/z.sql']), ['db', 'x/y']);
    assert.deepEqual(globBases(['{a,b}/m/*.sql']), ['a/m', 'b/m']);
    assert.deepEqual(globBases(['**/*.sql', 'a/*.sql']), ['']);
  });
});
