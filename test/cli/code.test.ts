import assert from 'node:assert/strict';
import { compileErrors } from '../hosts/support/compiles.js';
import { loadScripts } from '../hosts/support/scripts.js';
import { loadJavaScript } from '../hosts/support/javascript.js';
import { Folder } from '../support/folder.js';
import { type CodeProject, codeProjects } from './support/code-projects.js';
import type { CheckReport, JsonRange } from './support/contract.js';
import { runCli } from './support/run-cli.js';

// What the terminal says of migrations in code, for each tool: the places, the fixes, the words of a person.

async function check(folder: Folder): Promise<CheckReport> {
  const { stdout, stderr } = await runCli(['check', '.', '--format', 'json'], { cwd: folder.path });
  assert.ok(stdout.startsWith('{'), stderr);
  return JSON.parse(stdout);
}

/** The text that a range of a file underlines. */
function underlined(text: string, { start, end }: JsonRange): string {
  const lines = text.split('\n').slice(start.line, end.line + 1);
  const last = lines.length - 1;
  return lines
    .map((line, index) => line.slice(index === 0 ? start.character : 0, index === last ? end.character : undefined))
    .join('\n');
}

/** The findings of the second migration: the rule and what it underlines. */
async function found(folder: Folder, file: string): Promise<string[]> {
  const report = await check(folder);
  const one = report.files.find(({ path }) => path === file);
  assert.ok(one, `${file} is not among ${report.files.map(({ path }) => path).join(' ')}`);
  return one.findings.map(({ rule, range }) => `${rule} ${underlined(folder.read(file), range)}`);
}

/** A call without what stands around it in its function. */
const bare = (call: string): string => call.replace(/^await /, '').replace(/[;,]$/, '');

/** A table of its own, which nobody reads yet: nothing to say. */
const fine = 'CREATE TABLE note (id bigint PRIMARY KEY)';

/** SQL that is put together when it runs. */
const unknown: Readonly<Record<string, readonly [statement: string, call: string]>> = {
  knex: ['await knex.raw(makeSql());', 'knex.raw(makeSql())'],
  typeorm: ['await queryRunner.query(makeSql());', 'queryRunner.query(makeSql())'],
  sequelize: ['await queryInterface.sequelize.query(makeSql());', 'queryInterface.sequelize.query(makeSql())'],
  'node-pg-migrate': ['pgm.sql(makeSql());', 'pgm.sql(makeSql())'],
  kysely: ['await sql.raw(makeSql()).execute(db);', 'sql.raw(makeSql()).execute(db)'],
  mikroorm: ['this.addSql(makeSql());', 'this.addSql(makeSql())'],
  alembic: ['op.execute(make_sql())', 'op.execute(make_sql())'],
  rails: ['execute make_sql', 'execute make_sql'],
  django: ['migrations.RunSQL(make_sql()),', 'migrations.RunSQL(make_sql())'],
};

const isPython = ({ file }: CodeProject): boolean => file.endsWith('.py');
const commentOf = ({ file }: CodeProject): string => (/\.(?:py|rb)$/.test(file) ? '#' : '//');

/** Migrations that have been fixed run outside a transaction: what each tool calls that. */
const marks: Readonly<Record<string, RegExp>> = {
  knex: /^exports\.config = \{ transaction: false \};$/m,
  typeorm: /^ {2}transaction = false;$/m,
  'node-pg-migrate': /^ {2}pgm\.noTransaction\(\);$/m,
  mikroorm: /isTransactional\(\)/,
  alembic: /^ {4}with op\.get_context\(\)\.autocommit_block\(\):$/m,
  rails: /^ {2}disable_ddl_transaction!$/m,
  django: /^ {4}atomic = False$/m,
};

