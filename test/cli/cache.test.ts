import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { readArguments } from '../../server/src/cli/arguments.js';
import { CacheFolder } from '../../server/src/cli/cache/folder.js';
import { ownSystem, type System } from '../../server/src/cli/cache/questions.js';
import { rememberedIn, type Run } from '../../server/src/cli/cache/remembered.js';
import * as check from '../../server/src/cli/commands/check.js';
import * as review from '../../server/src/cli/commands/review.js';
import type { Terminal } from '../../server/src/cli/session.js';
import { grammarText } from '../fuzz/grammar.js';
import { Random } from '../fuzz/random.js';
import { Folder } from '../support/folder.js';
import { type Ran, runCli } from './support/run-cli.js';

const users = 'CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL, age int);\n';
const change = 'CREATE INDEX users_email ON users (email);\nALTER TABLE users DROP COLUMN age;\n';
const migrations = { 'migrations/0001_users.sql': users, 'migrations/0002_change.sql': change };

/** A project and a folder for the cache of whoever looks at it. */
class Kept extends Folder {
  constructor(files: Readonly<Record<string, string | Uint8Array>>) {
    super(files, 'deep');
  }

  readonly caches = new Folder();
  readonly env = { XDG_CACHE_HOME: this.caches.path, PG_AIRLOCK_NO_CACHE: '' };

