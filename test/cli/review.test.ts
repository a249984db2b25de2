import assert from 'node:assert/strict';
import { Folder } from '../support/folder.js';
import { runJson } from './support/run-cli.js';

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
});
