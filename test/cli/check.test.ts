import assert from 'node:assert/strict';
import { Folder } from '../support/folder.js';
import { type CheckReport, rulesIn } from './support/contract.js';
import { runCli, runJson } from './support/run-cli.js';

const users = 'CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL, age int);\n';
const change = `SET lock_timeout = '2s';
CREATE INDEX users_email ON users (email);
ALTER TABLE users DROP COLUMN age;
`;

const project = (): Folder => new Folder({ 'migrations/0001_users.sql': users, 'migrations/0002_change.sql': change });

const check = (folder: Folder, ...words: string[]) => runJson<CheckReport>(['check', ...words], { cwd: folder.path });

describe('pg-airlock check', () => {
  it('has the fields of the contract, and no others', async () => {
    const { code, report, stderr } = await check(project(), 'migrations');
    assert.equal(code, 1);
    assert.equal(stderr, '');
    assert.deepEqual(Object.keys(report), ['version', 'postgres', 'files', 'summary']);
    assert.equal(report.version, 1);
    assert.equal(report.postgres, 14);
    assert.deepEqual(
      report.files.map(({ path }) => path),
      ['migrations/0001_users.sql', 'migrations/0002_change.sql'],
    );
    const [first, second] = report.files;
    assert.deepEqual(
      { ...first, categories: undefined },
      {
        path: 'migrations/0001_users.sql',
        framework: 'sql',
        direction: 'up',
        transaction: 'none',
        applied: false,
        verdict: 'SAFE TO SHIP',
        categories: undefined,
        findings: [],
      },
    );
    assert.equal(second?.verdict, 'BLOCK');
    assert.deepEqual(second?.categories, {
      'lock-contention': 'BLOCK',
      'concurrent-writes': 'PASS',
      'missing-rollback': 'PASS',
      'data-loss': 'FLAG',
      'replication-lag': 'PASS',
      'constraint-validation': 'PASS',
      'index-dependency': 'PASS',
      'foreign-key': 'PASS',
      'application-compatibility': 'PASS',
      execution: 'PASS',
    });
    assert.deepEqual(report.summary, {
      files: 2,
      applied: 0,
      errors: 1,
      warnings: 1,
      infos: 0,
      suppressed: 0,
      unknown: 0,
      statements: 4,
      understood: 4,
      dynamic: 0,
      verdict: 'BLOCK',
    });
  });

  it('counts the statements of which it knows no facts', async () => {
    const folder = new Folder({ '0001_calls.sql': 'SELECT do_things();\nDO $$ BEGIN EXECUTE current_user; END $$;\n' });
    const { report } = await runJson<CheckReport>(['check', '0001_calls.sql'], { cwd: folder.path });
    assert.equal(report.summary.unknown, 2);
    const { stdout } = await runCli(['check', '0001_calls.sql'], { cwd: folder.path });
    assert.match(
      stdout,
      /^SAFE TO SHIP, AS FAR AS READ {2}1 file: .*2 statements to verify by hand, 1 more with --verbose$/m,
    );
    assert.match(
      stdout,
      /^0 of 2 statements understood, 1 dynamic \(0001_calls\.sql:2\), 1 unknown \(0001_calls\.sql:1\)$/m,
    );
  });

  it('has understood a body that nobody calls, and gives nothing a verdict', async () => {
    const body = 'CREATE FUNCTION f(t text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE t; END $$;\n';
    const folder = new Folder({ 'm/0001_body.sql': body });
    assert.doesNotMatch((await runCli(['check', 'm'], { cwd: folder.path })).stdout, /understood/);
    folder.commitAll();
    const { report } = await runJson<CheckReport>(['check', 'm', '--since', 'HEAD'], { cwd: folder.path });
    assert.equal(report.summary.verdict, null);
    const text = await runCli(['check', 'm', '--since', 'HEAD'], { cwd: folder.path });
    assert.doesNotMatch(text.stdout, /SAFE/);
  });

  it('describes a finding with its rule, weight, place and fixes', async () => {
    const { report } = await check(project(), 'migrations/0002_change.sql');
    const [index, drop] = report.files[0]?.findings ?? [];
    assert.deepEqual(
      { ...index, message: undefined, page: undefined },
      {
        rule: 'require-concurrent-index',
        category: 'lock-contention',
        severity: 'error',
        status: 'BLOCK',
        message: undefined,
        page: undefined,
        range: { start: { line: 1, character: 7 }, end: { line: 1, character: 12 } },
        fixes: [
          {
            title: 'Add CONCURRENTLY',
            safety: 'safe',
            edits: [
              {
                range: { start: { line: 1, character: 12 }, end: { line: 1, character: 12 } },
                newText: ' CONCURRENTLY',
              },
            ],
          },
        ],
      },
    );
    assert.match(index?.message ?? '', /users: .+ until the build ends\. Build it with CONCURRENTLY\.$/);
    const { stdout } = await runCli(['check', 'migrations/0002_change.sql'], { cwd: project().path });
    assert.match(stdout, /^ {2}Build it with CONCURRENTLY\.$/m);
    assert.match(index?.page ?? '', /^https:.*\/rules\/lock-contention\/require-concurrent-index\.md$/);
    assert.deepEqual([drop?.rule, drop?.severity, drop?.status], ['no-drop-column', 'warning', 'FLAG']);
  });

  it('gives the files of a fix that needs several', async () => {
    const folder = new Folder({
      '0001_users.sql': users,
      '0002_check.sql': "SET lock_timeout = '2s';\nALTER TABLE users ADD CONSTRAINT adult CHECK (age > 17);\n",
    });
    const { report } = await check(folder, '0002_check.sql', '--with-fixes');
    const files = report.files[0]?.findings.flatMap(({ fixes }) => fixes).find((fix) => fix.files)?.files ?? [];
    assert.ok(files.length >= 2, JSON.stringify(report.files[0]?.findings));
    for (const file of files) {
      assert.deepEqual(Object.keys(file).sort(), ['path', 'sql', 'transactional']);
      assert.match(file.path, /^\d{4}_\w+\.sql$/);
    }
    assert.match(files[0]?.sql ?? '', /NOT VALID/);
  });

  it('counts columns in UTF-16, behind characters of two units too', async () => {
    const folder = new Folder({
      '0001_users.sql': users,
      '0002_index.sql': "SET lock_timeout='1s'; /* é😀 */ CREATE INDEX i ON users (email);\n",
    });
    const { report } = await check(folder, '0002_index.sql');
    assert.deepEqual(report.files[0]?.findings[0]?.range, {
      start: { line: 0, character: 40 },
      end: { line: 0, character: 45 },
    });
  });

  it('judges a file by the migrations before it, which are not reported', async () => {
    const alone = await check(new Folder({ '0002_index.sql': 'CREATE INDEX i ON users (email);\n' }), '0002_index.sql');
    assert.ok(rulesIn(alone.report).includes('require-concurrent-index'));
    const folder = new Folder({
      '0001_both.sql': `${users}CREATE INDEX i ON users (email);\n`,
      '0002_more.sql': 'SELECT 1;\n',
    });
    assert.deepEqual(rulesIn((await check(folder, '0001_both.sql')).report), []);
    assert.equal((await check(folder, '0002_more.sql')).report.files.length, 1);
  });

  it('shows the line, what is wrong with it and the fix', async () => {
    const { code, stdout, stderr } = await runCli(['check', 'migrations'], { cwd: project().path });
    assert.equal(code, 1);
    assert.equal(stderr, '');
    const [head, line, marks] = stdout.split('\n');
    assert.equal(head, 'migrations/0002_change.sql:2:8 error require-concurrent-index');
    assert.equal(line, '  2 | CREATE INDEX users_email ON users (email);');
    assert.equal(marks, '    |        ^^^^^');
    assert.match(stdout, /^ {2}fix: Add CONCURRENTLY$/m);
    assert.match(stdout, /\nBLOCK {2}2 files: 1 error, 1 warning\n$/);
  });

  it('names the verdict alone where there is nothing to say', async () => {
    const { code, stdout } = await runCli(['check', '0001_users.sql'], {
      cwd: new Folder({ '0001_users.sql': users }).path,
    });
    assert.deepEqual([code, stdout], [0, 'SAFE TO SHIP  1 file: 0 errors, 0 warnings\n']);
  });

  it('exits by --fail-on', async () => {
    const folder = new Folder({
      '0001_users.sql': users,
      '0002_drop.sql': "SET lock_timeout = '2s';\nALTER TABLE users DROP COLUMN age;\n",
    });
    const codeFor = async (...words: string[]): Promise<number | null> =>
      (await runCli(['check', ...words], { cwd: folder.path })).code;
    assert.equal(await codeFor('0002_drop.sql'), 0);
    assert.equal(await codeFor('0002_drop.sql', '--fail-on', 'warning'), 1);
    assert.equal(await codeFor('0002_drop.sql', '--fail-on', 'never'), 0);
    folder.write('0003_index.sql', "SET lock_timeout = '2s';\nCREATE INDEX i ON users (email);\n");
    assert.equal(await codeFor('0003_index.sql'), 1);
    assert.equal(await codeFor('0003_index.sql', '--fail-on', 'error'), 1);
    assert.equal(await codeFor('0003_index.sql', '--fail-on', 'never'), 0);
  });

  it('follows --postgres, before what the configuration says', async () => {
    // PostgreSQL 18 adds a foreign key NOT VALID to a partitioned table, earlier versions refuse it.
    const folder = new Folder({
      '0001_users.sql': `${users}CREATE TABLE orders (id bigint, user_id bigint) PARTITION BY RANGE (id);\n`,
      '0002_key.sql': "SET lock_timeout = '2s';\nALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users;\n",
    });
    const on14 = await check(folder, '0002_key.sql');
    assert.equal(on14.report.postgres, 14);
    const on18 = await check(folder, '0002_key.sql', '--postgres', '18');
    assert.equal(on18.report.postgres, 18);
    assert.notDeepEqual(on14.report.files, on18.report.files);
    folder.write('airlock.config.json', '{ "postgres": 18 }\n');
    assert.deepEqual((await check(folder, '0002_key.sql')).report, on18.report);
    assert.equal((await check(folder, '0002_key.sql', '--postgres', '14.22')).report.postgres, 14);
  });

  it('takes the configuration that --config names', async () => {
    const folder = new Folder({
      '0001_users.sql': users,
      '0002_change.sql': change,
      'ci/strict.json': '{ "rules": { "no-drop-column": "error" } }',
    });
    const { report } = await check(folder, '0002_change.sql', '--config', 'ci/strict.json');
    assert.equal(report.files[0]?.findings.find(({ rule }) => rule === 'no-drop-column')?.severity, 'error');
    const missing = await runCli(['check', '0002_change.sql', '--config', 'nowhere.json'], { cwd: folder.path });
    assert.equal(missing.code, 2);
    assert.match(missing.stderr, /nowhere\.json: There is no such file/);
  });

  it('makes the safe fixes of --fix in the files, and reports what is left', async () => {
    const folder = project();
    const { code, report, stderr } = await check(folder, 'migrations', '--fix');
    assert.equal(code, 0);
    assert.equal(stderr, 'fixed migrations/0002_change.sql\n');
    assert.equal(
      folder.read('migrations/0002_change.sql'),
      change.replace(
        /^CREATE INDEX(.*)$/m,
        "SET lock_timeout = 0;\nCREATE INDEX CONCURRENTLY$1\nSET lock_timeout = '2s';",
      ),
    );
    assert.equal(folder.read('migrations/0001_users.sql'), users);
    assert.deepEqual(rulesIn(report, 1), ['no-drop-column']);
    assert.deepEqual(folder.names(), ['migrations/0001_users.sql', 'migrations/0002_change.sql']);
  });

  it('finds the migrations of a directory and leaves out what is none', async () => {
    const folder = new Folder({
      'db/migrations/0001_users.sql': users,
      'db/migrations/0001_users.down.sql': 'DROP TABLE users;\n',
      'db/migrations/README.md': '# Migrations\n',
      'db/seed.sql': 'DELETE FROM users;\n',
      'node_modules/x/migrations/0001_x.sql': 'DROP TABLE x;\n',
      '.cache/migrations/0001_x.sql': 'DROP TABLE x;\n',
    });
    const { report } = await check(folder, '.');
    assert.deepEqual(
      report.files.map(({ path }) => path),
      ['db/migrations/0001_users.sql', 'db/migrations/0001_users.down.sql'],
    );
  });

  it('names each file as it was asked for', async () => {
    const folder = project();
    const absolute = await check(folder, folder.at('migrations/0001_users.sql'));
    assert.equal(absolute.report.files[0]?.path, folder.at('migrations/0001_users.sql').replaceAll('\\', '/'));
    const twice = await check(folder, 'migrations', './migrations/0001_users.sql');
    assert.equal(twice.report.files.length, 2);
  });
});