  run(words: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> {
    return runCli(words, { cwd: this.path, env: { ...this.env, ...env } });
  }

  /** Runs with the cache, and holds the result against a run without. */
  async same(words: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> {
    const kept = await this.run(words, env);
    assert.deepEqual(kept, await runCli(words, { cwd: this.path, env }));
    return kept;
  }

  entries(): string[] {
    return this.caches.names().map((name) => this.caches.at(name));
  }
}

/** Says of each run whether it was done or said again. */
class Counted {
  private runs = 0;
  said = '';

  constructor(
    private readonly cache: CacheFolder,
    private readonly run: Run,
    private readonly system: System = ownSystem,
  ) {}

  async again(): Promise<{ code: number; said: string; isDone: boolean }> {
    const before = this.runs;
    let said = '';
    const write = (text: string): void => {
      said += text;
    };
    const terminal: Terminal = { out: write, data: write, err: write, colour: false };
    const run: Run = (inner, system) => {
      this.runs++;
      return this.run(inner, system);
    };
    const code = await rememberedIn(this.cache, 'call', terminal, run, this.system);
    return { code, said, isDone: this.runs > before };
  }
}

const counted = (run: Run): Counted => new Counted(new CacheFolder(new Folder().at('cache')), run);

describe('what a command has found, for the next run', () => {
  it('is said again, byte for byte, in every form', async () => {
    const project = new Kept(migrations);
    for (const words of [
      ['check', 'migrations'],
      ['check', 'migrations', '--verbose'],
      ['check', 'migrations', '--format', 'json', '--with-fixes'],
      ['check', 'migrations/0002_change.sql', '--fail-on', 'never'],
      ['check', 'migrations', '--postgres', '17'],
      ['review', 'migrations', '--format', 'markdown'],
      ['locks', 'migrations/0002_change.sql'],
    ]) {
      const entries = project.entries().length;
      const first = await project.same(words);
      assert.equal(project.entries().length, entries + 1, words.join(' '));
      assert.deepEqual(await project.same(words), first);
    }
  });

  it('is found anew on another day where a suppression ends on one, and only there', async () => {
    const ends =
      '-- airlock-ignore require-concurrent-index until 2027-01-31: small\nCREATE INDEX a ON users (email);\n';
    for (const [text, isAsked] of [
      [ends, true],
      [ends.replace(' until 2027-01-31', ''), false],
    ] as const) {
      const project = new Folder({ 'm/0001_users.sql': users, 'm/0002_index.sql': text }, 'deep');
      let day = '2027-01-31';
      const system: System = { ...ownSystem, today: () => day };
      const run: Run = (terminal, asked) => check.run(readArguments([project.at('m')], check.options), terminal, asked);
      const call = new Counted(new CacheFolder(new Folder().at('cache')), run, system);
      assert.equal((await call.again()).code, 0);
      assert.equal((await call.again()).isDone, false);
      day = '2027-02-01';
      const later = await call.again();
      assert.deepEqual([later.isDone, later.code], [isAsked, isAsked ? 1 : 0], later.said);
    }
  });

  it('has the colours of the terminal that it is said to', async () => {
    const project = new Kept(migrations);
    for (const env of [{ FORCE_COLOR: '1' }, { NO_COLOR: '1' }, { FORCE_COLOR: '1' }]) {
      const { stdout } = await project.same(['check', 'migrations'], env);
      assert.equal(stdout.includes('\u001b[1m'), env.FORCE_COLOR !== undefined);
    }
    assert.equal(project.entries().length, 2);
  });

  it('is found anew when something has changed that it depends on', async () => {
    const project = new Kept({ ...migrations, 'dump.sql': 'CREATE TABLE a (id int);\n' });
    const words = ['check', 'migrations', '--verbose', '--format', 'json'];
    const differs: boolean[] = [];
    let last = '';
    const changes: readonly (() => void)[] = [
      () => {},
      () => project.write('migrations/0002_change.sql', change.replace('INDEX', 'INDEX CONCURRENTLY')),
      () => project.write('migrations/0001_users.sql', users.replace(', age int', '')),
      () => project.write('migrations/0003_more.sql', 'ALTER TABLE a ADD COLUMN b int NOT NULL;\n'),
      () => project.write('airlock.config.json', '{"schema": "dump.sql"}'),
      () => project.write('dump.sql', 'CREATE TABLE a (id int, b int);\n'),
      () => project.write('airlock.config.json', '{"schema": "dump.sql", "rules": {"no-drop-column": "off"}}'),
      () => project.commitAll(),
      () => project.git('checkout', '--quiet', '-b', 'work'),
      () => project.write('migrations/0004_new.sql', 'DROP TABLE a;\n'),
      () => fs.rmSync(project.at('migrations/0003_more.sql')),
      () => fs.renameSync(project.at('migrations/0004_new.sql'), project.at('migrations/0000_new.sql')),
      () => fs.rmSync(project.at('migrations'), { recursive: true }),
    ];
    for (const act of changes) {
      act();
      const { stdout } = await project.same(words);
      differs.push(stdout !== last);
      last = stdout;
      await project.same(words);
    }
    // The dump says nothing new of the table, and a new branch of the same commit changes nothing.
    const same = differs.flatMap((each, index) => (each ? [] : [index]));
    assert.deepEqual(same, [4, 8]);
  });

  it('is not kept of a run that fails, writes, reads standard input or is asked for anew', async () => {
    const project = new Kept({ ...migrations, 'broken/0001_a.sql': Buffer.from([0xff, 0xfe]) });
    for (const words of [
      ['check', 'nowhere'],
      ['check', 'broken'],
      ['check', 'migrations', '--format', 'xml'],
      ['check', 'migrations', '--no-cache'],
      ['check', '-'],
      ['check', '--stdin-path=migrations/0003_x.sql'],
      ['fix', 'migrations/0002_change.sql'],
    ])
      await project.same(words);
    await project.run(['check', 'migrations', '--fix']);
    await project.run(['check', 'migrations'], { PG_AIRLOCK_NO_CACHE: '1' });
    assert.deepEqual(project.entries(), []);
  });

  it('does no harm when it is broken, or of another program', async () => {
    const project = new Kept(migrations);
    const words = ['check', 'migrations'];
    await project.same(words);
    const [entry = ''] = project.entries();
    const whole = fs.readFileSync(entry);
    for (const bytes of [
      Buffer.alloc(0),
      whole.subarray(0, whole.length >> 1),
      Buffer.concat([whole, whole]),
      Buffer.from('{"code":0,"said":[],"answers":[]}'),
    ]) {
      fs.writeFileSync(entry, bytes);
      await project.same(words);
      assert.deepEqual(fs.readFileSync(entry), whole, 'it is written anew');
    }
    // Whole, but not in our form.
    const folder = new CacheFolder(path.dirname(entry));
    const call = counted(async (terminal) => {
      terminal.out('found\n');
      return 0;
    });
    for (const other of [
      '',
      'null',
      '[]',
      '{"code":0}',
      '{"code":0,"said":[1],"answers":[]}',
      '{"code":3,"said":[],"answers":[]}',
    ])
      for (const name of ['call']) {
        folder.write(name, Buffer.from(other));
        const { said } = await new Counted(folder, async (terminal) => {
          terminal.out('found\n');
          return 0;
        }).again();
        assert.equal(said, 'found\n', other);
      }
    assert.ok((await call.again()).isDone);
  });

  it('is whole when many runs begin at the same time', async () => {
    const project = new Kept(migrations);
    const words = ['check', 'migrations'];
    const expected = await runCli(words, { cwd: project.path });
    const all = await Promise.all(Array.from({ length: 8 }, () => project.run(words)));
    for (const each of all) assert.deepEqual(each, expected);
    assert.equal(project.entries().length, 1);
    await project.same(words);
  });

  it('holds for as long as every answer is the same, and no longer', async () => {
    const folder = new Folder({ a: '1', b: '1', c: '1' });
    const call = counted(async (terminal, { files }) => {
      const first = files.read(folder.at('a'));
      const next = 'text' in first && first.text === '1' ? 'b' : 'c';
      const second = files.read(folder.at(next));
      terminal.out(JSON.stringify([first, second, files.exists(folder.at('d')), files.list(folder.path).length]));
      return 0;
    });
    const expectDone = async (expected: boolean): Promise<void> => {
      const { isDone } = await call.again();
      assert.equal(isDone, expected);
    };
    await expectDone(true);
    await expectDone(false);
    folder.write('c', '2'); // Not read so far.
    await expectDone(false);
    folder.write('b', '2');
    await expectDone(true);
    folder.write('a', '2');
    await expectDone(true);
    folder.write('b', '3'); // Not read any more.
    await expectDone(false);
    folder.write('d', '');
    await expectDone(true);
    await expectDone(false);
    fs.rmSync(folder.at('c'));
    await expectDone(true);
  });

  it('is not kept where files change while they are read', async () => {
    const folder = new Folder({ a: '1' });
    const call = counted(async (terminal, { files }) => {
      files.read(folder.at('a'));
      folder.write('a', `${Math.random()}`);
      files.read(folder.at('a'));
      terminal.out('');
      return 0;
    });
    assert.ok((await call.again()).isDone);
    assert.ok((await call.again()).isDone);
  });

  it('is what a run without it finds, for texts and changes by chance', async () => {
    for (let seed = 1; seed <= 6; seed++) {
      const random = new Random(seed);
      const folder = new Folder({ 'm/0001_a.sql': users, 'm/0002_b.sql': change }, 'deep');
      const { run, options } = random.chance(0.7) ? check : review;
      const given = readArguments([folder.at('m'), '--format', 'json'], options);
      const work: Run = (terminal, system) => run(given, terminal, system);
      const call = counted(work);
      for (let round = 0; round < 12; round++) {
        const name = `m/000${random.below(5) + 1}_${random.pick(['a', 'b'])}.sql`;
        if (random.chance(0.15)) fs.rmSync(folder.at(name), { force: true });
        else if (random.chance(0.8)) folder.write(name, grammarText(random));
        const kept = await call.again();
        const plain = await new Counted(new CacheFolder(new Folder().at('none')), work).again();
        assert.deepEqual({ ...kept, isDone: true }, plain, `seed ${seed}, round ${round}`);
        const again = await call.again();
        assert.deepEqual({ ...again, isDone: true }, plain, `seed ${seed}, round ${round}, again`);
        if (plain.code !== 2) assert.ok(!again.isDone, `seed ${seed}, round ${round}: it was done twice`);
      }
    }
  });
});
