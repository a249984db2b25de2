import assert from 'node:assert/strict';
import type { HostMigration } from '../../server/src/hosts/migration.js';
import { readRails } from '../../server/src/hosts/tools/rails.js';
import { edited } from './support/edited.js';
import { assertSameSql, loadScripts, railsFile, recorded, rubyOf, sentBy } from './support/scripts.js';

function read(change: string, version?: string, rails?: string): HostMigration {
  const migration = readRails(rubyOf(railsFile(change, version)), { version: rails });
  assert.ok(migration, change);
  return migration;
}

/** What is not known, and what is silent. */
const unknown: readonly (readonly [code: string, sent: readonly string[]])[] = [
  ['say "hello"', []],
  ['User.reset_column_information', []],
  ['add_column :users, :a, :string if connection.adapter_name == "Mysql2"', []],
  ['case connection.adapter_name\nwhen /mysql/i then execute "X"\nelse execute "SELECT 1"\nend', ['SELECT 1']],
  ['execute sql', ['unknown: its SQL is put together when it runs']],
  ['execute File.read("a.sql")', ['unknown: its SQL stands in another file']],
  ['User.update_all(a: 1)', ['unknown: User changes rows when it runs']],
  ['User.find_each { |user| user.save! }', ['unknown: User changes rows when it runs']],
  ['create_function :f', ['unknown: what create_function does is not known here']],
  ['add_column table, :a, :string', ['unknown: its table is decided when it runs']],
  ['add_column :users, :a, :string, **options', ['unknown: its arguments are put together when it runs']],
  ['create_table :a do |t|\n  t.money_column :b\nend', ['unknown: what t.money_column does is not known here']],
  ['drop_table :a if ENV["X"]', ['unknown: whether this runs is decided when it runs', 'DROP TABLE a']],
];

const others: readonly (readonly [code: string, sent: readonly string[]])[] = [
  ['safety_assured { execute "SELECT 1" }', ['SELECT 1']],
  ['ActiveRecord::Base.connection.execute("SELECT 1")', ['SELECT 1']],
  [
    'say_with_time "x" do\n  add_index :a, :b, algorithm: :concurrently\nend',
    ['CREATE INDEX CONCURRENTLY index_a_on_b ON a (b)'],
  ],
  ['up_only { execute "SELECT 1" }', ['SELECT 1']],
  ['revert { add_column :a, :b, :string }', ['ALTER TABLE a DROP COLUMN b']],
  [
    'add_column :a, :b, :string unless column_exists?(:a, :b)',
    ['ALTER TABLE a ADD COLUMN IF NOT EXISTS b character varying'],
  ],
  ['return if table_exists?(:a)\ncreate_table :a, id: false', ['CREATE TABLE IF NOT EXISTS a ()']],
  ['drop_table :a if table_exists?(:a)', ['DROP TABLE IF EXISTS a']],
  ['add_column :a, :b, :datetime', ['ALTER TABLE a ADD COLUMN b timestamp(6)']],
  [
    'rename_column :a, :b, :c',
    ['ALTER TABLE a RENAME COLUMN b TO c', 'ALTER INDEX IF EXISTS index_a_on_b RENAME TO index_a_on_c'],
  ],
  [
    'create_enum :mood, ["a", "b"]',
    ["DO $$ BEGIN CREATE TYPE mood AS ENUM ('a', 'b'); EXCEPTION WHEN duplicate_object THEN NULL; END $$"],
  ],
  ['add_enum_value :mood, "c", after: "a"', ["ALTER TYPE mood ADD VALUE 'c' AFTER 'a'"]],
  ['create_schema "s"', ['CREATE SCHEMA s']],
  ['create_view :v, materialized: true', ['CREATE MATERIALIZED VIEW v AS SELECT ${query}']],
  ['update_view :v, version: 2', ['DROP VIEW v', 'CREATE VIEW v AS SELECT ${query}']],
  [
    'add_unique_constraint :a, [:b], name: "u", deferrable: :deferred',
    ['ALTER TABLE a ADD CONSTRAINT u UNIQUE (b) DEFERRABLE INITIALLY DEFERRED'],
  ],
  [
    'add_exclusion_constraint :a, "b WITH &&", using: :gist, name: "e"',
    ['ALTER TABLE a ADD CONSTRAINT e EXCLUDE USING gist (b WITH &&)'],
  ],
  [
    'add_index :a, :b, include: [:c], nulls_not_distinct: true, unique: true',
    ['CREATE UNIQUE INDEX index_a_on_b ON a (b) INCLUDE (c) NULLS NOT DISTINCT'],
  ],
  [
    'add_index :a_table_with_quite_a_long_name, [:one_long_column_name, :other_long_column]',
    [
      'CREATE INDEX idx_on_one_long_column_name_other_long_column_d8106356ed ON a_table_with_quite_a_long_name (one_long_column_name, other_long_column)',
    ],
  ],
  [
    '{ a: "text", b: "date" }.each { |name, type| add_column :t, name, type }',
    ['ALTER TABLE t ADD COLUMN a text', 'ALTER TABLE t ADD COLUMN b date'],
  ],
];

