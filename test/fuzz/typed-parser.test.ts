import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';

describe('the typed parser', () => {
  it('changes no finding, placeholders or not', function () {
    this.timeout(60_000);
    const lines = (parser: string): string[] =>
      execFileSync(process.execPath, [path.join(__dirname, 'expression-texts.js'), parser, '1500'], {
        encoding: 'utf8',
        maxBuffer: 2 ** 28,
      }).split('\n');
    const [typed, tree] = [lines('typed'), lines('tree')];
    assert.equal(typed.length, 1501);
    for (const [index, line] of typed.entries()) assert.equal(line, tree[index]);
  });
});
