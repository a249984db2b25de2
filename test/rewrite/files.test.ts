import assert from 'node:assert/strict';
import { plainSql } from '../../server/src/frameworks/plain-sql.js';
import { type Place, planFiles, shipsLater } from '../../server/src/rewrite/files.js';
import { isPlan, isRefused } from '../../server/src/rewrite/plan.js';
import { planFor } from '../../server/src/rewrite/rewrite.js';
import { parseDocument } from '../../server/src/sql/parse.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { bareSession } from '../support/planning.js';
import { projectOf } from '../support/project.js';
import { stateAfter, target16 } from '../support/schema-state.js';

const shop = 'CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint)';

/** The files for the statement between the bars of a migration. */
async function filesFor(marked: string, change: Partial<Place> = {}, existing = ['m/0001_shop.sql', 'm/0009_a.sql']) {
  const [head = '', statement = '', tail = ''] = marked.split('|');
  const before = await stateAfter(shop);
  const [parsed] = parseDocument(statement).statements;
  assert.ok(parsed);
  const plan = planFor({ statement: parsed.parsed, before, target: target16 });
  assert.ok(isPlan(plan));
  const place: Place = {
    path: 'm/0008_status.sql',
    text: head + statement + tail,
    start: head.length,
    end: head.length + statement.length,
    transaction: undefined,
    movesRest: false,
    around: bareSession,
    section: { start: 0, end: marked.length - 2 },
    settings: undefined,
    write: { project: projectOf(plainSql), existing, directory: 'm', now: 0 },
    ...change,
  };
  const files = planFiles(plan, place);
  assert.ok(!isRefused(files));
  return files;
}

const notNull = 'ALTER TABLE orders ADD COLUMN status text NOT NULL;';

describe('planFiles', () => {
  before(initParser);

  it('puts the first phase where the statement stands, and the others behind all files that exist', async () => {
    const { files, downs } = await filesFor(`-- Mine.\n|${notNull}|\nSELECT 1;\n`);
    assert.deepEqual(
      files.map(({ path, transactional }) => [path, transactional]),
      [
        ['m/0008_status.sql', true],
        ['m/0010_backfill_orders_status.sql', false],
        ['m/0011_set_orders_status_not_null.sql', false],
      ],
    );
    assert.deepEqual(
      downs.map(({ path }) => path),
      ['m/0010_backfill_orders_status.down.sql', 'm/0011_set_orders_status_not_null.down.sql'],
    );
    const [own, backfill] = files;
    assert.match(
      own?.sql ?? '',
      /^-- Mine\.\n-- Airlock step 1 of 3: .*SET lock_timeout = '5s';\nALTER TABLE orders ADD COLUMN IF NOT EXISTS status text;\nRESET lock_timeout;\nSELECT 1;\n$/s,
    );
    assert.match(
      backfill?.sql ?? '',
      /^-- Airlock step 2 of 3: .*\n(?:-- .*\n)*-- In a later release than the step before: ship it when /m,
    );
    assert.equal(shipsLater(own?.sql ?? ''), false);
    assert.equal(shipsLater(backfill?.sql ?? ''), true);
  });

  it('moves a first phase that cannot run in the transaction of the file', async () => {
    const { files } = await filesFor('BEGIN;\n|ALTER TABLE orders ADD UNIQUE (customer_id);|\nCOMMIT;\n', {
      transaction: 'begin',
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

  it('writes what needs the whole change into a file behind the last step', async () => {
    const { files } = await filesFor(`|${notNull}|\nCREATE INDEX i ON orders (status);\n`, { movesRest: true });
    assert.doesNotMatch(files[0]?.sql ?? '', /INDEX/);
    assert.equal(files.at(-1)?.path, 'm/0012_status_rest.sql');
    assert.match(files.at(-1)?.sql ?? '', /CREATE INDEX i ON orders \(status\);\n$/);
  });

  it('sets the timeout in the transaction only, where the file has one', async () => {
    const { files } = await filesFor(`BEGIN;\n|${notNull}|\nCOMMIT;\n`, { transaction: 'begin' });
    assert.match(files[0]?.sql ?? '', /BEGIN;\n(?:--.*\n)*SET LOCAL lock_timeout = '5s';\nALTER TABLE/);
  });

  it('keeps the line ends of the file and its own lock_timeout', async () => {
    const { files } = await filesFor(`SET lock_timeout = '1s';\r\n|${notNull}|\r\n`, {
      around: { ...bareSession, settings: new Map([['lock_timeout', '1s']]) },
    });
    const [own, backfill] = files;
    assert.doesNotMatch(own?.sql ?? '', /(?<!\r)\n/);
    assert.equal(own?.sql.match(/SET lock_timeout/g)?.length, 1);
    assert.doesNotMatch(backfill?.sql ?? '', /(?<!\r)\n/);
  });

  it('runs new files in the session of the file that they come from', async () => {
    const settings = new Map([
      ['search_path', 'app, public'],
      ['role', 'migrator'],
      ['statement_timeout', '1min'],
    ]);
    const { files, downs } = await filesFor(`|${notNull}|`, { around: { ...bareSession, settings } });
    for (const { sql } of [...files.slice(1), ...downs.filter(({ sql: each }) => /^ALTER/m.test(each))]) {
      assert.match(sql, /^SET search_path = app, public;$/m);
      assert.match(sql, /^SET role = 'migrator';$/m);
    }
    assert.match(files[1]?.sql ?? '', /^SET statement_timeout = 0;$/m);
  });

  it('writes only SQL that PostgreSQL parses', async () => {
    const { files, downs } = await filesFor(`|${notNull}|`);
    for (const { sql } of [...files, ...downs]) {
      const { statements, problems } = parseDocument(sql);
      assert.deepEqual([...problems, ...statements.flatMap(({ parsed }) => parsed.problem ?? [])], []);
    }
  });
});
