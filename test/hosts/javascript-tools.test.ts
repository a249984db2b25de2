import assert from 'node:assert/strict';
import { isSameSql } from '../../server/src/hosts/same-sql.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { knexCases } from './cases/knex.js';
import { kyselyCases } from './cases/kysely.js';
import { nodePgMigrateCases } from './cases/node-pg-migrate.js';
import { sequelizeCases } from './cases/sequelize.js';
import { typeormCases } from './cases/typeorm.js';
import { loadJavaScript } from './support/javascript.js';
import { type HostTool, hostTools, readFile, upOf } from './support/tools.js';

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
  [
    'knex',
    'const names = []; rows.forEach((row) => names.push(row.a)); for (const x of names) await knex.raw("select 1");',
    [repeated, 'select 1'],
  ],
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
  [
    'sequelize',
    'const columns = { id: Sequelize.INTEGER }; if (x) columns.name = Sequelize.TEXT; await queryInterface.createTable("a", columns);',
    ['?? its columns are put together when it runs'],
  ],
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
  ['node-pg-migrate', 'await pgm.db.query("select $1", [1]);', ['select 1']],
  [
    'sequelize',
    'const add = (name) => queryInterface.sequelize.query(`a ${name}`); await add.call(this, "b"); await queryInterface.dropTable("c").catch(() => queryInterface.dropTable("d"));',
    ['a b', 'DROP TABLE IF EXISTS "c"', '?? it runs only where another call fails', 'DROP TABLE IF EXISTS "d"'],
  ],
  [
    'knex',
    'const isSqlite = x(); await knex.raw(isSqlite ? "a" : (isPostgres() ? "b" : "c")); await knex("t").update({ c: knex.raw("?? + ?", ["d", 2]) });',
    ['b', 'update "t" set "c" = "d" + 2'],
  ],
  [
    'knex',
    'await knex.schema.alterTable("a", (t) => { if (await knex.schema.hasColumn("a", "b")) t.dropColumn("b"); });',
    ['alter table "a" drop column "b"', '?? which columns it makes is decided when it runs'],
  ],
  [
    'knex',
    'await knex.schema.createTable("a", (t) => { t.integer("b"); t.check("?? > ?", ["b", 0]); }); await knex("a").whereRaw("?? = ?", ["b", 1]).del();',
    ['create table "a" ("b" integer, check ("b" > 0))', 'delete from "a" where "b" = 1'],
  ],
  [
    'knex',
    'const trx = await knex.transaction(); await trx.schema.raw("a"); await trx.raw("insert into k (n) values (\'a?b\'), (:x)", { x: "q" }); await trx.commit();',
    ['a', "insert into k (n) values ('a?b'), ('q')"],
  ],
  [
    'knex',
    'await knex.schema.createTable("a", (t) => { t.string("b", "varchar(255)"); t.string("c", "40"); t.decimal("d", null); });',
    ['create table "a" ("b" varchar(255), "c" varchar(40), "d" decimal)'],
  ],
  ['mikroorm', 'this.addSql("a"); this.addSql(sql`select ${sql.raw("1")}`);', ['a', 'select 1']],
  ['mikroorm', 'const knex = this.getKnex(); this.addSql(knex.raw("select 1").toQuery());', ['select 1']],
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

  it('a file that is no migration is none', () => {
    for (const tool of Object.values(hostTools)) {
      assert.equal(readFile(tool, 'const a = 1;'), undefined);
      assert.equal(readFile(tool, ''), undefined);
    }
  });
});
