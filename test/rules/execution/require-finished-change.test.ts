import assert from 'node:assert/strict';
import rule from '../../../rules/execution/require-finished-change.js';
import { initParser } from '../../../server/src/sql/postgres-parser.js';
import { analyzeSql, type Setting } from '../../support/analyze-sql.js';
import { withDatabase } from '../../support/pglite.js';

const start = `CREATE TABLE orders (id bigint PRIMARY KEY, total int, code text);
  CREATE TABLE customers (id bigint PRIMARY KEY);
  CREATE TABLE visits (day date NOT NULL, page text) PARTITION BY RANGE (day);
  CREATE TABLE visits_1 PARTITION OF visits FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
  CREATE TABLE visits_2 PARTITION OF visits FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');`;
const next = 'ALTER TABLE customers ADD COLUMN note text;';
const check = 'ALTER TABLE orders ADD CONSTRAINT total_ok CHECK (total >= 0) NOT VALID;';

function said(history: readonly string[], last = next, more: Partial<Setting> = {}): string[] {
  const found = analyzeSql(last, { history: [start, ...history], isLast: true, ...more }, [rule]).findings;
  return found.map(({ severity, message, advice }) => `${severity} ${message} ${advice}`);
}

type Silent = readonly [history: readonly string[], last?: string, more?: Partial<Setting>];

