import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { rules } from '../../rules/index.js';
import { missingRollbacks } from '../../server/src/protocol/missing-rollbacks.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { nodeFiles } from '../../server/src/workspace/node-files.js';
import { Workspace } from '../../server/src/workspace/workspace.js';

describe('missing rollbacks', () => {
  let root = '';
  before(async () => {
    await initParser();
    root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'airlock-missing-')));
    fs.mkdirSync(path.join(root, 'migrations'));
    const files = {
      '1_t.up.sql': 'CREATE TABLE t (id int);',
      '1_t.down.sql': 'DROP TABLE t;',
      '2_a.up.sql': 'ALTER TABLE t ADD COLUMN a int;',
      '3_b.up.sql': 'CREATE INDEX t_a ON t (a);',
      '3_b.down.sql': '-- nothing yet\n',
      '4_c.up.sql': 'DELETE FROM t WHERE a = 1;',
    };
    for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(root, 'migrations', name), text);
  });
  after(() => fs.rmSync(root, { recursive: true, force: true }));

  it('are those of files without a way back, or with an empty one', () => {
    const exists = (file: string): boolean => fs.existsSync(file);
    const found = missingRollbacks(new Workspace(nodeFiles, rules), `${root}/migrations/2_a.up.sql`, {
      uriOf: (file) => file,
      exists,
    });
    assert.deepEqual(
      found.files.map(({ uri, exists: there }) => [path.basename(uri), there]),
      [
        ['2_a.down.sql', false],
        ['3_b.down.sql', true],
      ],
    );
    assert.match(found.markdown, /## 4\\?_c\.up\.sql/);
  });
});
