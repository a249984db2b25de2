import type { Case } from '../engine/case.js';
import type { Verdict } from '../engine/outcome.js';

interface Kept extends Omit<Case, 'kind'> {
  /** What has to come of it. */
  readonly want: Verdict;
}

const orphan = 'INSERT INTO orders (id, qty, customer_id) VALUES (900, 1, 77777)';
const type = 'ALTER TABLE orders ALTER COLUMN cents TYPE bigint;';

const generated = {
  history: 'CREATE TABLE gen (id int PRIMARY KEY, a int, twice int GENERATED ALWAYS AS (a * 2) STORED);',
  rows: 'INSERT INTO gen (id, a) SELECT i, i FROM generate_series(1, 30) i;',
  old: 'INSERT INTO gen (id, a) VALUES (:k, 1); UPDATE gen SET a = 5 WHERE id = :r',
};

/** What has gone wrong once. In `npm test` all of it runs, with everything that a database may hold beside its files. */
const kept: readonly Kept[] = [
  {
    up: 'ALTER TABLE orders ADD CHECK (qty > 0);',
    bad: 'INSERT INTO orders (id, qty) VALUES (900, -1)',
    want: 'right',
  },
  { up: 'ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers;', bad: orphan, want: 'right' },
  { up: 'ALTER TABLE lines ALTER COLUMN cents TYPE bigint;', want: 'right' },
  { up: type, want: 'right' },
  { up: type, history: 'ALTER TABLE orders ADD CONSTRAINT k EXCLUDE (cents WITH =);', want: 'refused' },
  { up: type, history: 'CREATE SEQUENCE os OWNED BY orders.cents;', want: 'refused' },
  {
    up: 'ALTER TABLE logs ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid(); ALTER TABLE logs ADD PRIMARY KEY (id);',
    volatile: 'id',
    want: 'right',
  },
  {
    up: 'ALTER TABLE orders DROP CONSTRAINT c, ADD CONSTRAINT c CHECK (qty > 0);',
    history: 'ALTER TABLE orders ADD CONSTRAINT c CHECK (qty > -5);',
    bad: 'INSERT INTO orders (id, qty) VALUES (900, -2)',
    want: 'right',
  },
  {
    up: 'ALTER TABLE gen DROP CONSTRAINT gen_a_key, ADD CONSTRAINT gen_a_key UNIQUE (a, id);',
    history: 'CREATE TABLE gen (id int PRIMARY KEY, a int UNIQUE);',
    rows: 'INSERT INTO gen SELECT i, i FROM generate_series(1, 30) i;',
    want: 'right',
  },
  { up: 'ALTER TABLE orders ADD COLUMN amount int NOT NULL DEFAULT 5 CHECK (amount > 0);', want: 'right' },
  ...[
    'ALTER TABLE uniq REPLICA IDENTITY USING INDEX uniq_a_key;',
    'ALTER TABLE uniq CLUSTER ON uniq_a_key;',
    'ALTER INDEX uniq_a_key RENAME TO other;',
    'ALTER INDEX uniq_a_key SET (fillfactor = 70);',
    "COMMENT ON INDEX uniq_a_key IS 'x';",
  ].map(
    (behind): Kept => ({
      up: `ALTER TABLE uniq ADD UNIQUE (a); ${behind}`,
      history: 'CREATE TABLE uniq (a int NOT NULL, b int);',
      rows: 'INSERT INTO uniq SELECT i, i FROM generate_series(1, 30) i;',
      want: 'right',
    }),
  ),
  {
    up: 'BEGIN; ALTER TABLE uq ADD COLUMN z int; COMMIT AND CHAIN; CREATE INDEX uq_z ON uq (z); COMMIT; CREATE INDEX uq_n ON uq (n);',
    want: 'right',
  },
  {
    // Where nobody knows what is applied, each file is a release of its own.
    up: 'ALTER TABLE uq ADD COLUMN c uuid NOT NULL DEFAULT gen_random_uuid(); ALTER TABLE uq RENAME COLUMN c TO token;',
    volatile: 'c token',
    want: 'refused',
  },
  { up: 'ALTER TABLE gen ALTER COLUMN twice SET NOT NULL;', ...generated, want: 'right' },
  { up: 'ALTER TABLE gen ALTER COLUMN twice SET NOT NULL, ALTER COLUMN a SET NOT NULL;', ...generated, want: 'right' },
  {
    up: `${type} ALTER TABLE orders RENAME TO sales; UPDATE sales SET cents = 3000000000 WHERE id = 1;`,
    later: 'ALTER TABLE sales ADD COLUMN z int;',
    adds: /^\+ (?:view|column) public\.orders\b/,
    quiet: true,
    want: 'refused',
  },
];

export const keptCases: readonly (Case & Pick<Kept, 'want'>)[] = kept.map((each) => ({ ...each, kind: 'kept' }));