describe('migrations of Rails', () => {
  before(loadScripts);

  it('what is not known is said once, and nothing is guessed', () => {
    for (const [code, sent] of unknown) assert.deepEqual(sentBy(read(code).up), sent, code);
    assert.equal(readRails(rubyOf('class A; end')), undefined);
  });

  it('commands become what Rails sends', () => {
    for (const [code, sent] of others) assertSameSql(sentBy(read(code).up), sent);
  });

  it('recorded commands say what the real Rails sends, in both directions', () => {
    const { cases, rails } = recorded('rails');
    for (const { code, version, up, down } of cases) {
      const migration = read(code, version, rails);
      assert.equal(migration.isDownDerived, true);
      if (up) assertSameSql(sentBy(migration.up), up);
      if (down !== undefined) assertSameSql(sentBy(migration.down), down ?? undefined);
    }
  });

  it('up and down are read as they stand, with the models of the file', () => {
    const text =
      'class A < ActiveRecord::Migration[7.1]\n  disable_ddl_transaction!\n\n  class User < ActiveRecord::Base; end\n' +
      '  def up\n    User.where("a > 1").update_all("b = 2")\n  end\n\n  def down\n    raise ActiveRecord::IrreversibleMigration\n  end\nend\n';
    const migration = readRails(rubyOf(text));
    assert.deepEqual(sentBy(migration?.up), ['UPDATE users SET b = 2 WHERE (a > 1)']);
    assert.deepEqual([migration?.up?.[0]?.scope, migration?.up?.[0]?.mark], ['none', 'disable_ddl_transaction!']);
    assert.equal(migration?.down, undefined);
  });

  it('lines of a table are placed in the file', () => {
    const text = railsFile('create_table :a, id: false do |t|\n  t.string :b\n  t.index :b\nend');
    const [piece] = readRails(rubyOf(text))?.up?.[0]?.pieces ?? [];
    const parts = piece?.kind === 'built' ? (piece.parts ?? []) : [];
    assert.deepEqual(
      parts.map(({ place }) => text.slice(place.start, place.end)),
      ['t.string :b', 't.index :b'],
    );
  });

  it('a change is said in the words of the command', () => {
    const cases = [
      [
        'add_index :a, :b',
        'CREATE INDEX CONCURRENTLY index_a_on_b ON a (b)',
        'add_index :a, :b, algorithm: :concurrently',
      ],
      [
        'add_foreign_key(:a, :users)',
        'ALTER TABLE a ADD CONSTRAINT fk_rails_3d3f9ba6c9 FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID',
        'add_foreign_key(:a, :users, validate: false)',
      ],
      ['drop_table :a', 'DROP TABLE IF EXISTS a', 'drop_table :a, if_exists: true'],
    ] as const;
    for (const [code, wanted, written] of cases) {
      const text = railsFile(code);
      const [piece] = readRails(rubyOf(text))?.up?.[0]?.pieces ?? [];
      const edits = piece?.kind === 'built' ? piece.reword?.(wanted) : undefined;
      assert.ok(edited(text, edits ?? []).includes(written), code);
    }
  });

  it('the whole file runs outside a transaction, and a new call is read back', () => {
    const text = railsFile('add_index :a, :b');
    const edits = readRails(rubyOf(text))?.form.markOutside() ?? [];
    const outside = readRails(rubyOf(edited(text, edits)));
    assert.equal(outside?.up?.[0]?.scope, 'none');
    assert.deepEqual(outside?.form.markOutside(), []);
    for (const sql of ['SELECT 1', 'SELECT "a"\nFROM t', "SELECT E'\\\\#{x}'"]) {
      const { form } = read('say "x"');
      assertSameSql(sentBy(read(form.call(sql)).up), [sql]);
    }
  });
});
