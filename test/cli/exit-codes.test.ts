import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { Folder } from '../support/folder.js';
import { bundle, root, runCli } from './support/run-cli.js';
import { runHere } from './support/run-here.js';

// Every command in every case, against the table of exit codes that README.md has.

const config = '{ "postgres": 16, "migrations": ["m/*.sql"], "timeouts": "set-elsewhere" }\n';
const table = 'CREATE TABLE orders (id bigint PRIMARY KEY, code text);\n';
const loss = 'ALTER TABLE orders DROP COLUMN code;\n';
const fails = 'SELEC 1;\n';
const fine = 'ALTER TABLE orders ADD COLUMN note text;\n';

/** A folder with this second migration. */
const withSecond = (text: string | Uint8Array, files: Readonly<Record<string, string>> = {}): Folder =>
  new Folder({ 'airlock.config.json': config, 'm/1_orders.sql': table, 'm/2_b.sql': text, ...files });

/** The words of a command for a folder or for one file of it; "" where it takes none. */
const takes: Readonly<Record<string, 'm' | 'm/2_b.sql' | ''>> = {
  check: 'm',
  review: 'm',
  'ci github': 'm',
  rehearse: 'm',
  locks: 'm/2_b.sql',
  fix: 'm/2_b.sql',
  rollback: 'm/2_b.sql',
  runbook: 'm/2_b.sql',
  init: 'm',
  rules: '',
  new: '',
  backfill: '',
  continue: '',
  drift: '',
  schema: 'm/2_b.sql',
  plans: 'm/2_b.sql',
  retry: '',
  stats: '',
  mcp: '',
  lsp: '',
};

interface Row {
  readonly command: string;
  /** What the table says of each code; undefined for one that the command never has. */
  readonly codes: readonly (string | undefined)[];
}

