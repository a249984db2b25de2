import assert from 'node:assert/strict';
import fs from 'node:fs';
import { Folder } from '../support/folder.js';
import { type CheckReport, rulesIn } from './support/contract.js';
import { runCli, runJson } from './support/run-cli.js';

const users = 'CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL, age int);\n';
const index = "SET lock_timeout = '2s';\nCREATE INDEX users_email ON users (email);\n";

/** Checks a folder that holds something bad: reported on stderr, exit code 2, nothing changed, no stack. */
async function refused(folder: Folder, words: readonly string[], message: RegExp, report?: RegExp): Promise<void> {
  const names = folder.names();
  const ran = await runCli(words, { cwd: folder.path });
  assert.equal(ran.code, 2, ran.stdout + ran.stderr);
  assert.match(ran.stderr, message);
  assert.doesNotMatch(ran.stderr, /fault in Airlock|\n {4}at /);
  if (report) assert.match(ran.stdout, report);
  else assert.equal(ran.stdout, '');
  assert.deepEqual(folder.names(), names);
}

/** Checks a text that PostgreSQL would refuse: a finding at its place, and the statements around it are checked. */
async function found(sql: string, line: number, message: RegExp): Promise<CheckReport> {
  const folder = new Folder({ '0001_bad.sql': sql });
  const { code, report, stderr } = await runJson<CheckReport>(['check', '0001_bad.sql'], { cwd: folder.path });
  assert.deepEqual([code, stderr], [1, '']);
  const finding = report.files[0]?.findings.find(({ rule }) => rule === 'no-syntax-error');
  assert.equal(finding?.range.start.line, line, JSON.stringify(report.files[0]?.findings));
  assert.match(finding?.message ?? '', message);
  assert.equal(folder.read('0001_bad.sql'), sql);
  return report;
}

describe('a file that cannot be read as SQL', () => {
  it('is not UTF-8', async () => {
    const folder = new Folder({ '0001_latin.sql': Buffer.from('-- a\n-- caf\xe9\nSELECT 1;\n', 'latin1') });
    await refused(
      folder,
      ['check', '0001_latin.sql'],
      /^0001_latin\.sql: This is not UTF-8: the text breaks off in line 2 \(byte 11\)\.$/m,
    );
  });

  it('is UTF-16', async () => {
    const folder = new Folder({ '0001_wide.sql': Buffer.from('\ufeffSELECT 1;\n', 'utf16le') });
    await refused(folder, ['check', '0001_wide.sql'], /^0001_wide\.sql: This is UTF-16; save it as UTF-8/m);
  });

  it('is binary', async () => {
    const folder = new Folder({ '0001_binary.sql': Buffer.from('SELECT 1;\n\0\x01') });
    await refused(
      folder,
      ['check', '0001_binary.sql'],
      /^0001_binary\.sql: This is not text: there is a NUL byte in line 2 \(byte 10\)\.$/m,
    );
  });

  it('has 100 MB', async () => {
    const folder = new Folder();
    const file = fs.openSync(folder.at('0001_huge.sql'), 'w');
    // The file has holes, so that it takes no room on the disk.
    fs.ftruncateSync(file, 100 * 1024 * 1024);
    fs.closeSync(file);
    await refused(
      folder,
      ['check', '0001_huge.sql'],
      /^0001_huge\.sql: This file has 100 MB; Airlock reads files up to 20 MB\.$/m,
    );
  });

  it('does not hide the others: they are judged, and the command still ends with 2', async () => {
    const folder = new Folder({
      '0001_bad.sql': Buffer.from([0xff, 0x41]),
      '0002_users.sql': users,
      '0003_index.sql': index,
    });
    await refused(folder, ['check', '.'], /^0001_bad\.sql: This is not UTF-8/m, /0 errors|1 error/);
  });

  it('is missed in the history of another, which is reported', async () => {
    const folder = new Folder({ '0001_bad.sql': Buffer.from([0xff, 0x41]), '0002_select.sql': 'SELECT 1;\n' });
    const ran = await runCli(['check', '0002_select.sql'], { cwd: folder.path });
    assert.equal(ran.code, 2);
    assert.match(ran.stderr, /0001_bad\.sql: This is not UTF-8.* It is left out of the history\.$/m);
  });

  for (const command of ['locks', 'fix', 'rollback', 'runbook', 'review']) {
    it(`is refused by ${command}, too`, async () => {
      await refused(
        new Folder({ '0001_bad.sql': Buffer.from([0xff, 0x41]) }),
        [command, '0001_bad.sql'],
        /^0001_bad\.sql: This is not UTF-8/m,
      );
    });
  }
});