describe('require-finished-change', () => {
  before(initParser);

  const silent: Readonly<Record<string, Silent>> = {
    'the migration that begins it': [[], check],
    'a constraint that is valid': [[check.replace(' NOT VALID', '')]],
    'one that was validated later': [[check, 'ALTER TABLE orders VALIDATE CONSTRAINT total_ok;']],
    'one that the last migration validates': [[check], 'ALTER TABLE orders VALIDATE CONSTRAINT total_ok;'],
    'one that was validated in a block': [
      [check, 'DO $$ BEGIN ALTER TABLE orders VALIDATE CONSTRAINT total_ok; END $$;'],
    ],
    'one that was dropped': [[check, 'ALTER TABLE orders DROP CONSTRAINT total_ok;']],
    'one whose table was dropped': [[check, 'DROP TABLE orders;']],
    'one whose column was dropped': [[check, 'ALTER TABLE orders DROP COLUMN total;']],
    'one that was rolled back': [[`BEGIN; ${check} ROLLBACK;`]],
    'one that dynamic SQL may have validated': [[check, "DO $$ BEGIN EXECUTE 'ALTER TABLE ' || 'x'; END $$;"]],
    'one that is never enforced': [
      ['ALTER TABLE orders ADD CHECK (total >= 0) NOT ENFORCED;'],
      next,
      { config: { postgres: 18 } },
    ],
    'one of a temporary table': [['CREATE TEMP TABLE tmp (a int); ALTER TABLE tmp ADD CHECK (a > 0) NOT VALID;']],
    'one that is left as it is on purpose': [
      [check],
      next,
      { config: { rules: { 'require-finished-change': ['info', { leave: ['orders.total_ok'] }] } } },
    ],
    'a file that is not the last': [[check], next, { isLast: false }],
    'an index of a partitioned table with all its parts': [['CREATE INDEX p ON visits (page);']],
    'an index whose parts were attached': [
      [
        'CREATE INDEX p ON ONLY visits (page);',
        'CREATE INDEX CONCURRENTLY p1 ON visits_1 (page); CREATE INDEX CONCURRENTLY p2 ON visits_2 (page);',
        'ALTER INDEX p ATTACH PARTITION p1; ALTER INDEX p ATTACH PARTITION p2;',
      ],
    ],
    'an index that was dropped': [['CREATE INDEX p ON ONLY visits (page);', 'DROP INDEX p;']],
    'an index on ONLY a plain table': [['CREATE INDEX p ON ONLY orders (code);']],
    'a trigger of the author': [
      [
        'CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$; CREATE TRIGGER f BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION f();',
      ],
    ],
    'a table renamed to another thing': [['ALTER TABLE orders RENAME TO purchases;']],
    'a table with such a name that was made so': [['CREATE TABLE orders_old (id int);']],
    'a table that was put aside and dropped': [['ALTER TABLE orders RENAME TO orders_old;', 'DROP TABLE orders_old;']],
    'a table that came back': [
      ['ALTER TABLE orders RENAME TO orders_old;', 'ALTER TABLE orders_old RENAME TO orders;'],
    ],
    'a table aside that a view reads': [
      ['ALTER TABLE orders RENAME TO orders_old;', 'CREATE VIEW orders AS SELECT id, total FROM orders_old;'],
    ],
    'a table aside that became a partition': [
      [
        'ALTER TABLE customers RENAME TO customers_old; CREATE TABLE customers (id bigint) PARTITION BY RANGE (id); ALTER TABLE customers ATTACH PARTITION customers_old FOR VALUES FROM (1) TO (9);',
      ],
      'ALTER TABLE orders ADD COLUMN note text;',
    ],
    'a column that was put aside and dropped': [
      [
        'ALTER TABLE orders RENAME total TO total_old; ALTER TABLE orders ADD COLUMN total bigint;',
        'ALTER TABLE orders DROP COLUMN total_old;',
      ],
    ],
    'a column that only has another name now': [['ALTER TABLE orders RENAME code TO code_old;']],
  };
  for (const [what, [history, last, more]] of Object.entries(silent)) {
    it(`is silent on ${what}`, () => {
      assert.deepEqual(said(history, last, more), []);
    });
  }

  const loud: Readonly<Record<string, readonly [history: readonly string[], message: RegExp]>> = {
    'a CHECK': [
      [check, 'SELECT 1;'],
      /^info 0002_earlier\.sql:1 adds the CHECK total_ok of orders as NOT VALID 2 migrations ago.* ALTER TABLE orders VALIDATE CONSTRAINT total_ok;$/,
    ],
    'a foreign key without a name': [
      ['SELECT 1;\nALTER TABLE orders ADD FOREIGN KEY (id) REFERENCES customers NOT VALID;'],
      /^info 0002_earlier\.sql:2 adds the foreign key orders_id_fkey of orders as NOT VALID 1 migration ago.*/,
    ],
    'a NOT NULL of PostgreSQL 18': [
      ['ALTER TABLE orders ADD CONSTRAINT c NOT NULL code NOT VALID;'],
      /adds the NOT NULL c of orders/,
    ],
    'a name that needs quotes': [
      ['ALTER TABLE orders ADD CONSTRAINT "Total ok" CHECK (total > 0) NOT VALID;'],
      /ALTER TABLE orders VALIDATE CONSTRAINT "Total ok";$/,
    ],
    'one in a block': [[`DO $$ BEGIN ${check} END $$;`], /adds the CHECK total_ok/],
    'a table in another schema': [
      ['CREATE SCHEMA shop; CREATE TABLE shop.items (n int); ALTER TABLE shop.items ADD CHECK (n > 0) NOT VALID;'],
      /of shop\.items .*ALTER TABLE shop\.items VALIDATE CONSTRAINT items_n_check;$/,
    ],
    'one that was dropped and added again, by its last beginning': [
      [check, 'ALTER TABLE orders DROP CONSTRAINT total_ok;', check],
      /^info 0004_earlier\.sql:1 adds the CHECK total_ok of orders as NOT VALID 1 migration ago/,
    ],
    'an index with one part': [
      ['CREATE INDEX p ON ONLY visits (page); CREATE INDEX p1 ON visits_1 (page); ALTER INDEX p ATTACH PARTITION p1;'],
      /makes the index p ON ONLY visits .*attached one of visits_2: .*ALTER INDEX p ATTACH PARTITION for each/,
    ],
    'a key of ONLY the partitioned table': [
      ['ALTER TABLE ONLY visits ADD CONSTRAINT k UNIQUE (day, page);'],
      /makes the index k ON ONLY visits .* visits_1, visits_2/,
    ],
    'a split of Airlock that stopped': [
      [
        'ALTER TABLE orders ADD COLUMN total_new bigint; CREATE FUNCTION airlock_orders_total() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN new.total_new := new.total; RETURN new; END $$; CREATE TRIGGER "~airlock_orders_total" BEFORE INSERT OR UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION airlock_orders_total();',
        'ALTER TABLE orders RENAME total TO total_old; ALTER TABLE orders RENAME total_new TO total;',
      ],
      /begins to change a column of orders with the trigger ~airlock_orders_total 2 migrations ago/,
    ],
    'a progress table': [
      ['CREATE TABLE airlock_backfill (job text PRIMARY KEY);'],
      /makes airlock_backfill 1 migration ago.*DROP TABLE airlock_backfill;$/,
    ],
    'a table aside': [
      ['ALTER TABLE orders RENAME TO orders_old; CREATE TABLE orders (id bigint);'],
      /^hint 0002_earlier\.sql:1 puts orders aside as orders_old 1 migration ago.*DROP TABLE orders_old;$/,
    ],
    'a table aside by a prefix': [['ALTER TABLE orders RENAME TO old_orders;'], /puts orders aside as old_orders/],
    'a column aside': [
      ['ALTER TABLE orders RENAME total TO total_old; ALTER TABLE orders ADD COLUMN total bigint;'],
      /^hint .* puts the column total of orders aside as total_old 1 migration ago.*DROP COLUMN total_old;$/,
    ],
  };
  for (const [what, [history, message]] of Object.entries(loud)) {
    it(`reports ${what}`, () => {
      const found = said(history, next, { config: { postgres: 18 } });
      assert.equal(found.length, 1, found.join('\n'));
      assert.match(found[0] ?? '', message);
    });
  }

  it('says once what one statement has begun', () => {
    const two = 'ALTER TABLE orders ADD CONSTRAINT a CHECK (total > 0) NOT VALID, ADD CHECK (id > 0) NOT VALID;';
    const found = said([two]);
    assert.equal(found.length, 1);
    assert.match(found[0] ?? '', /adds the CHECK a and 1 more of orders/);
    assert.match(found[0] ?? '', /VALIDATE CONSTRAINT a; ALTER TABLE orders VALIDATE CONSTRAINT orders_id_check;$/);
  });

  it('says of many only how they are called', () => {
    const many = [1, 2, 3, 4, 5, 6, 7].map((n) => check.replace('total_ok', `c${n}`));
    const found = said([many.join('\n')]);
    assert.equal(found.length, 6);
    assert.match(found[5] ?? '', /^info 2 more changes of earlier migrations are not finished: c6 of orders and c7 of/);
  });

  it('says nothing of the first migration, which may be a dump', () => {
    assert.deepEqual(said([], next, { history: [start + check, 'SELECT 1;'] }), []);
  });

  it('ends what it says with what PostgreSQL runs', async () => {
    for (const [what, [history]] of Object.entries(loud)) {
      const [found = ''] = said(history, next, { config: { postgres: 18 } });
      const [sql] = /(?:ALTER|DROP) TABLE [^;]*;$/.exec(found) ?? [];
      if (!sql) continue;
      await withDatabase(async (db) => {
        for (const each of [start, ...history]) await db.exec(each);
        await db.exec(sql);
      });
      assert.deepEqual(said([...history, sql], next, { config: { postgres: 18 } }), [], what);
    }
  });
});
