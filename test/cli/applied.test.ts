import assert from 'node:assert/strict';
import fs from 'node:fs';
import { Folder } from '../support/folder.js';
import type { CheckReport } from './support/contract.js';
import { runCli, runJson } from './support/run-cli.js';

const index = 'CREATE INDEX users_email ON users (email);\n';
const users = "CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL);\nSET lock_timeout = '2s';\n";

/** A repository: 0001 and 0002 on main, 0003 on the branch that is checked out. */
function repository(): Folder {
  const folder = new Folder({ 'migrations/0001_users.sql': users, 'migrations/0002_index.sql': index });
  folder.commitAll();
  folder.git('checkout', '-b', 'change');
  folder.write('migrations/0003_more.sql', index.replace('users_email', 'users_email_2'));
  folder.commitAll('More');
  return folder;
}

const appliedIn = async (folder: Folder, where = 'migrations'): Promise<(readonly [string, boolean])[]> => {
  const { report } = await runJson<CheckReport>(['check', where], { cwd: folder.path });
  return report.files.map(({ path, applied }) => [path, applied] as const);
};

const pendingThird = [
  ['migrations/0001_users.sql', true],
  ['migrations/0002_index.sql', true],
  ['migrations/0003_more.sql', false],
];

describe('what stands on the default branch', () => {
  it('counts as applied: reported as information, without weight in the verdict', async () => {
    const folder = repository();
    const { code, report } = await runJson<CheckReport>(['check', 'migrations/0002_index.sql'], { cwd: folder.path });
    assert.equal(code, 0);
    assert.equal(report.summary.verdict, null);
    assert.equal(report.summary.applied, 1);
    const finding = report.files[0]?.findings.find(({ rule }) => rule === 'require-concurrent-index');
    assert.deepEqual([finding?.severity, finding?.status, finding?.applied], ['info', 'PASS', true]);
    assert.match(finding?.message ?? '', /already applied/);
  });

  it('leaves what came on the branch, committed or not, to be judged', async () => {
    const folder = repository();
    assert.deepEqual(await appliedIn(folder), pendingThird);
    folder.write('migrations/0004_new.sql', index.replace('users_email', 'users_email_3'));
    assert.deepEqual((await appliedIn(folder)).at(-1), ['migrations/0004_new.sql', false]);
    assert.equal((await runCli(['check', 'migrations'], { cwd: folder.path })).code, 1);
  });

  it('is decided by the merge base: what main got later is not yet here', async () => {
    const folder = repository();
    folder.git('checkout', 'main');
    folder.write('migrations/0003_more.sql', 'SELECT 1;\n');
    folder.commitAll('Meanwhile on main');
    folder.git('checkout', 'change');
    assert.deepEqual(await appliedIn(folder), pendingThird);
  });

  it('prefers the branch of the remote', async () => {
    const folder = repository();
    folder.git('checkout', 'main');
    folder.git('merge', 'change');
    assert.ok((await appliedIn(folder)).every(([, applied]) => applied));
    // main is ahead of origin/main by the third migration, which nobody has got yet.
    folder.git('update-ref', 'refs/remotes/origin/main', 'HEAD~1');
    assert.deepEqual(await appliedIn(folder), pendingThird);
  });

  it('is found from a detached HEAD', async () => {
    const folder = repository();
    folder.git('checkout', '--detach', 'change');
    assert.deepEqual(await appliedIn(folder), pendingThird);
  });

  it('is found from a linked worktree', async () => {
    const folder = repository();
    const linked = new Folder();
    folder.git('worktree', 'add', '--detach', linked.at('tree'), 'change');
    assert.deepEqual(
      await appliedIn(new Folder(), linked.at('tree/migrations')),
      pendingThird.map(([name, applied]) => [linked.at(`tree/${name}`), applied]),
    );
  });

  it('is empty in a repository without commits, without a default branch, and outside of any', async () => {
    const files = { 'migrations/0001_users.sql': users, 'migrations/0002_index.sql': index };
    const fresh = new Folder(files);
    fresh.git('init', '--initial-branch=main');
    const nameless = new Folder(files);
    nameless.git('init', '--initial-branch=trunk');
    nameless.commitAll();
    for (const folder of [fresh, nameless, new Folder(files)]) {
      assert.deepEqual(await appliedIn(folder), [
        ['migrations/0001_users.sql', false],
        ['migrations/0002_index.sql', false],
      ]);
      assert.equal((await runCli(['check', 'migrations'], { cwd: folder.path })).code, 1);
    }
  });

  it('is what the configuration says instead, where it says so', async () => {
    const folder = repository();
    folder.write('airlock.config.json', '{ "applied": "none" }');
    assert.ok((await appliedIn(folder)).every(([, applied]) => !applied));
    folder.write('airlock.config.json', '{ "applied": { "through": "0001" } }');
    assert.deepEqual(
      (await appliedIn(folder)).map(([, applied]) => applied),
      [true, false, false],
    );
  });

  it('is never edited: --fix leaves it, fix makes a new file of it', async () => {
    const folder = repository();
    const before = folder.read('migrations/0002_index.sql');
    const { stderr } = await runCli(['check', 'migrations', '--fix'], { cwd: folder.path });
    assert.equal(stderr, 'fixed migrations/0003_more.sql\n');
    await runCli(['fix', 'migrations/0002_index.sql', '--write'], { cwd: folder.path });
    assert.equal(folder.read('migrations/0002_index.sql'), before);
  });

  it('asks git for nothing that a repository could turn into a program', async () => {
    const folder = repository();
    const trap = folder.at('trap.sh');
    fs.writeFileSync(trap, `#!/bin/sh\necho caught > ${folder.at('caught')}\n`, { mode: 0o755 });
    folder.git('config', 'core.fsmonitor', trap);
    folder.git('config', 'core.pager', trap);
    folder.git('config', 'diff.external', trap);
    folder.git('config', 'core.hooksPath', folder.path);
    assert.deepEqual(await appliedIn(folder), pendingThird);
    assert.ok(!fs.existsSync(folder.at('caught')));
  });
});
