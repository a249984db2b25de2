import rule from '../../../rules/replication-lag/require-replica-identity.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('require-replica-identity', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = [
    'CREATE TABLE ok (id int PRIMARY KEY, v text, region text); CREATE TABLE tags (name text, v text); CREATE TABLE whole (a int, b int); ALTER TABLE whole REPLICA IDENTITY FULL; CREATE UNLOGGED TABLE cache (a int); CREATE TABLE later (id int, PRIMARY KEY (id) DEFERRABLE);',
  ];
  const keyed = ['CREATE TABLE ok (id int PRIMARY KEY, v text); CREATE UNLOGGED TABLE cache (a int);'];

  valid('a table with a primary key', 'CREATE PUBLICATION p FOR TABLE ok;', { history });
  valid('all tables, each with a key', 'CREATE PUBLICATION p FOR ALL TABLES;', { history: keyed });
  valid('REPLICA IDENTITY FULL', 'CREATE PUBLICATION p FOR TABLE whole WHERE (b > 0);', { history });
  valid('inserts alone', "CREATE PUBLICATION p FOR TABLE tags WITH (publish = 'insert, truncate');", { history });
  valid('a publication of inserts alone, altered', 'ALTER PUBLICATION p ADD TABLE tags;', {
    history: [...history, "CREATE PUBLICATION p WITH (publish = 'insert');"],
  });
  valid('an unlogged table', 'CREATE PUBLICATION p FOR TABLE cache;', { history });
  valid('a table that nobody knows', 'CREATE PUBLICATION p FOR TABLE parts (a);');
  valid(
    'an identity that comes behind it',
    'CREATE PUBLICATION p FOR TABLE tags; ALTER TABLE tags REPLICA IDENTITY FULL;',
    { history },
  );
  valid('a list that holds the key', 'CREATE PUBLICATION p FOR TABLE ok (id, v);', { history });
  valid('a condition on the key', 'CREATE PUBLICATION p FOR TABLE ok WHERE (id > 5);', { history });
  valid('a table that leaves', 'ALTER PUBLICATION p DROP TABLE tags;', { history });

  invalid('a table without a key', {
    sql: 'CREATE PUBLICATION p FOR TABLE ok, «tags»;',
    history,
    message: 'missing',
    severity: 'warning',
    output: null,
  });
  invalid('a table that is added', {
    sql: 'ALTER PUBLICATION p ADD TABLE «tags»;',
    history,
    message: 'missing',
    output: null,
  });
  invalid('a key that is DEFERRABLE', {
    sql: 'ALTER PUBLICATION p ADD TABLE «later»;',
    history,
    message: 'missing',
    output: null,
  });
  invalid('all tables', { sql: '«CREATE PUBLICATION p FOR ALL TABLES»;', history, message: 'allTables', output: null });
  valid('the tables of another schema', 'CREATE SCHEMA s; CREATE PUBLICATION p FOR TABLES IN SCHEMA s;', { history });
  valid(
    'a schema of which inserts are published',
    "CREATE PUBLICATION p FOR TABLES IN SCHEMA public WITH (publish = 'insert');",
    {
      history,
    },
  );
  invalid('the tables of a schema', {
    sql: '«CREATE PUBLICATION p FOR TABLES IN SCHEMA public»;',
    history,
    message: 'schemas',
    severity: 'warning',
    output: null,
  });
  invalid('a list without the key', {
    sql: 'ALTER PUBLICATION p SET TABLE «ok» (v);',
    history,
    message: 'list',
    output: null,
  });
  invalid('a condition outside the key', {
    sql: "CREATE PUBLICATION p FOR TABLE «ok» WHERE (region = 'eu');",
    history,
    message: 'filter',
    output: null,
  });
});
