import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { filesOnDefaultBranch } from '../../server/src/workspace/git.js';
import { runCli } from '../cli/support/run-cli.js';
import { Folder } from '../support/folder.js';

const table = 'CREATE TABLE a (id int PRIMARY KEY);\n';
const change = "SET lock_timeout = '2s';\nALTER TABLE a ADD COLUMN b int;\nCREATE INDEX i ON a (id);\n";
const migrations = { 'db/0001_a.sql': table, 'db/0002_b.sql': change };

const paths = (folder: Folder, names: readonly string[] = Object.keys(migrations)): string[] =>
  names.map((name) => folder.at(name).split(path.sep).join('/'));
const applied = (folder: Folder, names?: readonly string[]): string[] | undefined => {
  const found = filesOnDefaultBranch(paths(folder, names));
  return (
    found &&
    [...found.files.keys()].map((file) => path.posix.relative(folder.path.split(path.sep).join('/'), file)).sort()
  );
};
const verdict = async (folder: Folder, where = 'db'): Promise<number | null> =>
  (await runCli(['check', where], { cwd: folder.path })).code;

describe('git, asked about a repository that is not to be trusted', () => {
  /** A program that leaves a mark, and a folder that names it wherever git would run one. */
  const trapped = (folder: Folder): { command: string; mark: string } => {
    const mark = folder.at('caught');
    return { command: `sh -c 'touch ${mark}' --`, mark };
  };

  /** Takes away the tree of a commit, so that git has to fetch it. */
  const forgetTree = (folder: Folder): void => {
    const tree = folder.git('rev-parse', 'HEAD^{tree}').trim();
    fs.rmSync(folder.at(`.git/objects/${tree.slice(0, 2)}/${tree.slice(2)}`), { force: true });
  };

  it('runs no command of its configuration, though an object has to be fetched', () => {
    for (const url of ['ssh://nobody@localhost/x', 'ext::sh -c %s', 'file:///nowhere']) {
      const folder = new Folder(migrations);
      folder.commitAll();
      const { command, mark } = trapped(folder);
      for (const [name, value] of [
        ['core.repositoryFormatVersion', '1'],
        ['extensions.partialClone', 'origin'],
        ['remote.origin.promisor', 'true'],
        ['remote.origin.url', url.replace('%s', `touch%20${mark}`)],
        ['remote.origin.uploadpack', command],
        ['core.sshCommand', command],
        ['core.fsmonitor', command],
        ['core.askPass', command],
        ['core.alternateRefsCommand', command],
        ['protocol.allow', 'always'],
        ['protocol.ssh.allow', 'always'],
        ['protocol.ext.allow', 'always'],
        ['credential.helper', `!${command}`],
        ['core.pager', command],
      ] as const)
        folder.git('config', name, value);
      forgetTree(folder);
      assert.equal(applied(folder), undefined, url);
      assert.ok(!fs.existsSync(mark), url);
    }
  });

  it('takes no folder that looks like a bare repository for one', async () => {
    const folder = new Folder(migrations);
    const { command, mark } = trapped(folder);
    const commit = 'aa'.repeat(20);
    folder.write('db/HEAD', 'ref: refs/heads/main\n');
    folder.write('db/refs/heads/main', `${commit}\n`);
    folder.write('db/objects/keep', '');
    folder.write(
      'db/config',
      `[core]\n\trepositoryformatversion = 1\n\tbare = true\n\tsshCommand = ${JSON.stringify(command)}\n[extensions]\n\tpartialClone = origin\n[remote "origin"]\n\turl = ssh://nobody@localhost/x\n\tpromisor = true\n`,
    );
    folder.commitAll();
    // The folder's own repository answers: the one that its `.git` belongs to.
    assert.deepEqual(applied(folder), ['db/0001_a.sql', 'db/0002_b.sql']);
    await verdict(folder);
    assert.ok(!fs.existsSync(mark));
  });

  it('takes git from PATH alone, and from no folder of the repository', () => {
    const folder = new Folder({ ...migrations, 'bin/git': '#!/bin/sh\ntouch "$(dirname "$0")/../caught"\n' });
    fs.chmodSync(folder.at('bin/git'), 0o755);
    folder.commitAll();
    const { PATH } = process.env;
    process.env.PATH = [folder.at('bin'), '.', '', PATH].join(path.delimiter);
    try {
      assert.deepEqual(applied(folder), ['db/0001_a.sql', 'db/0002_b.sql']);
    } finally {
      process.env.PATH = PATH;
    }
    assert.ok(!fs.existsSync(folder.at('caught')));
  });
});