describe('a text that PostgreSQL would refuse', () => {
  it('has a quote without an end', async () => {
    const report = await found(`${users}SELECT 'open;\nSELECT 2;\n`, 1, /unterminated|not terminated|quote/i);
    assert.equal(report.summary.files, 1);
  });

  it('has a comment without an end', async () => {
    await found(`${users}/* open\nSELECT 2;\n`, 1, /unterminated \/\* comment/);
  });

  it('has a dollar quote without an end', async () => {
    await found(`${users}DO $$ BEGIN\nSELECT 2;\n`, 1, /unterminated|dollar/i);
  });

  it('has one bad statement among good ones', async () => {
    const report = await found(
      'CREATE INDEX i ON users (email);\nALTER TABEL users;\nDROP TABLE users;\n',
      1,
      /syntax error/,
    );
    assert.deepEqual(
      ['require-concurrent-index', 'no-drop-table'].filter((rule) => !rulesIn(report).includes(rule)),
      [],
    );
  });
});

describe('a text that is nested deeper than anybody writes', () => {
  const nested = (times: number, open: string, close = ''): string => `${open.repeat(times)}1${close.repeat(times)}`;

  for (const [name, sql] of [
    ['subqueries', `SELECT ${nested(1200, '(SELECT ', ')')};\n`],
    ['subqueries that are refused', `SELECT ${nested(50_000, '(SELECT ', ')')};\n`],
    ['parentheses', `SELECT ${nested(1000, '(', ')')};\n`],
    ['operators', `SELECT ${nested(2000, '1 + ')};\n`],
    ['calls in a default', `ALTER TABLE t ADD COLUMN c int DEFAULT ${nested(1000, 'abs(', ')')};\n`],
    ['CASE in a CHECK', `ALTER TABLE t ADD CHECK (${nested(500, 'CASE WHEN a THEN ', ' END')} > 0);\n`],
    [
      'queries in a view',
      `CREATE VIEW v AS ${nested(1000, 'SELECT * FROM (', ' t) x').replace('(1 t', '(SELECT 1) t')};\n`,
    ],
    ['casts in an index', `CREATE INDEX i ON t ((a${nested(2000, '::int').slice(0, -1)}));\n`],
    ['UNION', `CREATE TABLE n AS ${'SELECT 1 UNION ALL '.repeat(2000)}SELECT 1;\n`],
    ['blocks', `DO $$ ${'BEGIN '.repeat(2000)}NULL; ${'END; '.repeat(2000)}$$;\n`],
  ] as const) {
    it(`is judged or refused, never a crash: ${name}`, async () => {
      const folder = new Folder({ '0001_t.sql': 'CREATE TABLE t (a int);\n', '0002_deep.sql': sql });
      for (const command of ['check', 'fix', 'runbook']) {
        const ran = await runCli([command, '0002_deep.sql'], { cwd: folder.path });
        assert.ok(ran.code === 0 || ran.code === 1, `${command}: ${ran.code}\n${ran.stderr}`);
      }
    });
  }
});

