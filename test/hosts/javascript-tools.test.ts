import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { applied } from '../../server/src/hosts/write-back.js';
import { isSameSql } from '../../server/src/hosts/same-sql.js';
import { sha1 } from '../../server/src/hosts/tools/support/sha1.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { knexCases } from './cases/knex.js';
import { kyselyCases } from './cases/kysely.js';
import { nodePgMigrateCases } from './cases/node-pg-migrate.js';
import { sequelizeCases } from './cases/sequelize.js';
import { typeormCases } from './cases/typeorm.js';
import { codeOf, loadJavaScript } from './support/javascript.js';
import { type HostTool, hostTools, readFile, sqlOf, upOf } from './support/tools.js';

type ToolName = keyof typeof hostTools;
type Row = readonly [tool: ToolName, up: string, sql: readonly string[]];

const conditional = '?? whether the code behind this condition runs is decided when it runs';
const repeated = '?? how often it runs is not known';
const guardedOnly = '?? whether it runs hangs on what the database holds';

/** What sends nothing, and what cannot be known. */
const unknown: readonly Row[] = [
  ['knex', 'const rows = await knex("t").select("a").where("b", 1); console.log(rows);', []],
  ['knex', 'await knex.schema.hasTable("a");', []],
  ['knex', 'await knex.raw(sql);', ['?? its SQL stands elsewhere']],
  ['knex', 'await knex.raw(fs.readFileSync("a.sql"));', ['?? its SQL is read from another file']],
  ['knex', 'await knex.raw(build());', ['?? its SQL is put together when it runs']],
  ['knex', 'await knex.schema.createTable("a", build);', ['?? the function that builds the table is not in this file']],
  [
    'knex',
    'await knex.schema.createTable("a", (t) => { t.text("x"); stamps(t); });',
    ['create table "a" ("x" text)', '?? stamps() is not in this file'],
  ],
  [
    'knex',
    'await knex.schema.createTable("a", (t) => { t.text("x"); t.wonder("y"); });',
    ['create table "a" ("x" text)', '?? Airlock does not know wonder() of a table'],
  ],
  ['knex', 'if (process.env.X) await knex.raw("select 1");', [conditional, 'select 1']],
  ['knex', 'for (const x of list) await knex.raw("select 1");', [repeated, 'select 1']],
  ['knex', 'if (knex.client.config.client === "mysql") await knex.raw("select 1");', []],
  ['knex', 'const isSqlite = /lite/.test(x); if (!isSqlite) await knex.raw("select 1");', ['select 1']],
  ['knex', 'await knex.raw("select ?", [x]);', ['select ${x}']],
  [
    'knex',
    'await knex.schema.dropTable(`${prefix}a`); await knex.schema.dropTable(name);',
    ['drop table ${prefix}a', 'drop table ${name}'],
  ],
  [
    'knex',
    'await knex("t").insert(rows); await knex("t").where(f).del();',
    ['insert into "t" values (${rows})', 'delete from "t" where ${condition}'],
  ],
  ['sequelize', 'await queryInterface.describeTable("a"); await queryInterface.showAllTables();', []],
  ['sequelize', 'await queryInterface.createTable("a", columns);', ['?? its columns are put together when it runs']],
  [
    'sequelize',
    'await queryInterface.addColumn("a", "b", { type: x, ...rest });',
    ['?? the type of a column is not known'],
  ],
  ['sequelize', 'await queryInterface.dropAllTables();', ['?? Airlock does not know dropAllTables() of Sequelize']],
  ['sequelize', 'await Promise.all([]); Object.keys(x).forEach((y) => y);', []],
  ['typeorm', 'const t = await queryRunner.getTable("a"); await queryRunner.hasColumn("a", "b");', []],
  [
    'typeorm',
    'await queryRunner.changeColumn("a", "b", new TableColumn({ name: "b", type: "text" }));',
    ['?? TypeORM compares with the column in the database, and may drop it and add it anew'],
  ],
  ['typeorm', 'await queryRunner.dropPrimaryKey("a");', ['?? its SQL hangs on what TypeORM finds in the database']],
  ['typeorm', 'await queryRunner.manager.save(user);', ['?? it works on rows by the entities of the application']],
  ['typeorm', 'await queryRunner.manager.find(User);', []],
  [
    'typeorm',
    'await queryRunner.createTable(new Table({ name: x, columns: [{ name: "a", type: "int" }] }));',
    ['CREATE TABLE ${x} ("a" int NOT NULL)'],
  ],
  ['node-pg-migrate', 'pgm.createTable("a", columns);', ['?? its columns are put together when it runs']],
  [
    'node-pg-migrate',
    'pgm.createIndex("a", "b", { unique: isUnique });',
    ['?? one of its options is decided when it runs'],
  ],
  ['node-pg-migrate', 'pgm.createOperator("@");', ['?? Airlock does not know createOperator() of node-pg-migrate']],
  ['kysely', 'const rows = await db.selectFrom("t").selectAll().execute();', []],
  ['kysely', 'db.schema.createTable("a").addColumn("b", "text");', []],
  [
    'kysely',
    'await db.schema.createTable("a").$call(stamps).execute();',
    ['?? a function that it calls stands elsewhere'],
  ],
  ['kysely', 'await sql`select ${x}`.execute(db);', ['select ${x}']],
  [
    'kysely',
    'await db.schema.createView("v").as(db.selectFrom("t")).execute();',
    ['create view "v" as select ${query}'],
  ],
  ['mikroorm', 'this.addSql(build());', ['?? its SQL is put together when it runs']],
  ['mikroorm', 'const rows = await this.execute("select 1", []);', ['select 1']],
];

