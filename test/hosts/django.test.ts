import assert from 'node:assert/strict';
import type { HostMigration } from '../../server/src/hosts/migration.js';
import { md5 } from '../../server/src/hosts/tools/django/digest.js';
import { type DjangoState, emptyState, readDjango, replayDjango } from '../../server/src/hosts/tools/django.js';
import { utf8 } from '../../server/src/sql/sha256.js';
import { edited } from './support/edited.js';
import { assertSameSql, djangoFile, loadScripts, pythonOf, recorded, sentBy } from './support/scripts.js';

const path = '/project/shop/migrations/0002_next.py';

function read(text: string, state: DjangoState = emptyState): HostMigration {
  const migration = readDjango(pythonOf(text), { path, state });
  assert.ok(migration, text);
  return migration;
}

let base: DjangoState = emptyState;

/** What is not known, and what is silent. */
const unknown: readonly (readonly [operations: string, sent: readonly string[]])[] = [
  ['', []],
  ['migrations.AlterModelOptions(name="shop", options={}),', []],
  ['migrations.RunSQL(migrations.RunSQL.noop),', []],
  ['migrations.RunPython(migrations.RunPython.noop),', []],
  ['migrations.RunPython(nothing),', []],
  ['migrations.RunSQL(sql()),', ['unknown: its SQL is put together when it runs']],
  ['migrations.RunPython(elsewhere),', ['unknown: what it runs stands in another file']],
  ['migrations.RunPython(rows),', ['unknown: it changes rows in Python']],
  ['MyOperation("x"),', ['unknown: what MyOperation does is not known here']],
  [
    'migrations.RemoveField(model_name="other", name="x"),',
    ['unknown: the model other stands in an earlier migration'],
  ],
  [
    'migrations.AddField(model_name="shop", name="x", field=MoneyRelation()),',
    ['unknown: the column of the field class MoneyRelation is not known here'],
  ],
  [
    'migrations.AddField(model_name="shop", name="x", field=MoneyField(null=True)),',
    ['ALTER TABLE shop_shop ADD COLUMN x ${type} NULL'],
  ],
  [
    'migrations.AddField(model_name="shop", name="x", field=models.ForeignKey(to=settings.AUTH_USER_MODEL, on_delete=None)),',
    ['unknown: which model the users are is a setting of the project'],
  ],
  [
    'migrations.AddField(model_name="shop", name="x", field=models.ForeignKey(to="other.thing", on_delete=None)),',
    ['unknown: the model other.thing stands in another migration'],
  ],
];

const functions = `
def nothing(apps, schema_editor):
    print(apps.get_model("shop", "Shop").objects.count())

def rows(apps, schema_editor):
    for shop in apps.get_model("shop", "Shop").objects.all():
        shop.name = "x"
        shop.save()

def raw(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("UPDATE shop_shop SET name = %s", ["x"])
    schema_editor.execute("SELECT 1")
`;

