import assert from 'node:assert/strict';
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

  it('says why a statement is not split', async () => {
    const folder = new Folder({
      '.gmrc': '{}',
      'migrations/committed/000001-orders.sql': `--! Previous: -\n--! Hash: sha1:0\n\n${table}`,
      'migrations/current.sql': comment + index,
    });
    const { stderr } = await fix(folder, 'migrations/current.sql');
    assert.match(
      stderr,
      /^not split: migrations\/current\.sql:\d graphile-migrate has no place for another migration/m,
    );
  });
});