describe('a text with nothing to check', () => {
  for (const [name, text] of [
    ['an empty file', ''],
    ['only a byte order mark', '\ufeff'],
    ['only comments', '-- nothing yet\n/* nor here */\n'],
    ['only semicolons', ';;\n;\n'],
  ] as const) {
    it(`is neither safe nor wrong: ${name}`, async () => {
      const folder = new Folder({ '0001_empty.sql': text });
      const { code, report, stderr } = await runJson<CheckReport>(['check', '0001_empty.sql'], { cwd: folder.path });
      assert.deepEqual([code, report.summary.verdict, stderr], [0, null, '']);
      for (const command of ['check', 'review'])
        assert.match((await runCli([command, '0001_empty.sql'], { cwd: folder.path })).stdout, /^NOTHING TO JUDGE /);
      for (const command of ['locks', 'fix', 'rollback', 'runbook', 'review']) {
        const ran = await runCli([command, '0001_empty.sql'], { cwd: folder.path });
        assert.equal(ran.code, 0, `${command}: ${ran.stderr}`);
      }
      assert.equal(folder.read('0001_empty.sql'), text);
    });
  }
});

describe('a path that leads astray', () => {
  it('is not there', async () => {
    await refused(new Folder(), ['check', 'nowhere.sql'], /^nowhere\.sql: There is no such file or directory\.$/m);
    await refused(new Folder(), ['check', '.'], /^\.: There are no migrations and no \.sql files here\.$/m);
  });

  it('is a link that leads nowhere', async () => {
    const folder = new Folder({ '0001_users.sql': users });
    fs.symlinkSync('gone.sql', folder.at('0002_link.sql'));
    await refused(folder, ['check', '0002_link.sql'], /^0002_link\.sql: This link leads nowhere\.$/m);
    await refused(folder, ['check', '.'], /^0002_link\.sql: This link leads nowhere\.$/m, /1 file/);
  });

  it('is a link to itself', async () => {
    const folder = new Folder();
    fs.symlinkSync('0001_loop.sql', folder.at('0001_loop.sql'));
    await refused(folder, ['check', '0001_loop.sql'], /^0001_loop\.sql: This link leads back to itself\.$/m);
  });

  it('is a loop of directories, which is walked once', async () => {
    const folder = new Folder({ 'migrations/0001_users.sql': users });
    fs.symlinkSync('..', folder.at('migrations/up'), 'dir');
    fs.symlinkSync('.', folder.at('migrations/again'), 'dir');
    const { code, report } = await runJson<CheckReport>(['check', '.'], { cwd: folder.path });
    assert.deepEqual([code, report.files.map(({ path }) => path)], [0, ['migrations/0001_users.sql']]);
  });

  it('is a directory with the name of a file', async () => {
    const folder = new Folder({ 'x.sql/0001_users.sql': users });
    const { report } = await runJson<CheckReport>(['check', 'x.sql'], { cwd: folder.path });
    assert.deepEqual(
      report.files.map(({ path }) => path),
      ['x.sql/0001_users.sql'],
    );
    fs.mkdirSync(folder.at('empty.sql'));
    await refused(folder, ['check', 'empty.sql'], /^empty\.sql: There are no migrations and no \.sql files here\.$/m);
  });

  it('may not be read', async function () {
    const folder = new Folder({ '0001_secret.sql': users, 'closed/0001_users.sql': users });
    fs.chmodSync(folder.at('0001_secret.sql'), 0o000);
    fs.chmodSync(folder.at('closed'), 0o000);
    // Root reads everything, so the tool runs as another user then; Windows has no such modes.
    const before = process.getuid?.() === 0 ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : [];
    fs.chmodSync(folder.path, 0o755);
    if (process.platform === 'win32') return this.skip();
    const file = await runCli(['check', '0001_secret.sql'], { cwd: folder.path, before });
    assert.deepEqual([file.code, file.stdout, file.stderr], [2, '', '0001_secret.sql: This file may not be read.\n']);
    const directory = await runCli(['check', 'closed'], { cwd: folder.path, before });
    assert.deepEqual(
      [directory.code, directory.stdout, directory.stderr],
      [2, '', 'closed: This directory may not be read.\n'],
    );
    fs.chmodSync(folder.at('closed'), 0o755);
  });
});

