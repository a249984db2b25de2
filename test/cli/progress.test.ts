import assert from 'node:assert/strict';
import { type Clock, isWatched, StatusLine } from '../../server/src/cli/progress.js';
import { run } from '../../server/src/cli/run.js';
import { Folder } from '../support/folder.js';

/** A clock that a test turns. */
class TestClock implements Clock {
  private time = 5000;
  private waiting: { readonly at: number; readonly call: () => void }[] = [];

  now(): number {
    return this.time;
  }

  after(ms: number, call: () => void): void {
    this.waiting.push({ at: this.time + ms, call });
  }

  pass(ms: number): void {
    this.time += ms;
    const due = this.waiting.filter(({ at }) => at <= this.time);
    this.waiting = this.waiting.filter(({ at }) => at > this.time);
    for (const { call } of due) call();
  }
}

/** What a terminal shows in its last line behind all that was written. */
function lastLine(written: readonly string[]): string {
  const cells: string[] = [];
  let at = 0;
  for (const letter of written.join('')) {
    if (letter === '\r') at = 0;
    else cells[at++] = letter;
  }
  return cells.join('').trimEnd();
}

function started(columns = 80) {
  const clock = new TestClock();
  const written: string[] = [];
  const line = new StatusLine({ columns: () => columns, write: (text) => written.push(text) }, clock);
  return { clock, written, line };
}

describe('the line that says what runs', () => {
  it('comes after a second, with what runs then', () => {
    const { clock, written, line } = started();
    line.show('1 of 3  a.sql');
    clock.pass(900);
    line.show('2 of 3  b.sql');
    clock.pass(99);
    assert.deepEqual(written, []);
    clock.pass(1);
    assert.deepEqual(written, ['\r2 of 3  b.sql']);
  });

  it('comes where the work leaves no time for a timer', () => {
    const { clock, written, line } = started();
    line.show('1 of 3  a.sql');
    clock.pass(2000);
    written.length = 0;
    line.show('3 of 3  c');
    clock.pass(100);
    assert.equal(lastLine(['\r1 of 3  a.sql', ...written]), '3 of 3  c');
  });

  it('is written ten times a second at most', () => {
    const { clock, written, line } = started();
    clock.pass(1000);
    for (let n = 0; n < 1000; n++) {
      line.show(`${n}`);
      clock.pass(1);
    }
    assert.ok(written.length <= 11, `${written.length}`);
    clock.pass(100);
    assert.equal(lastLine(written), '999');
  });

  it('is gone before anything else is said, and does not come back by itself', () => {
    const { clock, written, line } = started();
    clock.pass(1000);
    line.show('a long line');
    line.show('short');
    line.clear();
    assert.equal(lastLine(written), '');
    assert.ok(written.at(-1)?.endsWith('\r'));
    const before = written.length;
    clock.pass(5000);
    line.clear();
    assert.equal(written.length, before);
  });

  it('writes nothing in a run that is over before', () => {
    const { clock, written, line } = started();
    line.show('a');
    clock.pass(500);
    line.clear();
    clock.pass(5000);
    assert.deepEqual(written, []);
  });

  it('stays on one line, and shows what would act on the terminal', () => {
    const { clock, written, line } = started(20);
    clock.pass(1000);
    line.show(`a\u001b[2J\nb${'x'.repeat(50)}`);
    assert.doesNotMatch(written.join(''), /[\u001b\n]/);
    assert.equal(lastLine(written).length, 19);
    clock.pass(100);
    line.show('漢字'.repeat(20));
    assert.ok(lastLine(written).startsWith('漢字'.repeat(4)));
    assert.equal([...(written.at(-1) ?? '')].filter((letter) => letter > '~').length, 9);
  });

  it('is for people: not in CI, not for a file, not beside a program that reads', () => {
    const [tty, pipe] = [{ isTTY: true }, {}];
    assert.equal(isWatched(tty, tty, {}), true);
    assert.equal(isWatched(tty, tty, { CI: 'false' }), true);
    assert.equal(isWatched(tty, pipe, {}), false);
    assert.equal(isWatched(pipe, tty, {}), false, 'check --format json | jq');
    assert.equal(isWatched(tty, tty, { CI: 'true' }), false);
    assert.equal(isWatched(tty, tty, { CI: '1' }), false);
    assert.equal(isWatched(tty, tty, { TERM: 'dumb' }), false);
  });

  it('names each migration of check and review, and what is written', async () => {
    const folder = new Folder({
      'm/1_a.sql': 'CREATE TABLE a (id bigint PRIMARY KEY, code text);\n',
      'm/2_b.sql': 'CREATE INDEX b ON a (code);\n',
    });
    const before = process.cwd();
    process.chdir(folder.path);
    try {
      for (const [words, expected] of [
        [
          ['check', 'm'],
          ['1 of 2  m/1_a.sql', '2 of 2  m/2_b.sql'],
        ],
        [
          ['check', 'm', '--diff'],
          ['fixing 1 of 2  m/1_a.sql', 'fixing 2 of 2  m/2_b.sql', '1 of 2  m/1_a.sql'],
        ],
        [
          ['review', 'm'],
          ['1 of 2  m/1_a.sql', '2 of 2  m/2_b.sql', 'putting the review together'],
        ],
      ] as const) {
        const said: string[] = [];
        const [out, data, err] = [() => {}, () => {}, () => {}];
        await run(words, { out, data, err, colour: false, progress: (text) => said.push(text) }, '0.0.0');
        assert.deepEqual(said.slice(0, expected.length), expected);
      }
    } finally {
      process.chdir(before);
    }
  });
});
