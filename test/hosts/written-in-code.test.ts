import assert from 'node:assert/strict';
import { applied, withWayBack } from '../../server/src/hosts/calls.js';
import { type HostFile, readHostFile } from '../../server/src/hosts/index.js';
import { writeBack } from '../../server/src/hosts/write-back.js';
import { loadJavaScript } from './support/javascript.js';
import { alembicFile, djangoFile, loadScripts, railsFile } from './support/scripts.js';

// What a change of SQL becomes in files of real tools: where the words of a call are not enough, and where a tool
// derives its way back.

const reader = (tool: string, path: string) => (text: string) => readHostFile(tool, text, { path });
const readers: Readonly<Record<string, (text: string) => HostFile | undefined>> = {
  knex: reader('knex', '/p/migrations/1_a.js'),
  sequelize: reader('sequelize', '/p/migrations/1-a.js'),
  'node-pg-migrate': reader('node-pg-migrate', '/p/migrations/1_a.js'),
  alembic: reader('alembic', '/p/versions/a.py'),
  django: reader('django', '/p/app/migrations/0002_a.py'),
  rails: reader('rails', '/p/db/migrate/1_a.rb'),
};

/** The code after a change of its script, or why it cannot be had. */
function changed(tool: string, text: string, change: (script: string) => string): string {
  const read = readers[tool];
  const file = read?.(text);
  assert.ok(read && file, tool);
  const written = writeBack(file, change(file.script.text), read);
  return 'refused' in written ? written.refused : applied(text, written.edits);
}

/** The first word of the script replaced. */
const replaced = (was: string | RegExp, wanted: string) => (script: string) => script.replace(was, () => wanted);