describe('migrations of Django', () => {
  before(async () => {
    await loadScripts();
    const { base: operations = '' } = recorded('django');
    base = replayDjango(pythonOf(djangoFile(operations)), '/project/shop/migrations/0001_initial.py', emptyState);
  });

  it('what is not known is said once, and nothing is guessed', () => {
    for (const [operations, sent] of unknown)
      assert.deepEqual(sentBy(read(djangoFile(operations, functions), base).up), sent, operations);
    assert.equal(readDjango(pythonOf('x = 1'), { path }), undefined);
    assert.deepEqual(sentBy(read('class Migration:\n    operations = make()\n').up), [
      'unknown: the operations are put together when it runs',
    ]);
  });

  it('recorded operations say what the real Django sends, in both directions', () => {
    for (const { code, up, down } of recorded('django').cases) {
      const migration = read(djangoFile(`${code},`), base);
      if (up) assertSameSql(sentBy(migration.up), up);
      if (down !== undefined) assertSameSql(sentBy(migration.down), down ?? undefined);
    }
  });

  it('operations outside a transaction, extensions, SQL in functions', () => {
    const cases: readonly (readonly [string, readonly string[]])[] = [
      [
        'AddIndexConcurrently("shop", models.Index(fields=["name"], name="n")),',
        ['CREATE INDEX CONCURRENTLY n ON shop_shop (name)'],
      ],
      ['RemoveIndexConcurrently("item", "rank_idx"),', ['DROP INDEX CONCURRENTLY IF EXISTS rank_idx']],
      ['CITextExtension(),', ['CREATE EXTENSION IF NOT EXISTS citext']],
      ['migrations.RunPython(raw),', ['UPDATE shop_shop SET name = ${value}', 'SELECT 1']],
    ];
    for (const [operations, sent] of cases)
      assert.deepEqual(sentBy(read(djangoFile(operations, functions), base).up), sent);
    const { up } = read('class Migration:\n    atomic = False\n    operations = [migrations.RunSQL("SELECT 1")]\n');
    assert.deepEqual([up?.[0]?.scope, up?.[0]?.mark], ['none', 'atomic = False']);
  });

  it('operations go back from the last to the first, and what one of them sends in its own order', () => {
    const operations = `migrations.RunSQL(["SELECT 1", "SELECT 2"], reverse_sql=["SELECT 3", "SELECT 4"]),
        migrations.RunSQL("SELECT 5", reverse_sql="SELECT 6"),`;
    const { down } = read(djangoFile(operations));
    assert.deepEqual(sentBy(down), ['SELECT 6', 'SELECT 3', 'SELECT 4']);
  });

  it('an operation that cannot be undone undoes nothing', () => {
    assert.equal(read(djangoFile('migrations.RunSQL("SELECT 1"),')).down, undefined);
    assert.equal(read(djangoFile('migrations.RunPython(rows),', functions)).down, undefined);
  });

  it('fields are placed in the file', () => {
    const text = djangoFile('migrations.CreateModel(name="A", fields=[("id", models.AutoField(primary_key=True))]),');
    const [piece] = read(text).up?.[0]?.pieces ?? [];
    const parts = piece?.kind === 'built' ? (piece.parts ?? []) : [];
    assert.deepEqual(
      parts.map(({ place }) => text.slice(place.start, place.end)),
      ['("id", models.AutoField(primary_key=True))'],
    );
  });

  it('a change is said by the operation for PostgreSQL, which is imported', () => {
    const cases = [
      [
        'migrations.AddIndex("shop", models.Index(fields=["name"], name="n")),',
        'CREATE INDEX CONCURRENTLY n ON shop_shop (name)',
        'AddIndexConcurrently',
      ],
      [
        'migrations.RemoveIndex("item", "rank_idx"),',
        'DROP INDEX CONCURRENTLY IF EXISTS rank_idx',
        'RemoveIndexConcurrently',
      ],
      [
        'migrations.AddConstraint("shop", models.CheckConstraint(condition=models.Q(size=1), name="c")),',
        'ALTER TABLE shop_shop ADD CONSTRAINT c CHECK (size = 1) NOT VALID',
        'AddConstraintNotValid',
      ],
    ] as const;
    for (const [operations, wanted, name] of cases) {
      const text = djangoFile(operations);
      const [piece] = read(text, base).up?.[0]?.pieces ?? [];
      const changed = edited(text, (piece?.kind === 'built' && piece.reword?.(wanted)) || []);
      assert.ok(changed.includes(`from django.contrib.postgres.operations import ${name}`), changed);
      assertSameSql(sentBy(read(changed, base).up), [wanted]);
    }
  });

  it('the whole file runs outside a transaction, and a new element is read back', () => {
    const text = djangoFile('migrations.RunSQL("SELECT 1"),');
    const outside = read(edited(text, read(text).form.markOutside() ?? []));
    assert.equal(outside.up?.[0]?.scope, 'none');
    assert.deepEqual(outside.form.markOutside(), []);
    const [piece] = read(text).up?.[0]?.pieces ?? [];
    const statement = piece?.kind === 'unknown' ? undefined : piece?.statement;
    assert.equal(text.slice(statement?.start, statement?.end), 'migrations.RunSQL("SELECT 1"),');
    for (const sql of ['SELECT 1', 'SELECT "a"\nFROM t']) {
      const { form } = read(text);
      assertSameSql(sentBy(read(djangoFile(form.call(sql))).up), [sql]);
    }
  });

  it('MD5', () => {
    assert.equal(md5(utf8('')), 'd41d8cd98f00b204e9800998ecf8427e');
    assert.equal(md5(utf8('a'.repeat(100))), '36a92cc94a9e0fa21f625f8bfb007adf');
  });
});
