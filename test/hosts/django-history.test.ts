import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { readHostFile } from '../../server/src/hosts/index.js';
import { initHostParser } from '../../server/src/hosts/syntax/parser.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';

const migration = (dependencies: string, operations: string): string =>
  `from django.db import migrations, models\n\n\nclass Migration(migrations.Migration):\n    dependencies = [${dependencies}]\n    operations = [${operations}]\n`;
const model = (name: string, key = 'BigAutoField'): string =>
  `migrations.CreateModel(name="${name}", fields=[("id", models.${key}(primary_key=True)), ("total", models.IntegerField())])`;
const alter = 'migrations.AlterField(model_name="order", name="total", field=models.BigIntegerField())';
const refer =
  'migrations.AddField(model_name="order", name="page", field=models.ForeignKey(null=True, on_delete=models.CASCADE, to="pages.page"))';

/** What a migration sends when it is applied, after others of the project. */
function sent(path: string, files: Readonly<Record<string, string>>, stamp?: object): string[] {
  const read = (at: string): string | undefined => files[at];
  const file = readHostFile('django', files[path] ?? '', {
    path,
    files: stamp ? { read, stamp: () => stamp } : { read },
  });
  return (file?.migration.up ?? []).flatMap(({ pieces }) =>
    pieces.map((piece) => (piece.kind === 'built' ? piece.sql : piece.kind === 'unknown' ? `? ${piece.reason}` : '')),
  );
}

describe("Django's models before a migration", () => {
  before(async () => {
    await initParser();
    await initHostParser('python', (part) => readFileSync(require.resolve(`@vscode/tree-sitter-wasm/wasm/${part}`)));
  });

  const orders = '/p/orders/migrations/0001_initial.py';
  const second = '/p/orders/migrations/0002_next.py';

  it('are not known without the files before it', () => {
    const [only = ''] = sent(second, { [second]: migration('("orders", "0001_initial")', alter) });
    assert.match(only, /^\? /);
  });

  it('are those that the files before it have made', () => {
    const files = { [orders]: migration('', model('Order')), [second]: migration('("orders", "0001_initial")', alter) };
    assert.deepEqual(sent(second, files), [
      'ALTER TABLE orders_order ALTER COLUMN total TYPE bigint USING total::bigint;',
    ]);
  });

  it('are those of other applications, too', () => {
    const files = {
      '/p/pages/migrations/0001_initial.py': migration('', model('Page', 'AutoField')),
      [orders]: migration('', model('Order')),
      [second]: migration('("orders", "0001_initial"), ("pages", "0001_initial")', refer),
    };
    assert.match(sent(second, files).join('\n'), /ADD COLUMN page_id integer\b[\s\S]*REFERENCES pages_page\(id\)/);
  });

  it('follow a file that changes', () => {
    const files = { [orders]: migration('', model('Order')), [second]: migration('("orders", "0001_initial")', alter) };
    const stamp = {};
    assert.match(sent(second, files, stamp).join(), /TYPE bigint/);
    const changed = {
      ...files,
      [orders]: migration('', model('Order').replace('IntegerField()', 'BigIntegerField()')),
    };
    assert.deepEqual(sent(second, changed, {}), []);
    assert.match(sent(second, files, {}).join(), /TYPE bigint/);
  });

  it('come to an end where files refer to one another in a circle', () => {
    const files = {
      [orders]: migration('("orders", "0002_next")', model('Order')),
      [second]: migration('("orders", "0001_initial")', alter),
    };
    assert.equal(sent(second, files).length, 1);
  });
});