describe('what is written into migrations of real tools', () => {
  before(async () => {
    await loadJavaScript();
    await loadScripts();
  });

  it('a call of several statements becomes SQL where one of them changes', () => {
    const text =
      "exports.up = async (queryInterface, Sequelize) => {\n  await queryInterface.changeColumn('a', 'b', { type: Sequelize.TEXT, allowNull: false });\n};\nexports.down = async () => {};\n";
    assert.equal(
      changed('sequelize', text, replaced('ALTER TABLE "a"', 'SELECT 1;\nALTER TABLE "a"')),
      text.replace('  await', '  await queryInterface.sequelize.query(`SELECT 1`);\n  await'),
    );
    const between = changed('sequelize', text, replaced('SET NOT NULL;', 'SET NOT NULL;\nSELECT 1;'));
    assert.deepEqual(between.match(/(?<=query\(`)[^`]*/g), [
      'ALTER TABLE "a" ALTER COLUMN "b" SET NOT NULL',
      'SELECT 1',
      'ALTER TABLE "a" ALTER COLUMN "b" DROP DEFAULT',
      'ALTER TABLE "a" ALTER COLUMN "b" TYPE TEXT',
    ]);
    assert.ok(!between.includes('changeColumn'));
  });

  it('words above a call that is written anew stand there once', () => {
    const text =
      "exports.up = async (knex) => {\n  // airlock-ignore require-lock-timeout: at night\n  await knex.schema.alterTable('a', (t) => { t.text('b'); t.text('c'); });\n};\nexports.down = async () => {};\n";
    const result = changed('knex', text, (script) =>
      script.replace(/alter table[^;]*;/i, 'alter table a add column b int;'),
    );
    assert.equal(result.match(/airlock-ignore/g)?.length, 1, result);
    assert.ok(result.includes('knex.raw(`alter table a add column b int`)'), result);
  });

  it('what an operation of Alembic cannot say is sent as SQL', () => {
    const text = alembicFile(
      "op.add_column('a', sa.Column('b', sa.Text(), nullable=False, server_default=sa.text('random()')))",
    );
    const result = changed('alembic', text, (script) =>
      script.replace(
        /ALTER TABLE[^;]*;/,
        'ALTER TABLE a ADD COLUMN b TEXT;\nALTER TABLE a ALTER COLUMN b SET DEFAULT random();',
      ),
    );
    assert.ok(result.includes('op.execute("ALTER TABLE a ALTER COLUMN b SET DEFAULT random()")'), result);
  });

  it('`change` of Rails becomes `up` and `down` where Rails could not derive the way back', () => {
    const text = railsFile("add_index :a, :b, name: 'i'");
    assert.equal(
      changed('rails', text, replaced('CREATE INDEX', "SET lock_timeout = '5s';\nCREATE INDEX")),
      `class Change < ActiveRecord::Migration[7.1]
  def up
    execute "SET lock_timeout = '5s'"
    add_index :a, :b, name: 'i'
  end

  def down
    execute "DROP INDEX i"
  end
end
`,
    );
    // What Rails can take back stays as it is.
    const kept = changed('rails', text, replaced('CREATE INDEX', 'CREATE INDEX CONCURRENTLY'));
    assert.ok(kept.includes('def change') && kept.includes('algorithm: :concurrently'), kept);
  });

  it('new operations of Django are taken back: one by what the replaced one was, the others by nothing', () => {
    const text = djangoFile(
      '        migrations.RunSQL("ALTER TABLE a ADD CONSTRAINT c CHECK (b > 0)", reverse_sql="ALTER TABLE a DROP CONSTRAINT c"),',
    );
    const result = changed('django', text, replaced('ALTER TABLE a ADD', 'SELECT 1;\nALTER TABLE a ADD'));
    assert.ok(result.includes('migrations.RunSQL("SELECT 1", reverse_sql=migrations.RunSQL.noop),'), result);
    assert.ok(result.includes('reverse_sql="ALTER TABLE a DROP CONSTRAINT c"'), result);
    const model = djangoFile(
      "        migrations.CreateModel(name='A', fields=[('id', models.IntegerField(primary_key=True))], options={'db_table': 'a'}),\n        migrations.AddConstraint(model_name='a', constraint=models.CheckConstraint(check=models.Q(id__gt=0), name='c')),",
    );
    const built = changed('django', model, (script) =>
      script.replace(/ALTER TABLE a ADD[^;]*;/, 'ALTER TABLE a ADD CONSTRAINT c CHECK (id > 1);\nSELECT 1;'),
    );
    assert.ok(built.includes('migrations.RunSQL("SELECT 1", reverse_sql=migrations.RunSQL.noop),'), built);
    assert.ok(built.includes('CHECK (id > 1)", reverse_sql="ALTER TABLE a DROP CONSTRAINT c;"),'), built);
    // What could not be taken back cannot be taken back by new operations, either.
    const oneWay = djangoFile('        migrations.RunSQL("ALTER TABLE a ADD COLUMN c int"),');
    const added = changed('django', oneWay, replaced('ALTER TABLE a', 'SELECT 1;\nALTER TABLE a'));
    assert.ok(added.includes('migrations.RunSQL("SELECT 1"),'), added);
  });

  const notAsync: readonly (readonly [what: string, tool: string, text: string, written: string])[] = [
    [
      'a function that returns its call',
      'knex',
      'exports.up = function (knex) {\n  return knex.raw(`SELECT 1`);\n};\nexports.down = () => {};\n',
      'exports.up = async function (knex) {\n  await knex.raw(`SELECT 2`);\n  return knex.raw(`SELECT 1`);\n};\nexports.down = () => {};\n',
    ],
    [
      'an arrow function without a block',
      'knex',
      'exports.up = (knex) => knex.raw(`SELECT 1`);\nexports.down = () => {};\n',
      'exports.up = async (knex) => {\n  await knex.raw(`SELECT 2`);\n  return knex.raw(`SELECT 1`);\n};\nexports.down = () => {};\n',
    ],
    [
      'an arrow function without a block, beside one that nothing changes',
      'knex',
      'exports.up = (knex) => knex.raw(`SELECT 1`);\nexports.down = (knex) => knex.raw(`SELECT 9`);\n',
      'exports.up = async (knex) => {\n  await knex.raw(`SELECT 2`);\n  return knex.raw(`SELECT 1`);\n};\nexports.down = (knex) => knex.raw(`SELECT 9`);\n',
    ],
    [
      'a method',
      'sequelize',
      'module.exports = {\n  up(queryInterface) {\n    return queryInterface.sequelize.query(`SELECT 1`);\n  },\n  down() {},\n};\n',
      'module.exports = {\n  async up(queryInterface) {\n    await queryInterface.sequelize.query(`SELECT 2`);\n    return queryInterface.sequelize.query(`SELECT 1`);\n  },\n  down() {},\n};\n',
    ],
    [
      'a record of arrow functions',
      'sequelize',
      'module.exports = {\n  up: (queryInterface) => queryInterface.sequelize.query(`SELECT 1`),\n  down: () => {},\n};\n',
      'module.exports = {\n  up: async (queryInterface) => {\n    await queryInterface.sequelize.query(`SELECT 2`);\n    return queryInterface.sequelize.query(`SELECT 1`);\n  },\n  down: () => {},\n};\n',
    ],
    [
      'a function that is async already',
      'knex',
      'exports.up = async (knex) => {\n  await knex.raw(`SELECT 1`);\n};\nexports.down = () => {};\n',
      'exports.up = async (knex) => {\n  await knex.raw(`SELECT 2`);\n  await knex.raw(`SELECT 1`);\n};\nexports.down = () => {};\n',
    ],
  ];
  for (const [what, tool, text, written] of notAsync)
    it(`calls that are awaited make it async: ${what}`, () => {
      assert.equal(changed(tool, text, replaced('SELECT 1', 'SELECT 2;\nSELECT 1')), written);
      // A word that changes in its place needs nothing of that.
      const long = text.replace('SELECT 1', 'SELECT a FROM t');
      assert.equal(changed(tool, long, replaced('FROM t', 'FROM u')), long.replace('FROM t', 'FROM u'));
    });

  it('a function whose type is no Promise stays as it is', () => {
    const read = reader('knex', '/p/migrations/1_a.ts');
    const text =
      'import type { Knex } from "knex";\nexport function up(knex: Knex): Knex.SchemaBuilder {\n  return knex.schema.raw(`SELECT 1`);\n}\nexport function down(knex: Knex): Promise<void> {\n}\n';
    const file = read(text);
    assert.ok(file);
    const made = writeBack(file, file.script.text.replace('SELECT 1', 'SELECT 2;\nSELECT 1'), read);
    assert.ok(
      'refused' in made && made.refused === 'The function is not async: make it so first.',
      JSON.stringify(made),
    );
    assert.ok(
      withWayBack(file, 'SELECT 1;')?.endsWith(
        'export async function down(knex: Knex): Promise<void> {\n  await knex.raw(`SELECT 1`);\n}\n',
      ),
      withWayBack(file, 'SELECT 1;'),
    );
  });

  it('a way back that is written out is a function as the language has them', () => {
    const head = "import type { MigrationBuilder } from 'node-pg-migrate';\n\n";
    const read = reader('node-pg-migrate', '/p/migrations/1_a.ts');
    for (const [up, down] of [
      [
        "export const up = (pgm: MigrationBuilder): void => {\n  pgm.addIndex('a', 'b');\n};\n",
        'export function down(pgm: MigrationBuilder): void {\n  pgm.sql(`DROP INDEX "a_b_index"`);\n}\n',
      ],
      [
        "exports.up = (pgm) => {\n  pgm.addIndex('a', 'b');\n};\n",
        'exports.down = function (pgm) {\n  pgm.sql(`DROP INDEX "a_b_index"`);\n};\n',
      ],
    ] as const) {
      const file = read(head + up);
      assert.ok(file);
      const written = writeBack(file, file.script.text.replace('CREATE INDEX', 'SELECT 1;\nCREATE INDEX'), read);
      assert.ok('edits' in written, up);
      assert.ok(applied(file.text, written.edits).endsWith(`\n\n${down}`), applied(file.text, written.edits));
    }
  });

  it('the last operation of Django needs no comma', () => {
    const head = 'from django.db import migrations\n\nclass Migration(migrations.Migration):\n    operations = ';
    const one = 'migrations.RunSQL("SELECT a FROM t", reverse_sql="SELECT 2")';
    const two = 'migrations.RunSQL("SELECT b", reverse_sql=migrations.RunSQL.noop),';
    const own = (text: string) => `${head}[\n        ${text}\n    ]\n`;
    const before = replaced('SELECT a', 'SELECT b;\nSELECT a');
    const behind = replaced('FROM t;', 'FROM t;\nSELECT b;');
    assert.equal(changed('django', own(one), before), own(`${two}\n        ${one}`));
    assert.equal(changed('django', own(one), behind), own(`${one},\n        ${two}`));
    assert.equal(changed('django', own(`${one},`), behind), own(`${one},\n        ${two}`));
    assert.equal(changed('django', own(one), replaced('SELECT a FROM t;\n', '')), own('').replace('        \n', ''));
    for (const change of [before, behind]) {
      const written = changed('django', `${head}[${one}]\n`, change);
      assert.ok(written.includes(two) && readers.django?.(written)?.code.isBroken === false, written);
    }
  });

  const empty: readonly (readonly [tool: string, text: string, written: string])[] = [
    [
      'node-pg-migrate',
      "exports.up = (pgm) => {\n  pgm.createIndex('a', 'b');\n};\n\nexports.down = (pgm) => {};\n",
      'exports.down = (pgm) => {\n  pgm.sql(`SELECT 1`);\n};\n',
    ],
    [
      'rails',
      'class A < ActiveRecord::Migration[7.1]\n  def up\n    remove_column :a, :b\n  end\n\n  def down\n  end\nend\n',
      '  def down\n    execute "SELECT 1"\n  end\nend\n',
    ],
    [
      'rails',
      'class A < ActiveRecord::Migration[7.1]\n  def up\n    remove_column :a, :b\n  end\n\n  def down; end\nend\n',
      '  def down;\n    execute "SELECT 1"\n  end\nend\n',
    ],
    [
      'rails',
      'class A < ActiveRecord::Migration[7.1]\n  def up\n    remove_column :a, :b\n  end\nend\n',
      '  def down\n    execute "SELECT 1"\n  end\nend\n',
    ],
  ];
  for (const [tool, text, written] of empty)
    it(`a way back that is empty or missing is filled: ${tool}`, () => {
      const file = readers[tool]?.(text);
      const result = (file && withWayBack(file, 'SELECT 1;\n')) ?? '';
      assert.ok(result.endsWith(written), result);
      assert.equal(readers[tool]?.(result)?.code.isBroken, false);
    });
});
