import assert from 'node:assert/strict';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Answer, Question } from '../../server/src/rehearsal/pglite/messages.js';
import { hashOf, keepIn, keptIn } from '../../server/src/workspace/kept-beside.js';
import { root } from '../cli/support/run-cli.js';
import { Folder } from '../support/folder.js';

/** The embedded PostgreSQL as it is shipped, in a folder of its own. */
class Installed {
  readonly folder = new Folder();
  readonly kept = this.folder.at('empty-cluster.kept');

  constructor() {
    for (const file of ['worker.js', 'pglite.wasm', 'pglite.data', 'initdb.wasm'])
      fs.cpSync(path.join(root, 'dist', 'pglite', file), this.folder.at(file));
  }

  /** Asks a thread of its own, which begins empty, one question after the other. */
  async ask(questions: readonly Question[], env: NodeJS.ProcessEnv = {}): Promise<Answer[]> {
    const worker = new Worker(this.folder.at('worker.js'), {
      env: { ...process.env, PG_AIRLOCK_NO_CACHE: '', ...env },
      stderr: true,
      stdout: true,
    });
    const answers: Answer[] = [];
    for (const question of [{ kind: 'open', state: undefined, extensions: [] } satisfies Question, ...questions]) {
      worker.postMessage(question);
      const [answer] = (await once(worker, 'message')) as [Answer];
      answers.push(answer);
    }
    await worker.terminate();
    return answers;
  }
}

describe('the empty cluster of the embedded PostgreSQL', function () {
  this.timeout(120_000);

  const marked: Question = { kind: 'run', sql: "SELECT to_regclass('marker')::text AS marker" };
  const markerIn = (answers: readonly Answer[]): unknown => {
    const last = answers.at(-1);
    assert.ok(last?.kind === 'results', JSON.stringify(last));
    return last.results[0]?.rows[0]?.marker;
  };

  it('is made once, kept beside the program, and taken from there', async () => {
    const installed = new Installed();
    const [opened, , state] = await installed.ask([
      { kind: 'run', sql: 'CREATE TABLE marker (id int)' },
      { kind: 'keep' },
    ]);
    assert.equal(opened?.kind, 'opened');
    assert.ok(state?.kind === 'kept');
    const origin = hashOf(fs.readFileSync(installed.folder.at('pglite.wasm')));
    // Kept is what initdb has made, and nothing of what came behind it.
    assert.ok(keptIn(installed.kept, origin));
    assert.equal(markerIn(await installed.ask([marked])), null);
    const { mtimeMs } = fs.statSync(installed.kept);
    assert.equal(markerIn(await installed.ask([marked])), null);
    assert.equal(fs.statSync(installed.kept).mtimeMs, mtimeMs);
    // What stands there is what is opened, where it was made of this PostgreSQL.
    keepIn(installed.kept, origin, state.bytes);
    assert.equal(markerIn(await installed.ask([marked])), 'marker');
    keepIn(installed.kept, hashOf(Buffer.from('another PostgreSQL')), state.bytes);
    assert.equal(markerIn(await installed.ask([marked], { PG_AIRLOCK_NO_CACHE: '1' })), null);
  });
});
