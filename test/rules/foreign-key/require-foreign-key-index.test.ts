import rule from '../../../rules/foreign-key/require-foreign-key-index.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('require-foreign-key-index', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = [
    'CREATE TABLE customers (id bigint PRIMARY KEY); CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, day date);',
  ];
  const key = 'ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers NOT VALID;';

  valid('an index from an earlier migration', key, {
    history: [...history, 'CREATE INDEX i ON orders (customer_id, day);'],
  });
  valid('an index that the same file makes', `${key} CREATE INDEX CONCURRENTLY i ON orders (customer_id);`, {
    history,
  });
  valid(
    'a partial index on what is not NULL',
    `${key} CREATE INDEX CONCURRENTLY i ON orders (customer_id) WHERE customer_id IS NOT NULL;`,
    { history },
  );
  valid('a key that is unique itself', 'CREATE TABLE profiles (customer_id bigint PRIMARY KEY REFERENCES customers);', {
    history,
  });
  valid(
    'the first column of a primary key',
    'CREATE TABLE marks (customer_id bigint REFERENCES customers, mark text, PRIMARY KEY (customer_id, mark));',
    { history },
  );
  valid(
    'an index in the other order',
    'CREATE TABLE a (x int, y int, FOREIGN KEY (x, y) REFERENCES b (x, y), UNIQUE (y, x));',
  );
  valid('a temporary table', 'CREATE TEMP TABLE t (id bigint); CREATE TEMP TABLE u (id bigint REFERENCES t);');
  valid(
    'IF NOT EXISTS of a column that is there',
    'ALTER TABLE orders ADD COLUMN IF NOT EXISTS customer_id bigint REFERENCES customers;',
    { history },
  );
  valid(
    'a key that is not enforced',
    'ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers NOT ENFORCED;',
    { history, config: { postgres: 18 } },
  );

  invalid('a new column of an existing table', {
    sql: 'ALTER TABLE orders ADD COLUMN payer bigint «REFERENCES customers»;',
    history,
    message: 'missing',
    severity: 'warning',
    output:
      'ALTER TABLE orders ADD COLUMN payer bigint REFERENCES customers;\nCREATE INDEX CONCURRENTLY ON orders (payer);',
  });
  invalid('a key whose other steps may bring the index, as information', {
    sql: 'ALTER TABLE orders ADD «FOREIGN KEY» (customer_id) REFERENCES customers NOT VALID;',
    history,
    message: 'missing',
    severity: 'info',
    output:
      'ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers NOT VALID;\nCREATE INDEX CONCURRENTLY ON orders (customer_id);',
  });
  describe('a key to a table of words', () => {
    const states = (rows: string): string[] => [
      ...history,
      `CREATE TABLE states (name text PRIMARY KEY, rank int UNIQUE); ${rows}`,
      'ALTER TABLE orders ADD COLUMN state text, ADD COLUMN rank int;',
    ];
    const sql = 'ALTER TABLE orders ADD «FOREIGN KEY» (state) REFERENCES states;';
    const output =
      'ALTER TABLE orders ADD FOREIGN KEY (state) REFERENCES states;\nCREATE INDEX CONCURRENTLY ON orders (state);';
    const rows = "INSERT INTO states VALUES ('new', 1), ('sent', 2);";

    invalid('that its migration has filled, as information', {
      sql,
      history: states(rows),
      message: 'missing',
      severity: 'info',
      output,
    });
    invalid('that nobody has filled', { sql, history: states(''), message: 'missing', severity: 'warning', output });
    invalid('from which a migration deletes', {
      sql,
      history: states(`${rows} DELETE FROM states WHERE name = 'sent';`),
      message: 'missing',
      severity: 'warning',
      output,
    });
    invalid('from which this file deletes', {
      sql: `${sql} DELETE FROM states WHERE name = 'sent';`,
      history: states(rows),
      message: 'missing',
      severity: 'warning',
      output: `${output} DELETE FROM states WHERE name = 'sent';`,
    });
    invalid('that was filled by a query', {
      sql,
      history: states('INSERT INTO states SELECT DISTINCT day::text, 1 FROM orders;'),
      message: 'missing',
      severity: 'warning',
      output,
    });
    invalid('that is filled later, as any other', {
      sql,
      history: [...states(''), rows],
      message: 'missing',
      severity: 'warning',
      output,
    });
  });

  invalid('a key of a new table, as information', {
    sql: 'create table "Marks" ("Customer" bigint «references customers» (id), mark text);',
    history,
    message: 'missing',
    severity: 'info',
    output:
      'create table "Marks" ("Customer" bigint references customers (id), mark text);\ncreate index on "Marks" ("Customer");',
  });
  invalid('the second column of a primary key', {
    sql: 'CREATE TABLE marks (mark text, customer_id bigint «REFERENCES customers», PRIMARY KEY (mark, customer_id));',
    history,
    message: 'missing',
    output:
      'CREATE TABLE marks (mark text, customer_id bigint REFERENCES customers, PRIMARY KEY (mark, customer_id));\nCREATE INDEX ON marks (customer_id);',
  });
  invalid('a new column of a table that no migration has made, as information', {
    sql: 'BEGIN; ALTER TABLE visits ADD COLUMN customer_id bigint «REFERENCES customers»; COMMIT;',
    history,
    message: 'missing',
    severity: 'info',
    output: null,
  });
  invalid('an index on other rows only', {
    sql: 'ALTER TABLE orders ADD «FOREIGN KEY» (customer_id) REFERENCES customers NOT VALID; CREATE INDEX CONCURRENTLY i ON orders (customer_id) WHERE day IS NULL;',
    history,
    config: { transaction: 'per-file' },
    message: 'missing',
    output: null,
  });

  const keyed = [
    "CREATE TABLE customers (id bigint PRIMARY KEY); CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers, day date, kind text); CREATE INDEX by_customer ON orders (customer_id); CREATE INDEX by_day ON orders (day); CREATE TABLE kinds (id text PRIMARY KEY); INSERT INTO kinds VALUES ('a'); ALTER TABLE orders ADD FOREIGN KEY (kind) REFERENCES kinds; CREATE INDEX by_kind ON orders (kind);",
  ];
  const drops: readonly (readonly [title: string, sql: string])[] = [
    ['an index that serves no key', 'DROP INDEX CONCURRENTLY by_day;'],
    [
      'a successor before',
      'CREATE INDEX CONCURRENTLY n ON orders (customer_id, day); DROP INDEX CONCURRENTLY by_customer;',
    ],
    ['a successor behind', 'DROP INDEX CONCURRENTLY by_customer; CREATE INDEX CONCURRENTLY n ON orders (customer_id);'],
    ['a key that goes', 'DROP INDEX by_customer; ALTER TABLE orders DROP CONSTRAINT orders_customer_id_fkey;'],
    ['a column that goes', 'DROP INDEX by_customer; ALTER TABLE orders DROP COLUMN customer_id;'],
    ['a table that goes', 'DROP INDEX by_customer; DROP TABLE orders;'],
    ['a key that went', 'ALTER TABLE orders DROP CONSTRAINT orders_customer_id_fkey; DROP INDEX by_customer;'],
    ['an index of this release', 'CREATE INDEX n ON orders (id); DROP INDEX n;'],
    ['rows that nobody deletes', 'DROP INDEX CONCURRENTLY by_kind;'],
    ['a body', "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'DROP INDEX by_customer';"],
  ];
  for (const [title, sql] of drops) valid(`DROP INDEX: ${title}`, sql, { history: keyed });
  invalid('DROP INDEX: the last index of a key', {
    sql: 'DROP INDEX CONCURRENTLY «by_customer»;',
    history: keyed,
    message: 'lost',
    severity: 'warning',
    output: null,
  });
  invalid('DROP INDEX: a successor that does not serve', {
    sql: 'CREATE INDEX CONCURRENTLY n ON orders (day, customer_id); DROP INDEX CONCURRENTLY «by_customer»;',
    history: keyed,
    message: 'lost',
    output: null,
  });
});
