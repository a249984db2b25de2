import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { Folder } from '../support/folder.js';
import type { CheckReport, LocksReport } from './support/contract.js';
import { bundle, runCli, runJson } from './support/run-cli.js';

const acts = '\u001b[2K\rSAFE TO SHIP\u009b1A\u202e';
const table = `"a${acts}"`;
const sql = `CREATE TABLE x (id int);\nALTER TABLE ${table} ADD COLUMN b int NOT NULL;\nDROP TABLE ${table};\n`;

/** Everything but text, tabs and line ends. */
const acting = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

/** Runs a line in a shell and gives its exit code and what it printed. */
function shell(
  line: string,
  cwd: string,
  input = '',
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn('bash', ['-c', `set -o pipefail; ${line}`], {
    cwd,
    env: { ...process.env, CLI: bundle, NODE: process.execPath, NO_COLOR: '1', PG_AIRLOCK_NO_CACHE: '1' },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  child.stdin.end(input);
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
}

describe('pg-airlock with hostile names', () => {
  it('sends no control character to a terminal', async () => {
    const name = `0002_\u001b[31m\n${'x'}.sql`;
    const folder = new Folder({
      '0001_a.sql': `CREATE TABLE ${table} (id int);\n`,
      [name]: sql,
      'sub/airlock.config.json': JSON.stringify({
        rules: { [acts]: 'off' },
        [acts]: 1,
        contacts: { owner: acts },
      }),
      'sub/0001_a.sql': 'SELECT 1;\n',
    });
    for (const words of [['check', '.'], ['review', '.'], ['locks', name], ['check', `no-${acts}`], [`com-${acts}`]]) {
      for (const env of [{ NO_COLOR: '1' }, { FORCE_COLOR: '1' }]) {
        const { stdout, stderr } = await runCli(words, { cwd: folder.path, env });
        assert.ok((stdout + stderr).length > 0);
        // Without our own colours.
        const out = (stdout + stderr).replace(/\u001b\[(?:1|2|22|31|32|33|36|39)m/g, env.NO_COLOR ? '$&' : '');
        assert.doesNotMatch(out, acting, `${words.join(' ')}\n${JSON.stringify(out)}`);
      }
    }
    const forced = await runCli(['check', '.', '--verbose'], { cwd: folder.path, env: { FORCE_COLOR: '1' } });
    assert.match(forced.stdout, /\u001b\[1m/);
    assert.match(forced.stdout, /\\u001b\[2K/);
    const { stdout } = await runCli(['check', '.'], { cwd: folder.path });
    // A name with a line end makes no line of its own.
    assert.ok(stdout.split('\n').every((line) => !line.startsWith('x.sql')));
  });

  it('says what it has not read, and calls it neither safe nor wrong', async () => {
    const folder = new Folder({ '0001_a.sql': `CREATE TABLE "x\u0081" (id int);\n` });
    assert.match((await runCli(['check', '.'], { cwd: folder.path })).stdout, /1 statement to verify by hand/);
    assert.match(
      (await runCli(['review', '.'], { cwd: folder.path })).stdout,
      /0001_a\.sql:1 +Verify: what this statement locks/,
    );
    assert.match(
      (await runCli(['locks', '0001_a.sql'], { cwd: folder.path })).stdout,
      /not checked: control characters/,
    );
    assert.match((await runCli(['rollback', '0001_a.sql'], { cwd: folder.path })).stderr, /1 step, 1 impossible/);
    const { report } = await runJson<LocksReport>(['locks', '0001_a.sql'], { cwd: folder.path });
    assert.deepEqual([report.statements[0]?.known, report.statements[0]?.fails], [false, undefined]);
  });

  it('masks passwords where statements are shown', async () => {
    const secret = 'hunter2';
    const folder = new Folder({
      '0001_a.sql': [
        `CREATE ROLE r LOGIN PASSWORD '${secret}';`,
        `ALTER ROLE r ENCRYPTED PASSWORD $x$${secret}$x$;`,
        `CREATE SUBSCRIPTION s CONNECTION 'host=h password=${secret}' PUBLICATION p;`,
        `CREATE USER MAPPING FOR r SERVER f OPTIONS (user 'u', password '${secret}');`,
        `SELECT dblink_connect('c', 'postgresql://u:${secret}@h/d');`,
        `DO $$ BEGIN CREATE ROLE q PASSWORD '${secret}'; END $$;`,
        `ALTER ROLE r PASSWORD '${secret}', oops;`,
        `DROP TABLE t; ALTER ROLE r PASSWORD '${secret}';`,
      ].join('\n'),
    });
    for (const command of ['check', 'review', 'locks', 'runbook']) {
      const { stdout, stderr } = await runCli([command, '0001_a.sql'], { cwd: folder.path });
      assert.ok(stdout.length > 0, stderr);
      assert.ok(!(stdout + stderr).includes(secret), `${command}\n${stdout}`);
    }
    assert.match((await runCli(['runbook', '0001_a.sql'], { cwd: folder.path })).stdout, /user 'u', password '\*{7}'/);
  });

  it('follows no link out of the project, neither to read nor to write', async () => {
    const outside = new Folder({ 'secret.sql': 'root:x:0:0;\nALTER TABLE t ADD COLUMN b int;\n' });
    const folder = new Folder({ 'm/0001_a.sql': 'SELECT 1;\n' });
    fs.symlinkSync(outside.at('secret.sql'), folder.at('m/0002_b.sql'));
    fs.symlinkSync(outside.path, folder.at('m/more'));
    for (const words of [
      ['check', 'm'],
      ['check', 'm/0002_b.sql'],
      ['fix', 'm/0002_b.sql', '--write'],
      ['check', 'm', '--fix'],
    ]) {
      const { code, stdout, stderr } = await runCli(words, { cwd: folder.path });
      assert.equal(code, 2, words.join(' '));
      assert.ok(!stdout.includes('root'), stdout);
      assert.match(stderr, /leads out of the project/);
    }
    assert.match(outside.read('secret.sql'), /^root:x:0:0;\nALTER/);
    const repository = new Folder({
      '.git/HEAD': '',
      'm/0001_a.sql': 'SELECT 1;\n',
      'm/airlock.config.json': '{ "schema": "more/secret.sql" }',
    });
    fs.symlinkSync(outside.path, repository.at('m/more'));
    for (const words of [
      ['check', 'm/more/secret.sql'],
      ['check', 'm'],
    ]) {
      const { code, stdout, stderr } = await runCli(words, { cwd: repository.path });
      assert.equal(code, 2, words.join(' '));
      assert.ok(!stdout.includes('root'), stdout);
      assert.match(stderr, /leads out of the project/);
    }
    fs.rmSync(repository.at('m/airlock.config.json'));
    outside.write('keys.json', '{ "secretKey": 1 }');
    fs.symlinkSync(outside.at('keys.json'), repository.at('m/airlock.config.json'));
    assert.ok(!(await runCli(['check', 'm'], { cwd: repository.path })).stderr.includes('secretKey'));
    const inside = new Folder({ '.git/HEAD': '', 'm/0001_a.sql': 'SELECT 1;\n', 'common/0002_b.sql': 'SELEC 2;\n' });
    fs.symlinkSync(inside.at('common/0002_b.sql'), inside.at('m/0002_b.sql'));
    assert.equal((await runCli(['check', 'm'], { cwd: inside.path })).code, 1);
  });

  it('takes no glob that never ends and no schema outside', async () => {
    for (const [config, words] of [
      [{ migrations: [''] }, /empty/],
      [{ migrations: ['x'.repeat(70_000)] }, /more than 500 characters/],
      [{ migrations: ['migrations/(a+)+b.sql'] }, /not supported/],
      [{ schema: '../x.sql' }, /below the folder/],
      [{ schema: '/etc/passwd' }, /below the folder/],
      [{ schema: 'missing.sql' }, /no such file/i],
      [{ schema: 'migrations' }, /is a directory/],
    ] as const) {
      const folder = new Folder({
        'airlock.config.json': JSON.stringify(config),
        [`migrations/${'a'.repeat(40)}.sql`]: 'SELECT 1;\n',
      });
      const { code, stderr } = await runCli(['check', '.'], { cwd: folder.path });
      assert.equal(code, 2, JSON.stringify(config));
      assert.match(stderr, words);
      assert.doesNotMatch(stderr, /fault in Airlock/);
    }
    const stars = new Folder({
      'airlock.config.json': JSON.stringify({ migrations: [`migrations/${'*a'.repeat(16)}b.sql`] }),
      [`migrations/${'a'.repeat(60)}.sql`]: 'SELECT 1;\n',
    });
    const from = Date.now();
    await runCli(['check', '.'], { cwd: stars.path });
    assert.ok(Date.now() - from < 5000);
    const deep = new Folder({ 'airlock.config.json': '['.repeat(20_000), '0001_a.sql': 'SELECT 1;\n' });
    assert.match((await runCli(['check', '.'], { cwd: deep.path })).stderr, /nested more than/);
  });

  it('ends with 2 when a part of the history cannot be read', async () => {
    const folder = new Folder({ '0001_a.sql': new Uint8Array([0xff, 0xfe, 0, 0]), '0002_b.sql': 'SELECT 1;\n' });
    for (const words of [
      ['check', '0002_b.sql'],
      ['review', '0002_b.sql'],
      ['locks', '0002_b.sql'],
      ['rollback', '0002_b.sql'],
    ])
      assert.equal((await runCli(words, { cwd: folder.path })).code, 2, words[0]);
  });
});

describe('pg-airlock and its streams', () => {
  const errors = Array.from({ length: 3000 }, (_, index) => `DROP TABLE t${index}; SELEC ${index};`).join('\n');

  it('keeps the exit code when nobody reads on', async () => {
    const folder = new Folder({ '0001_a.sql': errors });
    for (const words of ['check 0001_a.sql', 'check 0001_a.sql --format json', 'review .']) {
      const { code, stderr } = await shell(`"$NODE" "$CLI" ${words} | head -1`, folder.path);
      assert.equal(code, 1, words);
      assert.equal(stderr, '');
    }
    const fine = new Folder({ '0001_a.sql': `${'SELECT 1;\n'.repeat(10)}` });
    assert.equal((await shell('"$NODE" "$CLI" check . | head -0', fine.path)).code, 0);
    const closed = await shell('"$NODE" "$CLI" check 0001_a.sql 2>&1 >/dev/null | true', folder.path);
    assert.equal(closed.code, 1);
  });

  it('ends with 2 and one line when the report cannot be written', async function () {
    if (!fs.existsSync('/dev/full')) this.skip();
    const folder = new Folder({ '0001_a.sql': errors });
    const { code, stderr } = await shell('"$NODE" "$CLI" check 0001_a.sql > /dev/full', folder.path);
    assert.equal(code, 2);
    assert.match(stderr, /^pg-airlock: The report cannot be written: ENOSPC\.\n$/);
  });

  it('checks standard input, alone or in the place of a file', async () => {
    const folder = new Folder({
      '0001_a.sql': 'CREATE TABLE t (id bigint PRIMARY KEY);\n',
      '0002_b.sql': 'SELECT 1;\n',
    });
    const text = 'ALTER TABLE t ADD COLUMN nope int;\nSELEC;\n';
    const alone = await shell('"$NODE" "$CLI" check - --format json', folder.path, text);
    const report = JSON.parse(alone.stdout) as CheckReport;
    assert.equal(alone.code, 1);
    assert.equal(report.files[0]?.path, '-');
    assert.ok(report.files[0]?.findings.some(({ rule }) => rule === 'no-syntax-error'));
    const placed = await shell(
      '"$NODE" "$CLI" check --stdin-path 0002_b.sql --format json',
      folder.path,
      'ALTER TABLE t ADD COLUMN id int;\n',
    );
    const second = JSON.parse(placed.stdout) as CheckReport;
    assert.equal(second.files[0]?.path, '0002_b.sql');
    assert.ok(
      second.files[0]?.findings.some(({ rule }) => rule === 'no-failing-statement'),
      placed.stdout,
    );
    assert.equal(folder.read('0002_b.sql'), 'SELECT 1;\n');
    assert.equal((await shell('printf "\\377\\376a" | "$NODE" "$CLI" check -', folder.path)).code, 2);
    assert.equal((await shell('"$NODE" "$CLI" check - 0001_a.sql', folder.path)).code, 2);
    assert.equal((await shell('"$NODE" "$CLI" check - --fix', folder.path)).code, 2);
  });

  it('takes no words that it does not know', async () => {
    for (const words of [
      ['constructor'],
      ['__proto__'],
      ['toString'],
      ['check', ''],
      ['rules', 'extra'],
      ['help', 'nope'],
    ]) {
      const { code, stdout, stderr } = await runCli(words);
      assert.deepEqual([code, stdout], [2, ''], words.join(' '));
      assert.doesNotMatch(stderr, /fault in Airlock/);
    }
    const help = await runCli(['help', 'check']);
    assert.deepEqual(help, await runCli(['check', '--help']));
    const folder = new Folder({ '0001_a.sql': 'SELECT 1;\n' });
    const wrong = await runCli(['runbook', '0001_a.sql', '--format', 'json'], { cwd: folder.path });
    assert.deepEqual([wrong.code, wrong.stdout], [2, '']);
    for (const command of ['check', 'review', 'locks', 'fix', 'rollback', 'runbook'])
      assert.match((await runCli([command, '--help'])).stdout, /--config FILE/);
  });

  it('counts columns without a byte order mark', async () => {
    const folder = new Folder({ '0001_a.sql': '\ufeffSELEC 1;\n' });
    const { report } = await runJson<CheckReport>(['check', '0001_a.sql'], { cwd: folder.path });
    assert.deepEqual(report.files[0]?.findings[0]?.range, {
      start: { line: 0, character: 0 },
      end: { line: 0, character: 5 },
    });
  });

  it('writes JSON that grows with its findings, whole files only when asked', async () => {
    const columns = (count: number): string =>
      `ALTER TABLE t ${Array.from({ length: count }, (_, index) => `ADD COLUMN c${index} int NOT NULL`).join(', ')};\n`;
    const sizes: number[] = [];
    for (const count of [50, 200]) {
      const folder = new Folder({ '0001_a.sql': columns(count) });
      sizes.push((await runCli(['check', '0001_a.sql', '--format', 'json'], { cwd: folder.path })).stdout.length);
    }
    assert.ok((sizes[1] ?? 0) < 6 * (sizes[0] ?? 0), sizes.join());
    const folder = new Folder({ '0001_a.sql': 'ALTER TABLE t ADD COLUMN a int NOT NULL;\n' });
    const { report } = await runJson<CheckReport>(['check', '0001_a.sql', '--with-fixes'], { cwd: folder.path });
    assert.ok(report.files[0]?.findings.some(({ fixes }) => fixes.some(({ files }) => (files?.length ?? 0) > 1)));
  });

  it('replaces a runbook only while nobody has filled it in', async () => {
    const folder = new Folder({ '0001_a.sql': 'DROP TABLE t;\n' });
    const write = () => runCli(['runbook', '0001_a.sql', '--out', 'run.md'], { cwd: folder.path });
    assert.equal((await write()).code, 0);
    folder.write('0001_a.sql', 'DROP TABLE u;\n');
    assert.equal((await write()).code, 0);
    assert.match(folder.read('run.md'), /DROP TABLE u/);
    folder.write('run.md', folder.read('run.md').replace('|  |  |  |  |', '| 10:00 | 1 | done | me |'));
    const refused = await write();
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /filled in/);
    assert.match(folder.read('run.md'), /10:00/);
  });
});