/** A concurrent index as the tool's own call says it; what has no word for it has SQL. */
const concurrent: Readonly<Record<string, RegExp>> = {
  knex: /create index concurrently/i,
  typeorm: /new TableIndex\(\{ isConcurrent: true, /,
  sequelize: /\{ concurrently: true, /,
  'node-pg-migrate': /\{ concurrently: true, /,
  mikroorm: /CREATE INDEX CONCURRENTLY/,
  alembic: /postgresql_concurrently=True/,
  rails: /algorithm: :concurrently/,
  django: /AddIndexConcurrently\(/,
};

describe('the terminal on migrations in code', () => {
  before(async () => {
    await loadJavaScript();
    await loadScripts();
  });

  for (const project of codeProjects) {
    const { words, file, make } = project;
    const { id } = words;
    const index = words.words.index ?? {
      up: words.raw('CREATE INDEX account_email ON account (email)', 'SELECT 1'),
      down: '',
    };
    const beside = words.words['index beside'];

    it(`${id}: nothing to say of what is fine`, async () => {
      assert.deepEqual(
        await found(make({ up: words.raw(fine, 'DROP TABLE note'), down: words.raw('DROP TABLE note', '') }), file),
        [],
      );
    });

    it(`${id}: half-typed code is no error`, async () => {
      const folder = make(index);
      const whole = folder.read(file);
      // Just behind the first bracket of the call, as it is typed.
      const at = whole.indexOf(index.up.split('(')[0] ?? '') + index.up.indexOf(id === 'rails' ? ' ' : '(') + 1;
      folder.write(file, whole.slice(0, at));
      const { code, stderr } = await runCli(['check', '.', '--format', 'json'], { cwd: folder.path });
      assert.equal(code, 0, stderr);
    });

    it(`${id}: underlines the call`, async () => {
      const said = await found(make(index), file);
      const call =
        id === 'mikroorm' ? 'INDEX' : id === 'knex' ? "table.index(['email'], 'account_email')" : bare(index.up);
      assert.ok(said.includes(`require-concurrent-index ${call}`), said.join('\n'));
    });

    if (id !== 'kysely')
      it(`${id}: fix writes it in the tool's words`, async () => {
        const folder = make(index);
        const { stderr } = await runCli(['fix', file, '--write'], { cwd: folder.path });
        const text = folder.read(file);
        assert.match(text, concurrent[id] ?? /^$/, stderr);
        if (id !== 'sequelize') assert.match(text, marks[id] ?? /^$/);
        if (id === 'typeorm')
          assert.match(text, /\/\/ TypeORM refuses this unless migrationsTransactionMode is "each" or "none"\./);
        if (id === 'mikroorm') assert.match(text, /\/\/ Release this by itself, or set allOrNothing: false: /);
        assert.deepEqual(compileErrors([{ path: file, text }]), []);
        assert.deepEqual(
          (await found(folder, file)).filter((each) => each.startsWith('require-concurrent-index ')),
          [],
        );
      });
    else
      it(`${id}: says why an index cannot be built concurrently`, async () => {
        const folder = make(index);
        const { stderr } = await runCli(['fix', file, '--write'], { cwd: folder.path });
        assert.match(stderr, /disableTransactions: true/);
        assert.doesNotMatch(folder.read(file), /concurrently/i);
      });

    if (beside && id !== 'kysely' && id !== 'sequelize')
      it(`${id}: what needs no transaction goes into a new file`, async () => {
        const folder = make(beside);
        const before = folder.names();
        const { stderr } = await runCli(['fix', file, '--write'], { cwd: folder.path });
        const made = folder.names().filter((name) => !before.includes(name));
        assert.equal(made.length, 1, stderr);
        const text = folder.read(made[0] ?? '');
        assert.match(text, /CREATE INDEX CONCURRENTLY/i);
        assert.match(text, marks[id] ?? /^$/);
        if (id === 'typeorm') assert.match(text, /Before: .*migrationsTransactionMode is "each" or "none"/);
        assert.doesNotMatch(folder.read(file), /account_email['"], ?['"]account|\.index\(/);
        assert.deepEqual(compileErrors([made[0] ?? '', file].map((path) => ({ path, text: folder.read(path) }))), []);
      });

    it(`${id}: a suppression in a comment of the language, and one that suppresses nothing`, async () => {
      const ignore = (rule: string) => `${commentOf(project)} airlock-ignore ${rule}: at night`;
      const kept = await found(make({ ...index, up: `${ignore('require-concurrent-index')}\n${index.up}` }), file);
      assert.ok(!kept.some((each) => each.startsWith('require-concurrent-index ')), kept.join('\n'));
      const stale = await found(make({ ...index, up: `${ignore('no-drop-table')}\n${index.up}` }), file);
      assert.ok(
        stale.some((each) => each.startsWith('no-unused-suppression') && each.includes('no-drop-table')),
        stale.join('\n'),
      );
    });

    it(`${id}: what cannot be known is said once, at its place`, async () => {
      const [statement, call] = unknown[id] ?? ['', ''];
      const said = (await found(make({ up: statement }), file)).filter((each) => each.startsWith('no-dynamic-sql'));
      assert.deepEqual(said, [`no-dynamic-sql ${call}`]);
    });

    it(`${id}: locks, review, runbook and rollback`, async () => {
      const folder = make(index);
      for (const command of ['locks', 'review', 'runbook', 'rollback']) {
        const { code, stdout, stderr } = await runCli([command, file], { cwd: folder.path });
        assert.ok(code === 0 || (command === 'review' && code === 1), `${command}: ${code} ${stderr}`);
        assert.ok(/account/.test(stdout), `${command}: ${stdout}${stderr}`);
      }
    });

    if (!isPython(project) && id !== 'rails')
      it(`${id}: a module that others take their words from is no migration`, async () => {
        const folder = make(index);
        const helper = `${file.slice(0, file.lastIndexOf('/'))}/helper.js`;
        folder.write(helper, 'exports.quote = (name) => `"${name}"`;\nexports.drop = \'DROP TABLE account\';\n');
        const report = await check(folder);
        assert.deepEqual(
          report.files.filter(
            ({ path, findings }) => path === helper && findings.some(({ severity }) => severity !== 'info'),
          ),
          [],
        );
      });
  }

  it('a migration for another database is left alone', async () => {
    for (const [name, dependencies, text] of [
      [
        'knex',
        { knex: '3.1.0', mysql2: '3.0.0' },
        "exports.up = (knex) => knex.schema.alterTable('a', (t) => { t.index(['b'], 'i'); });\nexports.down = () => {};\n",
      ],
      [
        'sequelize',
        { sequelize: '6.0.0', mysql2: '3.0.0' },
        "exports.up = (queryInterface) => queryInterface.addIndex('a', ['b'], { name: 'i' });\nexports.down = () => {};\n",
      ],
      [
        'typeorm',
        { typeorm: '0.3.0', mysql2: '3.0.0' },
        "module.exports = class A1700000000000 { async up(queryRunner) { await queryRunner.query('CREATE INDEX `i` ON `a` (`b`)'); } async down() {} };\n",
      ],
    ] as const) {
      const folder = new Folder({
        '.git/HEAD': 'ref: refs/heads/main\n',
        'package.json': JSON.stringify({ dependencies }),
        'migrations/1700000000000-a.js': text,
      });
      const { stdout } = await runCli(['check', '.', '--format', 'json'], { cwd: folder.path });
      const report: CheckReport = JSON.parse(stdout);
      const said = report.files.flatMap(({ findings }) =>
        findings.map(({ severity, message }) => `${severity} ${message}`),
      );
      assert.equal(said.length, 1, name);
      assert.match(said[0] ?? '', /^info This file (?:is for|reads as) MySQL/);
    }
  });
});
