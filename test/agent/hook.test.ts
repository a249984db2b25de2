import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { bundle, root } from '../cli/support/run-cli.js';
import { Folder } from '../support/folder.js';

const script = path.join(root, 'examples', 'agent-hook', 'check-edit.mjs');

function edit(cwd: string, call: unknown, command: readonly string[] = [process.execPath, bundle]) {
  return spawnSync(process.execPath, [script, ...command], {
    cwd,
    input: typeof call === 'string' ? call : JSON.stringify(call),
    encoding: 'utf8',
    env: { ...process.env, PG_AIRLOCK_NO_CACHE: '1' },
  });
}

describe('the hook for coding agents', () => {
  const folder = new Folder({
    'migrations/1_t.sql': 'CREATE TABLE t (id int PRIMARY KEY, a int);\n',
    'migrations/2_i.sql': 'CREATE INDEX CONCURRENTLY t_a ON t (a);\n',
  });
  const call = (input: object) => ({ tool_name: 'Edit', cwd: folder.path, tool_input: input });
  const bad = call({ file_path: 'migrations/2_i.sql', old_string: ' CONCURRENTLY', new_string: '' });

  it('keeps an edit from being made that would hurt, and says why', () => {
    const { status, stderr } = edit(folder.path, bad);
    assert.equal(status, 2, stderr);
    assert.match(stderr, /migrations\/2_i\.sql:1 require-concurrent-index: /);
    const whole = call({ file_path: folder.at('migrations/3_c.sql'), content: 'ALTER TABLE t DROP COLUMN nothing;\n' });
    assert.equal(edit(folder.path, whole).status, 2);
  });

  it('lets the others pass', () => {
    const good = [
      call({ file_path: 'migrations/3_u.sql', content: 'CREATE TABLE u (id int PRIMARY KEY);\n' }),
      call({ file_path: 'migrations/2_i.sql', edits: [{ old_string: 't_a', new_string: 't_a_idx' }] }),
      call({ file_path: 'src/app.ts', content: 'DROP TABLE t;' }),
      call({ file_path: 'migrations/1_x.js', content: "exports.up = (db) => db.collection('t').drop();" }),
      call({ command: 'ls' }),
    ];
    for (const each of good)
      assert.deepEqual([edit(folder.path, each).status, JSON.stringify(each)], [0, JSON.stringify(each)]);
  });

  it('fails open', () => {
    assert.equal(edit(folder.path, 'no JSON').status, 0);
    assert.equal(edit(folder.path, bad, ['no-such-program']).status, 0);
    assert.equal(
      edit(folder.path, call({ file_path: 'migrations/2_i.sql', old_string: 'nowhere', new_string: '' })).status,
      0,
    );
  });
});
