import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { programIn } from '../../server/src/cli/cache/compiled-code.js';
import { Folder } from '../support/folder.js';
import { root } from './support/run-cli.js';

const compiledIn = (folder: Folder, at = '.'): readonly string[] =>
  fs.readdirSync(folder.at(at)).filter((name) => name.endsWith('.compiled'));

describe('what V8 has compiled of a program', () => {
  const text = 'function double(n) { return 2 * n; }\nexports.four = double(2); exports.asked = require("./other");\n';

  const made = (): { folder: Folder; file: string; run: () => unknown; kept: () => string } => {
    const folder = new Folder();
    folder.write('program.js', text);
    const file = folder.at('program.js');
    const run = (): unknown => {
      const program = programIn(file);
      const exported = program.run(((name: string) => `for ${name}`) as NodeJS.Require);
      program.keep();
      return exported;
    };
    const kept = (): string => folder.at(compiledIn(folder)[0] ?? 'none');
    return { folder, file, run, kept };
  };

  const expected = { four: 4, asked: 'for ./other' };

  it('is left beside it once, and taken from there', () => {
    const { folder, run, kept } = made();
    assert.deepEqual(run(), expected);
    assert.equal(compiledIn(folder).length, 1);
    const left = fs.statSync(kept());
    assert.deepEqual(run(), expected);
    const now = fs.statSync(kept());
    assert.deepEqual([now.ino, now.mtimeMs], [left.ino, left.mtimeMs]);
    assert.deepEqual(fs.readdirSync(folder.path).sort(), ['program.js', path.basename(kept())].sort());
  });

  it('is not taken for another text, be it as long', () => {
    const { file, run, kept } = made();
    run();
    const former = fs.readFileSync(kept());
    const { mtime } = fs.statSync(file);
    fs.writeFileSync(file, text.replace('2 * n', '3 * n'));
    fs.utimesSync(file, mtime, mtime);
    assert.deepEqual(run(), { ...expected, four: 6 });
    assert.notDeepEqual(fs.readFileSync(kept()), former);
    assert.deepEqual(run(), { ...expected, four: 6 });
  });

  it('is not taken when it is cut, changed or something else, and is made anew', () => {
    const { run, kept } = made();
    run();
    const whole = fs.readFileSync(kept());
    const spoilt = [0, 31, 40, 64, 80, whole.length >> 1, whole.length - 1].flatMap((at) => {
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] ?? 0) ^ 0xff;
      return [changed, whole.subarray(0, at)];
    });
    for (const bytes of [...spoilt, Buffer.from('text')]) {
      fs.writeFileSync(kept(), bytes);
      assert.deepEqual(run(), expected);
      assert.notDeepEqual(fs.readFileSync(kept()), bytes);
    }
  });

  it('is not needed where nothing can be written', () => {
    const { folder, run, kept } = made();
    run();
    const name = kept();
    fs.rmSync(name);
    fs.mkdirSync(path.join(name, 'in the way'), { recursive: true });
    assert.deepEqual(run(), expected);
    assert.deepEqual(fs.readdirSync(folder.path).sort(), ['program.js', path.basename(name)].sort());
  });

  it('of other versions of Node is kept for a few of them', () => {
    const { folder, run } = made();
    for (const [age, tag] of ['aaa', 'bbb', 'ccc', 'ddd'].entries()) {
      const file = folder.at(`program.${tag}.compiled`);
      fs.writeFileSync(file, 'of another version');
      const time = new Date(Date.now() - (10 - age) * 1000);
      fs.utimesSync(file, time, time);
    }
    folder.write('another.aaa.compiled', 'of another program');
    run();
    const left = compiledIn(folder);
    assert.equal(left.length, 4);
    for (const name of ['program.ccc.compiled', 'program.ddd.compiled', 'another.aaa.compiled'])
      assert.ok(left.includes(name), name);
  });
});

describe('the command line, which keeps what V8 has compiled', () => {
  const installed = (): { folder: Folder; run: (words: readonly string[], env?: NodeJS.ProcessEnv) => string } => {
    const folder = new Folder();
    for (const file of ['cli.js', 'command-line.js', 'server.js', 'libpg-query.wasm', 'pgsql-ast-parser.js'])
      fs.cpSync(path.join(root, 'dist', file), folder.at(`dist/${file}`));
    fs.cpSync(path.join(root, 'package.json'), folder.at('package.json'));
    folder.write('migrations/1_note.sql', 'ALTER TABLE orders ADD COLUMN note text NOT NULL;\n');
    const caches = folder.at('caches');
    const run = (words: readonly string[], env: NodeJS.ProcessEnv = {}): string => {
      const { stdout, stderr, status } = spawnSync(process.execPath, [folder.at('dist/cli.js'), ...words], {
        cwd: folder.path,
        encoding: 'utf8',
        env: { ...process.env, XDG_CACHE_HOME: caches, PG_AIRLOCK_NO_CACHE: '', ...env },
      });
      return `${status}\n${stdout}\n${stderr}`;
    };
    return { folder, run };
  };

  it('says the same from it, and keeps it of a check and of what a command loads beside', function () {
    this.timeout(60_000);
    const { folder, run } = installed();
    const check = ['check', '--no-cache', 'migrations'];
    const fix = ['fix', 'migrations/1_note.sql'];
    for (const [words, env] of [
      [['--version'], {}],
      [['check', 'nowhere'], {}],
      [check, { PG_AIRLOCK_NO_CACHE: '1' }],
    ] as const) {
      run(words, env);
      assert.deepEqual(compiledIn(folder, 'dist'), [], words.join(' '));
    }
    const [first, fixed] = [run(check), run(fix)];
    assert.match(first, /^1\n.*note.*NOT NULL/s);
    const kept = compiledIn(folder, 'dist').map((name) => name.replace(/\..*/, ''));
    assert.deepEqual(kept.sort(), ['command-line', 'server']);
    for (const again of [run(check), run(check, { PG_AIRLOCK_NO_CACHE: '1' })]) assert.equal(again, first);
    assert.equal(run(fix), fixed);
    for (const name of compiledIn(folder, 'dist')) fs.truncateSync(folder.at(`dist/${name}`), 5000);
    assert.deepEqual([run(check), run(fix)], [first, fixed]);
  });
});
