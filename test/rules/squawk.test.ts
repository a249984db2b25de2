import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { rules } from '../../rules/index.js';

const root = path.resolve(__dirname, '..', '..', '..');
const page = fs.readFileSync(path.join(root, 'rules', 'SQUAWK.md'), 'utf8');
const rows = [...page.matchAll(/^\| ([a-z-]+) \| (?:\[([a-z-]+)\]\(([^)]+)\)|–) \| (.*?) ?\|$/gm)].map(
  ([, squawk = '', id, file, note = '']) => ({ squawk, id, file, note }),
);
const binary = path.join(root, 'node_modules', '.bin', 'squawk');

describe('rules/SQUAWK.md', () => {
  it('has a row for every rule of squawk', () => {
    assert.equal(
      rows.length,
      page
        .split('\n')
        .filter((line) => line.startsWith('| ') && !line.startsWith('| squawk') && !line.startsWith('| ---')).length,
    );
    assert.ok(rows.length > 35);
  });

  for (const { squawk, id, file, note } of rows) {
    it(`says where ${squawk} is`, () => {
      if (id === undefined) {
        assert.match(note, /^not ours, because \S/);
        const taken = rules.find(({ meta }) => meta.id === squawk || meta.aliases?.includes(squawk));
        assert.equal(taken, undefined, `${squawk} is an alias of ${taken?.meta.id}`);
        return;
      }
      const rule = rules.find(({ meta }) => meta.id === id);
      assert.ok(rule, id);
      assert.ok(id === squawk || rule.meta.aliases?.includes(squawk), `${id} does not know ${squawk}`);
      assert.ok(fs.existsSync(path.join(root, 'rules', file ?? '')), file);
    });
  }

  it('names rules that squawk has', function () {
    if (!fs.existsSync(binary)) this.skip();
    const exclude = rows.map(({ squawk }) => `--exclude=${squawk}`);
    const run = spawnSync(binary, [...exclude, path.join(root, 'package.json')], { encoding: 'utf8' });
    assert.doesNotMatch(run.stderr, /invalid rule name/);
  });
});
