import assert from 'node:assert/strict';
import { Folder } from '../support/folder.js';
import {
  Agent,
  type FixAnswer,
  type LocksAnswer,
  type PatternsAnswer,
  type ReviewAnswer,
  type SchemaAnswer,
} from './support/agent.js';

const orders = 'CREATE TABLE orders (id bigint PRIMARY KEY, note text, paid_at timestamptz);\n';

const files = {
  'migrations/0001_orders.sql': orders,
  'migrations/0002_index.sql': 'CREATE INDEX orders_paid_at ON orders (paid_at);\n',
  'knex/package.json': '{"dependencies": {"knex": "3.1.0", "pg": "8.0.0"}}',
  'knex/knexfile.js': "module.exports = { client: 'pg' };\n",
  'knex/migrations/20240101000000_orders.js':
    "exports.up = (knex) => knex.raw('CREATE TABLE orders (id bigint PRIMARY KEY, note text)');\nexports.down = (knex) => knex.raw('DROP TABLE orders');\n",
};

const rulesOf = (answer: ReviewAnswer): string[] => answer.findings.map(({ rule }) => rule);

describe('the tools for coding agents', () => {
  const folder = new Folder(files);
  let agent: Agent;
  before(async () => {
    agent = await Agent.start(folder.path);
  });
  after(() => agent.stop());
  afterEach(() => assert.deepEqual(folder.names(), Object.keys(files).sort(), 'a tool has written a file'));

  it('are declared as tools that only read, each with the form of its answer', async () => {
    const { tools } = await agent.client.listTools();
    assert.deepEqual(
      tools.map(({ name }) => name),
      [
        'check_sql',
        'review_migration',
        'explain_locks',
        'fix_migration',
        'rollback_migration',
        'runbook',
        'list_patterns',
        'schema_at',
      ],
    );
    for (const { name, annotations, outputSchema, inputSchema, description } of tools) {
      assert.equal(annotations?.readOnlyHint, true, name);
      assert.equal(outputSchema?.type, 'object', name);
      assert.equal(inputSchema.additionalProperties, false, name);
      assert.ok((description ?? '').length > 80, name);
    }
    assert.match(agent.client.getInstructions() ?? '', /check_sql/);
  });

  it('review files as one release', async () => {
    const answer = await agent.call<ReviewAnswer>('review_migration', { paths: ['migrations'] });
    assert.equal(answer.verdict, 'BLOCK');
    assert.deepEqual(answer.files, ['migrations/0001_orders.sql', 'migrations/0002_index.sql']);
    assert.equal(answer.statements, 2);
    assert.equal(answer.categories['lock-contention'], 'BLOCK');
    assert.equal(Object.keys(answer.categories).length, 10);
    const [finding] = answer.findings;
    assert.equal(finding?.rule, 'require-concurrent-index');
    assert.equal(finding?.file, 'migrations/0002_index.sql');
    assert.equal(finding?.line, 1);
    assert.equal(finding?.fix, true);
    assert.deepEqual(answer.locks, [
      { table: 'orders', mode: 'ShareLock', waits: 'writes', long: true, file: 'migrations/0002_index.sql', line: 1 },
    ]);
  });

  it('judge a text with the history before its place', async () => {
    const path = 'migrations/0003_note.sql';
    const missing = await agent.call<ReviewAnswer>('check_sql', {
      sql: 'ALTER TABLE orders DROP COLUMN nothing;',
      path,
    });
    assert.equal(missing.verdict, 'BLOCK');
    assert.ok(rulesOf(missing).includes('no-failing-statement'));
    const lonely = await agent.call<ReviewAnswer>('check_sql', {
      sql: "SET lock_timeout = '5s';\nALTER TABLE orders DROP COLUMN nothing;",
    });
    assert.ok(!rulesOf(lonely).includes('no-failing-statement'), 'without its place nothing is known of the table');
    assert.equal(lonely.files[0], 'text.sql');
    const safe = await agent.call<ReviewAnswer>('check_sql', {
      sql: 'CREATE TABLE notes (id bigint PRIMARY KEY);',
      path,
    });
    assert.equal(safe.verdict, 'SAFE TO SHIP');
  });

  it('judge the text in the place of the file on the disk', async () => {
    const path = 'migrations/0002_index.sql';
    const sql = 'CREATE INDEX CONCURRENTLY orders_paid_at ON orders (paid_at);\n';
    const answer = await agent.call<ReviewAnswer>('check_sql', { sql, path });
    assert.ok(!rulesOf(answer).includes('require-concurrent-index'));
  });

  it('judge the code of a migration', async () => {
    const answer = await agent.call<ReviewAnswer>('check_sql', {
      path: 'knex/migrations/20240102000000_note.js',
      sql: "exports.up = (knex) => knex.schema.alterTable('orders', (t) => {\n  t.index(['note']);\n});\nexports.down = () => {};\n",
    });
    assert.ok(rulesOf(answer).includes('require-concurrent-index'), JSON.stringify(answer));
    assert.equal(answer.findings[0]?.line, 2);
  });

  it('take the version that they are given', async () => {
    const sql = 'CREATE TABLE t (id int, UNIQUE NULLS NOT DISTINCT (id));';
    const old = await agent.call<ReviewAnswer>('check_sql', { sql, postgres: 14 });
    const recent = await agent.call<ReviewAnswer>('check_sql', { sql, postgres: 15 });
    assert.equal(old.verdict, 'BLOCK');
    assert.equal(recent.verdict, 'SAFE TO SHIP');
  });

  it('never call safe what has no statement', async () => {
    for (const sql of ['', '-- later\n'])
      assert.equal((await agent.call<ReviewAnswer>('check_sql', { sql })).verdict, 'NOTHING TO JUDGE');
  });

  it('leave code alone that no known tool runs', async () => {
    const answer = await agent.call<ReviewAnswer & { notJudged: { why: string }[] }>('check_sql', {
      path: 'other/migrations/1_x.js',
      sql: "module.exports = { up: (db) => db.collection('orders').drop() };\n",
    });
    assert.deepEqual([answer.verdict, answer.findings], ['NOTHING TO JUDGE', []]);
    assert.match(answer.notJudged[0]?.why ?? '', /^This file is code, and there is no migration tool here/);
  });

  it('explain locks', async () => {
    const { statements } = await agent.call<LocksAnswer>('explain_locks', {
      sql: 'ALTER TABLE orders ALTER COLUMN note TYPE int USING note::int;\nVACUUM orders;',
      path: 'migrations/0003_note.sql',
    });
    assert.deepEqual(statements[0]?.locks[0], {
      relation: 'orders',
      mode: 'AccessExclusiveLock',
      waits: 'reads and writes',
    });
    assert.deepEqual(statements[0]?.rewrites, ['orders']);
    assert.equal(statements[1]?.transaction, 'forbidden');
    assert.equal(statements[1]?.line, 2);
  });

  it('hide secrets and show control characters', async () => {
    const { statements } = await agent.call<LocksAnswer>('explain_locks', {
      sql: `CREATE ROLE a PASSWORD 'hunter2';\nALTER TABLE "o\u202er\u001b[31m" ADD COLUMN a int;`,
    });
    const text = JSON.stringify(statements);
    assert.ok(!text.includes('hunter2'));
    assert.equal(statements[1]?.locks[0]?.relation, 'o\\u202er\\u001b[31m');
  });

  it('make the safe form, file by file', async () => {
    const one = await agent.call<FixAnswer>('fix_migration', { path: 'migrations/0002_index.sql' });
    assert.equal(one.files.length, 1);
    assert.equal(one.files[0]?.path, 'migrations/0002_index.sql');
    assert.match(one.files[0]?.text ?? '', /CREATE INDEX CONCURRENTLY/);
    const split = await agent.call<FixAnswer>('fix_migration', {
      sql: 'ALTER TABLE orders ALTER COLUMN note SET NOT NULL;\n',
      path: 'migrations/0003_note.sql',
    });
    assert.ok(split.files.length + split.remaining.length > 0);
    const nothing = await agent.call<FixAnswer>('fix_migration', { path: 'migrations/0001_orders.sql' });
    assert.deepEqual([nothing.changed, nothing.files], [false, []]);
  });

  it('take a migration back', async () => {
    const answer = await agent.call<{ worst: string; files: FixAnswer['files']; steps: { grade: string }[] }>(
      'rollback_migration',
      { sql: 'ALTER TABLE orders DROP COLUMN note;', path: 'migrations/0003_note.sql' },
    );
    assert.equal(answer.worst, 'lossy');
    assert.equal(answer.files[0]?.path, 'migrations/0003_note.down.sql');
    assert.match(answer.files[0]?.text ?? '', /ADD COLUMN note text/);
  });

  it('make a runbook', async () => {
    const { markdown } = await agent.call<{ markdown: string }>('runbook', { path: 'migrations/0002_index.sql' });
    assert.match(markdown, /^# Runbook: 0002\\?_index\.sql/);
    assert.match(markdown, /psql "\$DATABASE_URL" -X -v ON_ERROR_STOP=1 -f migrations\/0002_index\.sql/);
  });

  it('list the patterns, and the text of those that are looked for', async () => {
    const all = await agent.call<PatternsAnswer>('list_patterns', {});
    assert.ok(all.patterns.length > 30);
    assert.ok(all.patterns.every(({ body }) => body === undefined));
    const { patterns } = await agent.call<PatternsAnswer>('list_patterns', { search: 'Foreign Key' });
    assert.ok(patterns.length >= 2);
    for (const { body = '', prefix } of patterns) {
      assert.doesNotMatch(body, /\$\{?\d/, prefix);
      assert.ok(body.length > 50, prefix);
    }
    for (const language of ['javascript', 'python', 'ruby'])
      assert.ok((await agent.call<PatternsAnswer>('list_patterns', { language })).patterns.length > 20, language);
    assert.match(await agent.refusal('list_patterns', { search: 'xyzzy' }), /No pattern/);
  });

  it('show the schema behind and before a migration', async () => {
    const after = await agent.call<SchemaAnswer>('schema_at', { path: 'migrations' });
    assert.equal(after.file, 'migrations/0002_index.sql');
    const [table] = after.tables;
    assert.equal(table?.name, 'orders');
    assert.deepEqual(table?.columns[0], { name: 'id', type: 'bigint', notNull: true });
    assert.deepEqual(table?.indexes.map(({ name }) => name).sort(), ['orders_paid_at', 'orders_pkey']);
    assert.deepEqual(table?.constraints[0]?.columns, ['id']);
    const before = await agent.call<SchemaAnswer>('schema_at', { path: 'migrations/0002_index.sql', when: 'before' });
    assert.deepEqual(
      before.tables[0]?.indexes.map(({ name }) => name),
      ['orders_pkey'],
    );
    const none = await agent.call<SchemaAnswer>('schema_at', {
      path: 'migrations',
      tables: ['public.orders', 'users'],
    });
    assert.deepEqual([none.tables.length, none.notFound], [1, ['users']]);
  });
});
