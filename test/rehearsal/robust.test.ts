import assert from 'node:assert/strict';
import { type Engine, EngineLost, type Kept, type Result, SqlError } from '../../server/src/rehearsal/engine.js';
import { EmbeddedEngine, liveWorkers } from '../../server/src/rehearsal/pglite/engine.js';
import { type Rehearsed, type RehearsalOptions, rehearse } from '../../server/src/rehearsal/rehearse.js';
import { outcomeOf, remarksOf } from '../../server/src/rehearsal/remarks.js';
import { runnable } from '../../server/src/rehearsal/runnable.js';
import { KeptStates } from '../../server/src/rehearsal/states.js';
import { parseDocument } from '../../server/src/sql/parse.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';

/** The embedded PostgreSQL, in whose way something comes. */
class Hindered implements Engine {
  readonly name = 'PostgreSQL 18 (PGlite)';
  readonly postgres = 18;
  readonly ownsRoles = true;
  readonly extensions = undefined;
  private isDead = false;

  constructor(
    private readonly inner: EmbeddedEngine,
    private readonly hinder: {
      /** Throws what comes in the way of a statement. */
      run?(sql: string): void;
      keep?(): void;
    },
  ) {}

  async open(state?: Kept): Promise<void> {
    await this.inner.open(state);
    this.isDead = false;
  }

  async keep(): Promise<Kept> {
    this.alive();
    this.meet(() => this.hinder.keep?.());
    return this.inner.keep();
  }

  async run(sql: string, limitMs?: number): Promise<readonly Result[]> {
    this.alive();
    this.meet(() => this.hinder.run?.(sql));
    return this.inner.run(sql, limitMs);
  }

  cancel(): Promise<void> {
    return this.inner.cancel();
  }

  close(): Promise<void> {
    return this.inner.close();
  }

  private alive(): void {
    if (this.isDead) throw new EngineLost('died', 'The embedded PostgreSQL is not open.');
  }

  private meet(hinder: () => void): void {
    try {
      hinder();
    } catch (error) {
      this.isDead = error instanceof EngineLost;
      throw error;
    }
  }
}

const inner = new EmbeddedEngine();
const base = 'CREATE TABLE t (id int PRIMARY KEY, a text);';

/** One file of history, and one rehearsed for each text with its way back. */
function project(
  ...files: readonly (readonly [up: string, down: string])[]
): Pick<RehearsalOptions, 'files' | 'extensions'> {
  const statements = (sql: string) => runnable(parseDocument(sql), []);
  return {
    extensions: [],
    files: [
      { path: '/0', name: '0', statements: statements(base), rehearse: false },
      ...files.map(([up, down], index) => ({
        path: `/${index + 1}`,
        name: `${index + 1}`,
        statements: statements(up),
        rehearse: true,
        wayBack: () => ({ by: 'author' as const, isPartial: false, statements: statements(down) }),
      })),
    ],
  };
}

const outcomes = ({ files }: Rehearsed): string[] => files.map((each) => outcomeOf(remarksOf(each, () => false)));
const add = (name: string): [string, string] => [
  `ALTER TABLE t ADD COLUMN ${name} int;`,
  `ALTER TABLE t DROP COLUMN ${name};`,
];

