import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { pathToFileURL } from 'node:url';
import { bundle } from '../cli/support/run-cli.js';
import { Folder } from '../support/folder.js';
import { Agent, type ReviewAnswer } from './support/agent.js';

const table = 'CREATE TABLE t (id int PRIMARY KEY);\n';

describe('calls of agents that cannot be answered', () => {
  const folder = new Folder({
    'm/1_t.sql': table,
    'empty/readme.txt': 'nothing\n',
    'm2/1_bad.sql': Buffer.from([0xc3]),
  });
  const secret = new Folder({ 'x/1_secret.sql': 'CREATE TABLE secret (id int);\n' });
  let agent: Agent;
  before(async () => {
    fs.symlinkSync(secret.at('x'), folder.at('linked'));
    fs.symlinkSync(secret.at('x/1_secret.sql'), folder.at('m/2_linked.sql'));
    fs.symlinkSync(secret.at('x/2_new.sql'), folder.at('m/3_nowhere.sql'));
    fs.writeFileSync(folder.at('huge.sql'), '');
    fs.truncateSync(folder.at('huge.sql'), 21 * 1024 * 1024);
    agent = await Agent.start(folder.path);
  });
  after(() => agent.stop());

  const refused: readonly (readonly [string, Readonly<Record<string, unknown>>, RegExp])[] = [
    ['review_migration', {}, /^The call cannot be read\. "paths" is missing\.$/],
    ['review_migration', { paths: [] }, /name at least one file or folder/],
    ['review_migration', { paths: 'm' }, /"paths": /],
    ['review_migration', { paths: ['m'], format: 'text' }, /There is no "format"\./],
    ['review_migration', { paths: ['m'], postgres: 13 }, /"postgres": /],
    ['review_migration', { paths: [''] }, /A path is empty/],
    ['review_migration', { paths: ['m/\0'] }, /NUL/],
    ['review_migration', { paths: ['nowhere.sql'] }, /^nowhere\.sql: There is no such file or directory\.$/],
    ['review_migration', { paths: ['empty'] }, /^empty: There are no migrations and no \.sql files here\.$/],
    [
      'review_migration',
      { paths: ['huge.sql'] },
      /^huge\.sql: This file has 21 MB; Airlock reads files up to 20 MB\.$/,
    ],
    ['review_migration', { paths: ['m2'] }, /This is not UTF-8/],
    ['schema_at', { path: 'empty' }, /There are no migrations/],
    ['explain_locks', {}, /^Give "path", "sql" or both\.$/],
    ['fix_migration', { path: 'm/4_x.sql' }, /There is no such file/],
    ['fix_migration', { path: 'empty' }, /There are no migrations/],
    ['check_sql', { path: 'm/4_x.sql' }, /"sql" is missing/],
    ['check_sql', { sql: 'SELECT 1', path: 'm' }, /^m is a folder/],
    ['check_sql', { sql: 'SELECT \0' }, /NUL/],
    ['check_sql', { sql: `-- ${'x'.repeat(1024 * 1024)}` }, /^The text has 1\.0 MB, and 1 MB is the most/],
    ['check_sql', { sql: `-- ${'x'.repeat(12 * 1024 * 1024)}` }, /^The text has 12\.0 MB/],
    ['drop_database', {}, /^There is no such tool/],
  ];
  for (const [name, given, why] of refused) {
    it(`${name} ${JSON.stringify(given).slice(0, 60)}`, async () => {
      assert.match(await agent.refusal(name, given), why);
    });
  }

  it('never leave the folder', async () => {
    const out = ['..', '../x.sql', secret.at('x/1_secret.sql'), 'm/../../x.sql', 'linked', 'linked/1_secret.sql'];
    for (const path of [...out, 'm/2_linked.sql', 'm/3_nowhere.sql', '/etc/passwd']) {
      assert.match(await agent.refusal('review_migration', { paths: [path] }), / leads out of /, path);
      assert.match(await agent.refusal('check_sql', { sql: 'SELECT 1', path }), / leads out of /, path);
      assert.match(await agent.refusal('schema_at', { path }), / leads out of /, path);
    }
    const { files } = await agent.call<ReviewAnswer>('review_migration', { paths: ['m'] });
    assert.deepEqual(files, ['m/1_t.sql']);
  });

  it('leave those beside them alone', async () => {
    const path = 'm/9_x.sql';
    const answers = await Promise.all([
      agent.call<ReviewAnswer>('check_sql', { sql: 'DROP TABLE t;', path }),
      agent.refusal('check_sql', { sql: 'SELECT 1', path: '../x' }),
      agent.call<ReviewAnswer>('check_sql', { sql: 'CREATE TABLE u (id int PRIMARY KEY);', path }),
      agent.call<ReviewAnswer>('review_migration', { paths: ['m/1_t.sql'] }),
      agent.call<ReviewAnswer>('check_sql', { sql: 'ALTER TABLE t ADD COLUMN b int NOT NULL;', path }),
    ]);
    const [dropped, , made, reviewed, added] = answers;
    assert.ok(
      dropped.findings.some(({ rule }) => rule === 'no-drop-table'),
      JSON.stringify(dropped.findings),
    );
    assert.equal(made.verdict, 'SAFE TO SHIP');
    assert.deepEqual(reviewed.files, ['m/1_t.sql']);
    assert.ok(added.findings.some(({ rule }) => rule === 'no-required-column'));
  });

  it('see a file as it is now', async () => {
    const changing = new Folder({ 'm/1_t.sql': table });
    const other = await Agent.start(changing.path);
    try {
      const before = await other.call<ReviewAnswer>('review_migration', { paths: ['m'] });
      changing.write('m/2_i.sql', 'CREATE INDEX i ON t (id);\n');
      const after = await other.call<ReviewAnswer>('review_migration', { paths: ['m'] });
      assert.deepEqual([before.judged, after.judged], [1, 2]);
    } finally {
      await other.stop();
    }
  });
});

