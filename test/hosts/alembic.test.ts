import assert from 'node:assert/strict';
import type { HostMigration } from '../../server/src/hosts/migration.js';
import { readAlembic } from '../../server/src/hosts/tools/alembic.js';
import { edited } from './support/edited.js';
import { alembicFile, assertSameSql, loadScripts, pythonOf, recorded, sentBy } from './support/scripts.js';

function read(up: string, down?: string): HostMigration {
  const migration = readAlembic(pythonOf(alembicFile(up, down)));
  assert.ok(migration, up);
  return migration;
}

/** What is not known, and what is silent. */
const unknown: readonly (readonly [code: string, sent: readonly string[]])[] = [
  ['pass', []],
  ['print("hello")', []],
  ['conn = op.get_bind()\nconn.execute(sa.select(users).where(users.c.id == 1)).fetchall()', []],
  ['if op.get_bind().dialect.name == "sqlite":\n    op.execute("PRAGMA x")', []],
  ['if op.get_bind().dialect.name != "postgresql":\n    return\nop.execute("SELECT 1")', ['SELECT 1']],
  ['op.execute(sql)', ['unknown: its SQL is put together when it runs']],
  ['op.add_column("t", sa.Column("a", MyType()))', ['unknown: the SQL of the type MyType is not known here']],
  ['op.add_column(table, sa.Column("a", sa.Integer()))', ['unknown: a name in it is decided when it runs']],
  ['op.drop_constraint(None, "t", type_="unique")', ['unknown: the name of the constraint is not said']],
  ['op.create_view("v")', ['unknown: what create_view does is not known here']],
  ['op.execute(users.update().values(a=1))', ['unknown: SQLAlchemy puts its SQL together when it runs']],
  ['session = Session(bind=op.get_bind())\nsession.add(x)', ['unknown: SQLAlchemy puts its SQL together when it runs']],
  [
    'if os.environ.get("X"):\n    op.drop_table("t")',
    ['unknown: whether this runs is decided when it runs', 'DROP TABLE t'],
  ],
  [
    'for name in names():\n    op.execute("DELETE FROM t")',
    ['unknown: how often it runs is decided when it runs', 'DELETE FROM t'],
  ],
];

const others: readonly (readonly [code: string, sent: readonly string[]])[] = [
  [
    'if not inspector.has_table("t"):\n    op.create_table("t", sa.Column("a", sa.Integer()))',
    ['CREATE TABLE IF NOT EXISTS t (a INTEGER)'],
  ],
  ['if "a" in columns:\n    op.drop_column("t", "a")', ['ALTER TABLE t DROP COLUMN IF EXISTS a']],
  ['op.get_bind().execute(sa.text("UPDATE t SET a = :a"), {"a": 1})', ['UPDATE t SET a = ${value}']],
  ['op.execute("SELECT \'12\\\\:30\'::time")', ["SELECT '12:30'::time"]],
  ['e = sa.Enum("a", name="e")\ne.create(op.get_bind(), checkfirst=False)', ["CREATE TYPE e AS ENUM ('a')"]],
  [
    'postgresql.ENUM("a", name="e").create(op.get_bind())',
    ["DO $$ BEGIN CREATE TYPE e AS ENUM ('a'); EXCEPTION WHEN duplicate_object THEN NULL; END $$"],
  ],
  ['sa.Enum(name="e").drop(op.get_bind())', ['DROP TYPE IF EXISTS e']],
  ['op.create_index("i", "t", ["a"], postgresql_include=[])', ['CREATE INDEX i ON t (a)']],
  ['add("a")', ['ALTER TABLE t ADD COLUMN a INTEGER']],
  ['SQL = "DROP TABLE {}"\nop.execute(SQL.format("a"))', ['DROP TABLE a']],
  ['SQL = "DROP TABLE %s"\nfor t in ("a", "b"):\n    op.execute(SQL % t)', ['DROP TABLE a', 'DROP TABLE b']],
  ['if is_postgres():\n    op.drop_table("t")', ['DROP TABLE t']],
];