describe('a rehearsal that something comes in the way of', () => {
  before(() => initParser());
  after(() => inner.close());

  it('goes on behind a thread that dies in a migration, and behind one that dies beside it', async () => {
    let [isIn, isBeside, isSecond] = [true, true, false];
    const engine = new Hindered(inner, {
      run(sql) {
        if (isIn && sql.includes('COLUMN x1')) {
          isIn = false;
          throw new EngineLost('died', 'The thread of the embedded PostgreSQL has ended.');
        }
        isSecond ||= sql.includes('COLUMN x2');
        if (isBeside && isSecond && sql.includes('EXECUTE airlock_look_marks')) {
          isBeside = false;
          throw new EngineLost('died', 'The thread of the embedded PostgreSQL has ended.');
        }
      },
    });
    const done = await rehearse(engine, project(add('x1'), add('x2'), add('x3')));
    assert.deepEqual(outcomes(done), ['failed', 'failed', 'passed']);
    assert.match(done.files[0]?.up.stopped?.message ?? '', /has ended/);
  });

  it('says that the disk is full, and goes on', async () => {
    const engine = new Hindered(inner, {
      run(sql) {
        if (sql.includes('COLUMN x1'))
          throw new SqlError(
            'could not extend file "base/5/16384": No space left on device',
            '53100',
            undefined,
            undefined,
            undefined,
          );
      },
    });
    const done = await rehearse(engine, project(add('x1'), add('x2')));
    assert.deepEqual(outcomes(done), ['failed', 'passed']);
    assert.match(
      remarksOf(done.files[0] ?? assert.fail(), () => false)[0]?.message ?? '',
      /No space left on device \(53100\)/,
    );
  });

  it('does without copies where none can be made', async () => {
    const engine = new Hindered(inner, {
      keep() {
        throw new EngineLost('memory', 'It took more than 2 GB of memory.');
      },
    });
    const states = new KeptStates();
    const done = await rehearse(engine, { ...project(add('x1'), ['DROP TABLE t;', 'SELECT 1;'], add('x2')), states });
    assert.deepEqual(outcomes(done), ['passed', 'failed', 'failed']);
    assert.equal(states.size, 0);
  });

  it('replays the history where its copy is damaged, whether it begins with it or comes back to it', async () => {
    const states = new KeptStates();
    const first = await rehearse(new Hindered(inner, {}), { ...project(add('x1')), states });
    assert.deepEqual(outcomes(first), ['passed']);
    const damaged = new KeptStates();
    const get = damaged.get.bind(states);
    // Every copy is read once as it is, and damaged from then on.
    damaged.get = (key) => {
      const found = get(key);
      return found && { bytes: found.bytes.map((byte, at) => (at > 100 ? byte ^ 0xff : byte)) };
    };
    const done = await rehearse(new Hindered(inner, {}), {
      ...project(['ALTER TABLE t ADD COLUMN y int;', 'SELECT 1;'], add('x2')),
      states: damaged,
    });
    assert.deepEqual(outcomes(done), ['failed', 'passed']);
    assert.match(
      remarksOf(done.files[0] ?? assert.fail(), () => false)[0]?.message ?? '',
      /column public\.t\.y is left behind/,
    );
  });

  it('ends a loop and COPY … PROGRAM is not sent; the files behind them are rehearsed', async () => {
    const done = await rehearse(new Hindered(inner, {}), {
      ...project(['DO $$ BEGIN LOOP END LOOP; END $$;', ''], ["COPY t FROM PROGRAM 'id';", ''], add('x1')),
      limitMs: 1500,
    });
    assert.deepEqual(outcomes(done), ['failed', 'not rehearsed', 'passed']);
  });

  it('runs two at once, each with an engine of its own', async () => {
    const states = new KeptStates();
    const other = new EmbeddedEngine();
    const both = await Promise.all([
      rehearse(new Hindered(inner, {}), { ...project(add('x1')), states }),
      rehearse(other, { ...project(add('x2'), ['SELECT 1 / 0;', '']), states }),
    ]);
    await other.close();
    assert.deepEqual(both.map(outcomes), [['passed'], ['passed', 'failed']]);
  });

  it('is over at once when it is cancelled, at any moment, and leaves no thread', async () => {
    const before = liveWorkers;
    for (const ms of [0, 50, 400, 1500]) {
      const engine = new EmbeddedEngine();
      const controller = new AbortController();
      const running = rehearse(engine, {
        ...project(add('x1'), ['DO $$ BEGIN LOOP END LOOP; END $$;', '']),
        signal: controller.signal,
      });
      await new Promise((resolve) => setTimeout(resolve, ms));
      const began = performance.now();
      controller.abort();
      const done = await running;
      assert.equal(done.cancelled, true);
      assert.ok(performance.now() - began < 3000);
      await engine.close();
    }
    assert.equal(liveWorkers, before);
  });

  it('leaves nothing behind after 50 of them', async () => {
    const states = new KeptStates();
    const { signal } = new AbortController();
    const open = (): number => process.getActiveResourcesInfo().filter((each) => each !== 'Timeout').length;
    const once = async (): Promise<void> => {
      const done = await rehearse(new Hindered(inner, {}), { ...project(add('x1')), states, signal });
      assert.deepEqual(outcomes(done), ['passed']);
    };
    for (let count = 0; count < 5; count++) await once();
    const before = { open: open(), workers: liveWorkers, states: states.size, rss: process.memoryUsage.rss() };
    for (let count = 0; count < 45; count++) await once();
    assert.equal(open(), before.open);
    assert.equal(liveWorkers, before.workers);
    assert.equal(states.size, before.states);
    const grown = process.memoryUsage.rss() - before.rss;
    assert.ok(grown < 400_000_000, `${Math.round(grown / 1e6)} MB more`);
  }).timeout(240_000);
});
