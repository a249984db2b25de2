import assert from 'node:assert/strict';
import { Folder } from '../support/folder.js';
import type { CheckReport } from './support/contract.js';
import { runCli, runJson } from './support/run-cli.js';

const check = 'ALTER TABLE users ADD CONSTRAINT ok CHECK (age > 0) NOT VALID;\n';
const files = {
  'm/20260101_users.sql': 'CREATE TABLE users (id bigint PRIMARY KEY, age int);\n',
  'm/20260201_check.sql': check,
  'm/20260301_more.sql': 'ALTER TABLE users ADD COLUMN note text;\n',
};

describe('what earlier migrations have begun', () => {
  it('is said once, at the last migration, with its age', async () => {
    const folder = new Folder(files);
    const { report } = await runJson<CheckReport>(['check', 'm'], { cwd: folder.path });
    const found = report.files.flatMap(({ path, findings }) =>
      findings.flatMap(({ rule, message }) => (rule === 'require-finished-change' ? [[path, message] as const] : [])),
    );
    assert.equal(found.length, 1);
    assert.equal(found[0]?.[0], 'm/20260301_more.sql');
    assert.match(
      found[0]?.[1] ?? '',
      /^m?\/?20260201_check\.sql:1 adds the CHECK ok of users .* 1 migration and 28 days ago/,
    );
    const { stdout } = await runCli(['check', 'm', '--fail-on', 'never'], { cwd: folder.path });
    assert.equal(stdout.match(/Not finished: /g)?.length, 1);
    const { stdout: reviewed } = await runCli(['review', 'm'], { cwd: folder.path });
    assert.match(reviewed, /Verify: whether this can be ended now: \S*20260201_check\.sql:1/);
  });

  it('is not said of a part of the project, nor where the last migration ends it', async () => {
    const folder = new Folder(files);
    const { stdout } = await runCli(['check', 'm/20260201_check.sql'], { cwd: folder.path });
    assert.doesNotMatch(stdout, /Not finished/);
    folder.write('m/20260302_end.sql', 'ALTER TABLE users VALIDATE CONSTRAINT ok;\n');
    assert.doesNotMatch((await runCli(['check', 'm'], { cwd: folder.path })).stdout, /Not finished/);
  });

  it('waits while it is of the same release', async () => {
    const { 'm/20260201_check.sql': begun, 'm/20260301_more.sql': more, ...first } = files;
    const folder = new Folder(first);
    folder.commitAll();
    folder.git('checkout', '-b', 'change');
    folder.write('m/20260201_check.sql', begun);
    folder.write('m/20260301_more.sql', more);
    assert.doesNotMatch((await runCli(['check', 'm'], { cwd: folder.path })).stdout, /Not finished/);
  });
});
