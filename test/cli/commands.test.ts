import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { rules } from '../../rules/index.js';
import { wantsColour } from '../../server/src/cli/output.js';
import { Folder } from '../support/folder.js';
import type { FixReport, LocksReport, RollbackReport } from './support/contract.js';
import { bundle, root, runCli, runJson } from './support/run-cli.js';

const users = 'CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL, age int);\n';
const change = `SET lock_timeout = '2s';
CREATE INDEX users_email ON users (email);
ALTER TABLE users DROP COLUMN age;
`;
const files = { '0001_users.sql': users, '0002_change.sql': change };
const commands = ['check', 'review', 'locks', 'fix', 'rollback', 'runbook', 'rules', 'lsp'];

describe('pg-airlock', () => {
  it('says its version and its commands', async () => {
    const { version } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
    assert.deepEqual(await runCli(['--version']), { code: 0, stdout: `${version}\n`, stderr: '' });
    const help = await runCli(['--help']);
    assert.deepEqual([help.code, help.stderr], [0, '']);
    for (const command of commands) assert.match(help.stdout, new RegExp(`^ {2}pg-airlock ${command}\\b`, 'm'));
    const nothing = await runCli([]);
    assert.deepEqual(nothing, { code: 2, stdout: '', stderr: help.stdout });
  });

  for (const command of commands) {
    it(`explains ${command}, and refuses an option that it does not have`, async () => {
      const help = await runCli([command, '--help']);
      assert.deepEqual([help.code, help.stderr], [0, '']);
      assert.match(help.stdout, new RegExp(`^pg-airlock ${command}\\b`));
      const wrong = await runCli([command, '--no-such-option']);
      assert.deepEqual([wrong.code, wrong.stdout], [2, '']);
      assert.equal(wrong.stderr, `pg-airlock ${command}: Unknown option '--no-such-option'. Its options: --help\n`);
    });
  }

  it('refuses a command, a format and a version that it does not have', async () => {
    const folder = new Folder(files);
    const refused = async (words: string[], message: RegExp): Promise<void> => {
      const ran = await runCli(words, { cwd: folder.path });
      assert.deepEqual([ran.code, ran.stdout], [2, ''], words.join(' '));
      assert.match(ran.stderr, message);
      assert.doesNotMatch(ran.stderr, /\n {4}at /);
    };
    await refused(['chekc', '0001_users.sql'], /There is no command "chekc"\. Commands: check, /);
    await refused(
      ['check', '0001_users.sql', '--format', 'yaml'],
      /--format takes text, json, sarif, github, gitlab, junit, markdown, not "yaml"/,
    );
    await refused(
      ['check', '0001_users.sql', '--fail-on', 'info'],
      /--fail-on takes error, warning, never, not "info"/,
    );
    await refused(
      ['check', '0001_users.sql', '--postgres', '9.6'],
      /--postgres takes 14, 15, 16, 17 or 18, or one with its minor \(14\.3\), not "9\.6"/,
    );
    await refused(['check'], /Name a migration file or a directory/);
    await refused(['locks', '0001_users.sql', '0002_change.sql'], /takes one file, not 2/);
    await refused(['fix', '0001_users.sql', '--rule', 'no-such-rule'], /There is no rule "no-such-rule"/);
    await refused(['lsp'], /lsp --stdio/);
  });

  it('uses colours on a terminal and where they are forced, nowhere else', async () => {
    const { path: cwd } = new Folder(files);
    const colourCode = '\u001b[';
    assert.ok(!(await runCli(['check', '.'], { cwd })).stdout.includes(colourCode));
    assert.ok((await runCli(['check', '.'], { cwd, env: { FORCE_COLOR: '1' } })).stdout.includes(colourCode));
    assert.ok(!(await runCli(['check', '.'], { cwd, env: { FORCE_COLOR: '0' } })).stdout.includes(colourCode));
    assert.ok(
      !(await runCli(['check', '.'], { cwd, env: { FORCE_COLOR: '1', NO_COLOR: '1' } })).stdout.includes(colourCode),
    );
    assert.equal(wantsColour({ isTTY: true }, {}), true);
    assert.equal(wantsColour({ isTTY: true }, { NO_COLOR: '1' }), false);
    assert.equal(wantsColour({}, {}), false);
    assert.equal(wantsColour({ isTTY: true }, { TERM: 'dumb' }), false);
    JSON.parse((await runCli(['check', '.', '--format', 'json'], { cwd, env: { FORCE_COLOR: '1' } })).stdout);
  });

  it('takes it calmly when its reader goes away', async () => {
    const folder = new Folder({ '0001_many.sql': 'CREATE INDEX ON users (email);\n'.repeat(3000) });
    const child = spawn(process.execPath, [bundle, 'check', folder.path], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.once('data', () => child.stdout.destroy());
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    assert.deepEqual([code, stderr], [1, '']);
  });
});

describe('pg-airlock rules', () => {
  it('lists every rule', async () => {
    const { report, code } = await runJson<{ id: string; severity: string }[]>(['rules']);
    assert.equal(code, 0);
    assert.deepEqual(
      report.map(({ id }) => id),
      rules.map((rule) => rule.meta.id),
    );
    assert.deepEqual(Object.keys(report[0] ?? {}), [
      'id',
      'aliases',
      'category',
      'severity',
      'summary',
      'recommended',
      'fix',
      'since',
    ]);
    const { stdout } = await runCli(['rules']);
    assert.equal(stdout.trimEnd().split('\n').length, rules.length);
  });
});

describe('pg-airlock locks', () => {
  it('has the fields of the contract', async () => {
    const { report, code } = await runJson<LocksReport>(['locks', '0002_change.sql'], { cwd: new Folder(files).path });
    assert.equal(code, 0);
    assert.deepEqual(Object.keys(report), ['statements']);
    const [set, index, drop] = report.statements;
    assert.deepEqual(set?.locks, []);
    assert.deepEqual(index, {
      range: { start: { line: 1, character: 0 }, end: { line: 1, character: 41 } },
      known: true,
      locks: [{ relation: 'users', mode: 'ShareLock', blocks: ['insert', 'update', 'delete'] }],
      rewrites: [],
      scans: ['users'],
      indexBuilds: ['users_email'],
      transaction: 'allowed',
    });
    assert.deepEqual(drop?.locks, [
      { relation: 'users', mode: 'AccessExclusiveLock', blocks: ['select', 'insert', 'update', 'delete'] },
    ]);
  });

  it('says of a DO block what the SQL inside does, and that of dynamic SQL nobody knows', async () => {
    const folder = new Folder({
      '0001_users.sql': users,
      '0002_blocks.sql':
        "DO $$ BEGIN ALTER TABLE users ADD x int; CREATE INDEX i ON users (x); END $$;\nDO $$ BEGIN EXECUTE 'DROP TABLE ' || current_user; END $$;\n",
    });
    const { report } = await runJson<LocksReport>(['locks', '0002_blocks.sql'], { cwd: folder.path });
    const [block, add, build, dynamic] = report.statements;
    assert.deepEqual(
      [block, add, build].map((each) => each?.locks.map(({ mode }) => mode)),
      [['AccessExclusiveLock'], ['AccessExclusiveLock'], ['ShareLock']],
    );
    assert.deepEqual(block?.indexBuilds, ['i']);
    assert.equal(block?.known, true);
    assert.equal(dynamic?.known, false);
  });

  it('says what cannot run in a transaction, what fails, and by version', async () => {
    const folder = new Folder({
      '0001_users.sql': users,
      '0002_new.sql':
        'CREATE INDEX CONCURRENTLY i ON users (age);\nALTER TABLE users ADD CONSTRAINT set NOT NULL age NOT VALID;\nALTER TABLE;\n',
    });
    const on17 = await runJson<LocksReport>(['locks', '0002_new.sql', '--postgres', '17'], { cwd: folder.path });
    assert.equal(on17.report.statements[0]?.transaction, 'forbidden');
    assert.equal(on17.report.statements[1]?.fails?.code, '42601');
    assert.equal(on17.report.statements[2]?.fails?.code, '42601');
    const on18 = await runJson<LocksReport>(['locks', '0002_new.sql', '--postgres', '18'], { cwd: folder.path });
    assert.equal(on18.report.statements[1]?.fails, undefined);
  });

  it('says it in words, too', async () => {
    const { stdout, code } = await runCli(['locks', '0002_change.sql'], { cwd: new Folder(files).path });
    assert.equal(code, 0);
    assert.match(stdout, /^2: CREATE INDEX users_email ON users \(email\)\n {3}SHARE on users \(writes wait\)$/m);
  });
});

describe('pg-airlock review', () => {
  it('gives ten categories, security where rights are granted, and one verdict, in every format', async () => {
    const { path: cwd } = new Folder(files);
    const { report, code } = await runJson<{
      verdict: string;
      files: string[];
      categories: { category: string; status: string }[];
    }>(['review', '.'], { cwd });
    assert.equal(code, 1);
    assert.equal(report.verdict, 'BLOCK');
    assert.equal(report.categories.length, 10);
    const { path: granting } = new Folder({ ...files, '0003_rights.sql': 'GRANT SELECT ON users TO app;\n' });
    const { report: more } = await runJson<typeof report>(['review', '.'], { cwd: granting });
    assert.deepEqual(more.categories.at(-1), {
      category: 'security',
      status: 'PASS',
      verify: [],
      checked: true,
      issues: [],
    });
    assert.equal(more.categories.length, 11);
    assert.deepEqual(report.files, ['0001_users.sql', '0002_change.sql']);
    const text = await runCli(['review', '.'], { cwd });
    assert.match(text.stdout, /^BLOCK {2}/);
    const markdown = await runCli(['review', '.', '--format', 'markdown'], { cwd });
    assert.match(markdown.stdout, /\|/);
    assert.deepEqual([text.code, markdown.code, text.stderr, markdown.stderr], [1, 1, '', '']);
    assert.equal((await runCli(['review', '.', '--fail-on', 'never'], { cwd })).code, 0);
  });

  it('takes the files in the order in which they run, however they are named', async () => {
    const { path: cwd } = new Folder(files);
    const { report } = await runJson<{ files: string[] }>(['review', '0002_change.sql', '0001_users.sql'], { cwd });
    assert.deepEqual([...report.files].sort(), ['0001_users.sql', '0002_change.sql']);
  });
});

describe('pg-airlock fix', () => {
  const safe = change.replace(
    /^CREATE INDEX(.*)$/m,
    "SET lock_timeout = 0;\nCREATE INDEX CONCURRENTLY$1\nSET lock_timeout = '2s';",
  );

  it('prints the safe form and changes nothing', async () => {
    const folder = new Folder(files);
    const { code, stdout, stderr } = await runCli(['fix', '0002_change.sql'], { cwd: folder.path });
    assert.deepEqual([code, stdout], [0, safe]);
    assert.match(stderr, /^left: 0002_change\.sql:5 no-drop-column: /m);
    assert.equal(folder.read('0002_change.sql'), change);
  });

  it('has the fields of the contract', async () => {
    const { report } = await runJson<FixReport>(['fix', '0002_change.sql'], { cwd: new Folder(files).path });
    assert.deepEqual(report.files, [{ path: '0002_change.sql', sql: safe, transactional: false }]);
    assert.deepEqual(
      report.remaining.map(({ rule }) => rule),
      ['no-drop-column'],
    );
    assert.deepEqual(Object.keys(report.remaining[0] ?? {}), [
      'rule',
      'category',
      'severity',
      'status',
      'message',
      'page',
      'range',
      'fixes',
    ]);
  });

  it('writes the files with --write, new ones behind the last', async () => {
    const text = "SET lock_timeout = '2s';\nALTER TABLE users ADD CONSTRAINT adult CHECK (age > 17);\n";
    const kept = {
      '0001_users.sql': users,
      '0002_check.sql': text,
      '0003_later.sql': 'SELECT 1;\n',
      // In one transaction the lock of the first step would last until the end of the second.
      'airlock.config.json': '{ "transaction": "per-file" }',
    };
    const folder = new Folder(kept);
    const { code, stdout, stderr } = await runCli(['fix', '0002_check.sql', '--write'], { cwd: folder.path });
    assert.deepEqual([code, stdout], [0, '']);
    const made = folder.names().filter((name) => !(name in kept));
    assert.deepEqual(made.sort(), ['0004_validate_adult.down.sql', '0004_validate_adult.sql']);
    assert.match(folder.read('0002_check.sql'), /CHECK \(age > 17\) NOT VALID/);
    assert.match(folder.read('0004_validate_adult.sql'), /VALIDATE CONSTRAINT adult/);
    assert.equal(stderr.match(/^wrote /gm)?.length, 3);
    const after = await runCli(['check', '.', '--fail-on', 'warning'], { cwd: folder.path });
    assert.equal(after.code, 0, after.stdout);
  });

  it('keeps to one rule with --rule, by its id or by an alias', async () => {
    const folder = new Folder({
      '0001_users.sql': users,
      '0002_two.sql': `CREATE INDEX i ON users (email);\nDROP INDEX old;\n`,
    });
    const { stdout } = await runCli(['fix', '0002_two.sql', '--rule', 'require-concurrent-index'], {
      cwd: folder.path,
    });
    assert.equal(stdout, 'CREATE INDEX CONCURRENTLY i ON users (email);\nDROP INDEX old;\n');
    const alias = rules.find((rule) => rule.meta.id === 'require-concurrent-index')?.meta.aliases?.[0] ?? '';
    assert.equal((await runCli(['fix', '0002_two.sql', '--rule', alias], { cwd: folder.path })).stdout, stdout);
  });
});

describe('pg-airlock rollback', () => {
  it('has the fields of the contract', async () => {
    const folder = new Folder(files);
    const { report, code, stderr } = await runJson<RollbackReport>(['rollback', '0002_change.sql'], {
      cwd: folder.path,
    });
    assert.deepEqual([code, stderr], [0, '']);
    assert.deepEqual(Object.keys(report), ['files', 'steps']);
    assert.deepEqual(
      report.files.map(({ path: name, transactional }) => [name, transactional]),
      [['0002_change.down.sql', false]],
    );
    assert.deepEqual(
      report.steps.map(({ grade, range }) => [grade, range.start.line]),
      [
        // In the order in which they run: what can stand in no transaction comes first.
        ['lossless', 1],
        ['lossy', 2],
      ],
    );
    assert.deepEqual(folder.names(), Object.keys(files));
  });

  it('prints it, and writes it beside the migration with --write', async () => {
    const folder = new Folder(files);
    const printed = await runCli(['rollback', '0002_change.sql'], { cwd: folder.path });
    assert.match(printed.stdout, /ADD COLUMN age int/);
    assert.match(printed.stderr, /1 lossless, 1 lossy/);
    const written = await runCli(['rollback', '0002_change.sql', '--write'], { cwd: folder.path });
    assert.deepEqual([written.code, written.stdout], [0, '']);
    assert.equal(folder.read('0002_change.down.sql'), printed.stdout);
  });
});

describe('pg-airlock runbook', () => {
  it('prints the page, and writes it with --out', async () => {
    const folder = new Folder(files);
    const printed = await runCli(['runbook', '0002_change.sql'], { cwd: folder.path });
    assert.deepEqual([printed.code, printed.stderr], [0, '']);
    assert.match(printed.stdout, /^# Runbook: 0002_change\.sql\n/);
    for (let twice = 0; twice < 2; twice++) {
      const written = await runCli(['runbook', '0002_change.sql', '--out', 'run.md'], { cwd: folder.path });
      assert.deepEqual(written, { code: 0, stdout: '', stderr: 'wrote run.md\n' });
    }
    assert.ok(folder.read('run.md').startsWith(printed.stdout));
  });

  it('makes one page of all that is pending, in Markdown and as HTML, with what running the ways back has shown', async () => {
    const golang = {
      'm/1_users.up.sql': users,
      'm/1_users.down.sql': 'DROP TABLE users;\n',
      'm/2_email.up.sql': 'CREATE INDEX users_email ON users (email);\n',
      'm/2_email.down.sql': 'DROP INDEX users_email;\n',
      'm/3_note.up.sql': 'ALTER TABLE users ADD COLUMN note text;\n',
      'm/3_note.down.sql': 'SELECT 1;\n',
      'go.mod': 'module x\nrequire github.com/golang-migrate/migrate/v4 v4.17.0\n',
      'airlock.config.json': '{ "applied": { "through": "1" }, "contacts": { "onCall": "Ada" } }',
    };
    const folder = new Folder(golang);
    const { code, stdout, stderr } = await runCli(['runbook', 'm', '--rehearse'], { cwd: folder.path });
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /^# Runbook: 2 migrations, 2_email\.up\.sql to 3_note\.up\.sql\n/);
    assert.match(stdout, /PGAPPNAME=release_2_email\.up migrate -path m -database "\$DATABASE_URL" goto 3\n/);
    assert.match(stdout, /migrate -path m -database "\$DATABASE_URL" down 1\n/);
    assert.match(stdout, /run `migrate -path m -database "\$DATABASE_URL" force 1`, then the command again/);
    assert.match(stdout, /schema differs|note/);
    const html = await runCli(['runbook', 'm', '--format', 'html'], { cwd: folder.path });
    assert.match(html.stdout, /^<!DOCTYPE html>[\s\S]*<td>Ada<\/td>/);
    folder.write('airlock.config.json', '{ "applied": { "through": "3" } }');
    const none = await runCli(['runbook', 'm'], { cwd: folder.path });
    assert.deepEqual([none.code, none.stdout], [2, '']);
    assert.match(none.stderr, /^No migration is pending here/);
  });
});