function documented(): Row[] {
  const readme = fs.readFileSync(path.join(root, 'README.md'), 'utf8');
  const [, rows = ''] = /^\| Command +\| 0 +\| 1 +\| 2 +\|\n\|[-| ]+\|\n((?:\|.*\n)+)/m.exec(readme) ?? [];
  return rows
    .trimEnd()
    .split('\n')
    .flatMap((row) => {
      const [, commands = '', ...codes] = row.split('|').map((cell) => cell.trim());
      return [...commands.matchAll(/`([^`]+)`/g)].map(([, command = '']) => ({
        command,
        codes: codes.slice(0, 3).map((cell) => (cell === '–' ? undefined : cell)),
      }));
    });
}

/** The exit code where nobody reads what is said, or where the disk is full. */
function codeWithout(words: readonly string[], cwd: string, out: 'a reader' | 'room'): Promise<number | null> {
  const full = out === 'room' ? fs.openSync('/dev/full', 'w') : undefined;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [bundle, ...words], {
      cwd,
      env: { ...process.env, PG_AIRLOCK_NO_CACHE: '1', GITHUB_EVENT_PATH: '' },
      stdio: ['ignore', full ?? 'pipe', 'ignore'],
    });
    child.stdout?.destroy();
    child.on('error', reject);
    child.on('close', (code) => {
      if (full !== undefined) fs.closeSync(full);
      resolve(code);
    });
  });
}

/** The exit code of the tool as it is shipped: of commands that need its other files or an environment, and of servers. */
const codeOf = async (words: readonly string[], folder: Folder): Promise<number | null> =>
  (await runCli(words, { cwd: folder.path, env: { GITHUB_EVENT_PATH: '', GITHUB_STEP_SUMMARY: '' } })).code;

const run = async (words: readonly string[], folder: Folder): Promise<number | null> =>
  words[0] === 'rehearse' || words[0] === 'ci' ? codeOf(words, folder) : (await runHere(words, folder.path)).code;

/** A case, what it ends with, and what it has to end with. */
type Expected = readonly [name: string, code: () => Promise<number | null>, wanted: number];

async function assertCodes(cases: readonly Expected[]): Promise<void> {
  const ended: (readonly [string, number | null])[] = [];
  for (const [name, code] of cases) ended.push([name, await code()]);
  assert.deepEqual(
    ended,
    cases.map(([name, , wanted]) => [name, wanted]),
  );
}

describe('exit codes', () => {
  const rows = documented();

  it('are documented for every command, once', async () => {
    const { stdout } = await runCli(['--help']);
    const commands = [...stdout.matchAll(/^ {2}pg-airlock ([a-z]+(?: github)?)/gm)].map(([, name]) => name);
    assert.deepEqual(rows.map(({ command }) => command).sort(), commands.sort());
    assert.deepEqual(Object.keys(takes).sort(), commands);
  });

  for (const { command, codes } of rows) {
    const what = takes[command] ?? '';
    const call = [...command.split(' '), ...(what === '' ? [] : [what]), ...(command === 'init' ? ['--ci=none'] : [])];
    const stops = codes[1] !== undefined;

    it(`${command}: a word that it does not know`, async () => {
      const bad = [['--nope'], ['--format', 'nope'], ['--postgres', '9'], ['--config', 'nowhere.json']];
      await assertCodes(bad.map((words) => [words.join(' '), () => run([...call, ...words], withSecond(fine)), 2]));
    });

    if (what === '') continue;

    it(`${command}: what is fine, what is not, and who asks for more`, async () => {
      const failOn = (word: string): string[] => [...call, '--fail-on', word];
      await assertCodes([
        ['fine', () => run(call, withSecond(fine)), 0],
        ['a warning', () => run(call, withSecond(loss)), 0],
        ['an error', () => run(call, withSecond(fails)), stops ? 1 : 0],
      ]);
      if (!stops || command === 'rehearse') return;
      await assertCodes([
        ['a warning, with --fail-on warning', () => run(failOn('warning'), withSecond(loss)), 1],
        ['an error, with --fail-on never', () => run(failOn('never'), withSecond(fails)), 0],
      ]);
    });

    it(`${command}: what is not there, cannot be read or is nothing`, async () => {
      const unread = withSecond(Buffer.from([0xff, 0xfe, 0x41]));
      await assertCodes([
        [
          'a wrong configuration',
          () => run(call, withSecond(fine, { 'airlock.config.json': '{ "postgres": 9 }\n' })),
          2,
        ],
        ['no file', () => run(call, new Folder({ 'airlock.config.json': config, 'm/1_orders.sql/x': '' })), 2],
        ['an empty folder', () => run(call, new Folder({ 'm/README.md': 'x' })), 2],
        ['no folder', () => run(call, new Folder()), 2],
        // What init writes does not hang on the text of a migration.
        ['a file that cannot be read', () => run(call, unread), command === 'init' ? 0 : 2],
      ]);
    });

    it(`${command}: what is not wanted any more, and what has no room`, async () => {
      const all: Expected[] = [
        ['no reader', () => codeWithout(call, withSecond(fails).path, 'a reader'), stops ? 1 : 0],
      ];
      const bare = new Folder({ 'm/1_orders.sql': table, 'm/2_b.sql': fails });
      if (fs.existsSync('/dev/full')) all.push(['no room', () => codeWithout(call, bare.path, 'room'), 2]);
      await assertCodes(all);
    });
  }

  it('are 2 for what cannot be written', async () => {
    const folder = withSecond(fine, { '.github': 'a file' });
    for (const words of [
      ['check', 'm', '--write-baseline', 'm/2_b.sql/x'],
      ['runbook', 'm/2_b.sql', '--out', 'm/2_b.sql/x'],
      ['stats', '--out', 'm/2_b.sql'],
      ['init', 'm', '--ci', 'github'],
    ]) {
      const before = folder.names();
      assert.equal(await run(words, folder), 2, words.join(' '));
      assert.deepEqual(folder.names(), before);
    }
  });

  it('of a backfill say what became of it', async () => {
    const folder = withSecond(fine);
    const words = ['backfill', 'm', 'table=orders'];
    await assertCodes([
      ['made', () => run([...words, "set=note = 'x'"], folder), 0],
      ['as a script', () => run([...words, "set=note = 'x'", '--as', 'node'], folder), 0],
      ['of a column that there is not', () => run([...words, 'set=nope = 1'], folder), 1],
      ['of a table that there is not', () => run(['backfill', 'm', 'table=nope', 'set=a = 1'], folder), 1],
      ['without a value', () => run(words, folder), 2],
      ['of what is no SQL', () => run([...words, 'set=note = = 1'], folder), 2],
      ['in a form that there is not', () => run([...words, 'set=note = 1', '--as', 'perl'], folder), 2],
      ['without a folder', () => run(['backfill'], folder), 2],
      ['of an empty folder', () => run([...words, 'set=note = 1'], new Folder({ 'm/README.md': 'x' })), 2],
    ]);
  });

  it('of what goes on with a change say what became of it', async () => {
    const folder = withSecond(fine);
    const begun = withSecond('ALTER TABLE orders ADD CONSTRAINT c CHECK (id > 0) NOT VALID;');
    begun.write('m/3_c.sql', 'SELECT 1;');
    await assertCodes([
      ['where nothing is open', () => run(['continue', 'm'], folder), 0],
      ['of what is open', () => run(['continue', 'm'], begun), 0],
      ['of what there is not', () => run(['continue', 'm', '7'], begun), 2],
      ['without a folder', () => run(['continue'], folder), 2],
    ]);
  });

  it('of what tries for a lock again say whether it is written', async () => {
    const folder = withSecond('ALTER TABLE orders ADD COLUMN n int;');
    await assertCodes([
      ['of a file', () => run(['retry', 'm/2_b.sql'], folder), 0],
      ['of the tool', () => run(['retry', 'm'], folder), 0],
      ['of a file that blocks nobody', () => run(['retry', 'm/2_b.sql'], withSecond('SELECT 1;')), 1],
      ['without a file', () => run(['retry'], folder), 2],
      ['with no number', () => run(['retry', 'm', '--attempts', 'x'], folder), 2],
    ]);
  });

  it('of servers say how they have ended', async () => {
    const folder = new Folder();
    assert.equal(await codeOf(['mcp'], folder), 0);
    assert.equal(await codeOf(['lsp', '--stdio'], folder), 1);
    assert.equal(await run(['lsp'], folder), 2);
    assert.equal(await run(['stats', '--url', 'postgres://nobody@127.0.0.1:1/x'], folder), 2);
  });

  it('of a call without a command, with one that there is not, and of a question', async () => {
    const folder = new Folder();
    for (const [words, code] of [
      [[], 2],
      [['nope'], 2],
      [['rules', 'extra'], 2],
      [['help'], 0],
      [['--version'], 0],
      [['check', '--help'], 0],
      [['check'], 2],
    ] as const)
      assert.equal(await run(words, folder), code, words.join(' '));
  });
});