describe('migrations of Alembic', () => {
  before(loadScripts);

  it('what is not known is said once, and nothing is guessed', () => {
    for (const [code, sent] of unknown) assert.deepEqual(sentBy(read(code).up), sent, code);
    assert.equal(readAlembic(pythonOf('x = 1')), undefined);
    assert.equal(read('pass', 'raise NotImplementedError()').down, undefined);
  });

  it('calls become what Alembic sends', () => {
    const helper = '\ndef add(name):\n    op.add_column("t", sa.Column(name, sa.Integer()))\n';
    for (const [code, sent] of others) {
      const migration = readAlembic(pythonOf(alembicFile(code) + helper));
      assertSameSql(sentBy(migration?.up), sent);
    }
  });

  it('recorded calls say what the real Alembic sends', () => {
    for (const { code, up } of recorded('alembic').cases) assertSameSql(sentBy(read(code).up), up);
  });

  it('an autocommit block is a section of its own', () => {
    const { up } = read(
      'op.execute("SELECT 1")\nwith op.get_context().autocommit_block():\n    op.execute("SELECT 2")\nop.execute("SELECT 3")',
    );
    assert.deepEqual(
      up?.map(({ scope, mark, pieces }) => [scope, mark, pieces.length]),
      [
        [undefined, undefined, 1],
        ['none', 'autocommit_block', 1],
        [undefined, undefined, 1],
      ],
    );
  });

  it('parts of a table are placed at their columns', () => {
    const text = alembicFile('op.create_table("t", sa.Column("a", sa.Integer()), sa.UniqueConstraint("a"))');
    const [piece] = readAlembic(pythonOf(text))?.up?.[0]?.pieces ?? [];
    const parts = piece?.kind === 'built' ? (piece.parts ?? []) : [];
    assert.deepEqual(
      parts.map(({ sql, place }) => [
        piece?.kind === 'built' && piece.sql.slice(sql.start, sql.end),
        text.slice(place.start, place.end),
      ]),
      [
        ['a INTEGER', 'sa.Column("a", sa.Integer())'],
        ['UNIQUE (a)', 'sa.UniqueConstraint("a")'],
      ],
    );
  });

  it('a change is said in the words of the call', () => {
    const cases = [
      [
        'op.create_index("i", "t", ["a"])',
        'CREATE INDEX CONCURRENTLY i ON t (a)',
        'op.create_index("i", "t", ["a"], postgresql_concurrently=True)',
      ],
      [
        'op.create_foreign_key("f", "t", "u", ["a"], ["id"])',
        'ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES u (id) NOT VALID',
        'op.create_foreign_key("f", "t", "u", ["a"], ["id"], postgresql_not_valid=True)',
      ],
      ['op.drop_table("t")', 'DROP TABLE IF EXISTS t', 'op.drop_table("t", if_exists=True)'],
    ] as const;
    for (const [code, wanted, written] of cases) {
      const text = alembicFile(code);
      const [piece] = readAlembic(pythonOf(text))?.up?.[0]?.pieces ?? [];
      const edits = piece?.kind === 'built' ? piece.reword?.(wanted) : undefined;
      const changed = edited(text, edits ?? []);
      assert.ok(changed.includes(written), changed);
      assertSameSql(sentBy(readAlembic(pythonOf(changed))?.up), [wanted]);
    }
  });

  it('the whole file runs outside a transaction in autocommit blocks; strings stay as they are', () => {
    const text = alembicFile('op.execute("""\n  SELECT 1\n""")\nop.drop_table("t")', 'op.drop_table("u")');
    const edits = readAlembic(pythonOf(text))?.form.markOutside() ?? [];
    const changed = edited(text, edits);
    const migration = readAlembic(pythonOf(changed));
    assert.deepEqual(
      [...(migration?.up ?? []), ...(migration?.down ?? [])].map(({ scope }) => scope),
      ['none', 'none'],
    );
    assert.ok(changed.includes('"""\n      SELECT 1\n    """'), changed);
    assert.deepEqual(migration?.form.markOutside(), []);
  });

  it('a new call is read back, and goes where downgrade() is empty', () => {
    for (const sql of ['SELECT 1', 'SELECT "a", \'b\'\nFROM t', "SELECT '12:30', E'\\\\'", 'SELECT """"']) {
      const { form } = read('pass');
      assertSameSql(sentBy(read(form.call(sql)).up), [sql]);
    }
    const { down } = read('op.drop_table("t")').form;
    assert.equal(down?.indent, '    ');
  });
});
