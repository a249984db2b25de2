import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { sha1 } from '../../server/src/hosts/tools/support/sha1.js';
import { applied, writeBack } from '../../server/src/hosts/write-back.js';
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
