import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { Folder } from '../support/folder.js';
import { root, runCli } from './support/run-cli.js';
import { githubWorkflow, gitlabJob } from '../../server/src/cli/ci/templates.js';

const table = 'CREATE TABLE orders (id bigint PRIMARY KEY);\n';
const init = (folder: Folder, ...words: string[]) => runCli(['init', ...words], { cwd: folder.path });

describe('pg-airlock init', () => {
  it('writes a configuration and the workflow of GitHub, with which check runs', async () => {
    const folder = new Folder({ 'db/migrations/001_orders.sql': table, '.github/CODEOWNERS': '* @ann\n' });
    const ran = await init(folder, '--postgres', '16');
    assert.equal(ran.code, 0, ran.stderr);
    assert.match(
      ran.stdout,
      /wrote airlock\.config\.json\nwrote \.github\/workflows\/airlock\.yml\n1 migrations? in db\/migrations\n/,
    );
    assert.deepEqual(JSON.parse(folder.read('airlock.config.json')), { postgres: 16 });
    assert.match(
      folder.read('.github/workflows/airlock.yml'),
      /paths: \["db\/migrations\/\*\*", [\s\S]*paths: db\/migrations\n/,
    );
    assert.equal((await runCli(['check', 'db/migrations'], { cwd: folder.path })).code, 0);
  });

  it('changes no file that is there, and says what to add', async () => {
    const folder = new Folder({
      'migrations/001_orders.sql': table,
      'airlock.config.json': '{}\n',
      '.gitlab-ci.yml': 'stages: [test]\n',
      '.github/workflows/airlock.yml': 'mine\n',
    });
    const ran = await init(folder, '--postgres', '15.2');
    assert.equal(ran.code, 0, ran.stderr);
    assert.match(
      ran.stdout,
      /left as it is: airlock\.config\.json\nWhat it would have got:\n\{\n {2}"postgres": "15\.2"/,
    );
    assert.match(
      ran.stdout,
      /wrote airlock\.gitlab-ci\.yml\nAdd to \.gitlab-ci\.yml:\ninclude:\n {2}- local: airlock\.gitlab-ci\.yml/,
    );
    assert.equal(folder.read('airlock.config.json'), '{}\n');
    assert.equal(folder.read('.gitlab-ci.yml'), 'stages: [test]\n');
    assert.equal(folder.read('.github/workflows/airlock.yml'), 'mine\n');
    const before = folder.names().map((name) => folder.read(name));
    await init(folder);
    assert.deepEqual(
      folder.names().map((name) => folder.read(name)),
      before,
    );
  });

  it('names migrations and tool only where it has to', async () => {
    const folder = new Folder({ 'src/orders.sql': table, 'src/view.sql': 'CREATE VIEW v AS SELECT 1;\n' });
    const asked = await init(folder);
    assert.equal(asked.code, 2);
    assert.match(asked.stderr, /Name their folder: pg-airlock init FOLDER/);
    assert.deepEqual(folder.names(), ['src/orders.sql', 'src/view.sql']);
    const ran = await init(folder, 'src', '--framework', 'flyway', '--ci', 'none');
    assert.equal(ran.code, 0, ran.stderr);
    assert.deepEqual(JSON.parse(folder.read('airlock.config.json')), {
      migrations: ['src/*.sql'],
      framework: 'flyway',
    });
  });

  it('knows the folder of a tool that has a folder for each migration', async () => {
    const folder = new Folder({
      'prisma/schema.prisma': 'datasource db {\n  provider = "postgresql"\n}\n',
      'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n',
      'prisma/migrations/20240101000000_a/migration.sql': table,
      'prisma/migrations/20240102000000_b/migration.sql': 'SELECT 1;\n',
    });
    const ran = await init(folder, '--ci', 'github');
    assert.equal(ran.code, 0, ran.stderr);
    assert.match(ran.stdout, /2 migrations of Prisma in prisma\/migrations\n/);
    assert.match(folder.read('.github/workflows/airlock.yml'), /paths: prisma\/migrations\n/);
  });

  it('refuses what is no folder of migrations and no name for a script', async () => {
    const empty = await init(new Folder({ 'README.md': 'x' }));
    assert.equal(empty.code, 2);
    const folder = new Folder({ 'my migrations/$(x)/001_a.sql': table, '.github/x': '' });
    const ran = await init(folder, 'my migrations');
    assert.equal(ran.code, 2);
    assert.match(ran.stderr, /cannot stand in a file for CI: --ci none/);
    assert.match((await init(folder, '--framework', 'none')).stderr, /--framework takes goose, .*, not "none"/);
  });

  it('writes no file for CI where no forge reads it, and says where it does', async () => {
    const folder = new Folder({ 'services/db/migrations/001_a.sql': table, '.github/CODEOWNERS': '* @ann\n' });
    folder.commitAll();
    const here = { cwd: folder.at('services/db') };
    const asked = await runCli(['init', '--ci', 'github'], here);
    assert.deepEqual([asked.code, folder.names().length], [2, 2]);
    assert.match(
      asked.stderr,
      /root of the repository alone\. Run it in \.\.\/\.\.: pg-airlock init services\/db\/migrations --ci github$/m,
    );
    const ran = await runCli(['init'], here);
    assert.equal(ran.code, 0, ran.stderr);
    assert.match(ran.stdout, /^For CI, run it in \.\.\/\.\.: pg-airlock init services\/db\/migrations$/m);
    assert.deepEqual(
      folder.names().filter((name) => name.includes('airlock')),
      ['services/db/airlock.config.json'],
    );
    const root = await init(folder, 'services/db/migrations');
    assert.match(root.stdout, /^wrote \.github\/workflows\/airlock\.yml$/m);
  });

  it('writes nothing about folders of which a configuration here says nothing', async () => {
    const folder = new Folder({ 'db/migrations/001_a.sql': table, 'app/x': '' });
    for (const where of ['../db/migrations', folder.at('db/migrations')]) {
      const ran = await runCli(['init', where, '--ci', 'github'], { cwd: folder.at('app') });
      assert.equal(ran.code, 2);
      assert.match(ran.stderr, /says nothing of \.\.\/db\/migrations\. Run init in a folder around it\.$/m);
    }
    assert.deepEqual(folder.names(), ['app/x', 'db/migrations/001_a.sql']);
    const inside = await init(folder, folder.at('db/migrations'), '--ci', 'gitlab');
    assert.equal(inside.code, 0, inside.stderr);
    assert.match(folder.read('airlock.gitlab-ci.yml'), /AIRLOCK_PATHS: db\/migrations$/m);
  });

  it('does without CI for a name that no script can have', async () => {
    const folder = new Folder({ 'my migrations/001_a.sql': table });
    const ran = await init(folder);
    assert.equal(ran.code, 0, ran.stderr);
    assert.match(ran.stdout, /^1 migration in my migrations$/m);
    const asked = await init(folder, '--ci', 'github');
    assert.equal(asked.code, 2);
    const none = await init(folder, '--ci', 'none');
    assert.equal(none.code, 0);
  });

  it('follows no link out of the folder, and writes all or nothing', async function () {
    if (process.platform === 'win32') return this.skip();
    const outside = new Folder({ x: '' });
    const folder = new Folder({ 'migrations/001_a.sql': table });
    fs.symlinkSync(outside.path, folder.at('.github'));
    const linked = await init(folder);
    assert.equal(linked.code, 2);
    assert.match(linked.stderr, /\.github\/workflows\/airlock\.yml leads out of this folder; nothing was written\./);
    assert.deepEqual(outside.names(), ['x']);
    const file = new Folder({ 'migrations/001_a.sql': table, '.github': 'a file' });
    const ran = await init(file);
    assert.equal(ran.code, 2);
    assert.deepEqual(file.names(), ['.github', 'migrations/001_a.sql']);
    const taken = new Folder({ 'migrations/001_a.sql': table, 'airlock.config.json/x': '' });
    assert.match((await init(taken)).stdout, /left as it is: airlock\.config\.json/);
  });

  it('writes what stands in examples/ci', () => {
    const { version } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
    const example = (name: string): string => fs.readFileSync(path.join(root, 'examples', 'ci', name), 'utf8');
    assert.equal(example('github.yml'), githubWorkflow({ folders: ['migrations'], version }));
    assert.equal(example('gitlab.yml'), gitlabJob({ folders: ['migrations'], version }));
    assert.match(githubWorkflow({ folders: ['a', 'b'], version }), /paths: \|\n {12}a\n {12}b\n/);
  });
});