describe('migrations that git does not list', () => {
  it('are not new because a hook has set GIT_DIR', () => {
    const folder = new Folder(migrations);
    folder.commitAll();
    const other = new Folder({ 'x.txt': 'x' });
    other.commitAll();
    process.env.GIT_DIR = other.at('.git');
    process.env.GIT_WORK_TREE = other.path;
    try {
      assert.deepEqual(applied(folder), ['db/0001_a.sql', 'db/0002_b.sql']);
    } finally {
      delete process.env.GIT_DIR;
      delete process.env.GIT_WORK_TREE;
    }
  });

  it('are not new because git ignores them', async () => {
    const folder = new Folder({ ...migrations, '.gitignore': 'db/\n', 'a.txt': 'a' });
    folder.commitAll();
    assert.equal(applied(folder), undefined);
    assert.equal(await verdict(folder), 1);
  });

  it('are asked for in their own repository where they stand in a submodule', async () => {
    const inner = new Folder({ '0001_a.sql': table });
    inner.commitAll();
    const folder = new Folder({ 'airlock.config.json': '{ "migrations": ["db/*.sql"] }' });
    folder.commitAll();
    folder.git('-c', 'protocol.file.allow=always', 'submodule', 'add', inner.path, 'db');
    folder.commitAll('With a submodule');
    assert.deepEqual(applied(folder, ['db/0001_a.sql']), ['db/0001_a.sql']);
    folder.write('db/0002_b.sql', change);
    assert.deepEqual(applied(folder), ['db/0001_a.sql']);
    assert.equal(await verdict(folder), 1);
  });

  it('are not new because their folder was moved, or is written in another letter case', async () => {
    const folder = new Folder(migrations);
    folder.commitAll();
    folder.git('checkout', '-b', 'move');
    folder.git('mv', 'db', 'sql');
    assert.equal(applied(folder, ['sql/0001_a.sql', 'sql/0002_b.sql']), undefined);
    assert.equal(await verdict(folder, 'sql'), 1);
    fs.renameSync(folder.at('sql'), folder.at('DB'));
    assert.equal(applied(folder, ['DB/0001_a.sql', 'DB/0002_b.sql']), undefined);
  });

  it('are new where the branch brings the first of them', async () => {
    const folder = new Folder({ 'README.md': 'x' });
    folder.commitAll();
    folder.git('checkout', '-b', 'first');
    for (const [name, text] of Object.entries(migrations)) folder.write(name, text);
    assert.deepEqual(applied(folder), []);
    assert.equal(await verdict(folder), 0);
  });
});

describe('the history of a branch, against the default branch', () => {
  const said = async (folder: Folder, where = 'db'): Promise<string[]> => {
    const { stdout } = await runCli(['check', where, '--format', 'json', '--fail-on', 'never'], { cwd: folder.path });
    const { files } = JSON.parse(stdout) as {
      files: { findings: { rule: string; severity: string; message: string }[] }[];
    };
    return files
      .flatMap(({ findings }) => findings)
      .filter(({ rule }) => rule === 'require-sound-history')
      .map(({ severity, message }) => `${severity} ${message.split('. ')[0]}`);
  };
  const branched = (): Folder => {
    const folder = new Folder({ ...migrations, 'db/0003_c.sql': '-- a\r\nSELECT 1;\r\n' });
    folder.commitAll();
    folder.git('checkout', '-q', '-b', 'work');
    return folder;
  };

  it('is sound when files are only added, and with other line ends', async () => {
    const folder = branched();
    folder.write('db/0004_d.sql', 'SELECT 1;\n');
    folder.write('db/0003_c.sql', '-- a\nSELECT 1;\n');
    folder.write('db/0001_a.sql', table.replace(/\n/g, '\r\n'));
    assert.deepEqual(await said(folder), []);
  });

  it('is not when an applied file is edited, in its statements or in its comments', async () => {
    const folder = branched();
    folder.write('db/0001_a.sql', table.replace('int', 'bigint'));
    folder.write('db/0003_c.sql', '-- another\nSELECT 1;\n');
    assert.deepEqual(await said(folder), [
      'warning 0001_a.sql is on the default branch already and says something else there',
      'info 0003_c.sql is on the default branch already with other comments or blanks',
    ]);
  });

  it('is not when a file is renamed or deleted', async () => {
    const folder = branched();
    folder.git('mv', 'db/0002_b.sql', 'db/0004_b.sql');
    fs.rmSync(folder.at('db/0003_c.sql'));
    folder.write('db/0005_e.sql', 'SELECT 5;\n');
    const messages = (await said(folder)).sort();
    assert.ok(messages.includes('warning 0002_b.sql of the default branch is called 0004_b.sql here'), messages.join());
  });

  it('is not when the folder of a migration is renamed or deleted', async () => {
    const folder = new Folder({
      'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n',
      'prisma/migrations/20240101000000_a/migration.sql': table,
      'prisma/migrations/20240102000000_b/migration.sql': 'SELECT 2;\n',
      'prisma/migrations/20240103000000_c/migration.sql': 'SELECT 3;\n',
    });
    folder.commitAll();
    folder.git('checkout', '-q', '-b', 'work');
    folder.git('mv', 'prisma/migrations/20240102000000_b', 'prisma/migrations/20240104000000_b');
    assert.deepEqual(await said(folder, 'prisma'), [
      'warning 20240102000000_b of the default branch is called 20240104000000_b here',
    ]);
    fs.rmSync(folder.at('prisma/migrations/20240104000000_b'), { recursive: true });
    fs.rmSync(folder.at('prisma/migrations/20240103000000_c'), { recursive: true });
    assert.deepEqual(await said(folder, 'prisma'), [
      'warning 20240102000000_b of the default branch is no longer here',
      'warning 20240103000000_c of the default branch is no longer here',
    ]);
    const since = await runCli(['check', 'prisma', '--since', 'main'], { cwd: folder.path });
    assert.match(
      since.stderr,
      /no longer here: .*20240102000000_b\/migration\.sql, .*20240103000000_c\/migration\.sql/,
    );
    assert.match(since.stdout, /20240103000000_c of the default branch is no longer here/);
  });

  it('is not when a version comes twice or too late', async () => {
    const folder = branched();
    folder.write('db/0002_z.sql', 'SELECT 1;\n');
    assert.deepEqual(await said(folder), [
      'warning 0002_b.sql and 0002_z.sql have the same version, 0002',
      'warning 0002_z.sql runs before 0003_c.sql, which is on the default branch already',
    ]);
  });
});
