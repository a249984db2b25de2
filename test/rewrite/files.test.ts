import assert from 'node:assert/strict';
import { plainSql } from '../../server/src/frameworks/plain-sql.js';
import { type Place, planFiles } from '../../server/src/rewrite/files.js';
import { planFor } from '../../server/src/rewrite/rewrite.js';
import { parseDocument } from '../../server/src/sql/parse.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { stateAfter, target16 } from '../support/schema-state.js';

const shop = 'CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint)';

/** The files for the statement between the bars of a migration. */
async function filesFor(marked: string, change: Partial<Place> = {}, existing = ['m/0001_shop.sql', 'm/0009_a.sql']) {
  const [head = '', statement = '', tail = ''] = marked.split('|');
  const before = await stateAfter(shop);
  const [parsed] = parseDocument(statement).statements;
  assert.ok(parsed);
  const plan = planFor({ statement: parsed.parsed, before, target: target16 });
  assert.ok(plan);
  const place: Place = {
    path: 'm/0008_status.sql',
    text: head + statement + tail,
    start: head.length,
    end: head.length + statement.length,
    editable: true,
    inTransaction: false,
    ...change,
  };
  return planFiles(plan, place, existing, plainSql);
}

const notNull = 'ALTER TABLE orders ADD COLUMN status text NOT NULL;';

describe('planFiles', () => {
  before(initParser);

  it('puts the first phase where the statement stands, and the others behind all files that exist', async () => {
    const files = await filesFor(`-- Mine.\n|${notNull}|\nSELECT 1;\n`);
    assert.deepEqual(
      files.map(({ path, transactional }) => [path, transactional]),
      [
        ['m/0008_status.sql', true],
        ['m/0010_backfill_orders_status.sql', false],
        ['m/0011_set_orders_status_not_null.sql', false],
      ],
    );
    const [own] = files;
    assert.match(
      own?.sql ?? '',
      /^-- Mine\.\n-- Step 1 of 3: .*SET lock_timeout = '2s';\nALTER TABLE orders ADD COLUMN status text;\nSELECT 1;\n$/s,
    );
    assert.match(own?.sql ?? '', /Before the next step: the application must write orders\.status in every INSERT/);
  });

  it('writes every phase into a new file when the file is applied already', async () => {
    const files = await filesFor(`|${notNull}|`, { editable: false }, ['m/20240131235959_a.sql']);
    assert.deepEqual(
      files.map(({ path }) => path),
      [
        'm/20240201000000_add_orders_status.sql',
        'm/20240201000001_backfill_orders_status.sql',
        'm/20240201000002_set_orders_status_not_null.sql',
      ],
    );
  });

  it('moves a first phase that cannot run in the transaction of the file', async () => {
    const files = await filesFor('BEGIN;\n|ALTER TABLE orders ADD UNIQUE (customer_id);|\nCOMMIT;\n', {
      inTransaction: true,
    });
    assert.deepEqual(
      files.map(({ path, transactional }) => [path, transactional]),
      [
        ['m/0008_status.sql', true],
        ['m/0010_index_orders_customer_id_key.sql', false],
        ['m/0011_add_orders_customer_id_key.sql', true],
      ],
    );
    assert.doesNotMatch(files[0]?.sql ?? '', /UNIQUE/);
  });

  it('keeps the line ends of the file and its own lock_timeout', async () => {
    const [own] = await filesFor(`SET lock_timeout = '1s';\r\n|${notNull}|\r\n`);
    assert.doesNotMatch(own?.sql ?? '', /(?<!\r)\n/);
    assert.equal(own?.sql.match(/SET lock_timeout/g)?.length, 1);
  });

  it('writes only SQL that PostgreSQL parses', async () => {
    for (const { sql } of await filesFor(`|${notNull}|`)) {
      const { statements, problems } = parseDocument(sql);
      assert.deepEqual([...problems, ...statements.flatMap(({ parsed }) => parsed.problem ?? [])], []);
    }
  });
});
