import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { Folder } from '../support/folder.js';
import { codeProjects } from './support/code-projects.js';
import { type Ran, runCli } from './support/run-cli.js';
import { runHere } from './support/run-here.js';

const table = 'CREATE TABLE orders (id bigint PRIMARY KEY, code text);\n';
const index = 'CREATE INDEX orders_code ON orders (code);\n';
const config = '{ "postgres": 16, "migrations": ["m/**/*.sql"], "timeouts": "set-elsewhere" }\n';

const lines = (count: number): string => Array.from({ length: count }, (_, n) => `-- ${n}\n`).join('');

/** Files of which --fix changes something. */
const texts: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'one line': { 'm/2_a.sql': index },
  'no line end at the end': { 'm/2_a.sql': index.trimEnd() },
  'line ends of Windows': { 'm/2_a.sql': `-- Head\n${index}-- Tail\n`.replaceAll('\n', '\r\n') },
  'both line ends': { 'm/2_a.sql': `-- Head\r\n${index}-- Tail\r\n-- More\n` },
  'a byte order mark': { 'm/2_a.sql': `\ufeff${index}` },
  'letters of more than one byte': { 'm/2_a.sql': `-- Größe 😀\n${index}-- Größe 😀\n` },
  'two places far apart, and two near each other': {
    'm/2_a.sql': `${index}${lines(20)}${index.replace('orders_code', 'b')}${lines(2)}${index.replace('orders_code', 'c')}`,
  },
  'several files, of which one stays': {
    'm/2_a.sql': index,
    'm/3_b.sql': 'ALTER TABLE orders ADD COLUMN note text;\n',
    'm/4_c.sql': index.replace('orders_code', 'c'),
  },
  'names with blanks, quotes and other letters': {
    'm/2 a b.sql': index,
    'm/3_"q\\".sql': index.replace('orders_code', 'b'),
    'm/4_größe 😀.sql': index.replace('orders_code', 'c'),
    'm/5_a/b c/1.sql': index.replace('orders_code', 'd'),
  },
};

const texted = (folder: Folder): Record<string, string> =>
  Object.fromEntries(folder.names().map((name) => [name, folder.read(name)]));

/** What the diff does in a copy of the folder, by a program. */
function applied(folder: Folder, diff: string, program: 'git' | 'patch'): Record<string, string> {
  const copy = new Folder();
  fs.cpSync(folder.path, copy.path, { recursive: true });
  if (program === 'git') copy.git('init', '--quiet');
  const words = program === 'git' ? ['apply', '-'] : ['--strip=1', '--binary', '--no-backup-if-mismatch', '--quiet'];
  execFileSync(program, words, { cwd: copy.path, input: diff, stdio: ['pipe', 'pipe', 'pipe'] });
  return texted(copy);
}

/** Checks that the diff of a folder is what --fix does, and that asking for it changes nothing. */
async function assertDiff(folder: Folder, where: string): Promise<Ran> {
  const before = texted(folder);
  const run = (...words: string[]): Promise<Ran> => runHere(['check', where, ...words], folder.path);
  const diff = await run('--diff');
  assert.deepEqual(texted(folder), before);
  assert.equal(diff.code, (await run()).code, diff.stderr);
  const byGit = applied(folder, diff.stdout, 'git');
  const byPatch = process.platform === 'win32' ? byGit : applied(folder, diff.stdout, 'patch');
  await run('--fix');
  const fixed = texted(folder);
  assert.notDeepEqual(fixed, before);
  assert.deepEqual(byGit, fixed);
  assert.deepEqual(byPatch, fixed);
  assert.equal((await run('--diff')).stdout, '', 'nothing is left to be shown');
  return diff;
}

describe('pg-airlock check --diff', () => {
  for (const [name, files] of Object.entries(texts))
    it(`is what --fix does: ${name}`, async () => {
      await assertDiff(new Folder({ 'airlock.config.json': config, 'm/1_orders.sql': table, ...files }), 'm');
    });

  // Kysely cannot leave its transaction by itself: nothing is fixed there.
  for (const { words, file, make } of codeProjects.filter(({ words }) => words.id !== 'kysely'))
    for (const ends of ['typeorm', 'django', 'rails'].includes(words.id) ? ['\n', '\r\n'] : ['\n'])
      it(`is what --fix does in code: ${words.id}${ends === '\n' ? '' : ', line ends of Windows'}`, async () => {
        const folder = make({
          up: words.raw('CREATE INDEX account_email ON account (email)', 'SELECT 1'),
          outside: true,
        });
        folder.write('airlock.config.json', '{ "timeouts": "set-elsewhere" }\n');
        folder.write(file, folder.read(file).replaceAll('\n', ends));
        const { stdout } = await assertDiff(folder, '.');
        assert.match(stdout, /^\+.*CONCURRENTLY/im);
      });

  it('prints nothing else on stdout, and says the rest on stderr', async () => {
    const folder = new Folder({ 'airlock.config.json': config, 'm/1_orders.sql': table, 'm/2_a.sql': index });
    const ran = await runCli(['check', 'm', '--diff'], { cwd: folder.path });
    assert.deepEqual(ran, {
      code: 1,
      stdout: `diff --git a/m/2_a.sql b/m/2_a.sql
--- a/m/2_a.sql
+++ b/m/2_a.sql
@@ -1 +1 @@
-CREATE INDEX orders_code ON orders (code);
+CREATE INDEX CONCURRENTLY orders_code ON orders (code);
`,
      stderr: '--fix would change 1 file\nBLOCK  2 files: 1 error, 0 warnings\n',
    });
    const below = await runCli(['check', folder.at('m'), '--diff'], { cwd: folder.at('m') });
    assert.match(below.stdout, /^--- a\/2_a\.sql$/m);
  });

  it('leaves what is applied and what --since leaves', async () => {
    const folder = new Folder({ 'airlock.config.json': config, 'm/1_orders.sql': table, 'm/2_a.sql': index });
    folder.commitAll();
    folder.git('checkout', '--quiet', '-b', 'topic');
    folder.write('m/3_b.sql', index.replace('orders_code', 'b'));
    const run = (...words: string[]): Promise<Ran> => runCli(['check', 'm', ...words], { cwd: folder.path });
    assert.match((await run('--diff')).stdout, /^diff --git a\/m\/3_b\.sql b\/m\/3_b\.sql\n(?:(?!diff)[\s\S])*$/);
    folder.write('airlock.config.json', config.replace('16', '16, "applied": "none"'));
    assert.equal((await run('--diff')).stdout.match(/^diff/gm)?.length, 2);
    assert.equal((await run('--diff', '--since', 'main')).stdout.match(/^diff/gm)?.length, 1);
    await run('--fix', '--since', 'main');
    assert.equal(folder.read('m/2_a.sql'), index);
    assert.match(folder.read('m/3_b.sql'), /CONCURRENTLY/);
  });

  it('is refused with what does not go with it', async () => {
    const folder = new Folder({ 'm/1_orders.sql': table });
    for (const words of [['--fix'], ['--format', 'json'], ['--format', 'sarif']]) {
      const ran = await runCli(['check', 'm', '--diff', ...words], { cwd: folder.path });
      assert.deepEqual([ran.code, ran.stdout], [2, ''], words.join(' '));
      assert.match(ran.stderr, /^pg-airlock check: --diff prints a diff alone: leave out --/);
    }
    const stdin = await runCli(['check', '-', '--diff'], { cwd: folder.path });
    assert.match(stdin.stderr, /--diff is about files, and standard input is none/);
  });
});
