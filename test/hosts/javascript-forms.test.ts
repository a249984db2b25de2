import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { sha1 } from '../../server/src/hosts/tools/support/sha1.js';
import { applied, withWayBack } from '../../server/src/hosts/calls.js';
import { writeBack } from '../../server/src/hosts/write-back.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { codeOf, loadJavaScript } from './support/javascript.js';
import { hostFileOf, hostTools, readFile, sqlOf, upOf } from './support/tools.js';

type ToolName = keyof typeof hostTools;

describe('hosts: how tools of JavaScript run and write it', () => {
  before(async () => {
    await initParser();
    await loadJavaScript();
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
      scopesOf(
        'knex',
        'exports.up = async (knex) => { const trx = await knex.transaction(); await trx.raw("a"); await trx.commit(); await knex.raw("b"); };',
      ),
      [
        ['per-file', 'knex.transaction', 1],
        [undefined, undefined, 1],
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

  it('one of the statements that a call makes is taken out of it', () => {
    const reread = (text: string) => hostFileOf(hostTools.knex, text);
    const text = hostTools.knex.file(
      [
        'await knex.schema.alterTable("a", (t) => {',
        '  t.text("b");',
        '  t.index(["b"], "i");',
        '  t.integer("c").references("id").inTable("x").onDelete("CASCADE").notNullable();',
        '  t.integer("d").index("j");',
        '});',
      ].join('\n'),
    );
    const file = reread(text);
    assert.ok(file);
    const changed = (from: string | RegExp, to: string): string => {
      const back = writeBack(file, file.script.text.replace(from, to), reread);
      return 'edits' in back ? applied(text, back.edits) : back.refused;
    };
    assert.equal(changed('create index "i" on "a" ("b");', ''), text.replace('  t.index(["b"], "i");\n', ''));
    assert.equal(
      changed(/alter table "a" add constraint[^;]*;/, ''),
      text.replace('.references("id").inTable("x").onDelete("CASCADE")', ''),
    );
    assert.equal(
      changed('create index "j"', 'create index concurrently "j"'),
      text
        .replace('t.integer("d").index("j")', 't.integer("d")')
        .replace('});\n', '});\nawait knex.raw(`create index concurrently "j" on "a" ("d")`);\n'),
    );
    // It would run behind what stands behind it now: then all of them are sent as SQL, in their order.
    const inTurn = changed('create index "i"', 'create index concurrently "i"');
    assert.deepEqual(inTurn.match(/(?<=knex\.raw\(`)(?:alter table|create index)(?: concurrently)?/g), [
      'alter table',
      'create index concurrently',
      'alter table',
      'create index',
    ]);
    assert.ok(changed('add column "b" text', 'add column "b" int').includes('add column "b" int'));
  });

  it('a call goes by the name that its function has for the tool', () => {
    const text = 'exports.up = async (knex) => {};\nexports.down = async (db) => {\n};\n';
    const file = hostFileOf(hostTools.knex, text);
    assert.equal(file?.migration.form.call('a'), 'await knex.raw(`a`);');
    assert.equal(file?.migration.form.call('a', 'down'), 'await db.raw(`a`);');
    assert.equal(
      file && withWayBack(file, 'SELECT 1;'),
      text.replace('(db) => {\n}', '(db) => {\n  await db.raw(`SELECT 1`);\n}'),
    );
    const wide = hostFileOf(
      hostTools.knex,
      'exports.up = (knex) => {\n\tknex.raw("a");\n};\nexports.down = (knex) => {};\n',
    );
    assert.equal(wide?.migration.form.down?.indent, '\t');
    const nameless = hostFileOf(hostTools.knex, 'exports.up = async (knex) => {};\nexports.down = async () => {};\n');
    assert.equal(nameless?.migration.form.down, undefined);
  });

  it('a file that has no import of what a call needs gets one', () => {
    const up = 'export async function up(db: Kysely<any>) {\n  await db.schema.dropTable("a").execute();\n}\n';
    const changed = (head: string): string => {
      const reread = (text: string) => hostFileOf(hostTools.kysely, text);
      const file = reread(head + up);
      assert.ok(file);
      const back = writeBack(
        file,
        file.script.text.replace('drop table', "set lock_timeout = '5s';\ndrop table"),
        reread,
      );
      assert.ok('edits' in back, JSON.stringify(back));
      return applied(head + up, back.edits).split('export')[0] ?? '';
    };
    assert.equal(
      changed("import { Kysely } from 'kysely';\n\n"),
      "import { Kysely } from 'kysely';\nimport { sql } from 'kysely';\n\n",
    );
    assert.equal(changed("import { Kysely, sql } from 'kysely';\n\n"), "import { Kysely, sql } from 'kysely';\n\n");
    assert.equal(changed(''), "import { sql } from 'kysely';\n");
  });

  it('no call is written beside one that runs on a connection of its own', () => {
    const statementsOf = (tool: ToolName, up: string) =>
      readFile(hostTools[tool], hostTools[tool].file(up))?.up?.flatMap(({ pieces }) =>
        pieces.map((piece) => piece.kind !== 'unknown' && piece.statement !== undefined),
      );
    assert.deepEqual(
      statementsOf('knex', 'await knex.raw("a"); await knex.transaction(async (trx) => { await trx.raw("b"); });'),
      [true, false],
    );
    assert.deepEqual(
      statementsOf(
        'sequelize',
        'const t = await queryInterface.sequelize.transaction(); await queryInterface.dropTable("a"); await t.commit(); await queryInterface.dropTable("b");',
      ),
      [false, true],
    );
    assert.deepEqual(statementsOf('typeorm', 'await queryRunner.startTransaction(); await queryRunner.query("a");'), [
      true,
    ]);
  });

  it('other ways to export two functions', () => {
    for (const text of [
      'module.exports = createMigration(async function up(knex) { await knex.raw("a"); }, async function down(knex) { await knex.raw("b"); });',
      'export const migration = { async up(knex) { await knex.raw("a"); }, down: (knex) => knex.raw("b") };',
      'export default { up: async (knex) => { await knex.raw("a"); }, down };\nfunction down(knex) { return knex.raw("b"); }',
      'exports.up = up;\nexports.down = down;\nasync function up(knex) { await knex.raw("a"); }\nasync function down(knex) { await knex.raw("b"); }',
      'exports.down = exports.up = void 0;\nconst up = (knex) => knex.raw("a");\nexports.up = up;\nexports.down = (knex) => knex.raw("b");',
    ]) {
      const migration = readFile(hostTools.knex, text);
      assert.deepEqual([sqlOf(migration), sqlOf(migration, 'down')], [['a'], ['b']], text);
    }
  });

  it('a way back that the tool derives stays one', () => {
    const reread = (text: string) => hostFileOf(hostTools['node-pg-migrate'], text);
    const text = hostTools['node-pg-migrate'].file('  pgm.createIndex("a", "b");');
    const file = reread(text);
    assert.ok(file);
    const changed = (sql: string) => writeBack(file, file.script.text.replace('CREATE INDEX', sql), reread);
    // `pgm.sql` has no way back: the one that the tool would have derived is written out.
    const added = changed("SET lock_timeout = '5s';\nCREATE INDEX");
    assert.ok('edits' in added, JSON.stringify(added));
    assert.equal(
      applied(text, added.edits).split('exports.down = ')[1],
      'function (pgm) {\n  pgm.sql(`DROP INDEX "a_b_index"`);\n};\n',
    );
    // What was not known before is not known then.
    const unread = hostTools['node-pg-migrate'].file('  pgm.createIndex("a", "b");\n  pgm.sql("SELECT 1");');
    const script = reread(unread)?.script.text.replace('CREATE INDEX', "SET lock_timeout = '5s';\nCREATE INDEX");
    const from = reread(unread);
    const refused = from && writeBack(from, script ?? '', reread);
    assert.ok(refused && 'refused' in refused && refused.refused.includes('derives the way back'));
    const reworded = changed('CREATE INDEX CONCURRENTLY');
    assert.ok('edits' in reworded, JSON.stringify(reworded));
    assert.ok(applied(text, reworded.edits).includes('{ concurrently: true }'));
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

  it('which column comes from which part of a call', () => {
    const partsOf = (tool: ToolName, up: string) => {
      const text = hostTools[tool].file(up);
      const [piece] = readFile(hostTools[tool], text)?.up?.[0]?.pieces ?? [];
      if (piece?.kind !== 'built') return [];
      return (piece.parts ?? []).map(({ sql, place }) => [
        piece.sql.slice(sql.start, sql.end),
        text.slice(place.start, place.end),
      ]);
    };
    assert.deepEqual(
      partsOf('knex', 'await knex.schema.createTable("a", (t) => { t.increments(); t.text("b").index(); });'),
      [
        ['"id" serial primary key', 't.increments()'],
        ['"b" text', 't.text("b").index()'],
        ['create index "a_b_index" on "a" ("b")', 't.text("b").index()'],
      ],
    );
    assert.deepEqual(
      partsOf(
        'sequelize',
        'await queryInterface.createTable("a", { b: Sequelize.TEXT, c: { type: Sequelize.DATE } });',
      ),
      [
        ['"b" TEXT', 'b: Sequelize.TEXT'],
        ['"c" TIMESTAMP WITH TIME ZONE', 'c: { type: Sequelize.DATE }'],
      ],
    );
    assert.deepEqual(
      partsOf(
        'typeorm',
        'await queryRunner.createTable(new Table({ name: "a", columns: [{ name: "b", type: "int", isPrimary: true }] }));',
      ),
      [['"b" int NOT NULL', '{ name: "b", type: "int", isPrimary: true }']],
    );
    assert.deepEqual(partsOf('node-pg-migrate', 'pgm.addColumns("a", { b: "text", c: { type: "int" } });'), [
      ['"b" text', 'b: "text"'],
      ['"c" integer', 'c: { type: "int" }'],
    ]);
    assert.deepEqual(
      partsOf('kysely', 'await db.schema.alterTable("a").addColumn("b", "text").addColumn("c", "int4").execute();'),
      [
        ['"b" text', 'addColumn("b", "text")'],
        ['"c" int4', 'addColumn("c", "int4")'],
      ],
    );
  });

  it('a name that is given one value after the other', () => {
    const up =
      'let sql = "a"; await knex.raw(sql); sql = "b"; await knex.raw(sql); if (x) sql = "c"; await knex.raw(sql);';
    assert.deepEqual(upOf(hostTools.knex, 'let sql = "a"; await knex.raw(sql); sql = "b"; await knex.raw(sql);'), [
      'a',
      'b',
    ]);
    assert.deepEqual(
      upOf(hostTools.knex, up),
      Array.from({ length: 3 }, () => '?? its SQL stands elsewhere'),
    );
  });

  it('what is only about rows leaves the schema known', () => {
    const touched = (up: string) =>
      readFile(hostTools.knex, hostTools.knex.file(up))?.up?.[0]?.pieces.map((piece) =>
        piece.kind === 'unknown' ? (piece.touches ?? 'all') : piece.kind,
      );
    assert.deepEqual(touched('for (const x of y) await knex("t").where("a", x).del();'), ['rows', 'built']);
    assert.deepEqual(touched('if (y) { await knex.raw("delete from t"); await knex.raw("drop table t"); }'), [
      'rows',
      'raw',
      'all',
      'raw',
    ]);
    assert.deepEqual(upOf(hostTools.knex, 'await knex("t").update({ a: `u-${x}` });'), [
      'update "t" set "a" = \'u-${x}\'',
    ]);
  });

  it('SHA-1 as the machine has it', () => {
    for (const text of ['', 'abc', 'ä𝄞', 'x'.repeat(55), 'x'.repeat(56), 'x'.repeat(64), 'x'.repeat(1000)])
      assert.equal(sha1(text), createHash('sha1').update(text).digest('hex'));
  });
});
