import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { rules } from '../../rules/index.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { isPlan } from '../../server/src/rewrite/plan.js';
import { planFor } from '../../server/src/rewrite/rewrite.js';
import { parseStatement } from '../../server/src/sql/parse.js';
import { planCases, shop } from '../rewrite/support/plan-cases.js';
import { examplesOf } from '../rules/support/page.js';
import { analyzeSql, type Setting } from '../support/analyze-sql.js';
import { phaseText, withValue } from '../support/planning.js';
import { stateAfter, target16 } from '../support/schema-state.js';

const root = path.resolve(__dirname, '..', '..', '..');

/** What is said at warning or above, with all rules on. */
function loud(sql: string, setting?: Setting): string[] {
  return analyzeSql(sql, setting)
    .findings.filter(({ severity }) => severity === 'error' || severity === 'warning')
    .map(({ rule, message }) => `${rule}: ${message}`);
}

/** What the author wants from a foreign key is not for a plan to change. */
const cascade = /^no-unasked-cascade: /;
/** A new column that only new code fills must not be NOT NULL in the same release: that is what the phases are for. */
const sameRelease = /^no-check-before-code: /;

/** Tables that earlier migrations have made. */
const tables = `
CREATE TABLE customers (id bigint PRIMARY KEY, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, state text, total integer, code varchar(20));
CREATE INDEX orders_state ON orders (state);
CREATE TABLE events (id bigint, at date NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE MATERIALIZED VIEW totals AS SELECT customer_id, sum(total) AS total FROM orders GROUP BY customer_id;
CREATE UNIQUE INDEX totals_customer ON totals (customer_id);
CREATE TYPE mood AS ENUM ('sad', 'ok');`;

/** The safe forms, each as the migrations that ship one after the other. */
const forms: Readonly<Record<string, readonly string[]>> = {
  'an index': ['CREATE INDEX CONCURRENTLY orders_total ON orders (total);'],
  'an index that is dropped': ['DROP INDEX CONCURRENTLY orders_state;'],
  'a rebuilt index': ['REINDEX INDEX CONCURRENTLY orders_state;'],
  'a replaced index': [
    'CREATE INDEX CONCURRENTLY orders_state_total ON orders (state, total);',
    'DROP INDEX CONCURRENTLY orders_state;',
  ],
  'a unique constraint': [
    'CREATE UNIQUE INDEX CONCURRENTLY customers_email_key ON customers (email);',
    "SET lock_timeout = '5s'; ALTER TABLE customers ADD CONSTRAINT customers_email_key UNIQUE USING INDEX customers_email_key;",
  ],
  'a CHECK': [
    "SET lock_timeout = '5s'; ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0) NOT VALID;",
    'ALTER TABLE orders VALIDATE CONSTRAINT positive;',
  ],
  'a foreign key': [
    'CREATE INDEX CONCURRENTLY orders_customer ON orders (customer_id);',
    "SET lock_timeout = '5s'; ALTER TABLE orders ADD CONSTRAINT orders_customer_fk FOREIGN KEY (customer_id) REFERENCES customers NOT VALID;",
    'ALTER TABLE orders VALIDATE CONSTRAINT orders_customer_fk;',
  ],
  'NOT NULL on a column that is there': [
    "SET lock_timeout = '5s'; ALTER TABLE orders ADD CONSTRAINT state_there CHECK (state IS NOT NULL) NOT VALID;",
    'ALTER TABLE orders VALIDATE CONSTRAINT state_there;',
    "SET lock_timeout = '5s'; ALTER TABLE orders ALTER COLUMN state SET NOT NULL; ALTER TABLE orders DROP CONSTRAINT state_there;",
  ],
  'a column with a constant default': [
    "SET lock_timeout = '5s'; ALTER TABLE orders ADD COLUMN currency text NOT NULL DEFAULT 'EUR';",
  ],
  'a column with a default of now()': [
    "SET lock_timeout = '5s'; ALTER TABLE orders ADD COLUMN created_at timestamptz NOT NULL DEFAULT now();",
  ],
  'a column that is filled in batches': [
    "SET lock_timeout = '5s'; ALTER TABLE orders ADD COLUMN token uuid; ALTER TABLE orders ALTER COLUMN token SET DEFAULT gen_random_uuid();",
    `DO $$
     DECLARE last bigint := 0; up bigint;
     BEGIN
       LOOP
         SELECT max(id) INTO up FROM (SELECT id FROM orders WHERE id > last ORDER BY id LIMIT 1000) AS batch;
         EXIT WHEN up IS NULL;
         UPDATE orders SET token = gen_random_uuid() WHERE id > last AND id <= up AND token IS NULL;
         last := up;
         COMMIT;
         PERFORM pg_sleep(0.1);
       END LOOP;
     END $$;`,
  ],
  'a longer varchar': ["SET lock_timeout = '5s'; ALTER TABLE orders ALTER COLUMN code TYPE varchar(50);"],
  'varchar to text': ["SET lock_timeout = '5s'; ALTER TABLE orders ALTER COLUMN code TYPE text;"],
  'a partition': [
    `CREATE TABLE events_2025 (LIKE events INCLUDING ALL);
     ALTER TABLE events_2025 ADD CONSTRAINT bounds CHECK (at >= '2025-01-01' AND at < '2026-01-01');`,
    "SET lock_timeout = '5s'; ALTER TABLE events ATTACH PARTITION events_2025 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');",
  ],
  'a partition that goes': ['ALTER TABLE events DETACH PARTITION events_2024 CONCURRENTLY;'],
  'a materialized view': ['REFRESH MATERIALIZED VIEW CONCURRENTLY totals;'],
  'a value of an enum': ["ALTER TYPE mood ADD VALUE 'great';"],
  'a table that is renamed behind a view': [
    "BEGIN; SET LOCAL lock_timeout = '5s'; ALTER TABLE orders RENAME TO purchases; CREATE VIEW orders AS SELECT * FROM purchases; COMMIT;",
  ],
  'rows that are deleted by their keys': ['DELETE FROM orders WHERE id BETWEEN 1 AND 1000;'],
};