/** Questions to the database, transactions, and what is sent as it stands. */
const known: readonly Row[] = [
  [
    'knex',
    'if (!(await knex.schema.hasTable("a"))) await knex.schema.createTable("a", (t) => { t.text("x").index(); });',
    ['create table if not exists "a" ("x" text)', 'create index "a_x_index" on "a" ("x")'],
  ],
  [
    'knex',
    'const there = await knex.schema.hasColumn("a", "b"); if (there) { await knex.schema.table("a", (t) => t.dropColumn("b")); }',
    ['alter table "a" drop column if exists "b"'],
  ],
  [
    'knex',
    'return knex.schema.hasTable("a").then((exists) => { if (exists) return knex.schema.dropTable("a"); });',
    ['drop table if exists "a"'],
  ],
  [
    'knex',
    'if (await knex.schema.hasTable("a")) await knex.schema.renameTable("b", "c");',
    [guardedOnly, 'alter table "b" rename to "c"'],
  ],
  [
    'knex',
    'const build = (t) => t.text("x"); await knex.schema.createTable("a", build);',
    ['create table "a" ("x" text)'],
  ],
  [
    'knex',
    'for (const { name, type } of [{ name: "a", type: "b" }]) await knex.raw(`alter table ${name} add ${type} int`);',
    ['alter table a add b int'],
  ],
  [
    'knex',
    'for (const [name, kind] of Object.entries({ a: "int" })) await knex.raw(`alter table t add ${name} ${kind}`);',
    ['alter table t add a int'],
  ],
  [
    'sequelize',
    'const table = await queryInterface.describeTable("a"); if (!table.b) await queryInterface.addColumn("a", "b", Sequelize.TEXT);',
    ['ALTER TABLE "public"."a" ADD COLUMN if not exists "b" TEXT'],
  ],
  [
    'sequelize',
    'const t = await queryInterface.sequelize.transaction(); await queryInterface.dropTable("a", { transaction: t }); await t.commit();',
    ['DROP TABLE IF EXISTS "a"'],
  ],
  [
    'typeorm',
    'const t = await queryRunner.getTable("a"); const key = t.foreignKeys.find((k) => k.name === "f"); if (key) await queryRunner.dropForeignKey("a", key);',
    ['ALTER TABLE "a" DROP CONSTRAINT if exists "f"'],
  ],
  [
    'typeorm',
    'if (!(await queryRunner.hasColumn("a", "b"))) await queryRunner.addColumn("a", new TableColumn({ name: "b", type: "int", isNullable: true }));',
    ['ALTER TABLE "a" ADD COLUMN if not exists "b" int'],
  ],
  ['mikroorm', 'this.addSql("a"); this.addSql(sql`select ${sql.raw("1")}`);', ['a', 'select 1']],
  ['mikroorm', 'const knex = this.getKnex(); this.addSql(knex.raw("select 1").toQuery());', ['select 1']],
  [
    'drizzle',
    'await db.execute(sql`select ${1}`); await db.execute(sql.raw("select 2")); await client.query("select $1", ["a"]);',
    ['select 1', 'select 2', "select 'a'"],
  ],
];

