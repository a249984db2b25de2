import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { Folder } from '../support/folder.js';
import { runCli } from './support/run-cli.js';

const fix = (file: string, ...more: string[]): string[] => ['fix', file, '--rule', 'require-sound-history', ...more];

/** 0002_b is on main; 0002_c has come on the branch, with its way back and a list. */
function repository(): Folder {
  const folder = new Folder({ 'm/0001_a.sql': 'CREATE TABLE t (a int);\n', 'm/0002_b.sql': 'SELECT 2;\n' });
  folder.commitAll();
  folder.git('checkout', '-b', 'change');
  folder.write('m/0002_c.sql', 'SELECT 3;\n');
  folder.write('m/0002_c.down.sql', 'SELECT 4;\n');
  folder.write('m/list.txt', '0002_b.sql\n0002_c.sql\n');
  return folder;
}

const names = (folder: Folder): string[] => fs.readdirSync(path.join(folder.path, 'm')).sort();

describe('pg-airlock fix --rule require-sound-history', () => {
  it('shows another name first and renames with --write', async () => {
    const folder = repository();
    const before = names(folder);
    const shown = await runCli(fix('m/0002_c.sql'), { cwd: folder.path });
    assert.equal(
      shown.stdout,
      'rename m/0002_c.sql to m/0003_c.sql\nrename m/0002_c.down.sql to m/0003_c.down.sql\nchange the name in m/list.txt\n',
    );
    assert.deepEqual(names(folder), before);
    const { code } = await runCli(fix('m/0002_c.sql', '--write'), { cwd: folder.path });
    assert.equal(code, 0);
    assert.deepEqual(names(folder), ['0001_a.sql', '0002_b.sql', '0003_c.down.sql', '0003_c.sql', 'list.txt']);
    assert.equal(fs.readFileSync(path.join(folder.path, 'm/list.txt'), 'utf8'), '0002_b.sql\n0003_c.sql\n');
    const { stdout } = await runCli(['check', 'm', '--verbose'], { cwd: folder.path });
    assert.doesNotMatch(stdout, /require-sound-history/);
  });

  it('gives the same as JSON', async () => {
    const folder = repository();
    const { stdout } = await runCli(fix('m/0002_c.sql', '--format', 'json'), { cwd: folder.path });
    assert.deepEqual(JSON.parse(stdout), {
      files: [{ path: 'm/0003_c.sql', sql: 'SELECT 3;\n' }],
      renames: [
        { from: 'm/0002_c.sql', to: 'm/0003_c.sql' },
        { from: 'm/0002_c.down.sql', to: 'm/0003_c.down.sql' },
      ],
      changed: [{ path: 'm/list.txt', text: '0002_b.sql\n0003_c.sql\n' }],
      remains: '',
    });
  });

  it('leaves what is on the default branch, and writes over nothing', async () => {
    const folder = repository();
    const before = names(folder);
    await runCli(fix('m/0002_b.sql', '--write'), { cwd: folder.path });
    assert.deepEqual(names(folder), before);
  });
});
