import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { run } from '../../server/src/cli/run.js';
import { liveWorkers } from '../../server/src/rehearsal/pglite/engine.js';

/** Runs the terminal's own code. Out: its exit code and what it wrote. */
async function called(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const take = (text: string): void => {
    out += text;
  };
  const takeError = (text: string): void => {
    err += text;
  };
  const terminal = { out: take, data: take, err: takeError, colour: false };
  const code = await run(words, terminal, '0.0.0');
  return { code, out, err };
}

describe('pg-airlock rehearse', () => {
  let folder = '';

  before(() => {
    folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'airlock-rehearse-cli-')));
    const files = {
      '0001_t.up.sql': 'CREATE TABLE t (id bigint PRIMARY KEY, a text);',
      '0001_t.down.sql': 'DROP TABLE t;',
      '0002_index.up.sql': 'CREATE INDEX t_a ON t (a);',
      '0002_index.down.sql': 'SELECT 1;',
    };
    fs.mkdirSync(path.join(folder, 'migrations'));
    for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(folder, 'migrations', name), text);
  });

  after(() => fs.rmSync(folder, { recursive: true, force: true }));

  it('runs a history up, back and up again, and fails for a way back that is wrong', async () => {
    const { code, out } = await called('rehearse', folder);
    assert.equal(code, 1);
    assert.match(out, /0001_t\.up\.sql {2}passed\n/);
    assert.match(out, /0002_index\.up\.sql {2}FAILED\n.*index t_a on public\.t is left behind/);
    assert.match(out, /2 migrations on PostgreSQL 18 \(PGlite\): 1 passed, 1 failed\.\n$/);
    assert.equal(liveWorkers, 0);
  });

  it('reports what it saw as JSON and as JUnit', async () => {
    const json = await called('rehearse', path.join(folder, 'migrations', '0001_t.up.sql'), '--format', 'json');
    assert.equal(json.code, 0);
    const report = JSON.parse(json.out) as { engine: string; files: { outcome: string; proof: { verdict: string } }[] };
    assert.equal(report.engine, 'PostgreSQL 18 (PGlite)');
    assert.deepEqual(
      report.files.map(({ outcome, proof }) => [outcome, proof.verdict]),
      [['passed', 'equal']],
    );
    const junit = await called('rehearse', folder, '--format', 'junit');
    assert.match(junit.out, /<testsuites name="Airlock on PostgreSQL 18 \(PGlite\)" tests="6" failures="1"/);
  });

  it('proves a rollback before it is handed out', async () => {
    const { code, out, err } = await called(
      'rollback',
      path.join(folder, 'migrations', '0002_index.up.sql'),
      '--prove',
      '--format',
      'json',
    );
    assert.equal(code, 0, err);
    const report = JSON.parse(out) as { proof: { text: string }; files: { sql: string }[] };
    assert.equal(report.proof.text, 'run on PostgreSQL 18 (PGlite): schema and 12 rows equal');
    assert.match(
      report.files[0]?.sql ?? '',
      /^-- Takes .*\n-- Run on PostgreSQL 18 \(PGlite\): schema and 12 rows equal\.$/m,
    );
  });

  it('says in one line what is wrong with a call, and nothing of a password', async () => {
    assert.match((await called('rehearse', folder, '--timeout', 'x')).err, /--timeout takes seconds/);
    const { code, err } = await called('rehearse', folder, '--url', 'postgres://me:s3cret@127.0.0.1:1/x');
    assert.equal(code, 2);
    assert.ok(!err.includes('s3cret'), err);
  });
});