describe('what pg-airlock check says once', () => {
  const waits = 'ALTER TABLE a ADD COLUMN b int;\n';

  it('is that nothing bounds the wait for locks, where no migration does', async () => {
    const folder = new Folder({ 'migrations/1.sql': waits, 'migrations/2.sql': waits.replace('b', 'c') });
    const { stdout } = await runCli(['check', 'migrations'], { cwd: folder.path });
    assert.match(stdout, /No migration here sets lock_timeout, so 2 of them wait for a lock without end\./);
    assert.doesNotMatch(stdout, /require-lock-timeout/);
    const verbose = await runCli(['check', 'migrations', '--verbose'], { cwd: folder.path });
    assert.match(verbose.stdout, /info require-lock-timeout/);
  });

  it('is not said where one does, and the slip of another is a warning', async () => {
    const folder = new Folder({
      'migrations/1.sql': `SET lock_timeout = '2s';\n${waits}`,
      'migrations/2.sql': waits.replace('b', 'c'),
    });
    const { stdout } = await runCli(['check', 'migrations'], { cwd: folder.path });
    assert.doesNotMatch(stdout, /No migration here sets/);
    assert.match(stdout, /2\.sql:1:1 warning require-lock-timeout/);
  });

  it('is which files were left out, and why', async () => {
    const folder = new Folder({
      'migrations/1.sql': 'SELECT 1;\n',
      'mysql/1.sql': 'SELECT 1;\n',
      'mysql/2.sql': 'SELECT 1;\n',
      'report.sql': 'SELECT 1;\n',
      'lite/migrations/1.sql': 'CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT);\n',
      'scratch/x.sql': 'SELECT 1;\n',
      'airlock.config.json': '{ "ignore": ["scratch/**"] }\n',
    });
    const { stdout } = await runCli(['check', '.'], { cwd: folder.path });
    assert.match(stdout, /^SAFE TO SHIP {2}1 file: /m);
    assert.match(stdout, /^5 files left out:$/m);
    assert.match(stdout, /^ {2}mysql\/1\.sql and 1 more: is for MySQL by its folder mysql$/m);
    assert.match(stdout, /^ {2}lite\/migrations\/1\.sql: reads as SQLite \(AUTOINCREMENT/m);
    assert.match(stdout, /^ {2}scratch\/x\.sql: is left out by "ignore" in airlock\.config\.json$/m);
    assert.match(stdout, /^ {2}report\.sql: is no migration by its name or folder, /m);
    const { report } = await runJson<{ leftOut: { path: string; reason: string }[] }>(['check', '.'], {
      cwd: folder.path,
    });
    assert.deepEqual(report.leftOut.map(({ path }) => path).sort(), [
      'lite/migrations/1.sql',
      'mysql/1.sql',
      'mysql/2.sql',
      'report.sql',
      'scratch/x.sql',
    ]);
  });

  it('is which files the tool does not run, and takes ways back along behind their migrations', async () => {
    const entries = [{ idx: 0, when: 1, tag: '0000_a' }];
    const folder = new Folder({
      'drizzle/meta/_journal.json': JSON.stringify({ entries }),
      'drizzle/0000_a.sql': 'CREATE TABLE a (id int);\n',
      'drizzle/0000_left.sql': 'CREATE TABLE a (id int);\n',
      'db/1_b.up.sql': 'CREATE TABLE b (id int);\n',
      'db/1_b.down.sql': 'DROP TABLE b;\n',
      'db/2_c.down.sql': 'DROP TABLE c;\n',
    });
    const { report } = await runJson<{
      files: { path: string; framework: string; direction: string }[];
      leftOut: { path: string; reason: string }[];
    }>(['check', '.'], { cwd: folder.path });
    assert.deepEqual(
      report.files.map(({ path, framework, direction }) => [path, framework, direction]),
      [
        ['db/1_b.up.sql', 'sql', 'up'],
        ['db/1_b.down.sql', 'sql', 'down'],
        ['drizzle/0000_a.sql', 'drizzle', 'up'],
      ],
    );
    assert.deepEqual(report.leftOut, [
      {
        path: 'drizzle/0000_left.sql',
        reason: 'This file is not run by Drizzle: meta/_journal.json does not name it.',
      },
      { path: 'db/2_c.down.sql', reason: 'This file takes a migration back, and the migration is not here.' },
    ]);
  });

  it('is a table of the rules in front of a long report', async () => {
    const drops = Array.from({ length: 35 }, (_, index) => `DROP TABLE t${index};\n`).join('');
    const folder = new Folder({ 'migrations/1.sql': drops });
    const { stdout } = await runCli(['check', 'migrations'], { cwd: folder.path });
    assert.match(stdout, /^ {2}rule +errors +warnings +files\n {2}no-drop-table +0 +35 +1\n\n/);
  });

  it('is read from globs with any ending', async () => {
    const folder = new Folder({
      'db/1.sql.postgres': 'DROP TABLE a;\n',
      'airlock.config.json': '{ "migrations": ["db/*.sql.postgres"], "applied": "none" }\n',
    });
    const { stdout } = await runCli(['check', '.'], { cwd: folder.path });
    assert.match(stdout, /db\/1\.sql\.postgres:1:12 warning no-drop-table/);
  });
});