describe('the server for agents', () => {
  it('keeps to the folders of the client, whatever its own is', async () => {
    const own = new Folder({ 'm/1_own.sql': table });
    const open = new Folder({ 'm/1_open.sql': table });
    const agent = await Agent.start(own.path, [pathToFileURL(open.path).href]);
    try {
      const { files } = await agent.call<ReviewAnswer>('review_migration', { paths: ['m'] });
      assert.deepEqual(files, ['m/1_open.sql']);
      assert.match(await agent.refusal('review_migration', { paths: [own.at('m')] }), / leads out of /);
    } finally {
      await agent.stop();
    }
  });

  it('says that an applied migration is not to be edited', async () => {
    const folder = new Folder({ 'm/1_t.sql': table });
    folder.commitAll();
    folder.git('checkout', '-b', 'work');
    const agent = await Agent.start(folder.path);
    try {
      const answer = await agent.call<ReviewAnswer>('check_sql', {
        sql: 'CREATE TABLE u (id int);',
        path: 'm/1_t.sql',
      });
      assert.equal(answer.verdict, 'SAFE WITH MODIFICATIONS');
      assert.deepEqual(
        answer.findings.map(({ rule }) => rule),
        ['require-sound-history'],
      );
      assert.equal(answer.applied, 1);
      assert.match(answer.notes.join(), /m\/1_t\.sql counts as applied \(.*\), so it is not to be edited/);
    } finally {
      await agent.stop();
    }
  });

  it('reports a configuration that is wrong', async () => {
    const folder = new Folder({ 'm/1_t.sql': table, 'airlock.config.json': '{\n  "postgres": 9\n}' });
    const agent = await Agent.start(folder.path);
    try {
      const answer = await agent.call<ReviewAnswer>('review_migration', { paths: ['m'] });
      assert.match(answer.notes.join(), /^airlock\.config\.json:2:\d+: /);
      assert.equal(answer.verdict, 'COULD NOT READ EVERYTHING');
      assert.match(answer.reason, /^Of what could be read: /);
    } finally {
      await agent.stop();
    }
  });

  it('ends with its client, outlives what is no message, and writes nothing else to stdout', async () => {
    const child = spawn(process.execPath, [bundle, 'mcp'], { stdio: 'pipe' });
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      out += chunk;
    });
    const hello = {
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'x', version: '1' } },
    };
    child.stdin.end(`no message\n{"jsonrpc":"2.0"}\n${JSON.stringify(hello)}\n`);
    const [code] = await once(child, 'exit');
    assert.equal(code, 0);
    const lines = out.split('\n').filter(Boolean);
    assert.equal(lines.length, 1, out);
    assert.equal(JSON.parse(lines[0] ?? '{}').result.serverInfo.name, 'pg-airlock');
  });
});
