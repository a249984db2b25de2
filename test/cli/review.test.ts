import assert from 'node:assert/strict';
import { Folder } from '../support/folder.js';
import { type Ran, runCli, runJson } from './support/run-cli.js';

interface ReviewReport {
  readonly verify: readonly { readonly file: string; readonly line: number; readonly text: string }[];
}

/** What a review of the folder asks about ways back. */
async function askedBack(files: Readonly<Record<string, string>>): Promise<string[]> {
  const folder = new Folder(files);
  const { report } = await runJson<ReviewReport>(['review', 'migrations', '--format', 'json'], { cwd: folder.path });
  return report.verify.filter(({ text }) => text.startsWith('how this')).map(({ file, line }) => `${file}:${line}`);
}

const up = 'DROP INDEX CONCURRENTLY i;\nCALL f();\n';
const down = 'CREATE INDEX CONCURRENTLY i ON t (a);\n';
const goose = (wayBack: string): string => `-- +goose NO TRANSACTION\n-- +goose Up\n${up}-- +goose Down\n${wayBack}`;

describe('pg-airlock review', () => {
  it('asks nothing about a way back that the author has written: in the file, or in one of its own', async () => {
    assert.deepEqual(await askedBack({ 'migrations/00001_a.sql': goose(down) }), []);
    assert.deepEqual(await askedBack({ 'migrations/000001_a.up.sql': up, 'migrations/000001_a.down.sql': down }), []);
  });

  it('asks where it is empty or absent', async () => {
    assert.deepEqual(await askedBack({ 'migrations/00001_a.sql': goose('') }), ['00001_a.sql:3', '00001_a.sql:4']);
    const asked = await askedBack({ 'migrations/000001_a.up.sql': up, 'migrations/000001_a.down.sql': '\n' });
    assert.deepEqual(asked, ['000001_a.up.sql:1', '000001_a.up.sql:2']);
  });

  it('asks all the same how values come back', async () => {
    const drop = goose('ALTER TABLE t ADD COLUMN a int;\n').replace(up, 'ALTER TABLE t DROP COLUMN a;\n');
    assert.deepEqual(await askedBack({ 'migrations/00001_a.sql': drop }), ['00001_a.sql:3']);
  });

  it('is a gate: formats for programs, --since, --baseline, and never safe where nothing could be read', async () => {
    const folder = new Folder({
      'migrations/1_t.sql': 'CREATE TABLE t (id bigint PRIMARY KEY, a int);\n',
      'migrations/2_i.sql': 'CREATE INDEX i ON t (a);\nCALL f();\n',
    });
    const ran = (...words: string[]): Promise<Ran> => runCli(['review', 'migrations', ...words], { cwd: folder.path });
    const sarif = await ran('--format', 'sarif');
    assert.equal(sarif.code, 1);
    const rules = [...sarif.stdout.matchAll(/"ruleId": "([^"]+)"/g)].map(([, rule]) => rule);
    assert.ok(rules.includes('require-concurrent-index') && rules.includes('verify'), rules.join(' '));
    assert.match((await ran('--format', 'github')).stdout, /^::error file=migrations\/2_i\.sql,line=1,/m);
    assert.match((await ran('--format', 'junit')).stdout, /<testcase name="verify in line 2"/);
    const gitlab: unknown = JSON.parse((await ran('--format', 'gitlab')).stdout);
    assert.ok(Array.isArray(gitlab) && gitlab.length > 1);

    const empty = await runCli(['review', 'nowhere'], { cwd: folder.path });
    assert.deepEqual([empty.code, empty.stdout], [2, '']);
    const since = await ran('--since', 'main');
    assert.deepEqual([since.code, since.stdout], [2, ''], 'there is no git');
    await runCli(['check', 'migrations', '--write-baseline', 'known.json'], { cwd: folder.path });
    const rest = await ran('--baseline', 'known.json');
    assert.equal(rest.code, 0);
    assert.match(rest.stdout, /^SAFE WITH MODIFICATIONS/, 'what has to be looked up is in no baseline');
  });
});