describe('silence', () => {
  before(initParser);

  for (const [title, migrations] of Object.entries(forms)) {
    it(`on ${title}, file by file`, () => {
      const history = [tables];
      for (const sql of migrations) {
        assert.deepEqual(loud(sql, { history }), [], sql);
        history.push(sql);
      }
    });

    it(`on ${title}, in one file that runs statement by statement`, () => {
      // CONCURRENTLY waits behind no lock_timeout of an earlier statement.
      const sql = migrations.map((each) => `${each}\nRESET lock_timeout;`).join('\n');
      assert.deepEqual(loud(sql, { history: [tables] }), [], sql);
    });
  }

  for (const { statement, value } of planCases) {
    it(`on the phases in one file of ${statement.replace(/\s+/g, ' ')}`, async () => {
      const plan = planFor({
        statement: parseStatement(statement),
        before: await stateAfter(shop),
        target: target16,
      });
      assert.ok(isPlan(plan));
      const sql = plan.phases
        .map((phase) => {
          const text = withValue(phaseText(phase), value ?? "'x'");
          return phase.transactional ? `BEGIN;\n${text}\nCOMMIT;` : text;
        })
        .join('\nRESET lock_timeout;\n');
      const found = loud(sql, { history: [shop] }).filter((message) => !cascade.test(message));
      if (value !== undefined && /\badd\b/i.test(statement))
        assert.ok(found.every((message) => sameRelease.test(message)));
      else assert.deepEqual(found, [], sql);
    });
  }

  it('on new tables with their indexes and keys, in one file and in files of one release', () => {
    const files = [
      'CREATE TABLE shelves (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE);',
      `CREATE TABLE books (id bigserial PRIMARY KEY, shelf_id bigint NOT NULL, title text, isbn varchar(13), pages int CHECK (pages > 0));
       CREATE INDEX books_shelf ON books (shelf_id);
       ALTER TABLE books ADD CONSTRAINT books_isbn UNIQUE (isbn);
       ALTER TABLE books ADD CONSTRAINT books_shelf_fk FOREIGN KEY (shelf_id) REFERENCES shelves;
       ALTER TABLE books ALTER COLUMN title SET NOT NULL;
       ALTER TABLE books ALTER COLUMN isbn TYPE text;
       ALTER TABLE books RENAME COLUMN title TO name;
       ALTER TABLE books DROP COLUMN pages;
       INSERT INTO shelves (name) VALUES ('first');
       INSERT INTO books (shelf_id, name) SELECT 1, 'b' || g FROM generate_series(1, 5) AS g;
       UPDATE books SET isbn = name;
       CREATE TRIGGER t BEFORE UPDATE ON books FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
       CREATE VIEW titles AS SELECT name FROM books;
       CREATE MATERIALIZED VIEW counts AS SELECT shelf_id, count(*) FROM books GROUP BY shelf_id;
       CREATE UNIQUE INDEX ON counts (shelf_id);`,
    ];
    assert.deepEqual(loud(files.join('\n')), []);
    for (const transaction of ['none', 'per-file'] as const)
      assert.deepEqual(loud(files.join('\n'), { config: { transaction } }), []);
  });

  it('on what pg_dump writes, rows included', () => {
    const dump = fs.readFileSync(path.join(root, 'test/silence/dump.sql'), 'utf8');
    const schemaOnly = dump.replace(/^COPY [^;]+ FROM stdin;\n[\s\S]*?^\\\.$/gm, '');
    assert.notEqual(schemaOnly, dump);
    for (const sql of [dump, schemaOnly]) assert.deepEqual(loud(sql), []);
  });

  describe('of other rules on the examples to follow', () => {
    for (const { meta } of rules) {
      const page = fs.readFileSync(path.join(root, 'rules', meta.category, `${meta.id}.md`), 'utf8');
      for (const { kind, sql, history, postgres, line, fails } of examplesOf(page).examples) {
        if (kind !== 'fixed' || fails) continue;
        it(`${meta.id}, line ${line}`, () => {
          assert.deepEqual(loud(sql, { history, config: { postgres, timeouts: 'set-elsewhere' } }), []);
        });
      }
    }
  });
});