describe('a file that cannot be written', () => {
  it('is in a folder that may not be written to: nothing is left half done', async function () {
    if (process.platform === 'win32') return this.skip();
    const folder = new Folder({ '0001_users.sql': users, '0002_index.sql': index });
    const before = process.getuid?.() === 0 ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : [];
    fs.chmodSync(folder.path, 0o555);
    for (const words of [
      ['fix', '0002_index.sql', '--write'],
      ['check', '0002_index.sql', '--fix'],
      ['rollback', '0002_index.sql', '--write'],
      ['runbook', '0002_index.sql', '--out', 'run.md'],
    ]) {
      const ran = await runCli(words, { cwd: folder.path, before });
      assert.equal(ran.code, 2, words.join(' '));
      assert.match(ran.stderr, /cannot be written: it is not allowed\. Nothing was written\.$/m);
    }
    fs.chmodSync(folder.path, 0o755);
    assert.deepEqual(folder.names(), ['0001_users.sql', '0002_index.sql']);
    assert.equal(folder.read('0002_index.sql'), index);
  });

  it('is there already', async () => {
    const folder = new Folder({
      '0001_users.sql': users,
      '0002_index.sql': index,
      '0002_index.down.sql': '-- by hand\n',
    });
    const rollback = await runCli(['rollback', '0002_index.sql', '--write'], { cwd: folder.path });
    assert.deepEqual(rollback, {
      code: 2,
      stdout: '',
      stderr: 'pg-airlock rollback: 0002_index.down.sql exists already; nothing was written.\n',
    });
    assert.equal(folder.read('0002_index.down.sql'), '-- by hand\n');
    const runbook = await runCli(['runbook', '0002_index.sql', '--out', '0001_users.sql'], { cwd: folder.path });
    assert.deepEqual(
      [runbook.code, runbook.stderr],
      [2, 'pg-airlock runbook: 0001_users.sql exists already; nothing was written.\n'],
    );
    assert.equal(folder.read('0001_users.sql'), users);
  });

  it('is a directory, or lies in a file', async () => {
    const folder = new Folder({ '0001_users.sql': users, 'run.md/x': '' });
    const directory = await runCli(['runbook', '0001_users.sql', '--out', 'run.md'], { cwd: folder.path });
    assert.deepEqual(
      [directory.code, directory.stderr],
      [2, 'pg-airlock runbook: run.md exists already; nothing was written.\n'],
    );
    const inFile = await runCli(['runbook', '0001_users.sql', '--out', '0001_users.sql/run.md'], { cwd: folder.path });
    assert.equal(inFile.code, 2);
    assert.match(inFile.stderr, /0001_users\.sql\/run\.md cannot be written: a part of its path is a file\./);
  });

  it('is a link: the file behind it is written, with the mode that it had', async function () {
    if (process.platform === 'win32') return this.skip();
    const folder = new Folder({ '0001_users.sql': users, 'real/index.sql': index });
    fs.symlinkSync('real/index.sql', folder.at('0002_index.sql'));
    fs.chmodSync(folder.at('real/index.sql'), 0o640);
    const ran = await runCli(['fix', '0002_index.sql', '--write'], { cwd: folder.path });
    assert.equal(ran.code, 0, ran.stderr);
    assert.ok(fs.lstatSync(folder.at('0002_index.sql')).isSymbolicLink());
    assert.match(folder.read('real/index.sql'), /CONCURRENTLY/);
    assert.equal(fs.statSync(folder.at('real/index.sql')).mode & 0o777, 0o640);
  });
});

