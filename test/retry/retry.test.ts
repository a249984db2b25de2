import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { planRetry } from '../../server/src/planning/plan-retry.js';
import { retryBlock } from '../../server/src/rewrite/lock-retry.js';
import { nodeRetry, toolLimits } from '../../server/src/rewrite/lock-retry-node.js';
import { shellRetry } from '../../server/src/rewrite/lock-retry-shell.js';
import { retryTools } from '../../server/src/rewrite/lock-retry-tools.js';
import { isRefused } from '../../server/src/rewrite/plan.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { analyzeSql } from '../support/analyze-sql.js';
import { runCli } from '../cli/support/run-cli.js';
import { Folder } from '../support/folder.js';
import { runMigration, withDatabase } from '../support/pglite.js';

const history = ['CREATE TABLE orders (id bigint PRIMARY KEY, total int); CREATE TABLE notes (id bigint PRIMARY KEY);'];

function retried(sql: string) {
  const plan = planRetry(analyzeSql(sql, { history }), sql);
  return isRefused(plan) ? plan.refused : plan;
}

describe('a lock that is tried for again', () => {
  before(initParser);

  it('is waited for by the statements that block others, and by no other', async () => {
    const sql =
      'SELECT 1;\nALTER TABLE orders ADD COLUMN note text; -- why\nCREATE TABLE more (id bigint);\nALTER TABLE more ADD n int;\nCREATE INDEX CONCURRENTLY i ON orders (note);\nCREATE TRIGGER t BEFORE UPDATE ON notes EXECUTE FUNCTION suppress_redundant_updates_trigger();\n';
    const plan = retried(sql);
    assert.ok(typeof plan !== 'string');
    assert.deepEqual(plan.tables, ['orders', 'notes']);
    assert.equal(plan.text.match(/DO \$retry\$/g)?.length, 2);
    assert.match(plan.text, /^SELECT 1;\nDO \$retry\$[\s\S]*\$retry\$; -- why\nCREATE TABLE more \(id bigint\);\n/);
    await withDatabase(async (db) => {
      await runMigration(db, history.join(''));
      await runMigration(db, plan.text.replace(/CREATE TRIGGER[\s\S]*?trigger\(\);/, 'CREATE INDEX j ON notes (id);'));
      await db.query('SELECT note FROM orders');
      assert.equal((await db.query<{ t: string }>("SELECT current_setting('lock_timeout') AS t")).rows[0]?.t, '0');
    });
  });

  it('is given back with all that was locked before it in one transaction', () => {
    const folder = new Folder({
      'package.json': '{}',
      'db/migrations/1_a.sql': `-- migrate:up\n${history.join('')}\n-- migrate:down\n`,
      'db/migrations/2_b.sql':
        "-- migrate:up\nSET lock_timeout = '5s';\nCREATE TABLE x (id int);\nUPDATE notes SET id = 1 WHERE id = 1;\nALTER TABLE orders ADD COLUMN note text;\n\n-- migrate:down\nALTER TABLE orders DROP COLUMN note;\n",
    });
    return runCli(['retry', 'db/migrations/2_b.sql'], { cwd: folder.path }).then(({ stdout, stderr, code }) => {
      assert.equal(code, 0, stderr);
      assert.match(stdout, /CREATE TABLE x \(id int\);\nDO \$retry\$[\s\S]*UPDATE notes[\s\S]*ADD COLUMN note text;\n/);
      assert.match(stdout, /\n\$retry\$;\n\n-- migrate:down\nALTER TABLE orders DROP COLUMN note;\n/);
    });
  });

  for (const [why, sql, refused] of [
    ['nothing blocks', 'CREATE TABLE x (id int);', /takes a lock that others wait for/],
    ['a transaction of its own', 'BEGIN; ALTER TABLE orders ADD n int; COMMIT;', /begins or ends a transaction/],
    ['not inside a transaction', 'VACUUM FULL orders;', /VACUUM FULL orders cannot stand in a block/],
  ] as const)
    it(`is not where it cannot be: ${why}`, () => {
      const plan = retried(sql);
      assert.match(typeof plan === 'string' ? plan : plan.text, refused);
    });

  it('is not written where a tool runs all pending files in one transaction, or the file is code', async () => {
    const folder = new Folder({
      'package.json': '{ "dependencies": { "drizzle-orm": "0.45.4", "knex": "3.3.0" } }',
      'drizzle.config.ts': "export default { dialect: 'postgresql', out: './drizzle' };\n",
      'drizzle/meta/_journal.json':
        '{"version":"7","dialect":"postgresql","entries":[{"idx":0,"version":"7","when":1,"tag":"0000_a","breakpoints":true}]}',
      'drizzle/0000_a.sql': 'CREATE TABLE orders (id int);\n--> statement-breakpoint\nALTER TABLE old ADD n int;\n',
    });
    const { stderr, code } = await runCli(['retry', 'drizzle/0000_a.sql'], { cwd: folder.path });
    assert.equal(code, 1);
    assert.match(stderr, /Drizzle runs all pending files in one transaction.*--as node/);
    const script = await runCli(['retry', 'drizzle'], { cwd: folder.path });
    assert.match(script.stdout, /"command": "npx drizzle-kit migrate"/);
  });

  it('stands in a block whose quote its text does not hold', () => {
    assert.match(
      retryBlock(["COMMENT ON TABLE a IS '$retry$'"], [{ table: 'a', mode: 'ShareLock' }]),
      /^DO \$retry_2\$/,
    );
  });

  const fast = { ...toolLimits, attempts: 3, pause: 10, longest: 20 };
  /** A tool that does not get its lock the first times. */
  const failing = (times: number, words: string): string =>
    `n=$(cat count 2>/dev/null || echo 0); echo $((n + 1)) > count; if [ $n -lt ${times} ]; then echo "${words}" >&2; exit 3; fi; echo done`;
  const offline = { ...process.env, DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' };
  for (const form of ['node', 'sh'] as const)
    it(`is run by ${form} again and again around a tool, and nothing else is`, () => {
      for (const [times, words, code, runs] of [
        [0, '', 0, 1],
        [2, 'ERROR: canceling statement due to lock timeout', 0, 3],
        [9, 'error: 55P03', 3, 3],
        [9, 'ERROR: syntax error', 3, 1],
      ] as const) {
        const tool = { command: failing(times, words), recovery: 'none', notes: [] } as const;
        const folder = new Folder({
          script: form === 'node' ? '' : shellRetry(tool, fast),
          'script.mjs': nodeRetry(tool, '.', fast),
        });
        const ran = spawnSync(form === 'node' ? process.execPath : 'sh', [form === 'node' ? 'script.mjs' : 'script'], {
          cwd: folder.path,
          env: offline,
          encoding: 'utf8',
        });
        assert.equal(ran.status, code, ran.stderr);
        assert.equal(Number(folder.read('count')), runs, words);
        if (code === 3 && runs === 3) assert.match(ran.stderr, /Gave up after 3 attempts/);
      }
    });

  it('has a command for the tools, and clears what they keep of a failure', () => {
    for (const id of [
      'flyway',
      'prisma',
      'golang-migrate',
      'goose',
      'dbmate',
      'sqitch',
      'rails',
      'django',
      'knex',
      'typeorm',
      'drizzle',
    ])
      assert.ok(retryTools[id], id);
    const folder = new Folder({
      'm/1_a.up.sql': 'SELECT 1;',
      'm/5_b.up.sql': 'ALTER TABLE a ADD b int;',
      'script.mjs': nodeRetry({ command: 'sh ./migrate -path m up', recovery: 'golang-migrate', notes: [] }, 'm', fast),
      // As golang-migrate does: dirty until it is forced.
      migrate:
        'echo "$@" >> calls; case "$*" in *version) echo "5 (dirty)";; *force*) touch forced;; *) [ -e forced ] && exit 0; echo "error: migration failed: canceling statement due to lock timeout"; exit 1;; esac',
    });
    const ran = spawnSync(process.execPath, ['script.mjs'], { cwd: folder.path, env: offline, encoding: 'utf8' });
    assert.equal(ran.status, 0, ran.stderr);
    assert.deepEqual(folder.read('calls').trim().split('\n'), [
      '-path m up',
      '-path m version',
      '-path m force -- 1',
      '-path m up',
    ]);
  });
});