const cases: readonly (readonly [ToolName, readonly (readonly [string, readonly string[], string?])[]])[] = [
  ['knex', knexCases],
  ['node-pg-migrate', nodePgMigrateCases],
  ['sequelize', sequelizeCases],
  ['typeorm', typeormCases],
  ['kysely', kyselyCases],
];

function check(tool: HostTool, up: string, expected: readonly string[]): void {
  const seen = upOf(tool, up);
  const isSame = seen.length === expected.length && seen.every((sql, index) => isSameSql(sql, expected[index] ?? ''));
  if (!isSame) assert.deepEqual(seen, expected);
}

describe('hosts: what tools of JavaScript send', () => {
  before(async () => {
    await initParser();
    await loadJavaScript();
  });

  for (const [tool, up, sql] of unknown)
    it(`${tool}, not known: ${up}`, () => assert.deepEqual(upOf(hostTools[tool], up), sql));
  for (const [tool, up, sql] of known) it(`${tool}: ${up}`, () => check(hostTools[tool], up, sql));
  for (const [tool, rows] of cases)
    for (const [up, sql] of rows) it(`${tool}: ${up}`, () => check(hostTools[tool], up, sql));

  it('a condition that nobody knows is said once', () => {
    const up = 'if (x) { await knex.raw("select 1"); await knex.raw("select 2"); }';
    assert.deepEqual(upOf(hostTools.knex, up), [conditional, 'select 1', 'select 2']);
  });

  it('the question marks of Knex that a backslash stands before', () => {
    const up = "await knex.raw(\"select 'a' \\\\? 'b'\"); await knex.raw(`select 'a' \\\\? ?`, [1]);";
    assert.deepEqual(upOf(hostTools.knex, up), ["select 'a' ? 'b'", "select 'a' ? 1"]);
  });

  it('scopes of transactions', () => {
    const scopesOf = (tool: ToolName, text: string) =>
      readFile(hostTools[tool], text)?.up?.map(({ scope, mark, pieces }) => [scope, mark, pieces.length]);
    assert.deepEqual(
      scopesOf('knex', 'export const config = { transaction: false };\nexport const up = (knex) => knex.raw("a");'),
      [['none', 'transaction: false', 1]],
    );
    assert.deepEqual(
      scopesOf(
        'knex',
        'exports.up = async (knex) => { await knex.raw("a"); await knex.transaction(async (trx) => { await trx.raw("b"); }); };',
      ),
      [
        [undefined, undefined, 1],
        ['per-file', 'knex.transaction', 1],
      ],
    );
    assert.deepEqual(
      scopesOf('typeorm', 'export class A { transaction = false; async up(q) { await q.query("a"); } }'),
      [['none', 'transaction = false', 1]],
    );
    assert.deepEqual(
      scopesOf(
        'typeorm',
        'export class A { async up(q) { await q.commitTransaction(); await q.query("a"); await q.startTransaction(); await q.query("b"); } }',
      )?.map(([scope]) => scope),
      ['none', undefined],
    );
    assert.deepEqual(
      scopesOf(
        'mikroorm',
        'class A extends Migration { isTransactional() { return false; } up() { this.addSql("a"); } }',
      ),
      [['none', 'isTransactional()', 1]],
    );
    assert.deepEqual(scopesOf('node-pg-migrate', 'exports.up = (pgm) => { pgm.noTransaction(); pgm.sql("a"); };'), [
      ['none', 'pgm.noTransaction()', 1],
    ]);
    assert.deepEqual(
      scopesOf(
        'sequelize',
        'module.exports = { up: (q) => q.sequelize.transaction((t) => q.dropTable("a", { transaction: t })) };',
      ),
      [['per-file', 'sequelize.transaction', 1]],
    );
  });

  it('the way back of node-pg-migrate: none, as it is written, or derived', () => {
    const downOf = (text: string) => {
      const migration = readFile(hostTools['node-pg-migrate'], text);
      return [migration?.down && sqlOf(migration, 'down'), migration?.isDownDerived ?? false];
    };
    const up = 'exports.up = (pgm) => { pgm.createType("m", ["a"]); pgm.createTable("a", { id: "id" }); };';
    assert.deepEqual(downOf(up), [['DROP TABLE "a"', 'DROP TYPE "m"'], true]);
    assert.deepEqual(downOf(`${up} exports.down = false;`), [undefined, false]);
    assert.deepEqual(downOf(`${up} exports.down = (pgm) => pgm.sql("x");`), [['x'], false]);
    assert.deepEqual(downOf('exports.up = (pgm) => { pgm.sql("x"); };'), [
      ['?? node-pg-migrate cannot take sql() back by itself'],
      true,
    ]);
    assert.deepEqual(
      downOf(
        'exports.shorthands = { n: { type: "int", notNull: true } }; exports.up = (pgm) => { pgm.addColumn("a", { b: "n" }); }; exports.down = (pgm) => { pgm.addColumn("a", { b: "n" }); };',
      ),
      [['ALTER TABLE "a"\n  ADD "b" integer NOT NULL'], false],
    );
  });

  it('a change is said in the words of the call', () => {
    const reworded = (tool: ToolName, up: string, change: (sql: string) => string): string | undefined => {
      const text = hostTools[tool].file(up);
      const [piece] = readFile(hostTools[tool], text)?.up?.[0]?.pieces ?? [];
      if (piece?.kind !== 'built') return undefined;
      const edits = piece.reword?.(change(piece.sql.replace(/;$/, '')));
      return (
        edits &&
        applied(text, edits)
          .replace(hostTools[tool].file('#').split('#')[0] ?? '', '')
          .split('\n')[0]
      );
    };
    const concurrently = (sql: string) => sql.replace(/INDEX/i, 'INDEX CONCURRENTLY');
    assert.equal(
      reworded('node-pg-migrate', 'pgm.createIndex("a", "b");', concurrently),
      'pgm.createIndex("a", "b", { concurrently: true });',
    );
    assert.equal(
      reworded('node-pg-migrate', 'pgm.createIndex("a", "b", { unique: true });', (sql) =>
        concurrently(sql).replace('CONCURRENTLY', 'CONCURRENTLY IF NOT EXISTS'),
      ),
      'pgm.createIndex("a", "b", { ifNotExists: true, concurrently: true, unique: true });',
    );
    assert.equal(
      reworded('sequelize', 'await queryInterface.addIndex("a", ["b"]);', concurrently),
      'await queryInterface.addIndex("a", ["b"], { concurrently: true });',
    );
    assert.equal(
      reworded('sequelize', 'await queryInterface.addIndex("a", { fields: ["b"] });', concurrently),
      'await queryInterface.addIndex("a", { concurrently: true, fields: ["b"] });',
    );
    assert.equal(
      reworded(
        'typeorm',
        'await queryRunner.createIndex("a", new TableIndex({ name: "i", columnNames: ["b"] }));',
        concurrently,
      ),
      'await queryRunner.createIndex("a", new TableIndex({ isConcurrent: true, name: "i", columnNames: ["b"] }));',
    );
    assert.equal(
      reworded('knex', 'await knex.schema.dropTable("a");', (sql) => sql.replace('table', 'table if exists')),
      'await knex.schema.dropTableIfExists("a");',
    );
    assert.equal(
      reworded('kysely', 'await db.schema.dropTable("a").execute();', (sql) => sql.replace('table', 'table if exists')),
      'await db.schema.dropTable("a").ifExists().execute();',
    );
    assert.equal(
      reworded('node-pg-migrate', 'pgm.createIndex("a", "b");', () => 'SELECT 1'),
      undefined,
    );
  });

  it('the mark of a file outside a transaction, and a call of SQL, are read back', () => {
    for (const tool of ['knex', 'typeorm', 'mikroorm', 'node-pg-migrate'] as const) {
      const text = hostTools[tool].file('x();');
      const { form } = readFile(hostTools[tool], text) ?? {};
      const call = form?.call("select '`${a}' ? '\\';") ?? '';
      const marked = applied(text, form?.markOutside() ?? []).replace('x();', call);
      const again = readFile(hostTools[tool], marked);
      assert.deepEqual(
        again?.up?.map(({ scope }) => scope),
        ['none'],
        tool,
      );
      assert.deepEqual(sqlOf(again), ["select '`${a}' ? '\\'"], tool);
      assert.deepEqual(again?.form.markOutside(), [], tool);
      assert.equal(codeOf(marked, hostTools[tool].language).isBroken, false);
    }
    assert.equal(readFile(hostTools.kysely, hostTools.kysely.file('x();'))?.form.markOutside(), undefined);
  });

  it('the place of a way back that is missing or empty', () => {
    for (const tool of ['knex', 'typeorm', 'mikroorm', 'kysely'] as const) {
      const text = hostTools[tool].file('x();');
      const { form } = readFile(hostTools[tool], text) ?? {};
      assert.ok(form?.down, tool);
      const { span, before, indent, after } = form.down;
      const written = `${text.slice(0, span.start)}${before}${indent}${form.call('select 1')}\n${after}${text.slice(span.end)}`;
      assert.equal(codeOf(written, hostTools[tool].language).isBroken, false, written);
      const again = readFile(hostTools[tool], written);
      assert.deepEqual(sqlOf(again, 'down'), ['select 1'], written);
      assert.equal(again?.form.down, undefined);
    }
    const empty = 'module.exports = {\n  up: async (q) => {},\n  async down(q) {\n    // nothing\n  },\n};\n';
    const { form } = readFile(hostTools.sequelize, empty) ?? {};
    assert.ok(form?.down);
    const { span, before, indent, after } = form.down;
    assert.equal(
      `${empty.slice(0, span.start)}${before}${indent}x\n${after}${empty.slice(span.end)}`,
      'module.exports = {\n  up: async (q) => {},\n  async down(q) {\n    // nothing\n    x\n  },\n};\n',
    );
  });

  it('SHA-1 as the machine has it', () => {
    for (const text of ['', 'abc', 'ä𝄞', 'x'.repeat(55), 'x'.repeat(56), 'x'.repeat(64), 'x'.repeat(1000)])
      assert.equal(sha1(text), createHash('sha1').update(text).digest('hex'));
  });

  it('a file that is no migration is none', () => {
    for (const tool of Object.values(hostTools)) {
      assert.equal(readFile(tool, 'const a = 1;'), undefined);
      assert.equal(readFile(tool, ''), undefined);
    }
  });
});