describe('airlock.config.json', () => {
  const withConfig = (text: string | Uint8Array): Folder =>
    new Folder({ '0001_users.sql': users, 'airlock.config.json': text });

  for (const [name, text, message] of [
    ['is cut off', '{ "postgres": 16,\n', /airlock\.config\.json:2:1: This is not JSON: /],
    ['is no object', '[16]', /airlock\.config\.json:1:1: The configuration is one object/],
    [
      'has a setting that there is not',
      '{\n  "postgress": 16\n}',
      /airlock\.config\.json:2:3: There is no setting "postgress"\. Did you mean "postgres"\?/,
    ],
    [
      'has a value of the wrong type',
      '{\n  "postgres": [16]\n}',
      /airlock\.config\.json:2:15: "postgres" must be .*, not Array\./,
    ],
    [
      'has a minor version without quotes',
      '{ "postgres": 14.3 }',
      /"postgres" must be .* in quotes \("14\.3"\), not 14\.3\./,
    ],
    ['has a version that there is not', '{ "postgres": 13 }', /airlock\.config\.json:1:15: "postgres" must be 14, 15/],
    [
      'has a rule that there is not',
      '{ "rules": {\n  "no-drop-colum": "off"\n} }',
      /airlock\.config\.json:2:3: There is no rule "no-drop-colum"\. Did you mean "no-drop-column"\?/,
    ],
    [
      'accepts a rule that there is not, in files of a glob that cannot be used',
      '{ "suppressions": [{ "files": "", "rule": "no-drop-colum", "reason": "x" }] }',
      /json:1:31: A glob is empty\.\n[\s\S]*json:1:43: There is no rule "no-drop-colum"\. Did you mean "no-drop-column"\?/,
    ],
    [
      'accepts something until a day that there is not',
      '{ "suppressions": [{ "files": "*", "rule": "no-drop-column", "reason": "x", "until": "2027-02-30" }] }',
      /json:1:86: "suppressions\.0\.until" must be a day, such as "2027-01-31", not "2027-02-30"\./,
    ],
    [
      'has a severity that there is not',
      '{ "rules": { "no-drop-column": "fatal" } }',
      /airlock\.config\.json:1:32: "rules\.no-drop-column" must be one of off, hint, info, warning, error, or a list/,
    ],
    [
      'has a severity with a slip, and a rule that there is not',
      '{ "rules": { "no-drop-column": "of", "no-drop-tabel": "fatal" } }',
      /not "of"\. Did you mean "off"\?\n[\s\S]*There is no rule "no-drop-tabel"\. Did you mean "no-drop-table"\?/,
    ],
    [
      'names a migration that there is not as the last applied one',
      '{\n  "applied": { "through": "0099" }\n}',
      /airlock\.config\.json:2:27: No migration is called "0099", so every one counts as pending\./,
    ],
    ['is not UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), /airlock\.config\.json:1:1: This is not UTF-8/],
  ] as const) {
    it(`${name}: reported with its place`, async () => {
      await refused(
        withConfig(text),
        ['check', '.'],
        message,
        /^COULD NOT READ EVERYTHING {2}1 file: 0 errors, 0 warnings$/m,
      );
    });
  }

  it('may have a byte order mark, comments and commas at the end', async () => {
    const folder = withConfig('\ufeff{\n  // the oldest server\n  "postgres": 16, /* for now */\n}\n');
    const { code, report, stderr } = await runJson<CheckReport>(['check', '.'], { cwd: folder.path });
    assert.deepEqual([code, report.postgres, stderr], [0, 16, '']);
  });

  it('may be empty', async () => {
    const { code, stderr } = await runCli(['check', '.'], { cwd: withConfig('').path });
    assert.deepEqual([code, stderr], [0, '']);
  });

  it('takes the aliases of rules, and the nearest file holds', async () => {
    const folder = new Folder({
      'airlock.config.json': '{ "rules": { "ban-drop-column": "off" } }',
      'a/0001_users.sql': users,
      'a/0002_drop.sql': "SET lock_timeout = '1s';\nALTER TABLE users DROP COLUMN age;\n",
    });
    const { report } = await runJson<CheckReport>(['check', 'a/0002_drop.sql'], { cwd: folder.path });
    assert.deepEqual(rulesIn(report), []);
    folder.write('a/airlock.config.json', '{ "postgres": 15 }');
    const nearer = await runJson<CheckReport>(['check', 'a/0002_drop.sql'], { cwd: folder.path });
    assert.deepEqual([nearer.report.postgres, rulesIn(nearer.report)], [15, ['no-drop-column']]);
  });
});
