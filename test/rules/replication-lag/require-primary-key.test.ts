import rule from '../../../rules/replication-lag/require-primary-key.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('require-primary-key', () => {
  const { valid, invalid } = ruleTester(rule);

  valid('a primary key', 'CREATE TABLE a (id bigint PRIMARY KEY); CREATE TABLE b (x int, y int, PRIMARY KEY (x, y));');
  valid(
    'a UNIQUE on NOT NULL columns',
    'CREATE TABLE a (id bigint NOT NULL UNIQUE); CREATE TABLE b (x int NOT NULL, y int NOT NULL, UNIQUE (x, y));',
  );
  valid(
    'a key that comes later in the file',
    'CREATE TABLE a (id bigint); ALTER TABLE public.a ADD CONSTRAINT k PRIMARY KEY (id);',
  );
  valid(
    'a unique index that comes later in the file',
    'CREATE TABLE a (id bigint NOT NULL); CREATE UNIQUE INDEX ON a (id);',
  );
  valid(
    'temporary, unlogged and copied tables',
    'CREATE TEMP TABLE a (x int); CREATE UNLOGGED TABLE b (x int); CREATE TABLE c AS SELECT 1 AS x; CREATE TABLE d (LIKE c INCLUDING ALL);',
  );
  valid(
    'partitions and inheriting tables',
    "CREATE TABLE a1 PARTITION OF a FOR VALUES IN ('x'); CREATE TABLE b (y int) INHERITS (a);",
  );
  valid('a table that is there', 'CREATE TABLE IF NOT EXISTS a (x int);', { history: ['CREATE TABLE a (x int);'] });
  valid('a table that is gone at the end', 'CREATE TABLE a (x int); DROP TABLE a;');

  invalid('a table without a key', {
    sql: 'CREATE TABLE «public.events» (at timestamptz, what text);',
    message: 'missing',
    severity: 'info',
    output: null,
  });
  invalid('a UNIQUE that takes NULL', {
    sql: 'create table «"Codes"» (code text unique);',
    message: 'missing',
    output: null,
  });
  invalid('a table that a publication of all tables takes', {
    sql: 'CREATE TABLE «seen» (who text);',
    history: ['CREATE PUBLICATION feed FOR ALL TABLES;'],
    message: 'published',
    severity: 'warning',
    output: null,
  });
  invalid('a table that a publication of inserts takes', {
    sql: 'CREATE TABLE «seen» (who text);',
    history: ["CREATE PUBLICATION feed FOR ALL TABLES WITH (publish = 'insert');"],
    message: 'missing',
    severity: 'info',
    output: null,
  });
});
