import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { atlasSum } from '../../server/src/frameworks/atlas-sum.js';
import { Folder } from '../support/folder.js';
import { runCli } from './support/run-cli.js';

const table = 'CREATE TABLE orders (id bigint PRIMARY KEY, code text);\n';
const index = 'CREATE INDEX orders_code ON orders (code);\n';
const comment = "COMMENT ON TABLE orders IS 'x';\n";

const fix = (folder: Folder, file: string) => runCli(['fix', file, '--write'], { cwd: folder.path });

describe('pg-airlock fix --write in the form of a tool', () => {
  it('writes metadata.toml of Diesel with a new migration, and into a folder that has none', async () => {
    const files = {
      'diesel.toml': '',
      'migrations/2024-01-01-000000_orders/up.sql': table,
      'migrations/2024-01-02-000000_index/up.sql': index,
      'migrations/2024-01-03-000000_both/up.sql': comment + index.replaceAll('orders_code', 'orders_code_2'),
    };
    const folder = new Folder(files);
    const alone = await fix(folder, 'migrations/2024-01-02-000000_index/up.sql');
    assert.equal(alone.code, 0, alone.stderr);
    assert.match(folder.read('migrations/2024-01-02-000000_index/metadata.toml'), /run_in_transaction = false/);
    const both = await fix(folder, 'migrations/2024-01-03-000000_both/up.sql');
    const made = /wrote (\S+index_orders_code_2)\/up\.sql/.exec(both.stderr)?.[1] ?? '';
    assert.match(folder.read(`${made}/metadata.toml`), /run_in_transaction = false/);
    assert.match(folder.read(`${made}/up.sql`), /CREATE INDEX CONCURRENTLY/);
  });

  it('writes the .conf of Flyway, and replaces one that is there', async () => {
    const folder = new Folder({
      'flyway.conf': 'flyway.postgresql.transactional.lock=false\n',
      'sql/V1__orders.sql': table,
      'sql/V2__state.sql': 'ALTER TABLE orders ADD COLUMN state text NOT NULL DEFAULT md5(random()::text);\n',
    });
    const { stderr } = await fix(folder, 'sql/V2__state.sql');
    assert.match(stderr, /^wrote sql\/V3__backfill_orders_state\.sql$/m);
    assert.match(folder.read('sql/V3__backfill_orders_state.sql.conf'), /executeInTransaction=false/);
  });

  it('keeps every new change in the plan of Sqitch when several statements are split', async () => {
    const folder = new Folder({
      'sqitch.plan':
        '%syntax-version=1.0.0\n%project=shop\n\norders 2024-01-01T00:00:00Z A <a@b.c> # x\nboth 2024-01-02T00:00:00Z A <a@b.c> # x\n',
      'deploy/orders.sql': `BEGIN;\n${table}COMMIT;\n`,
      'deploy/both.sql': `BEGIN;\n${comment}${index}${index.replaceAll('orders_code', 'orders_code_2')}COMMIT;\n`,
      'revert/both.sql': '',
    });
    const { stderr } = await fix(folder, 'deploy/both.sql');
    const made = [...stderr.matchAll(/^wrote deploy\/(index_\w+)\.sql$/gm)].map(([, name]) => name ?? '');
    assert.equal(made.length, 2, stderr);
    const planned = folder.read('sqitch.plan');
    for (const name of made) assert.match(planned, new RegExp(`^${name} `, 'm'));
  });

  for (const [what, second] of [
    ['one statement is split', ''],
    ['several statements are split', index.replaceAll('orders_code', 'orders_code_2')],
  ] as const)
    it(`leaves atlas.sum true to the folder when ${what}`, async () => {
      const files = {
        'm/20240101000000_orders.sql': table,
        'm/20240102000000_both.sql': comment + index + second,
      };
      const before = Object.entries(files).map(([path, text]) => ({ name: path.slice(2), text }));
      const folder = new Folder({ 'atlas.hcl': '', ...files, 'm/atlas.sum': atlasSum(before) });
      const { stderr } = await fix(folder, 'm/20240102000000_both.sql');
      const names = readdirSync(join(folder.path, 'm')).filter((name) => name.endsWith('.sql'));
      assert.equal(names.length, second === '' ? 3 : 4, stderr);
      const after = names.map((name) => ({ name, text: folder.read(`m/${name}`) }));
      assert.equal(folder.read('m/atlas.sum'), atlasSum(after));
    });

  it('says why a statement is not split', async () => {
    const folder = new Folder({
      '.gmrc': '{}',
      'migrations/committed/000001-orders.sql': `--! Previous: -\n--! Hash: sha1:0\n\n${table}`,
      'migrations/current.sql': comment + index,
    });
    const { stderr } = await fix(folder, 'migrations/current.sql');
    assert.match(
      stderr,
      /^not split: migrations\/current\.sql:\d graphile-migrate has no file of its own for the next step/m,
    );
  });
});
