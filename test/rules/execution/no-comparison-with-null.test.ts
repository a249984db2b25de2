import rule from '../../../rules/execution/no-comparison-with-null.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-comparison-with-null', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = ['CREATE TABLE orders (id int PRIMARY KEY, region text, note text);'];

  valid('SET', 'UPDATE orders SET region = NULL, (note, id) = (NULL, 2) WHERE id = 1;', { history });
  valid(
    'IS NULL, IS NOT NULL and IS DISTINCT FROM',
    'UPDATE orders SET note = NULL WHERE region IS NULL AND note IS DISTINCT FROM NULL;',
    {
      history,
    },
  );
  valid('a default', 'ALTER TABLE orders ADD a text DEFAULT NULL, ALTER note SET DEFAULT NULL;', { history });
  valid('arguments by name', 'SELECT make_interval(days => NULL);');
  valid('words in a string', "UPDATE orders SET note = 'a = NULL' WHERE id = 1;", { history });
  valid('a variable of PL/pgSQL', 'DO $$ DECLARE a int := NULL; BEGIN a = NULL; END $$;');

  invalid('UPDATE', {
    sql: "UPDATE orders SET region = 'eu' WHERE region «= NULL»;",
    history,
    message: 'found',
    severity: 'warning',
    output: null,
  });
  invalid('DELETE, in lower case', {
    sql: 'delete from orders where id > 5 and (note «!= null»);',
    history,
    message: 'found',
    output: null,
  });
  invalid('a CHECK', {
    sql: 'ALTER TABLE orders ADD CHECK (note «<> NULL» OR id > 1) NOT VALID;',
    history,
    message: 'found',
    output: null,
  });
  invalid('a partial index', {
    sql: 'CREATE INDEX CONCURRENTLY i ON orders (id) WHERE note «= NULL»;',
    history,
    message: 'found',
    output: null,
  });
  invalid('a view', {
    sql: 'CREATE VIEW v AS SELECT id FROM orders WHERE note «= NULL»;',
    history,
    message: 'found',
    output: null,
  });
});
