import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { root } from '../cli/support/run-cli.js';
import { Folder } from '../support/folder.js';

const npm = (words: readonly string[], cwd: string): string => {
  const { status, stdout, stderr } = spawnSync('npm', words, {
    cwd,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  assert.equal(status, 0, stderr);
  return stdout;
};

const use = `
const bad = await checkText('CREATE INDEX i ON t (a);', { path: 'm/2_i.sql' });
const all = await reviewMigrations(['m'], { postgres: 16 });
const why = await reviewMigrations(['nowhere']).catch((error) => error.message);
console.log(JSON.stringify([bad.verdict, bad.findings.map(({ rule }) => rule), all.verdict, all.judged, why]));
`;

describe('the package as programs import it', () => {
  const project = new Folder({
    'm/1_t.sql': 'CREATE TABLE t (id int PRIMARY KEY, a int);\n',
    'module.mjs': `import { checkText, reviewMigrations } from 'pg-airlock';\n${use}`,
    'common.cjs': `const { checkText, reviewMigrations } = require('pg-airlock');\n(async () => {${use}})();\n`,
    'typed.mts': [
      "import { checkText, type MigrationReview, reviewMigrations } from 'pg-airlock';",
      "const review: MigrationReview = await checkText('SELECT 1', { postgres: 14 });",
      "const verdict: 'SAFE TO SHIP' | 'SAFE WITH MODIFICATIONS' | 'BLOCK' | 'NOTHING TO JUDGE' | 'COULD NOT READ EVERYTHING' = review.verdict;",
      'export const lines: number[] = (await reviewMigrations([verdict])).findings.map(({ line }) => line);',
      '// @ts-expect-error No such version.',
      "await checkText('SELECT 1', { postgres: 9 });",
      '',
    ].join('\n'),
  });
  before(() => {
    const [packed] = JSON.parse(npm(['pack', '--json', '--ignore-scripts', '--pack-destination', project.path], root));
    const place = project.at('node_modules/pg-airlock');
    fs.mkdirSync(place, { recursive: true });
    const { status, stderr } = spawnSync('tar', ['-xzf', packed.filename, '-C', place, '--strip-components=1'], {
      cwd: project.path,
      encoding: 'utf8',
    });
    assert.equal(status, 0, stderr);
  });

  for (const file of ['module.mjs', 'common.cjs'])
    it(`answers ${file}`, () => {
      const { stdout, stderr } = spawnSync(process.execPath, [file], { cwd: project.path, encoding: 'utf8' });
      const expected = ['BLOCK', ['require-concurrent-index'], 'SAFE TO SHIP', 1];
      assert.deepEqual(JSON.parse(stdout || '[]').slice(0, 4), expected, stderr);
      assert.match(stdout, /nowhere: There is no such file or directory\./);
    });

  it('is what tools that read packages expect', () => {
    const publint = path.join(root, 'node_modules', 'publint', 'src', 'cli.js');
    const words = [publint, project.at('node_modules/pg-airlock'), '--strict', '--pack', 'false'];
    const { status, stdout, stderr } = spawnSync(process.execPath, words, { cwd: project.path, encoding: 'utf8' });
    assert.equal(status, 0, `${stdout}${stderr}`);
  });

  it('has the types of what it exports', () => {
    const tsc = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    const words = [tsc, '--noEmit', '--strict', '--module', 'node16', '--target', 'es2022', 'typed.mts'];
    const { status, stdout } = spawnSync(process.execPath, words, { cwd: project.path, encoding: 'utf8' });
    assert.equal(status, 0, stdout);
  });
});
